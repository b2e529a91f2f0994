"""Numbers as every reader takes them."""

from __future__ import annotations


def plain_number(value: float) -> str:
    """The shortest text that is the same number, without an exponent that a spreadsheet, or a simple parser, might not
    know."""
    text = repr(float(value))
    return text.removesuffix(".0") if "e" not in text else f"{value:.20f}".rstrip("0").rstrip(".")
