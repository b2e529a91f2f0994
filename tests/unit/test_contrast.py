"""What the themes promise, computed: text that can be read, classes that differ, marks that no class can be taken for.

ΔE is CIEDE2000; contrast is WCAG 2's ratio.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.colourscience import delta_e
from tui_labeler.imaging.colours import Rgb, contrast, ink_on
from tui_labeler.imaging.palette import palette_of
from tui_labeler.terminal.depth import DEPTHS, INDEXED, SIXTEEN, TRUE
from tui_labeler.tui.theming import Look, load_themes

GROUNDS = ("background", "surface", "panel", "boost")
# Roles that are written as text, and what the stylesheets mix for quiet text: the share of the foreground.
TEXTS = ("foreground", "primary", "accent", "warning", "error", "success")
DIM = ("secondary",)
DIM_SHARE = 0.6
XTERM = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255)),
    (255, 255, 255),
)

THEMES = {theme.name: theme for theme in load_themes(Path("nowhere"))[0]}
LOOKS = [pytest.param(name, depth, id=f"{name}-{depth}") for name in THEMES for depth in DEPTHS]


def rgb(value: str) -> Rgb:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def look(name: str, depth: str) -> Look:
    return THEMES[name].looks[depth]


def shown(colour: Rgb, depth: str, sixteen: tuple[Rgb, ...] = ()) -> Rgb:
    """As a terminal shows it; `sixteen`: what it makes of the sixteen."""
    palette = palette_of(depth)
    if palette is None:
        return colour
    (number,) = palette.nearest(np.array([colour], np.uint8)).tolist()
    return sixteen[number] if sixteen else palette.colour(number)


def mixed(over: Rgb, under: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(over, under, strict=True))
    return red, green, blue


@pytest.mark.parametrize(("name", "depth"), LOOKS)
def test_text_can_be_read_on_every_ground(name: str, depth: str) -> None:
    theme = look(name, depth).theme
    palettes: tuple[tuple[Rgb, ...], ...] = ((), XTERM) if depth == SIXTEEN else ((),)
    colour = {role: rgb(str(getattr(theme, role))) for role in (*GROUNDS, *TEXTS, *DIM)}
    colour |= {key: rgb(value) for key, value in theme.variables.items() if not key.endswith("-style")}
    pairs = [(text, ground, 4.5, colour[text], colour[ground]) for text in TEXTS for ground in GROUNDS]
    pairs += [(text, ground, 3.0, colour[text], colour[ground]) for text in DIM for ground in GROUNDS]
    for ground in GROUNDS:
        dim = mixed(colour["foreground"], colour[ground], DIM_SHARE)
        pairs.append(("dim", ground, 3.0, dim, colour[ground]))
    for text, ground in (("footer-key-foreground", "panel"), ("footer-key-foreground", "surface")):
        pairs.append((text, ground, 4.5, colour[text], colour[ground]))
    pairs.append(("cursor", "", 4.5, colour["block-cursor-foreground"], colour["block-cursor-background"]))
    for palette in palettes:
        bad = [
            (text, ground, round(ratio, 2))
            for text, ground, least, fore, back in pairs
            if (ratio := contrast(shown(fore, depth, palette), shown(back, depth, palette))) < least
        ]
        assert not bad, bad


@pytest.mark.parametrize(("name", "depth"), LOOKS)
def test_letters_and_names_can_be_read(name: str, depth: str) -> None:
    inks = look(name, depth).inks
    assert contrast(shown(inks.letters_ink, depth), shown(inks.letters, depth)) >= 4.5
    assert contrast(shown(inks.beside_dim, depth), shown(inks.beside, depth)) >= 3
    for colour in inks.classes:
        ground = shown(colour, depth)
        assert contrast(shown(ink_on(ground), depth), ground) >= 4.5


@pytest.mark.parametrize("depth", [TRUE, INDEXED])
@pytest.mark.parametrize("name", THEMES)
def test_more_than_twenty_classes_differ_from_each_other_and_from_every_mark(name: str, depth: str) -> None:
    colours = look(name, depth)
    classes = [shown(colour, depth) for colour in colours.inks.classes]
    assert len(set(classes)) >= 24
    assert min(delta_e(colour, other_colour) for colour, other_colour in combinations(classes, 2)) >= 10
    theme = colours.theme
    marks = {"letters": colours.inks.letters, "white": (255, 255, 255), "black": (0, 0, 0)}
    marks |= {role: rgb(str(getattr(theme, role))) for role in ("warning", "error")}
    near = [
        (mark, colour)
        for mark, value in marks.items()
        for colour in classes
        if delta_e(shown(value, depth), colour) < 10
    ]
    assert not near


@pytest.mark.parametrize("name", THEMES)
def test_in_sixteen_no_class_has_the_colour_of_a_mark(name: str) -> None:
    colours = look(name, SIXTEEN)
    classes = {shown(colour, SIXTEEN) for colour in colours.inks.classes}
    assert len(classes) >= 6
    marks = {shown(colours.inks.letters, SIXTEEN), (255, 255, 255), (0, 0, 0)}
    marks |= {shown(rgb(str(getattr(colours.theme, role))), SIXTEEN) for role in ("warning", "error")}
    assert not classes & marks


@pytest.mark.parametrize(("name", "depth"), LOOKS)
def test_a_table_for_few_colours_names_colours_that_are_there(name: str, depth: str) -> None:
    """Picked by hand: nothing is left to what is nearest."""
    if depth == TRUE:
        return
    colours = look(name, depth)
    for role in (*GROUNDS, *TEXTS, *DIM):
        value = rgb(str(getattr(colours.theme, role)))
        assert shown(value, depth) == value, role
    for value in (*colours.inks.classes, colours.inks.letters, colours.inks.beside):
        assert shown(value, depth) == value
