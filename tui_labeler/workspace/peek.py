"""What can be known of a workspace without opening it."""

from __future__ import annotations

from pathlib import Path

from tui_labeler.store import peek


def project_names(address: Path | str) -> tuple[str, ...]:
    """As they can be read at once; nothing is made or brought up to date, and what cannot be read has no names."""
    return peek.project_names(address)


def readable_formats() -> tuple[str, ...]:
    """The formats that are read, by name."""
    from tui_labeler.formats import registry

    return tuple(file_format.name for file_format in registry.readable())
