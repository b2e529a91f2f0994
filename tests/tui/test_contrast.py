"""Every text of every screen stands out from its ground, in each theme: read from the snapshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tui.snapshots import FOLDER, THEMES

LEAST = 4.5  # WCAG 2.2, 1.4.3: of texts
# What lies behind a dialog is dimmed on purpose.
WITH_DIALOG = {
    "dashboard-export", "dashboard-exporting", "details-instructions", "details-quality", "details-workforce", "help",
    "help-wizard", "palette", "projects-delete", "team-role", "themes", "wizard-3-add", "wizard-5-bulk",
    "wizard-5-rename", "wizard-creating", "wizard-start-over",
}  # fmt: skip
_STYLE = re.compile(r"(#[0-9a-f]{6}) on (#[0-9a-f]{6})")
_RUN = re.compile(r"([a-z]+)(\d+)")


def _luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, ground: str) -> float:
    """From 1 to 21, as WCAG defines it."""
    darker, lighter = sorted((_luminance(ink), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _texts(path: Path, rows: int) -> dict[str, str]:
    """Code of a style -> a word that has it."""
    lines = path.read_text("utf-8").split("\n")
    words: dict[str, str] = {}
    for text, runs in zip(lines[:rows], lines[rows + 1 :], strict=False):
        at = 1  # behind the frame
        for code, length in _RUN.findall(runs):
            run, at = text[at : at + int(length)], at + int(length)
            if any(char.isalnum() for char in run):
                words.setdefault(code, run.strip())
    return words


def _too_faint(path: Path) -> list[str]:
    rows = int(path.stem.rpartition("x")[2])
    words, legend = _texts(path, rows), path.read_text("utf-8").split("\n")[2 * rows + 3 :]
    faint = []
    for line in legend:
        word = words.get(line[:3].strip())
        for theme, style in zip(THEMES, line[3:].split(" | "), strict=False):
            if word and (found := _STYLE.match(style)) and (seen := contrast(*found.groups())) < LEAST:
                faint.append(f"{path.stem}, {theme}: “{word}” in {style}: {seen:.1f}")
    return faint


def test_texts_stand_out_from_their_ground() -> None:
    scenes = [path for path in sorted(FOLDER.glob("*.txt")) if path.stem.rpartition("-")[0] not in WITH_DIALOG]
    assert len(scenes) > 100
    assert not (faint := [line for path in scenes for line in _too_faint(path)]), "\n".join(faint)


@pytest.mark.parametrize(("ink", "ground", "seen"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_wcag(ink: str, ground: str, seen: float) -> None:
    assert contrast(ink, ground) == pytest.approx(seen, abs=0.01)
    assert contrast(ground, ink) == pytest.approx(seen, abs=0.01)
