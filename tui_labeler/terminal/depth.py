"""How many colours the terminal has, and how that is known: what a person says, then the terminal itself, then its name."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import msgspec

from tui_labeler.terminal.answers import Answers, Rgb

TRUE, INDEXED, SIXTEEN = "true", "256", "16"
DEPTHS = (TRUE, INDEXED, SIXTEEN)
AUTO = "auto"
# Terminals that draw direct colour and bear a name of their own in TERM.
_DIRECT_NAMES = ("alacritty", "contour", "foot", "ghostty", "iterm2", "kitty", "konsole", "mintty", "rio", "wezterm")
# These print what they do not understand, or hand it on to a terminal that nobody asked.
NEVER_ASKED = ("linux", "dumb", "unknown", "screen", "vt52", "cons25", "emacs", "eterm")
# What the console of Linux shows unless someone changed it.
_CONSOLE = (
    *((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)),
    *((85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255)),
    (255, 255, 255),
)


class Depth(msgspec.Struct, frozen=True):
    """`colours` is one of DEPTHS; `why` says how it is known, `mend` what to set for more (empty where that is all).
    `sixteen` are the first sixteen colours as the terminal told them, else empty."""

    colours: str
    why: str
    mend: str = ""
    sixteen: tuple[Rgb, ...] = ()

    @property
    def words(self) -> str:
        """For people."""
        return {TRUE: "16 million colours", INDEXED: "256 colours", SIXTEEN: "16 colours"}[self.colours]


def is_worth_asking(environment: Mapping[str, str], wanted: str) -> bool:
    """Whether answers could change anything, and the questions do no harm."""
    term = environment.get("TERM", "")
    if wanted in (TRUE, INDEXED):
        return False
    if environment.get("TMUX") or environment.get("STY") or not term or term.startswith(NEVER_ASKED):
        return False
    return wanted == SIXTEEN or not _says_direct(environment)


def decide(environment: Mapping[str, str], wanted: str, answers: Answers, tmux_features: str | None = None) -> Depth:
    """`wanted`: AUTO, or one of DEPTHS, which a setting or an option forces. `tmux_features`: what tmux says of the
    terminal that it stands in, None where there is no tmux or it does not say."""
    sixteen = answers.sixteen or (_CONSOLE if environment.get("TERM", "").startswith("linux") else ())
    if wanted in DEPTHS:
        return Depth(wanted, "as the setting “color” says", sixteen=sixteen)
    colours, why = _depth(environment, answers, tmux_features)
    return Depth(colours, why, "" if colours == TRUE else _mend(environment, colours), sixteen)


def _depth(environment: Mapping[str, str], answers: Answers, tmux_features: str | None) -> tuple[str, str]:
    term = environment.get("TERM", "")
    if tmux_features:
        features = set(tmux_features.replace(",", " ").split())
        colours = TRUE if "RGB" in features else INDEXED if "256" in features else SIXTEEN
        return colours, "as tmux says of the terminal that it stands in"
    if _says_direct(environment):
        return TRUE, f"COLORTERM={environment['COLORTERM']}"
    if answers.keeps_direct_colour:
        return TRUE, "the terminal was asked, and keeps a direct colour"
    if answers.is_xtermjs:
        return TRUE, "the terminal was asked, and is xterm.js"
    if answers.capabilities:
        return TRUE, f"the terminal was asked, and has {' and '.join(answers.capabilities)}"
    if term.endswith("-direct") or any(name in term for name in _DIRECT_NAMES):
        return TRUE, f"TERM={term}"
    if answers.has_256:
        return INDEXED, "the terminal was asked: it has a palette of 256"
    if "256color" in term:
        return INDEXED, f"TERM={term}"
    if term.startswith("screen5"):
        # Its name promises eight; it takes 256, and shows the nearest of what the terminal around it has.
        return INDEXED, f"TERM={term}, and screen 5 takes 256"
    if term == "xterm" and answers.complete:
        # What calls itself so and answers has had 256 colours for twenty years, PuTTY among it.
        return INDEXED, "TERM=xterm, and the terminal answers"
    return SIXTEEN, f"TERM={term or '(not set)'}"


def _says_direct(environment: Mapping[str, str]) -> bool:
    return environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")


def _mend(environment: Mapping[str, str], colours: str) -> str:
    term = environment.get("TERM", "")
    if environment.get("TMUX"):
        return 'In ~/.tmux.conf: set -as terminal-features ",*:RGB", then attach anew.'
    if environment.get("STY") or term.startswith("screen"):
        if colours == SIXTEEN:
            return "In ~/.screenrc: term screen-256color. screen 5 has more: truecolor on."
        return "screen 5 has more: truecolor on in ~/.screenrc, then: tui-labeler config set color true."
    if term.startswith("linux"):
        return "The console of Linux has no more: use a terminal of a desktop, or SSH."
    return "If the terminal has more (PuTTY, mosh 1.4): tui-labeler config set color true."


def ask_tmux(environment: Mapping[str, str]) -> str | None:
    """What tmux knows about the terminal that shows this pane; None where there is no tmux, or an older one than 3.2."""
    if not environment.get("TMUX"):
        return None
    try:
        result = subprocess.run(
            ("tmux", "display-message", "-p", "#{client_termfeatures}"),
            capture_output=True, text=True, timeout=2, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None
