"""What a COCO file says of its images, converted into what every reader gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec

from tui_labeler.formats.coco.scan import Scan
from tui_labeler.formats.coco.schema import (
    NO_ID,
    Annotation,
    Block,
    BoxAnnotation,
    Boxes,
    Image,
    OddAnnotation,
    id_of,
    number_of,
    numbers_of,
    plain_id,
)
from tui_labeler.formats.masks import Parts, run_lengths
from tui_labeler.formats.reading import OWN_ATTRIBUTES, Reading, box_of, image_size, outline, polygon, turned_corners
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.values import is_set
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.project import TaskType

Label = ReadRegion | LeftOut | str | None | list[Any]
"""An annotation: a region, why there is none, a tag (a class's name), or nothing at all; a list of these where it has
several objects, as panoptic ones have segments."""

_REGIONS = {ReadRegion}
_BAD_NUMBER = 9e9  # what NaN became


# Detectron2's XYXY_ABS and XYWH_ABS; the others are shares, or turned.
_BOX_MODES = {None: "", 0: "corners", 1: "size"}


class _BadBox(BadInput):
    """A box, and not an outline, has wrong numbers."""


class Converter:
    """Makes the labels and images of one file, `name`."""

    def __init__(self, name: str, scanned: Scan, reading: Reading, folder: str = "") -> None:
        """`folder`: where the file stands."""
        self.name, self.reading = name, reading
        self._categories, self._unit = scanned.categories, scanned.unit
        self._marks_crowds = scanned.marks_crowds
        self._listed = Stated.EMPTY if scanned.all_labeled else Stated.LISTED
        self._only_boxes = True  # so far
        self._folder = folder
        self._box_is = reading.options.box

    def labels(self, rows: Block, numbers: Iterable[int]) -> list[Label]:
        """One for each annotation. `numbers` say where in the file's list they stand."""
        if isinstance(rows, Boxes) and self._box_is in ("", "size"):
            try:
                return self._of_boxes(rows)
            except KeyError:
                pass  # one of them has a class that the file does not name
        self._only_boxes = False
        return list(map(self._label, rows, numbers))

    def _of_boxes(self, rows: Boxes) -> list[Label]:
        names = self._categories
        return [  # for each box there is: nothing is called that need not be
            ReadRegion(names[row.category_id], Box(x, y, x + width, y + height), (), row.score)
            for row in rows
            for x, y, width, height in (row.bbox,)
        ]

    def _label(self, row: BoxAnnotation | Annotation | OddAnnotation, number: int) -> Label:
        """A region; one with parts where an object is in several."""
        place = self._place(number)
        name = self._categories.get(row.category_id) or self._categories.get(plain_id(row.category_id))
        if name is None:
            if isinstance(row, OddAnnotation) and isinstance(segments := row.fields.get("segments_info"), list):
                return [self._segment(row, segment, number) for segment in segments]
            if isinstance(row, OddAnnotation) and row.category_id == NO_ID and not row.fields.get("bbox"):
                if "caption" not in row.fields:
                    return LeftOut("no_class", place)
                self.reading.pass_over_values((row.fields["caption"],), place)
                return None
            what = f"{place}: there is no category with the id {plain_id(row.category_id)}."
            return self.reading.left_out("unknown_class", place, BadInput(what, "Export it anew."))
        try:
            if isinstance(row, OddAnnotation):
                if row.fields.get("ignore") not in (None, 0, "0"):  # False is 0
                    return LeftOut("ignored", place)  # mmdetection's, for what trainers are to pass over
                is_crowd = self._marks_crowds and is_set(row.fields.get("iscrowd"))
                if is_crowd and not _is_mask(row.fields):
                    return LeftOut("crowd", place)
                if is_crowd and not isinstance(row.fields.get("attributes"), dict):  # CVAT's have them
                    self.reading.pass_over("crowd_mask", place)
                label = self._odd(row.fields, name, place)
                if isinstance(label, ReadRegion):
                    self._count_more(row.fields, place)
                return label
            score = 1.0 if row.score is None else row.score
            rings = (row.segmentation or ()) if isinstance(row, Annotation) else ()
            box = self._box(place, row.bbox) if row.bbox else None
            outlines = [points for ring in rings if (points := outline(place, ring))]
            return _region(name, box, outlines, _sure(score), place, bool(rings and any(rings)))
        except BadInput as error:
            return self.reading.left_out("bad_box" if isinstance(error, _BadBox) else "bad_polygon", place, error)

    def _box(self, place: Place, numbers: Sequence[float], mode: Any = None) -> Box:
        """`mode`: what Detectron2 says of the four numbers."""
        if mode not in _BOX_MODES:
            raise _BadBox(f"{place}: boxes of the bbox_mode {str(mode)[:20]} are not read.", "Export it anew.")
        try:
            return box_of(place, numbers, self._box_is or _BOX_MODES[mode])
        except BadInput as error:
            raise _BadBox(error.message, error.mend) from None

    def _segment(self, row: OddAnnotation, segment: Any, number: int) -> Label:
        fields = {key: segment[key] for key in segment if key != "segments_info"} if isinstance(segment, dict) else {}
        return self._label(OddAnnotation(row.image_id, id_of(fields.get("category_id")), fields), number)

    def _odd(self, fields: dict[str, Any], name: str, place: Place) -> Label:
        """Of an annotation whose fields may be anything. Raises BadInput for what is wrong in those that are needed."""
        given = fields.get("bbox")
        numbers = numbers_of(given)
        if given not in (None, [], {}) and (numbers is None or len(numbers) != 4):
            raise _BadBox(f"{place}: its box is not a list of four numbers.", "Export it anew.")
        sure = _sure(number_of(fields.get("score")))
        box = self._box(place, numbers, fields.get("bbox_mode")) if numbers else None
        attributes = fields.get("attributes")
        turned = number_of(attributes.get("rotation")) if isinstance(attributes, dict) else None
        if box is not None and turned and turned % 360 and abs(turned) < _BAD_NUMBER:
            return ReadRegion(name, None, turned_corners(box, turned), sure, rotated=True)
        shape = fields.get("segmentation")
        if isinstance(shape, dict):
            mask = run_lengths(shape.get("size") or (), shape.get("counts"), place) if self._wants_masks(box) else None
            return ReadRegion(name, box, (), sure, mask=mask)
        rings = shape if isinstance(shape, list) else []
        if rings and isinstance(rings[0], (int, float)):
            rings = [rings]  # one ring without its list
        outlines = []
        for ring in rings:
            if isinstance(ring, dict):  # several masks
                raise BadInput(f"{place}: its mask is in several parts.", "Export it anew.")
            points = numbers_of(ring)
            if points is None:
                if box is not None and self.reading.kind is not TaskType.SEGMENTATION:
                    continue  # the box is all that is needed
                raise BadInput(f"{place}: its outline is not a list of numbers.", "Export it anew.")
            if corners := polygon(place, points):
                outlines.append(corners)
        if box is None and not outlines and fields.get("keypoints"):
            return LeftOut("keypoints", place)
        return _region(name, box, outlines, sure, place, any(map(bool, rings)))

    def _count_more(self, fields: dict[str, Any], place: Place) -> None:
        """What is not taken of an object that is."""
        if isinstance(keypoints := fields.get("keypoints"), list) and any(keypoints):
            self.reading.pass_over("keypoint_list", place)
        if isinstance(attributes := fields.get("attributes"), dict):
            more = [value for key, value in attributes.items() if key not in OWN_ATTRIBUTES]
            self.reading.pass_over_values(more, place)

    def _wants_masks(self, box: Box | None) -> bool:
        return box is None or self.reading.kind is TaskType.SEGMENTATION

    def _place(self, number: int) -> Place:
        return Place(self.name, ", annotations[", number, "]")

    def no_image(self, key: int | str, number: int) -> None:
        """Counts an annotation without an image."""
        place = self._place(number)
        what = f"{place}: there is no image with the id {'' if key == NO_ID else key}."
        self.reading.bad_entry(BadInput(what, "Export it anew."), "no_image")

    def same_id(self, row: Image, number: int) -> None:
        """Counts an image whose id another has, too: which annotations are its own is not known."""
        what = f"{self.name}, images[{number}]: its id {plain_id(row.id)} is used twice."
        self.reading.bad_entry(BadInput(what, "Give each image its own id."))

    def changed(self) -> BadInput:
        return BadInput(f"{self.name} changed while it was read.", "Import it again; nothing was imported.")

    def image(self, row: Image, number: int, labels: list[Label]) -> ReadImage | None:
        """The image that stands at `number` in the file's list; None, counted, for one that cannot be."""
        place = Place(self.name, ", images[", number, "]")
        names = _names(row)
        if not names:
            self.reading.bad_entry(BadInput(f"{place}: it has no file_name.", "Export it anew."))
            return None
        try:
            width, height = image_size(place, row.width or 0, row.height or 0)
        except BadInput as error:
            self.reading.bad_entry(error)
            return None
        if self._only_boxes:
            regions, stated = tuple(cast(list[ReadRegion], labels)), Stated.LABELED if labels else self._listed
            return ReadImage(names, place, regions, (), width, height, self._unit, stated, folder=self._folder)
        if list in map(type, labels):
            labels = [label for some in labels for label in (some if isinstance(some, list) else [some])]
        stated = Stated.LABELED if labels.count(None) < len(labels) else self._listed
        image = ReadImage(names, place, (), (), width, height, self._unit, stated, folder=self._folder)
        return _mixed(image, labels)


def _is_mask(fields: dict[str, Any]) -> bool:
    """Whether an annotation has a mask in run-length encoding: many tools mark each of these as a crowd."""
    return isinstance(fields.get("segmentation"), dict)


def _region(
    name: str, box: Box | None, outlines: list[tuple[Point, ...]], sure: float, place: Place, had_rings: bool
) -> Label:
    if box is not None and outlines and not box.area:
        box = None  # left at zero by who wrote the outline
    if len(outlines) > 1:
        return ReadRegion(name, box, (), sure, mask=Parts(tuple(outlines)))
    if outlines or box is not None:
        return ReadRegion(name, box, outlines[0] if outlines else (), sure)
    return LeftOut("degenerate", place) if had_rings else name


def _sure(score: float | None) -> float:
    return score if score is not None and 0.0 <= score <= 1.0 else 1.0


def _mixed(image: ReadImage, labels: list[Label]) -> ReadImage:
    if set(map(type, labels)) <= _REGIONS:
        return msgspec.structs.replace(image, regions=tuple(cast(list[ReadRegion], labels)))
    tags = [label for label in labels if isinstance(label, str)]
    return msgspec.structs.replace(
        image,
        regions=tuple(label for label in labels if isinstance(label, ReadRegion)),
        tags=tuple(dict.fromkeys(tags)),
        left_out=tuple(label for label in labels if isinstance(label, LeftOut)),
    )


def _names(row: Image) -> tuple[str, ...]:
    """Azure's coco_url holds the path in the datastore; other tools' a place on the web."""
    if not row.coco_url and not row.absolute_url:
        name = row.file_name
        return names_of(name) if name else ()
    texts = [text for text in (row.coco_url, row.file_name, row.absolute_url) if text]
    return tuple(dict.fromkeys(name for text in texts for name in names_of(text)))
