"""A terminal that shows pixels: it reads what a program writes, in kitty's graphics, sixel and iTerm2's inline images as
well as in text, and knows every pixel of its window. Made for the tests from the descriptions of the protocols, and not
from what the program does with them.
"""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.cells import get_character_cell_size

from tests.terminal import Terminal

Pixels = NDArray[np.uint8]
_UNDER_TEXT = -(2**31) // 2
_TOKEN = re.compile(
    rb"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    rb"|\x1b_(?P<apc>.*?)\x1b\\"
    rb"|\x1bP(?P<dcs>.*?)\x1b\\"
    rb"|\x1b\](?P<osc>.*?)(?:\x07|\x1b\\)"
    rb"|\x1b(?P<esc>[0-9=>A-OQ-WYZa-z]|[()#%][ -~])"
    rb"|(?P<plain>[^\x1b\x00-\x1f]+)"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f])",
    re.DOTALL,
)


@dataclass
class Placement:
    z: int
    row: int
    column: int
    keys: dict[str, int]


@dataclass
class Screen:
    """Cells with text and colours (None: the default), pixels that lie in cells (sixel, iTerm2), and kitty's images."""

    columns: int
    rows: int
    cell: tuple[int, int]
    chars: list[list[str]] = field(default_factory=list)
    inks: list[list[tuple[int, int, int] | None]] = field(default_factory=list)
    grounds: list[list[tuple[int, int, int] | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.chars = [[" "] * self.columns for _ in range(self.rows)]
        self.inks = [[None] * self.columns for _ in range(self.rows)]
        self.grounds = [[None] * self.columns for _ in range(self.rows)]
        width, height = self.columns * self.cell[0], self.rows * self.cell[1]
        self.pixels = np.zeros((height, width, 3), np.uint8)
        self.has_pixels = np.zeros((height, width), np.bool_)
        self.images: dict[int, Pixels] = {}
        self.placements: dict[tuple[int, int], Placement] = {}


class PixelReader:
    """Reads what a program writes. `cell` is the size of a cell in pixels, `problems` what it could not make sense of,
    `sent` how many bytes were text and how many images."""

    def __init__(self, columns: int, rows: int, cell: tuple[int, int]) -> None:
        self.shown = Screen(columns, rows, cell)
        self.problems: list[str] = []
        self.scrolled = 0
        # Images that were in its memory when the alternate screen was left: not every terminal frees them then.
        self.left_behind: set[int] = set()
        self.sent: dict[str, int] = {"text": 0, "images": 0}
        self._data = b""
        self._chunks: list[tuple[dict[str, str], list[str]]] = []
        self.is_alternate = False
        self._row = self._column = 0
        self._last = ""
        self._saved = (0, 0)
        self._ink: tuple[int, int, int] | None = None
        self._ground: tuple[int, int, int] | None = None

    def reply(self, answer: bytes) -> None:
        """What the terminal answers."""

    def question(self) -> bytes:
        """What it answers to the last of the questions about itself."""
        return b""

    def take(self, chunk: bytes) -> None:
        self._data += chunk
        at = 0
        while at < len(self._data):
            token = _TOKEN.match(self._data, at)
            if token is None:
                if len(self._data) - at > 4_000_000:
                    self.problems.append(f"not understood: {self._data[at : at + 40]!r}")
                    at = len(self._data)
                break
            kind = token.lastgroup or ""
            part = token[kind]
            if kind == "plain" and token.end() == len(self._data):
                # The end may be half a character.
                whole = part.decode("utf-8", "ignore").encode()
                self._write(whole.decode())
                at += len(whole)
                break
            self.sent["images" if kind in ("apc", "dcs", "osc") else "text"] += token.end() - at
            getattr(self, f"_{kind}")(part)
            at = token.end()
        self._data = self._data[at:]

    # Text

    def _plain(self, part: bytes) -> None:
        self._write(part.decode("utf-8", "replace"))

    def _write(self, text: str) -> None:
        shown = self.shown
        for char in text:
            wide = get_character_cell_size(char)
            self._last = char
            if not wide:
                continue
            if self._column + wide > shown.columns:
                self.problems.append(f"text over the end of row {self._row}")
                continue
            for offset in range(wide):
                column = self._column + offset
                shown.chars[self._row][column] = char if offset == 0 else ""
                shown.inks[self._row][column], shown.grounds[self._row][column] = self._ink, self._ground
                self._cell(self._row, column, shown.has_pixels)[:] = False
            self._column += wide

    def _cell(self, row: int, column: int, array: NDArray[np.bool_]) -> NDArray[np.bool_]:
        width, height = self.shown.cell
        return array[row * height : (row + 1) * height, column * width : (column + 1) * width]

    def _control(self, part: bytes) -> None:
        if part == b"\r":
            self._column = 0
        elif part == b"\n":
            if self._row == self.shown.rows - 1:
                self._scroll()
            self._row = min(self._row + 1, self.shown.rows - 1)

    def _scroll(self) -> None:
        """Everything moves up by a row."""
        shown, height = self.shown, self.shown.cell[1]
        self.scrolled += 1
        for lines, blank in ((shown.chars, " "), (shown.inks, None), (shown.grounds, None)):
            del lines[0]
            lines.append([blank] * shown.columns)  # type: ignore[arg-type]
        for array in (shown.pixels, shown.has_pixels):
            array[:-height] = array[height:].copy()
            array[-height:] = 0
        for placement in shown.placements.values():
            placement.row -= 1

    def _esc(self, part: bytes) -> None:
        if part == b"7":
            self._saved = self._row, self._column
        elif part == b"8":
            self._row, self._column = self._saved

    def _csi(self, part: bytes) -> None:
        text = part.decode()
        kind, words = text[-1], text[:-1]
        if words[:1] in ("?", ">", "<", "="):
            if kind in "hl" and "1049" in words and (kind == "h") != self.is_alternate:
                self.is_alternate = kind == "h"
                self.left_behind |= set(self.shown.images)
                self.shown.clear()
                self._row = self._column = 0
            return
        numbers = [int(word.split(":")[0] or 0) for word in words.split(";")] if words else []
        first = max(numbers[0], 1) if numbers else 1
        if kind == "H":
            row, column = [*numbers, 1, 1][:2]
            self._row = min(max(row, 1), self.shown.rows) - 1
            self._column = min(max(column, 1), self.shown.columns) - 1
        elif kind in "ABCD":
            down, across = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[kind]
            self._row = min(max(self._row + down * first, 0), self.shown.rows - 1)
            self._column = min(max(self._column + across * first, 0), self.shown.columns)
        elif kind == "m":
            self._colours(words)
        elif kind == "b":
            self._write(self._last * first)
        elif text == "5n":
            self.reply(b"\x1b[0n")
        elif text == "6n":
            self.reply(f"\x1b[{self._row + 1};{self._column + 1}R".encode())
        elif text == "c":
            self.reply(self.question())
        elif kind == "J":
            self.shown.clear() if first == 2 else None

    def _colours(self, words: str) -> None:
        numbers = [int(word or 0) for word in words.replace(":", ";").split(";")] if words else [0]
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                self._ink = self._ground = None
            elif number in (38, 48) and numbers[:1] == [2]:
                colour = numbers[1], numbers[2], numbers[3]
                del numbers[:4]
                if number == 38:
                    self._ink = colour
                else:
                    self._ground = colour
            elif number == 39:
                self._ink = None
            elif number == 49:
                self._ground = None

    # kitty

    def _apc(self, part: bytes) -> None:
        head, _, payload = part.decode().partition(";")
        if not head.startswith("G"):
            return
        keys = dict(word.split("=", 1) for word in head[1:].split(",") if word)
        if self._chunks and set(keys) - {"m"}:
            self.problems.append(f"a command within the pieces of another: {head}")
        if keys.get("m") == "1" or self._chunks:
            if not self._chunks:
                self._chunks.append((keys, []))
            self._chunks[0][1].append(payload)
            if keys.get("m") == "1":
                return
            keys, payloads = self._chunks.pop()
            payload = "".join(payloads)
        self._graphics(keys, base64.standard_b64decode(payload))

    def _graphics(self, keys: dict[str, str], data: bytes) -> None:
        action = keys.get("a", "t")
        if action == "q":
            return
        if keys.get("q") != "2":
            self.problems.append(f"the answer to {keys} would be typed")
        number, placement = int(keys.get("i", 0)), int(keys.get("p", 0))
        shown = self.shown
        if action in ("t", "T"):
            shown.images[number] = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
            shown.placements = {key: placement for key, placement in shown.placements.items() if key[0] != number}
        if action in ("p", "T"):
            if number not in shown.images:
                self.problems.append(f"no image {number} to place")
                return
            numbers = {key: int(value) for key, value in keys.items() if value.lstrip("-").isdigit()}
            shown.placements[number, placement] = Placement(int(keys.get("z", 0)), self._row, self._column, numbers)
        elif action == "d":
            gone = [key for key in shown.placements if key[0] == number and placement in (0, key[1])]
            for key in gone:
                del shown.placements[key]
            if keys.get("d") == "I":
                shown.images.pop(number, None)

    # Sixel and iTerm2

    def _dcs(self, part: bytes) -> None:
        match = re.fullmatch(rb'[\d;]*q"1;1;(\d+);(\d+)(.*)', part, re.DOTALL)
        if match is None:
            return
        width, height = int(match[1]), int(match[2])
        pixels, mask = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.bool_)
        palette: dict[int, tuple[int, ...]] = {}
        colour, x, top = 0, 0, 0
        for token in re.finditer(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([$\-])|([?-~])", match[3].decode()):
            if token[1]:
                colour = int(token[1])
                if token[2]:
                    palette[colour] = tuple(round(int(value) * 255 / 100) for value in token.groups()[1:4])
            elif token[7]:
                x, top = 0, top + 6 * (token[7] == "-")
            else:
                count, bits = (int(token[5]), ord(token[6]) - 63) if token[5] else (1, ord(token[8]) - 63)
                for bit in range(6):
                    if bits >> bit & 1 and top + bit < height:
                        pixels[top + bit, x : x + count] = palette[colour]
                        mask[top + bit, x : x + count] = True
                x += count
        if not mask.all():
            self.problems.append("a sixel image with holes")
        self._lay(pixels)

    def _osc(self, part: bytes) -> None:
        if not part.startswith(b"1337;File="):
            return
        head, _, payload = part[10:].partition(b":")
        keys = dict(word.split("=") for word in head.decode().split(";"))
        image = Image.open(io.BytesIO(base64.standard_b64decode(payload))).convert("RGB")
        size = int(keys["width"].removesuffix("px")), int(keys["height"].removesuffix("px"))
        if image.size != size:
            image = image.resize(size, Image.Resampling.BILINEAR)
        self._lay(np.asarray(image))

    def _lay(self, pixels: Pixels) -> None:
        width, height = self.shown.cell
        top, left = self._row * height, self._column * width
        if top + len(pixels) > (self.shown.rows - 1) * height:
            self.problems.append("an image in the last row scrolls the screen")
        covered = self.shown.pixels[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        if covered.shape != pixels.shape:
            self.problems.append("an image over the edge of the screen")
        covered[:] = pixels[: covered.shape[0], : covered.shape[1]]
        self.shown.has_pixels[top : top + covered.shape[0], left : left + covered.shape[1]] = True

    # What is seen

    def picture(self) -> Pixels:
        """Every pixel of the window. A letter is a bar of its ink whose place says which letter it is."""
        shown = self.shown
        width, height = shown.cell
        canvas = np.zeros_like(shown.pixels)
        order = sorted(shown.placements.items(), key=lambda item: (item[1].z, item[0]))
        for (number, _), placement in order:
            if placement.z < _UNDER_TEXT:
                self._place(canvas, shown.images[number], placement)
        for row in range(shown.rows):
            for column in range(shown.columns):
                char, ground = shown.chars[row][column], shown.grounds[row][column]
                cell = canvas[row * height : (row + 1) * height, column * width : (column + 1) * width]
                ink = shown.inks[row][column] or (255, 255, 255)
                if ground is not None:
                    cell[:] = ground
                if char == "▀":
                    cell[: height // 2] = ink
                elif char not in (" ", ""):
                    at = ord(char) % (height - 2)
                    cell[at : at + 2, 1:-1] = ink
        for (number, _), placement in order:
            if placement.z >= _UNDER_TEXT:
                self._place(canvas, shown.images[number], placement)
        canvas[shown.has_pixels] = shown.pixels[shown.has_pixels]
        return canvas

    def _place(self, canvas: Pixels, image: Pixels, placement: Placement) -> None:
        keys, (width, height) = placement.keys, self.shown.cell
        left, top = keys.get("x", 0), keys.get("y", 0)
        right = left + (keys.get("w") or image.shape[1] - left)
        bottom = top + (keys.get("h") or image.shape[0] - top)
        part = image[top:bottom, left:right]
        if "c" in keys:
            part = enlarged(image, (left, top, right, bottom), (keys["c"] * width, keys["r"] * height))
        y, x = placement.row * height + keys.get("Y", 0), placement.column * width + keys.get("X", 0)
        if y < 0:  # its upper part was scrolled away
            part, y = part[-y:], 0
        covered = canvas[y : y + part.shape[0], x : x + part.shape[1]]
        part = part[: covered.shape[0], : covered.shape[1]].astype(np.uint16)
        alpha = part[..., 3:]
        covered[:] = ((part[..., :3] * alpha + covered * (255 - alpha) + 127) // 255).astype(np.uint8)


def enlarged(image: Pixels, part: tuple[int, int, int, int], size: tuple[int, int]) -> Pixels:
    """A part of an image (RGBA) in another size, as kitty draws it: smoothed with what lies beside the part in the image,
    and at the image's end with black that is not there."""
    left, top, right, bottom = part
    aired = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    box = left + 1, top + 1, right + 1, bottom + 1
    channels = (Image.fromarray(aired[..., index]) for index in range(4))
    return np.dstack([np.asarray(channel.resize(size, Image.Resampling.BILINEAR, box)) for channel in channels])


class PixelTerminal(PixelReader, Terminal):
    """A program on a pty whose other end shows pixels."""

    def __init__(
        self,
        words: Sequence[str],
        columns: int,
        rows: int,
        cell: tuple[int, int],
        answers: str,
        **environment: str | None,
    ) -> None:
        """`answers`: to the questions about the terminal, the end included."""
        PixelReader.__init__(self, columns, rows, cell)
        Terminal.__init__(self, words, columns, rows, emulate=False, **environment)
        self.answers = None  # they are given here
        self._said = answers.encode()

    def took(self, chunk: bytes) -> None:
        self.take(chunk)

    def reply(self, answer: bytes) -> None:
        os.write(self.fd, answer)

    def question(self) -> bytes:
        return self._said

    def set_cell(self, cell: tuple[int, int], answers: str) -> None:
        """Another font; to be followed by another size."""
        self.shown.cell, self._said = cell, answers.encode()

    @property
    def text(self) -> str:
        return "\n".join("".join(row) for row in self.shown.chars)

    def resize(self, columns: int, rows: int) -> None:
        """Another size: what terminals keep of the cells is blank here, and of images nothing moves."""
        images, placements = self.shown.images, self.shown.placements
        self.shown = Screen(columns, rows, self.shown.cell)
        self.shown.images, self.shown.placements = images, placements
        self.set_size(columns, rows)
