"""What the workspace holds as JSON, read so that a row that nobody can read costs itself and nothing else.

A damaged file has such rows, and so has a database that other programs write to. Who reads many passes over them; who needs
this very one says so by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec

from tui_labeler.model.regions import Labels

_T = TypeVar("_T")
_Labels = TypeVar("_Labels", bound=Labels)


def read(text: object, kind: type[_T]) -> _T | None:
    """None where it cannot be read as that: malformed, of another outline, nested without end, or no text at all."""
    try:
        decoded: _T = _decoder(kind)(text)  # type: ignore[arg-type]
    except (msgspec.DecodeError, RecursionError, TypeError, UnicodeError):
        return None
    return decoded


def labels(text: object) -> Labels | None:
    """None where it cannot be read as labels, or where they have no place on an image."""
    return sound(read(text, Labels))


def sound(found: _Labels | None) -> _Labels | None:
    """Labels whose image has a size, and whose regions have a place; else None."""
    if found is None or found.size.width < 1 or found.size.height < 1:
        return None
    return found if all(region.box is not None or len(region.points) > 2 for region in found.regions) else None


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    return msgspec.json.Decoder(kind).decode
