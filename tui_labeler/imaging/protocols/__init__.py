"""Pixels as text for terminals: kitty's graphics, sixel, iTerm2's inline images."""
