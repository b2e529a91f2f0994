"""Keys as terminals with kitty's keyboard protocol write them, and what of it Textual is given: the key's number, the
modifiers, and the text that it types, without which it reads `?` as a slash with Shift. What the app makes of such keys
is tested on a pty (tests/pty/test_kitty_keys.py)."""

from __future__ import annotations

import pytest

from tui_labeler.terminal.escapes import EscapeKeys


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        # Real keys, as kitty 0.48 wrote them in the mode that Textual asks for; Shift itself is no key.
        (b"\x1b[57441;2u\x1b[47;2;63u", b"\x1b[47;2;63u"),
        (b"\x1b[57441;2u\x1b[97;2;65u", b"\x1b[97;2;65u"),
        (b"\x1b[47;;47u", b"\x1b[47;;47u"),
        (b"\x1b[27u", b"\x1b[27u"),
        (b"\x1b[9;2u", b"\x1b[9;2u"),
        (b"\x1b[13~", b"\x1b[13~"),
        (b"\x1b[112;5u", b"\x1b[112;5u"),
        # The caps lock, alone and with Shift; AltGr; several keys that are one letter; alternate numbers.
        (b"\x1b[97;65;65u", b"\x1b[97;65;65u"),
        (b"\x1b[97;66;97u", b"\x1b[97;66;97u"),
        (b"\x1b[101;;8364u", b"\x1b[101;;8364u"),
        (b"\x1b[0;;228u", b"\x1b[0;;228u"),
        (b"\x1b[47:63;2;63u", b"\x1b[47;2;63u"),
        # Digits and signs at the keyboard's right.
        (b"\x1b[57400;129;49u", b"\x1b[49;129;49u"),
        (b"\x1b[57413;;43u", b"\x1b[43;;43u"),
        (b"\x1b[57414;129u", b"\x1b[57414;129u"),
        # Terminals that do not say what a key types; what a slash with Shift is only the keyboard knows.
        (b"\x1b[97;2u", b"\x1b[97;2;65u"),
        (b"\x1b[97u", b"\x1b[97;;97u"),
        (b"\x1b[32;2u", b"\x1b[32;2;32u"),
        (b"\x1b[47:63;2u", b"\x1b[47;2;63u"),
        (b"\x1b[47;2u", b"\x1b[47;2u"),
        (b"\x1b[223;2u", b"\x1b[223;2u"),
        (b"\x1b[97;3u", b"\x1b[97;3u"),
        # xterm and tmux with modifyOtherKeys.
        (b"\x1b[27;2;63~", b"\x1b[63;2;63u"),
        (b"\x1b[27;5;65~", b"\x1b[65;5u"),
        (b"\x1b[27;2;13~", b"\x1b[13;2u"),
    ],
)
def test_a_key_keeps_what_it_types(sent: bytes, given: bytes) -> None:
    assert EscapeKeys(0.1).take(sent) == given


@pytest.mark.parametrize(
    "sent", [b"\x1b[57441;2u", b"\x1b[57442;5u", b"\x1b[57358;65u", b"\x1b[47;2:3;63u", b"\x1b[0u"]
)
def test_what_types_nothing_is_no_key(sent: bytes) -> None:
    assert EscapeKeys(0.1).take(sent) == b""


@pytest.mark.parametrize("text", [b"27", b"9999999", b"55296", b"127:63", b"0"])
def test_what_no_key_types_is_left_out(text: bytes) -> None:
    assert EscapeKeys(0.1).take(b"\x1b[13;;" + text + b"u") == b"\x1b[13u"
