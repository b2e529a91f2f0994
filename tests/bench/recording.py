"""Records the README's picture of labeling: the app on a pty, keys at a person's pace, frames into an animated GIF.

python -m tests.bench.recording .github/pictures/labeling.gif
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

from tests.simulated import BlindHand
from tests.terminal import Terminal, open_app
from tui_labeler.demo.scenes import Scene, write_scenes
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.workspace import Workspace

COLUMNS, ROWS = 110, 32
CLASSES = ("coke", "diet_coke", "sprite")
_CELL = (8, 16)
_KEY_MS, _SUBMIT_MS = 260, 900
_ANSI = {"black": "000000", "default": "10141a"}


def keys_of(scene: Scene) -> Iterator[str]:
    """The keys that label a scene, one by one."""
    truth = [(can.name, Box(*can.box)) for can in scene.cans]
    for typed in BlindHand(CLASSES, COLUMNS, ROWS).boxes(Size(816, 616), truth):
        yield from typed
    yield "enter"


def picture(screen: pyte.Screen, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The screen as pixels: half blocks as two colours, everything else as text."""
    wide, high = _CELL
    image = Image.new("RGB", (screen.columns * wide, screen.lines * high), "#10141a")
    pen = ImageDraw.Draw(image)
    for row in range(screen.lines):
        for column in range(screen.columns):
            char = screen.buffer[row][column]
            ink, ground = _colour(char.fg, "d8dee6"), _colour(char.bg, "10141a")
            if char.reverse:
                ink, ground = ground, ink
            x, y = column * wide, row * high
            pen.rectangle((x, y, x + wide - 1, y + high - 1), fill=ground)
            if char.data == "▀":
                pen.rectangle((x, y, x + wide - 1, y + high // 2 - 1), fill=ink)
            elif char.data.strip():
                pen.text((x, y), char.data, fill=ink, font=font)
    return image


def _colour(name: str, default: str) -> str:
    colour = default if name == "default" else _ANSI.get(name, name)
    return f"#{colour}" if len(colour) == 6 else f"#{default}"


def record(terminal: Terminal, keys: Iterator[str], font: ImageFont.FreeTypeFont) -> Iterator[tuple[Image.Image, int]]:
    """A frame and its milliseconds for every key."""
    yield picture(terminal.screen, font), 1500
    for key in keys:
        terminal.send(key, quiet=0.15)
        if key == "enter":
            terminal.read(0.5, 2.0)
        yield picture(terminal.screen, font), _SUBMIT_MS if key == "enter" else _KEY_MS


def main(target: Path) -> None:
    font = ImageFont.truetype("DejaVuSansMono.ttf", 13)
    with tempfile.TemporaryDirectory() as folder:
        home, images = Path(folder) / "home", Path(folder) / "images"
        images.mkdir()
        scenes = [scene for scene in write_scenes(images, 12) if 2 <= len(scene.cans) <= 3][:2]
        for path in images.iterdir():
            if path.name not in {scene.file_name for scene in scenes}:
                path.unlink()
        workspace = Workspace(home / "workspace.db", home / "exports")
        workspace.datasets.add_datastore("cans", str(images))
        spec = ProjectSpec(Details("soda"), dataset=DatasetChoice("sodaObjects", "cans"), classes=Classes(CLASSES))
        workspace.projects.create(spec)
        workspace.close()
        terminal = open_app(home, COLUMNS, ROWS, "label", "soda")
        terminal.wait_for("letter 1 of 3")
        terminal.read(0.6, 3.0)
        keys = (key for scene in scenes for key in keys_of(scene))
        frames = list(record(terminal, keys, font))
        terminal.send("escape", "escape")
        terminal.end(1.0)
    target.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = (image.quantize(200, dither=Image.Dither.NONE) for image, _ in frames)
    first.save(target, save_all=True, append_images=rest, duration=[ms for _, ms in frames], loop=0, optimize=True)
    print(f"{target}: {len(frames)} frames, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
