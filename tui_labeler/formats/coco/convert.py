"""What a COCO file says of its images, converted into what every reader gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import msgspec

from tui_labeler.formats.coco.schema import Annotation, Block, Boxes, Categories, Id, Image, OddAnnotation, plain_id
from tui_labeler.formats.reading import image_size, outline, polygon, sized_box
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box

Label = ReadRegion | tuple[ReadRegion, ...] | str
"""An annotation: a region, several of them (none where it has no extent), or a tag, which is a class's name."""

_NO_POLYGON = 8  # bytes: "[]", "[[]]" or "null" is no outline
_REGIONS = {ReadRegion}


class Converter:
    """Makes the labels and images of one file, `name`. Raises BadInput with the place of what is wrong."""

    def __init__(self, name: str, categories: Categories, normalised: bool) -> None:
        self.name, self._categories, self._unit = name, categories, Unit.SHARES if normalised else Unit.PIXELS
        self._only_boxes = True  # so far
        self._decode_rings = msgspec.json.Decoder(list[list[float]]).decode

    def labels(self, rows: Block, numbers: Iterable[int]) -> list[Label]:
        """One for each annotation. `numbers` say where in the file's list they stand."""
        if isinstance(rows, Boxes):
            return self._of_boxes(rows, numbers)
        self._only_boxes = False
        return list(map(self._label, rows, numbers))

    def _of_boxes(self, rows: Boxes, numbers: Iterable[int]) -> list[Label]:
        names = self._categories
        try:
            return [  # for each box there is: nothing is called that need not be
                ReadRegion(names[row.category_id], Box(x, y, x + width, y + height), (), row.score)
                for row in rows
                for x, y, width, height in (row.bbox,)
            ]
        except KeyError:
            for row, number in zip(rows, numbers, strict=False):
                self._class(self._place(number), row.category_id)
            raise

    def _label(self, row: Annotation | OddAnnotation, number: int) -> Label:
        """One region; one for each polygon where an object is in several parts."""
        place = self._place(number)
        name = self._class(place, row.category_id)
        sure = 1.0 if row.score is None else min(max(row.score, 0.0), 1.0)
        if isinstance(row, Annotation):
            rings = row.segmentation or ()
            outlines = [points for ring in rings if (points := outline(place, ring))]
        else:
            rings = self._odd_rings(place, bytes(row.segmentation))
            outlines = [points for ring in rings if (points := polygon(place, ring))]
        if len(outlines) > 1:
            return tuple(ReadRegion(name, None, points, sure) for points in outlines)
        if outlines or row.bbox:
            box = _box(place, row.bbox) if row.bbox else None
            return ReadRegion(name, box, outlines[0] if outlines else (), sure)
        return () if any(rings) else name

    def _odd_rings(self, place: Place, text: bytes) -> list[list[float]]:
        if len(text) < _NO_POLYGON:
            return []
        try:
            return self._decode_rings(text)
        except msgspec.DecodeError as error:
            raise _no_polygons(place, text, str(error)) from None

    def _place(self, number: int) -> Place:
        return Place(self.name, ", annotations[", number, "]")

    def _class(self, place: Place, category: Id) -> str:
        name = self._categories.get(category)
        if name is None and (name := self._categories.get(plain_id(category))) is None:
            raise BadInput(f"{place}: there is no category with the id {plain_id(category)}.", "Export it anew.")
        return name

    def no_image(self, key: int | str, number: int) -> BadInput:
        return BadInput(f"{self._place(number)}: there is no image with the id {key}.", "Export it anew.")

    def changed(self) -> BadInput:
        return BadInput(f"{self.name} changed while it was read.", "Import it again; nothing was imported.")

    def image(self, row: Image, number: int, labels: list[Label]) -> ReadImage:
        """The image that stands at `number` in the file's list."""
        place = Place(self.name, ", images[", number, "]")
        names = _names(row)
        if not names:
            raise BadInput(f"{place}: it has no file_name.", "Export it anew.")
        width, height = image_size(place, row.width or 0, row.height or 0)
        if self._only_boxes or set(map(type, labels)) <= _REGIONS:
            return ReadImage(names, place, tuple(cast(list[ReadRegion], labels)), (), width, height, self._unit)
        return _mixed(ReadImage(names, place, (), (), width, height, self._unit), labels)


def _mixed(image: ReadImage, labels: list[Label]) -> ReadImage:
    regions: list[ReadRegion] = []
    tags: list[str] = []
    degenerate = 0
    for label in labels:
        if isinstance(label, ReadRegion):
            regions.append(label)
        elif isinstance(label, str):
            tags.append(label)
        else:
            regions += label
            degenerate += not label
    return msgspec.structs.replace(
        image,
        regions=tuple(regions),
        tags=tuple(dict.fromkeys(tags)),
        left_out=(LeftOut("degenerate", image.place),) * degenerate,
    )


def _names(row: Image) -> tuple[str, ...]:
    """Azure's coco_url holds the path in the datastore; other tools' a place on the web."""
    if not row.coco_url and not row.absolute_url:
        return names_of(row.file_name) if row.file_name else ()
    texts = [text for text in (row.coco_url, row.file_name, row.absolute_url) if text]
    return tuple(dict.fromkeys(name for text in texts for name in names_of(text)))


def _box(place: Place, bbox: Sequence[float]) -> Box:
    if len(bbox) != 4:
        raise BadInput(f"{place}: a bbox has four numbers, this one {len(bbox)}.", "Export it anew.")
    return sized_box(place, *bbox)


def _no_polygons(place: Place, segmentation: bytes, why: str) -> BadInput:
    if segmentation.lstrip().startswith(b"{"):
        mend = "Export polygons instead of masks; nothing was imported."
        return BadInput(f"{place}: its segmentation is a run-length encoded mask (RLE), which has no outline.", mend)
    return BadInput(f"{place}: its segmentation is no list of polygons ({why}).", "Export it anew.")
