"""A secret that can be handed around without being told: keys, tokens and SAS signatures."""

from __future__ import annotations


class Secret:
    """A text that shows as *** in messages, logs, tracebacks with locals, and JSON. `reveal` gives it to the one library
    that needs it. It has no equality with texts, no order and no length, so that none of them tells anything."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __reduce__(self) -> str:
        raise TypeError("A secret is not written anywhere.")
