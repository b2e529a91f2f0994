"""What a screen shows, cell by cell, from Textual's own picture of it; and pictures made from the cells.

Textual's public way to a picture is SVG text. Its runs say where they stand, so the cells can be read back exactly.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby

from rich.cells import cell_len

# How Rich lays an SVG out: a cell is 12.2 wide and 24.4 high.
_WIDTH, _HEIGHT = 12.2, 24.4
_RULE = re.compile(r"\.[\w-]+-(r\d+) \{ fill: (#[0-9a-f]{6});?([^}]*)\}")
_RECT = re.compile(r'<rect fill="(#[0-9a-f]{6})" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="24.65"')
_TEXT = re.compile(
    r'<text class="[\w-]+-(r\d+)" x="([\d.]+)" y="[\d.]+" textLength="[\d.]+" '
    r'clip-path="url\(#[\w-]+-line-(\d+)\)">(.*?)</text>',
    re.DOTALL,
)
_BACK = "#292929"


@dataclass(frozen=True)
class Style:
    """Colours as #rrggbb, and the rest as letters: b(old), i(talic), u(nderlined), s(truck)."""

    fore: str
    back: str
    marks: str = ""

    def __str__(self) -> str:
        return f"{self.fore} on {self.back}{' ' + self.marks if self.marks else ''}"


Cells = list[list[tuple[str, Style]]]


def read_cells(svg: str, width: int, height: int) -> Cells:
    """The cells of a picture that `App.export_screenshot` made. A wide character fills its cell, and "" the next."""
    styles = {name: (fill, _marks(rest)) for name, fill, rest in _RULE.findall(svg)}
    backs = [[_BACK] * width for _ in range(height)]
    for fill, x, y, wide in _RECT.findall(svg):
        row, column = round((float(y) - 1.5) / _HEIGHT), round(float(x) / _WIDTH)
        for at in range(column, min(column + round(float(wide) / _WIDTH), width)):
            backs[row][at] = fill
    cells = [[(" ", Style("", back)) for back in row] for row in backs]
    for name, x, line, text in _TEXT.findall(svg):
        fore, marks = styles[name]
        at, row = round(float(x) / _WIDTH), int(line)
        for char in unescape(text).replace("\xa0", " "):
            size = cell_len(char)
            if not size:  # it combines with the character before
                before, style = cells[row][at - 1]
                cells[row][at - 1] = (before + char, style)
                continue
            # The ink of a blank does not matter, except where it is underlined.
            ink = "" if char == " " and not marks.strip("bi") else fore
            for cell in range(at, min(at + size, width)):
                style = Style(ink, backs[row][cell], marks if ink else "")
                cells[row][cell] = (char if cell == at else "", style)
            at += size
    return cells


def _marks(rules: str) -> str:
    names = {"bold": "b", "italic": "i", "underline": "u", "line-through": "s"}
    return "".join(letter for word, letter in names.items() if word in rules)


def text_of(cells: Cells) -> str:
    return "\n".join("".join(char for char, _ in row).rstrip() for row in cells)


# A terminal's picture as SVG: small, and the same in every viewer

_CELL_W, _CELL_H, _FONT = 8.43, 17, 14
_FACES = '"DejaVu Sans Mono",Menlo,Consolas,monospace'


def draw_svg(cells: Cells, title: str) -> str:
    """Backgrounds and block characters as pixels of one stretched image, everything else as text above it."""
    columns, rows = len(cells[0]), len(cells)
    width, height = columns * _CELL_W, rows * _CELL_H
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>text{{font-family:{_FACES};font-size:{_FONT}px;white-space:pre}}</style>",
        f'<image width="{width:.2f}" height="{height}" preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{base64.b64encode(_pixels(cells)).decode()}"/>',
    ]
    for y, row in enumerate(cells):
        at = 0
        for style, group in groupby(row, key=lambda cell: _ink(*cell)):
            run = list(group)
            text = "".join(char for char, _ in run)
            if style is not None and text.strip():
                lead = len(text) - len(text.lstrip(" "))
                text = text.strip(" ")
                look = ' font-weight="bold"' * ("b" in style.marks) + ' font-style="italic"' * ("i" in style.marks)
                look += ' text-decoration="underline"' * ("u" in style.marks)
                parts.append(
                    f'<text x="{(at + lead) * _CELL_W:.2f}" y="{y * _CELL_H + 13}" fill="{style.fore}"{look} '
                    f'textLength="{cell_len(text) * _CELL_W:.2f}">{escape(text)}</text>'
                )
            at += len(run)
    return "\n".join([*parts, "</svg>\n"])


# The parts of a cell that a block character fills: (from x, from y, to x, to y) in eighths.
_BLOCKS = {"█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▄": (0, 4, 8, 8), "▌": (0, 0, 4, 8), "▐": (4, 0, 8, 8)}
_BLOCKS |= {char: (0, 0, eighths, 8) for eighths, char in enumerate("▏▎▍▌▋▊▉", 1)}
_BLOCKS |= {char: (0, 8 - eighths, 8, 8) for eighths, char in enumerate("▁▂▃▄▅▆▇", 1)}


def _ink(char: str, style: Style) -> Style | None:
    return None if char in _BLOCKS or not style.fore else style


def _pixels(cells: Cells) -> bytes:
    """A PNG with eight by eight pixels a cell."""
    from PIL import Image

    image = Image.new("RGB", (len(cells[0]) * 8, len(cells) * 8))
    for y, row in enumerate(cells):
        for x, (char, style) in enumerate(row):
            image.paste(style.back, (x * 8, y * 8, x * 8 + 8, y * 8 + 8))
            if char in _BLOCKS:
                left, top, right, bottom = _BLOCKS[char]
                image.paste(style.fore, (x * 8 + left, y * 8 + top, x * 8 + right, y * 8 + bottom))
    buffer = io.BytesIO()
    # Few colours make a small file; 255 are enough for a screen with a photograph in half blocks.
    image.quantize(255, method=Image.Quantize.FASTOCTREE if _many(image) else Image.Quantize.MEDIANCUT).save(
        buffer, "PNG", optimize=True
    )
    return buffer.getvalue()


def _many(image: object) -> bool:
    return getattr(image, "getcolors")(255) is None  # noqa: B009
