"""What stands in the places of images that are not shown."""

from __future__ import annotations

from dataclasses import replace

from tui_labeler.imaging.sheet import Tile


def said_once(tiles: tuple[Tile, ...]) -> tuple[Tile, ...]:
    """The tiles, with a note that several of them have at the first of these only; the others have a dash."""
    said: set[str] = set()
    shown = []
    for tile in tiles:
        is_again = tile.note in said and tile.note != "…"
        said.add(tile.note)
        shown.append(replace(tile, note="–") if tile.note and is_again else tile)
    return tuple(shown)
