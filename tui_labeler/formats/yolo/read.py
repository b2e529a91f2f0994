"""YOLO read: a text file an image, a line a region. See `layout` for which files, `evidence` for what the numbers mean."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial

from tui_labeler.formats.reading import Reading, box_of, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.yolo.evidence import Evidence, Extra
from tui_labeler.formats.yolo.layout import Dataset, counterpart, datasets
from tui_labeler.formats.yolo.lists import lists_of, read_list
from tui_labeler.formats.yolo.names import require_names
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image

_MOST = 16 << 20
_MEND = "A line is: class x y width height, in shares of the image's size."


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """The dataset's folder, its `data.yaml` or `obj.data`, or a zip. Raises BadInput with file and line."""
    reading.box_is = "" if reading.options.box else "center"
    count = 0
    if lists := lists_of(source):
        around = source.folder if isinstance(source, FileSource) else source
        for name in lists:
            yield from read_list(source, name, reading, partial(require_names, around, reading))
        return
    source, described = datasets(source, reading)
    for dataset in described:
        for image in _Reader(source, reading, dataset).images():
            count += 1
            yield image
    if not count:
        raise BadInput(
            f"There are no label files in {source.path}.", "Name the folder that holds data.yaml and labels."
        )


class _Reader:
    """Reads one dataset, in two looks at its label files: first at what the numbers are."""

    def __init__(self, source: Source, reading: Reading, dataset: Dataset) -> None:
        self._source, self._reading, self._dataset = source, reading, dataset
        self._evidence = Evidence()
        self._pixels = reading.options.coordinates == "pixels"
        self._fifth = self._long = Extra.CONFIDENCE

    def images(self) -> Iterator[ReadImage]:
        labels = [name for name in self._dataset.labels if self._look(name)]
        evidence, options = self._evidence, self._reading.options
        if evidence.large * 2 > evidence.boxes and not options.coordinates:
            what = (
                f"{evidence.first_large}: its numbers are too large for shares of the image's size; they may be pixels."
            )
            raise BadInput(what, "Say which: --coordinates pixels, or --coordinates shares.")
        self._fifth = Extra(options.values) if options.values in ("confidence", "track") else evidence.fifth()
        chosen = options.values if options.values in ("polygon", "keypoints") else ""
        if self._dataset.keypoints is None:
            self._long = evidence.long(self._source.name, chosen)
        for name in labels:
            yield self._image(name)
        for path in self._dataset.unlabeled:
            place = Place(self._source.shown(path))
            yield ReadImage(_names(path), place, unit=Unit.SHARES, stated=Stated.LISTED)

    def _look(self, name: str) -> bool:
        """Whether it is a label file; then its numbers are told to the evidence."""
        shown = self._source.shown(name)
        try:
            lines = self._lines(name)
        except BadInput as error:
            if not self._is_expected(name):
                self._reading.pass_over("other_file", shown)
            else:
                self._reading.bad_entry(error, "bad_file")
            return False
        rows = [(number, cells) for number, cells in lines if cells]
        if rows and not self._is_expected(name) and (_numbers(rows[0][1]) is None or len(rows[0][1]) < 5):
            self._reading.pass_over("other_file", shown)
            return False
        for number, cells in rows:
            values = _numbers(cells)
            if values is not None:
                self._evidence.add(values[1:], f"{shown}, line {number}")
        return True

    def _is_expected(self, name: str) -> bool:
        """Whether its place says that it is a label file, whatever stands in it."""
        return bool(self._dataset.labels[name]) or "labels" in name.split("/")[:-1] or "obj_train_data" in name

    def _lines(self, name: str) -> list[tuple[int, list[str]]]:
        data = self._source.read(name, _MOST)
        text = self._reading.text(data, self._source.shown(name))
        return [(number, line.replace(",", " ").split()) for number, line in enumerate(text.splitlines(), 1)]

    def _image(self, name: str) -> ReadImage:
        shown = self._source.shown(name)
        regions: list[ReadRegion] = []
        left: list[LeftOut] = []
        lines = [(number, cells) for number, cells in self._lines(name) if cells]
        for number, cells in lines:
            place = Place(shown, ", line ", number)
            try:
                region = self._region(place, cells)
            except BadInput as error:
                reason = "unknown_class" if "no class" in error.message else "bad_box"
                left.append(self._reading.left_out(reason, place, error))
                continue
            if region is not None:
                regions.append(region)
            else:
                left.append(LeftOut("degenerate", place))
        images = self._dataset.labels[name]
        stem = counterpart(name[: name.rfind(".")])
        return ReadImage(
            # Some write a.jpg.txt for a.jpg.
            tuple(image_name for path in images or (stem,) * is_image(stem) for image_name in _names(path)),
            Place(shown),
            tuple(regions),
            unit=Unit.PIXELS if self._pixels else Unit.SHARES,
            stated=Stated.LABELED if lines else Stated.EMPTY,
            stem="" if images else stem,
            left_out=tuple(left),
        )

    def _region(self, place: Place, cells: list[str]) -> ReadRegion | None:
        numbers = _numbers(cells)
        if numbers is None:
            raise BadInput(f"{place}: “{' '.join(cells)[:60]}” is not a label.", _MEND)
        number, values = numbers[0], numbers[1:]
        name = self._dataset.names.get(int(number)) if number.is_integer() else None
        if name is None:
            raise BadInput(
                f"{place}: there is no class {number:g}; there are {len(self._dataset.names)}.", "Correct data.yaml."
            )
        if len(values) < 4:
            raise BadInput(f"{place}: a label has five numbers, this one {len(cells)}.", _MEND)
        sure = 1.0
        if len(values) > 5 and self._dataset.keypoints is None and self._long is Extra.POLYGON:
            if not self._evidence.are_tracks:
                self._require_near(place, values)
                points = polygon(place, values)
                return ReadRegion(name, points=points) if points else None
            sure = values[4]
        elif len(values) == 5 and self._fifth is Extra.CONFIDENCE:
            sure = values[4]
        if not 0.0 <= sure <= 1.0:
            raise BadInput(f"{place}: a confidence of {sure:g} is not possible.", "Correct it in the file.")
        self._require_near(place, values[:4])
        if len(values) > 6 and any(values[4:]):
            self._reading.pass_over("keypoint_list", place)
        return ReadRegion(name, box_of(place, values[:4], self._reading.options.box or "center"), (), sure)

    def _require_near(self, place: Place, values: list[float]) -> None:
        """Raises BadInput for a share that no image has."""
        if not self._pixels and not max(map(abs, values)) <= 2.0:
            raise BadInput(f"{place}: {max(values, key=abs):g} is not a share of the image's size.", _MEND)


def _numbers(cells: list[str]) -> list[float] | None:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return None


def _names(path: str) -> tuple[str, ...]:
    """What the image may be called: its path in the dataset, and without the folders of its part."""
    _, separator, inner = f"/{path}".rpartition("/images/")
    shorter = inner.partition("/")[2] if separator else ""
    return tuple(dict.fromkeys(filter(None, (path, inner if separator else "", shorter, posixpath.basename(path)))))
