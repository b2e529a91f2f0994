"""Bytes of keys, Escape before all sorts, written to the app's terminal whole, in pieces, and slowly: the same labels.
(How bytes are told apart wherever they are split: tests/unit/test_escapes.py.)"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.keysequences import left_behind, make_home
from tests.terminal import NAMES, Terminal, open_app
from tui_labeler.model.project import TaskType
from tui_labeler.workspace import Workspace

KINDS = {
    "boxes": TaskType.DETECTION,
    "polygons": TaskType.SEGMENTATION,
    "classification": TaskType.CLASSIFICATION,
    "sheet": TaskType.CLASSIFICATION,
}
_LETTERS = "qwertyuiopasdfghjklzxcvbnm"
_AFTER_ESCAPE = (*_LETTERS, *"1234", "up", "left", "escape", "enter")


def random_keys(chance: random.Random, kind: str, steps: int) -> list[str]:
    """Names from NAMES, or characters; with Escape before keys of all sorts, and nothing that leads out."""
    keys: list[str] = []
    for _ in range(steps):
        roll = chance.random()
        if roll < 0.35 and kind in ("boxes", "polygons"):
            # Escape in the middle of a box, where it takes back what was begun.
            begun = chance.choices(_LETTERS, k=chance.randint(1, 5))
            keys += [chance.choice("123"), *begun, "escape", *chance.choices(_LETTERS, k=6), *(["enter"] * 2)]
        elif roll < 0.6:
            keys += ["f2", "escape", chance.choice(_AFTER_ESCAPE)]
        else:
            keys += [chance.choice("123"), chance.choice(("enter", "pagedown", "right"))]
    return keys


def labeled(template: Path, home: Path, pieces: Sequence[bytes]) -> dict[str, Any]:
    shutil.copytree(template, home)
    terminal = open_app(home, 80, 24, "label", "soda", TUI_LABELER_LABELER="bob")
    terminal.wait_for("Submit")
    terminal.read(0.5, 4)
    for piece in pieces:
        os.write(terminal.fd, piece)
        terminal.read(0.15, 0.3)
    terminal.read(0.6, 5)
    finish(terminal)
    return left_behind(home)


def finish(terminal: Terminal) -> None:
    os.write(terminal.fd, b"\x11")
    assert terminal.end(30) == 0, terminal.text


def compare(folder: Path, kind: str, seed: int, steps: int) -> None:
    chance = random.Random(f"{seed} {kind}")
    template = make_home(folder / "template", KINDS[kind], 12)
    if kind == "sheet":
        workspace = Workspace(template / "workspace.db", template / "exports")
        workspace.memory.remember("layout:soda", "4")
        workspace.close()
    keys = [NAMES.get(key, key).encode() for key in random_keys(chance, kind, steps)]
    cuts = sorted(chance.sample(range(1, len(keys)), min(3, len(keys) - 1)))
    split = [b"".join(keys[start:end]) for start, end in zip([0, *cuts], [*cuts, len(keys)], strict=True)]
    slowly = labeled(template, folder / "slowly", keys)
    assert labeled(template, folder / "whole", [b"".join(keys)]) == slowly, keys
    assert labeled(template, folder / "split", split) == slowly, keys


@pytest.mark.slow
def test_some_bytes(tmp_path: Path) -> None:
    compare(tmp_path, "boxes", 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 8))])
@pytest.mark.parametrize("kind", KINDS)
def test_many_bytes(kind: str, seed: int, tmp_path: Path) -> None:
    compare(tmp_path, kind, seed, 8)


@pytest.mark.slow
def test_bytes_that_nobody_typed_label_nothing(tmp_path: Path) -> None:
    """A paste that holds sequences, answers that nobody waits for, clicks as X10 tells them, text that is not UTF-8."""
    home = make_home(tmp_path / "home", TaskType.DETECTION, 3)
    untouched = left_behind(home)
    terminal = open_app(home, 80, 24, "label", "soda", TUI_LABELER_LABELER="bob")
    shown = terminal.wait_for("letter 1 of")
    for piece in (b"\x1b[200~ab\x1b[31m1qweasd\r2\x1b[201~", b"\x1b[200~1qwe", b"asd\x1b[201~", b"\x1b[M \xc8\x30"):
        os.write(terminal.fd, piece + b"\xe9\xff" + b"\x1b]11;rgb:14/19/1f\x1b\\\x1bP1$r0m\x1b\\\x1b[?62;22c\x1b[?1u")
    terminal.read(0.4, 3)
    assert terminal.text.splitlines()[-2:] == shown.splitlines()[-2:]
    finish(terminal)
    assert left_behind(home) == untouched


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.0])
def test_a_key_before_the_first_screen_is_not_lost(tmp_path: Path, seconds: float) -> None:
    home = make_home(tmp_path / "home", TaskType.DETECTION, 3)
    terminal = open_app(home, 80, 24)
    time.sleep(seconds)
    os.write(terminal.fd, b"\x1b[B?")
    assert "Create a project" in terminal.wait_for("A project is a set of images")
    os.write(terminal.fd, b"\x1b")
    terminal.wait_for("Quit")
    finish(terminal)
