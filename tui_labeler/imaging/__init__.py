"""Bytes to pixels to character cells."""
