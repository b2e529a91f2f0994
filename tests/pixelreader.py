"""What a program writes to a terminal that shows pixels, read: kitty's graphics, sixel and iTerm2's inline images as well
as text. Made for the tests from the descriptions of the protocols, and not from what the program does with them.
"""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from PIL import Image
from rich.cells import get_character_cell_size

from tests.pixelscreen import Pixels, Placement, Screen

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


class PixelReader:
    """Reads what a program writes. `cell` is the size of a cell in pixels, `problems` what it could not make sense of,
    `sent` how many bytes were text and how many images."""

    def __init__(self, columns: int, rows: int, cell: tuple[int, int]) -> None:
        self.shown = Screen(columns, rows, cell)
        self.problems: list[str] = []
        self.scrolled = 0
        # Images that were in its memory when the alternate screen was left: not every terminal frees them then.
        self.left_behind: set[int] = set()
        # Images that kitty before 2026 would have freed with another one, because they were not placed.
        self.freed_unplaced: set[int] = set()
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
                shown.cell_of(self._row, column, shown.has_pixels)[:] = False
            self._column += wide

    def _control(self, part: bytes) -> None:
        if part == b"\r":
            self._column = 0
        elif part == b"\n":
            if self._row == self.shown.rows - 1:
                self.scrolled += 1
                self.shown.scroll()
            self._row = min(self._row + 1, self.shown.rows - 1)

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
            self.freed_unplaced.discard(number)
            is_png = keys.get("f") == "100"
            size = int(keys.get("s", 0)), int(keys.get("v", 0))
            image = Image.open(io.BytesIO(data)) if is_png else Image.frombytes("RGB", size, data)
            shown.images[number] = np.asarray(image.convert("RGBA"))
            shown.placements = {key: placement for key, placement in shown.placements.items() if key[0] != number}
        if action in ("p", "T"):
            if number not in shown.images:
                self.problems.append(f"no image {number} to place")
                return
            if number in self.freed_unplaced:
                self.problems.append(f"image {number} is gone in an older kitty")
            numbers = {key: int(value) for key, value in keys.items() if value.lstrip("-").isdigit()}
            shown.placements[number, placement] = Placement(int(keys.get("z", 0)), self._row, self._column, numbers)
        elif action == "d":
            gone = [key for key in shown.placements if key[0] == number and placement in (0, key[1])]
            for key in gone:
                del shown.placements[key]
            if keys.get("d") == "I":
                shown.images.pop(number, None)
                self.freed_unplaced |= set(shown.images) - {number for number, _ in shown.placements}

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

    def picture(self) -> Pixels:
        """Every pixel of the window."""
        return self.shown.picture()
