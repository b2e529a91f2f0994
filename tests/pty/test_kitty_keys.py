"""The app in a terminal with kitty's keyboard protocol (kitty, Ghostty, foot, WezTerm, Alacritty, Rio and others): every
key is an escape sequence, and Shift a key of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.keysequences import left_behind, make_home
from tests.pty.test_key_bytes import finish, labeled
from tests.terminal import NAMES, Terminal, open_app
from tui_labeler.model.project import TaskType

# The key of a US keyboard that types a sign with Shift.
_UNSHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))
_NUMBERS = {"\r": 13, "\t": 9, "\x7f": 127, "\x1b": 27}


def as_kitty(keys: str) -> bytes:
    """Characters as the keys that type them, in the mode that Textual asks for."""
    written = ""
    for character in keys:
        if number := _NUMBERS.get(character):
            written += f"\x1b[{number}u"
        elif character.isupper() or character in _UNSHIFTED:
            key = _UNSHIFTED.get(character, character.lower())
            written += f"\x1b[57441;2u\x1b[{ord(key)};2;{ord(character)}u\x1b[57441;1:3u"
        else:
            written += f"\x1b[{ord(character)};;{ord(character)}u"
    return written.encode()


def press(terminal: Terminal, keys: str) -> None:
    os.write(terminal.fd, as_kitty(keys))


def test_signs_and_capitals_are_what_they_type(tmp_path: Path) -> None:
    terminal = open_app(make_home(tmp_path / "home", TaskType.DETECTION, 2), 80, 24)
    terminal.wait_for("Quit")
    press(terminal, "?")
    terminal.wait_for("A project is a set of images")
    press(terminal, "\x1b")
    terminal.wait_for("Quit")
    press(terminal, ":")
    terminal.wait_for("Search")
    press(terminal, "Ab:_?/+ x")
    terminal.wait_for("Ab:_?/+ x")
    press(terminal, "\x1b")
    terminal.wait_for("Quit")
    finish(terminal)


@pytest.mark.slow
def test_labels_are_those_of_other_terminals(tmp_path: Path) -> None:
    """Two boxes with a class by its digit; the view moved by capitals and enlarged by `+`; a background by Escape `b`."""
    template = make_home(tmp_path / "template", TaskType.DETECTION, 3)
    keys = "1qweasd+2HJwerdfg\r\x1bb\r"
    plain = [NAMES.get(key, key).encode() for key in keys]
    before = left_behind(template)
    expected = labeled(template, tmp_path / "plain", plain)
    assert expected != before
    assert labeled(template, tmp_path / "kitty", [as_kitty(key) for key in keys]) == expected
    assert labeled(template, tmp_path / "together", [as_kitty(keys)]) == expected
