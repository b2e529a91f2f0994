"""CVAT's XML read in a stream: “CVAT for images 1.1” (an element an image) and “CVAT for video 1.1” (an element a track).

CVAT lists every image of a task, so that one without shapes is only listed. Coordinates are edges from 0. The shapes of
tracks are brought together by their frames (see `video`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.cvat.shapes import SHAPES, Attributes, region_of
from tui_labeler.formats.cvat.signature import is_cvat
from tui_labeler.formats.cvat.video import Video
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.values import Entry
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.xmlstream import Event, events


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is CVAT's."""
    count = 0
    for name in source.ending(".xml") if source.is_folder else source.files:
        shown = source.shown(name)
        if not is_cvat(source.head(name)):
            if not source.is_folder:
                raise BadInput(f"{shown} is not CVAT's: it does not begin with <annotations>.", "Name its format.")
            reading.pass_over("other_file", shown)
            continue
        count += 1
        yield from _Document(source, name, reading).images()
    if not count:
        raise BadInput(f"There is no XML file of CVAT in {source.path}.", "Name the file annotations.xml.")


class _Document:
    """One file."""

    def __init__(self, source: Source, name: str, reading: Reading) -> None:
        self._source, self._name, self._reading = source, name, reading
        self._shown = source.shown(name)
        self._entry: Entry | None = None  # the image that is open
        self._inner = 0  # how deep one is in a shape: what is in a skeleton is a part of it
        self._path: list[str] = []

    def images(self) -> Iterator[ReadImage]:
        with Video(self._shown, self._reading, self._source.size(self._name)) as video:
            with self._source.open(self._name) as file:
                for block in events(file, self._shown):
                    for event in block:
                        image = self._event(event, video)
                        if image is not None:
                            yield image
            yield from video.images()

    def _event(self, event: Event, video: Video) -> ReadImage | None:
        tag, attributes, text = event
        if attributes is not None:
            self._begins(tag, attributes, video)
            return None
        if tag in SHAPES and self._inner:
            self._inner -= 1
        elif tag == "image" and self._entry is not None:
            entry, self._entry = self._entry, None
            return entry.image() if entry.names else None
        elif tag == "track":
            video.track_ends()
        elif tag == "attribute" and not self._path:
            self._reading.pass_over_values((text.strip(),), self._entry.place if self._entry else self._shown)
        elif self._path:
            self._path.pop()
            video.told((*self._path, tag), text.strip())
        return None

    def _begins(self, tag: str, attributes: Attributes, video: Video) -> None:
        if tag in SHAPES:
            self._inner += 1
            if self._inner == 1:
                self._shape(tag, attributes, video)
        elif tag == "image":
            self._image(attributes)
        elif tag == "track":
            video.track_begins(attributes)
        elif tag == "tag":
            self._tag(attributes.get("label", "").strip())
        elif tag == "meta" or self._path:
            self._path.append(tag)

    def _tag(self, name: str) -> None:
        if self._entry is None:
            self._reading.pass_over("no_image", f"{self._shown}, tag {name}")
        elif name:
            self._entry.tags.append(name)

    def _image(self, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        place = Place(self._shown, ", image ", name or attributes.get("id", ""))
        self._entry = Entry(place, self._reading, names_of(name) if name else ())
        self._entry.folder = attributes.get("subset", "")
        self._entry.sized(attributes.get("width"), attributes.get("height"))
        if not name:
            self._reading.bad_entry(BadInput(f"{place}: it has no name.", "Correct it in the file."))

    def _shape(self, tag: str, attributes: Attributes, video: Video) -> None:
        entry = self._entry
        if entry is None:
            video.shape(tag, attributes)
            return
        try:
            region = region_of(entry.place, tag, attributes.get("label", "").strip(), attributes)
        except BadInput as error:
            entry.left.append(self._reading.left_out(f"bad_{tag}" if tag != "mask" else "mask", entry.place, error))
            return
        if isinstance(region, str):
            entry.leave(region, entry.place)
        else:
            entry.regions.append(region)
