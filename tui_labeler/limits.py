"""How much one file from outside may cost: bytes, pixels, memory, and time. One policy for the whole process, from the
settings; nothing that opens an image or reads a datastore goes without it."""

from __future__ import annotations

import re

import msgspec

from tui_labeler.model.errors import BadInput

_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_AMOUNT = re.compile(r"\s*(\d{1,15}(?:\.\d{1,3})?)\s*([kmgt]?)(?:b|px|pixels?)?\s*", re.IGNORECASE)


class Limits(msgspec.Struct, frozen=True):
    """`file_bytes` are not exceeded by what is read, `pixels` not by what is decoded, `memory` (bytes) not by decoding
    and showing; `seconds` is how long a datastore may be silent."""

    file_bytes: int = 512_000_000
    pixels: int = 178_000_000
    memory: int = 1_000_000_000
    seconds: float = 20.0


_in_force = Limits()


def in_force() -> Limits:
    """The limits of this process."""
    return _in_force


def use(limits: Limits) -> None:
    """Sets the limits of this process, from the settings."""
    global _in_force
    _in_force = limits


_MOST = 10**13


def parse_amount(text: str, what: str, unit: str) -> int:
    """`512 MB`, `2g`, `178 million` is not: a number, with k, M, G or T behind it. `unit`: “bytes”. Raises BadInput."""
    match = _AMOUNT.fullmatch(text)
    amount = int(float(match[1]) * _UNITS[match[2].lower()]) if match else 0
    if not 1 <= amount <= _MOST:
        mend = f"It is a number of {unit} from 1 to 10T, with k, M, G or T behind it: 512M."
        raise BadInput(f"{what} cannot be “{text[:40]}”.", mend)
    return amount
