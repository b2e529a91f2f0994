"""What the rules of a project's steps say of its fields."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field. `field` is the key of the project file (`details.name`); `row` the place (from 0)
    in a list, -1 where the field is none."""

    field: str
    message: str
    row: int = -1
