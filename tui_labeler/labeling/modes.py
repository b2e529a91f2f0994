"""What keys are for at a moment: a tool, or what the arrows and digits change."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """An editor is in one of them. Those that a tool draws in have its name; the values are what the panel shows."""

    GRID = "grid"
    POINT = "point to box"
    RECTANGLE = "rectangle"
    TEMPLATE = "template"
    POLYGON = "polygon"
    PROPOSALS = "proposals"
    REGIONS = "regions"
    POINTS = "points"
    TAGS = "tags"
