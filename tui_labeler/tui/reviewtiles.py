"""What review shows of a crop or an image: a tile with its outlines, its class and what is doubted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from tui_labeler.imaging.colours import Rgb, class_colour
from tui_labeler.imaging.crops import ColouredOutline, cut, drawn, outline_of
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile, room_for_words
from tui_labeler.labeling.reviewing import Crop, Fault, Mark
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.review import ReviewItem
from tui_labeler.model.text import cell_width

# Each labeler's own colour, where several people's boxes stand over each other.
PEOPLE: tuple[Rgb, ...] = ((255, 196, 64), (96, 200, 255), (255, 120, 200), (140, 230, 120), (200, 160, 255))
_SHORT = {
    Fault.WRONG: "wrong",
    Fault.DELETE: "not one",
    Fault.LOOSE: "loose",
    Fault.NEIGHBOUR: "neighbour",
    Fault.ADD: "missing",
}
# So many crops stay as they were cut: a page has 24 at most; and so many whole images.
_CUT, _WHOLE = 32, 2
_QUIET: Rgb = (96, 104, 116)  # what else is marked in the image


class Cutter:
    """Cuts crops out of images, and gives the same picture for the same crop: where the terminal shows pixels, another
    picture would be sent again. Outlines are `pen` dots wide."""

    def __init__(self, pen: int = 1) -> None:
        self.pen = pen
        self.cut = lru_cache(maxsize=_CUT)(partial(cut, thickness=pen))
        self.drawn = lru_cache(maxsize=_WHOLE)(partial(drawn, thickness=pen))


def crop_tile(
    crop: Crop,
    mark: Mark | None,
    picture: Picture | str | None,
    places: Mapping[str, int],
    dots: tuple[int, int],
    letter: str,
    focused: bool,
    cutter: Cutter | None = None,
) -> Tile:
    """`picture`: the crop's image, why it cannot be shown, or None while it is on its way; `places`: class -> its place in
    the project; `dots`: width and height of the room for it. `cutter` knows what was cut before."""
    name = mark.name if mark and mark.name else crop.name
    words, short = crop.why, crop.kind.removeprefix("image of ")
    if mark is not None:  # whose other class says it all
        words = "" if mark.fault is Fault.CLASS else mark.fault.value
        short = _SHORT.get(mark.fault, words)
    shown = None
    if isinstance(picture, Picture):
        size = crop.item.labels.size
        box = crop.box or Box(0, 0, size.width, size.height)
        beside = (_shape(region) for n, region in enumerate(crop.item.labels.regions) if n != crop.region)
        own: tuple[ColouredOutline, ...] = ((_points(crop), class_colour(places.get(name, -1))),) if crop.box else ()
        shown = (cutter or Cutter()).cut(picture, box, (*((points, _QUIET) for points in beside), *own), *dots)
    note = picture if isinstance(picture, str) else "" if picture else "…"
    tags = (name,) if name and crop.region != -1 else ()
    proposed = ((name, crop.doubt),) if crop.region == -1 else ()
    return Tile(
        shown, tags, note, proposed, focused, mark is not None, letter, words or " ", None, short, name == crop.name
    )


def image_tile(
    item: ReviewItem,
    answers: Iterable[Labels | None],
    picture: Picture | str | None,
    places: Mapping[str, int],
    dots: tuple[int, int],
    cutter: Cutter,
) -> Tile:
    """A whole image, with what each person drew (`answers`) in the person's colour below what counts; below that, what
    stood there when it was given back."""
    if not isinstance(picture, Picture):
        return Tile(None, note=picture or "…")
    outlines: list[ColouredOutline] = []
    if item.given_back is not None:
        outlines += [(_shape(region), _QUIET) for region in item.given_back.before.regions]
    for person, labels in enumerate(answers):
        outlines += [(_shape(region), PEOPLE[person % len(PEOPLE)]) for region in (labels.regions if labels else ())]
    outlines += [(_shape(region), class_colour(places.get(region.name, -1))) for region in item.labels.regions]
    shown = cutter.drawn(picture, Box(0, 0, picture.size.width, picture.size.height), tuple(outlines), *dots)
    return Tile(shown, tuple(item.labels.class_counts()), words=item.reason or " ", selected=False)


def with_room(tiles: tuple[Tile, ...], width: int) -> tuple[Tile, ...]:
    """Without the tags that stand elsewhere, too, where what is doubted has no room beside them in tiles of `width` cells:
    in all of the tiles, or one would seem to have none."""
    if all(cell_width(tile.short or tile.words) <= room_for_words(tile, width) for tile in tiles if tile.tags_are_said):
        return tiles
    return tuple(replace(tile, tags=()) if tile.tags_are_said else tile for tile in tiles)


def _shape(region: Region) -> tuple[tuple[float, float], ...]:
    return region.points or outline_of(region.extent)


def _points(crop: Crop) -> tuple[tuple[float, float], ...]:
    if crop.region >= 0:
        return _shape(crop.item.labels.regions[crop.region])
    assert crop.box is not None
    return outline_of(crop.box)
