"""A message that the app showed, kept whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """`at` is in seconds since 1970, `severity` information, warning or error; `text` is safe to show."""

    at: float
    severity: str
    text: str
