"""The folders in which exports are written before they have their names."""

from __future__ import annotations

from pathlib import Path

from tui_labeler.processes import remove_dead

PARTIAL = ".partial-"


def remove_leftovers(folder: Path) -> None:
    """Takes away what a killed export of this machine left behind."""
    remove_dead(folder, PARTIAL)
