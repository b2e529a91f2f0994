"""The questions that a terminal is asked, and its answers, told apart from what a person types.

All questions go out in one piece. The last one, primary device attributes, is the fence: every terminal answers it, and in
the order of the questions; so when its answer is there, what was not answered is not known to the terminal. A further
question (the size of a cell, a graphics protocol) is one more text in `QUESTIONS` and one more case in `Answers.take`.
"""

from __future__ import annotations

import re

import msgspec

Rgb = tuple[int, int, int]

# A colour that no theme has: the terminal is to say whether it kept it.
_PROBE = "1;2;3"
_KEPT = re.compile(r"48[:;]2[:;](?:\d*:)?1[:;]2[:;]3(?!\d)")
_HEX_NAMES = {"524742": "RGB", "5463": "Tc"}
_LAST_OF_256 = 255

_CELL_QUESTIONS = "\x1b[16t\x1b[14t"
QUESTIONS = (
    # A background in direct colour, then "which attributes are set?" (DECRQSS), written as the canvas writes colours.
    f"\x1b[48;2;{_PROBE}m\x1bP$qm\x1b\\\x1b[0m",
    # The terminfo capabilities RGB and Tc (XTGETTCAP).
    "\x1bP+q524742;5463\x1b\\",
    # The palette: colour 255 where there are 256 of them, and the sixteen that everyone sets as they like (OSC 4).
    *(f"\x1b]4;{number};?\x1b\\" for number in (_LAST_OF_256, *range(16))),
    # Name and version (XTVERSION); kind and version as a number (secondary device attributes).
    "\x1b[>q\x1b[>c",
    # The size of a cell and of the text area in pixels; the largest sixel graphic (XTSMGRAPHICS).
    _CELL_QUESTIONS,
    "\x1b[?2;4;0S",
    # Whether it shows kitty's graphics: one pixel, which it is to check and not to keep.
    "\x1b_Gi=4001,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\",
    # Whether it repeats a character (REP): where does the cursor stand after a blank and forty more of it (CPR)?
    # In columns that no F3 with modifiers looks like.
    "\r\x1b[20C \x1b[40b\x1b[6n",
)
# A terminal that printed a question it did not understand has it wiped from the line. Then the fence.
FENCE = "\r\x1b[K\x1b[c"
# To a terminal that answered these before: it prints nothing.
CELLS_AGAIN = _CELL_QUESTIONS + "\x1b[c"
# What xterm.js has answered ever since (secondary device attributes), and nobody else does today; it keeps direct colours.
_XTERMJS = ("xterm.js", (0, 276, 0))

_ANSWER = re.compile(
    r"\x1b(?:\[(?P<csi>[?>][\d;]*\$?[cyS]|[\d;]+t|\d{1,4};(?:22|62)R)"
    r"|_(?P<apc>G[^\x1b\x07]*?)\x1b\\"
    r"|P(?P<dcs>[01>][^\x1b\x07]*?)\x1b\\"
    r"|\](?P<osc>\d+;[^\x1b\x07]*?)(?:\x07|\x1b\\))"
)
_BEGUN = re.compile(
    r"\x1b(?:\[(?:[?>][\d;]*\$?|[\d;]*)"
    r"|_(?:G[^\x1b\x07]*\x1b?)?"
    r"|P(?:[01>][^\x1b\x07]*\x1b?)?"
    r"|\](?:\d+(?:;[^\x1b\x07]*\x1b?)?)?)?"
)
_SIZE = re.compile(r"([46]);(\d{1,5});(\d{1,5})t")
_LARGEST = re.compile(r"\?2;0;(\d{1,6});(\d{1,6})S")
_COLOUR = re.compile(r"4;(\d+);rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)")


class Answers(msgspec.Struct):
    """What a terminal said. `complete`: the fence was answered. `attributes` are its primary device attributes,
    `capabilities` the terminfo names it knows, `palette` the colours it told, `name` its name and version, `model` the same
    in numbers. `cell` and `area` are the width and height of a cell and of all cells, in pixels; `largest` those of the
    largest sixel graphic. `repeats`: whether a character can be repeated by its count."""

    complete: bool = False
    keeps_direct_colour: bool = False
    attributes: tuple[int, ...] = ()
    capabilities: tuple[str, ...] = ()
    palette: dict[int, Rgb] = {}
    name: str = ""
    model: tuple[int, ...] = ()
    has_kitty_graphics: bool = False
    cell: tuple[int, int] = (0, 0)
    area: tuple[int, int] = (0, 0)
    largest: tuple[int, int] = (0, 0)
    repeats: bool = False

    @property
    def some(self) -> bool:
        """Whether anything at all was answered."""
        return self.complete or bool(self.palette or self.capabilities or self.name) or self.keeps_direct_colour

    @property
    def is_xtermjs(self) -> bool:
        """Whether it is the terminal of VS Code, Jupyter and others, which said its name from version 6.1 on only."""
        name, model = _XTERMJS
        return self.name.startswith(name) or (not self.name and self.model == model)

    @property
    def sixteen(self) -> tuple[Rgb, ...]:
        """The first sixteen colours, where the terminal told them all."""
        colours = tuple(self.palette[number] for number in range(16) if number in self.palette)
        return colours if len(colours) == 16 else ()

    @property
    def has_256(self) -> bool:
        return _LAST_OF_256 in self.palette

    def take(self, answer: re.Match[str]) -> None:
        """One answer, as `_ANSWER` matched it."""
        csi, dcs, osc = answer["csi"] or "", answer["dcs"] or "", answer["osc"] or ""
        if csi.startswith("?") and csi.endswith("c"):
            self.complete = True
            self.attributes = _numbers(csi)
        elif csi.startswith(">") and csi.endswith("c"):
            self.model = _numbers(csi)
        elif size := _SIZE.fullmatch(csi):
            pair = int(size[3]), int(size[2])
            self.cell, self.area = (pair, self.area) if size[1] == "6" else (self.cell, pair)
        elif csi.endswith("R"):
            self.repeats = csi.endswith(";62R")
        elif largest := _LARGEST.fullmatch(csi):
            self.largest = int(largest[1]), int(largest[2])
        elif answer["apc"]:
            self.has_kitty_graphics |= answer["apc"] == "Gi=4001;OK"
        elif dcs.startswith("1$r"):
            self.keeps_direct_colour = bool(_KEPT.search(dcs))
        elif dcs.startswith("1+r"):
            names = (part.partition("=")[0].upper() for part in dcs[3:].split(";"))
            self.capabilities += tuple(_HEX_NAMES[name] for name in names if name in _HEX_NAMES)
        elif dcs.startswith(">|"):
            self.name = dcs[2:62]
        elif colour := _COLOUR.fullmatch(osc):
            red, green, blue = (_of_255(part) for part in colour.groups()[1:])
            self.palette = {**self.palette, int(colour[1]): (red, green, blue)}


def _numbers(csi: str) -> tuple[int, ...]:
    return tuple(int(part) for part in csi[1:-1].split(";") if part)


def _of_255(digits: str) -> int:
    """A share in hexadecimal digits, as X11 writes colours: one digit or four."""
    return round(int(digits, 16) / int("f" * len(digits), 16) * 255)


def split(text: str, answers: Answers) -> tuple[str, str]:
    """Takes the answers out of `text`: what is left to be read as typed, and the end that may be an answer's beginning."""
    typed = []
    at = 0
    while at < len(text):
        escape = text.find("\x1b", at)
        if escape < 0:
            typed.append(text[at:])
            break
        typed.append(text[at:escape])
        answer = _ANSWER.match(text, escape)
        if answer is not None:
            answers.take(answer)
            at = answer.end()
        elif _BEGUN.fullmatch(text, escape):
            return "".join(typed), text[escape:]
        else:
            typed.append(text[escape])
            at = escape + 1
    return "".join(typed), ""
