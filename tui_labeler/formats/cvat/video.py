"""The tracks of “CVAT for video 1.1”, brought together frame by frame without holding them in memory.

A track has a shape for each frame, or for key frames only: between two of them a box moves evenly, as CVAT draws it; what
other shapes are there is not said. From a frame marked `outside` on, the object is not seen.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from types import TracebackType

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.cvat.shapes import CORNERS, Attributes, region_of
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.values import Entry
from tui_labeler.model.errors import BadInput

_MOST_BETWEEN = 100_000
"""Two key frames of a track are no further apart."""
_MOST_FILLED = 20_000_000


class _Shape(msgspec.Struct, array_like=True):
    """A shape on its way through a bucket. `missing` says that only its frame is known."""

    task: str
    frame: int
    track: str
    label: str
    kind: str
    attributes: Attributes
    missing: bool = False


class Video:
    """The tracks of one file; use it as a context."""

    def __init__(self, shown: str, reading: Reading, expected: int) -> None:
        self._shown, self._reading = shown, reading
        self._buckets = Buckets(expected)
        self._encode = msgspec.json.Encoder().encode
        self._track: Attributes | None = None
        self._last: _Shape | None = None  # of the track
        self._filled = 0
        self._task = ""
        self._about: dict[str, dict[str, str]] = {"": {}}  # task -> what its meta says

    def __enter__(self) -> Video:
        self._buckets.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._buckets.__exit__(kind, error, trace)

    def told(self, path: tuple[str, ...], text: str) -> None:
        """A text of the meta part, at the element's path."""
        key = "/".join(path[-2:]) if path[-1] in ("id", "width", "height") else path[-1]
        if key == "task/id":
            self._task = text
        if key in ("original_size/width", "original_size/height", "source", "frame_filter"):
            for task in {"", self._task}:
                self._about.setdefault(task, {})[key] = text

    def track_begins(self, attributes: Attributes) -> None:
        self._track, self._last = attributes, None

    def track_ends(self) -> None:
        self._track = self._last = None

    def shape(self, kind: str, attributes: Attributes) -> None:
        """A shape of the track that is open."""
        track = self._track
        if track is None:
            return
        number = track.get("id", "")
        try:
            frame = int(attributes.get("frame", ""))
        except ValueError:
            what = f"{self._shown}, track {number}: a {kind} has no frame."
            self._reading.bad_entry(BadInput(what, "Correct it in the file."))
            return
        label = track.get("label", "").strip()
        shape = _Shape(track.get("task_id", ""), frame, number, label, kind, attributes)
        self._fill(shape)
        self._last = shape
        if attributes.get("outside") == "1":
            self._reading.pass_over("outside", self._place(shape))
        else:
            self._add(shape)

    def _add(self, shape: _Shape) -> None:
        self._buckets.add(f"{shape.task}/{shape.frame}", self._encode(shape))

    def _fill(self, shape: _Shape) -> None:
        """What lies between two key frames."""
        last = self._last
        if last is None or last.attributes.get("outside") == "1":
            return
        step = self._step(shape.task)
        count = (shape.frame - last.frame) // step
        if count <= 1:
            return
        self._filled += count
        if count > _MOST_BETWEEN or self._filled > _MOST_FILLED:
            what = f"{self._place(shape)}: its frames are further apart than those of any video."
            self._reading.bad_entry(BadInput(what, "Correct it in the file."))
            return
        between = _between(last, shape)
        for frame in range(last.frame + step, shape.frame, step):
            moved = between((frame - last.frame) / (shape.frame - last.frame))
            self._add(_Shape(shape.task, frame, shape.track, shape.label, shape.kind, moved, not moved))

    def _step(self, task: str) -> int:
        """Every how many frames of the video one was taken (“step=5”)."""
        _, _, step = self._told(task, "frame_filter").partition("=")
        return max(int(step), 1) if step.strip().isdecimal() else 1

    def _told(self, task: str, key: str) -> str:
        return self._about.get(task, self._about[""]).get(key, "")

    def _place(self, shape: _Shape) -> Place:
        return Place(self._shown, ", track ", shape.track, f", frame {shape.frame}")

    def images(self) -> Iterator[ReadImage]:
        """The frames on which something is seen."""
        decode = msgspec.json.Decoder(list[_Shape]).decode
        for bucket in self._buckets:
            frames: dict[tuple[str, int], list[_Shape]] = {}
            for shape in decode(bucket):
                frames.setdefault((shape.task, shape.frame), []).append(shape)
            for (task, frame), shapes in sorted(frames.items()):
                yield self._image(task, frame, shapes)

    def _image(self, task: str, frame: int, shapes: list[_Shape]) -> ReadImage:
        entry = Entry(Place(self._shown, ", frame ", frame), self._reading, self._names(task, frame))
        entry.sized(self._told(task, "original_size/width"), self._told(task, "original_size/height"))
        for shape in shapes:
            place = self._place(shape)
            if shape.missing:
                entry.leave("not_said", place)
                continue
            reason = "mask" if shape.kind == "mask" else f"bad_{shape.kind}"
            with entry.part(place, reason):
                region = region_of(place, shape.kind, shape.label, shape.attributes)
                entry.leave(region, place) if isinstance(region, str) else entry.regions.append(region)
        return entry.image()

    def _names(self, task: str, frame: int) -> tuple[str, ...]:
        """As CVAT calls the frames that it exports, and with the name of the video."""
        video = posixpath.splitext(posixpath.basename(self._told(task, "source").replace("\\", "/")))[0]
        name = f"frame_{frame:06d}"
        return (f"{video}/{name}", f"{video}_{name}", f"{video}_{frame:06d}", name) if video else (name,)


def _between(first: _Shape, second: _Shape) -> Callable[[float], Attributes]:
    """Where a box is between two key frames, by the share of the way; nothing where that is not said."""
    turned = first.attributes.get("rotation", "")
    if not first.kind == second.kind == "box" or turned != second.attributes.get("rotation", ""):
        return lambda share: {}
    try:
        start, end = ([float(shape.attributes[key]) for key in CORNERS] for shape in (first, second))
    except (KeyError, ValueError):
        return lambda share: {}
    more = {"rotation": turned} if turned else {}
    pairs = tuple(zip(CORNERS, start, end, strict=True))
    return lambda share: {key: repr(a + (b - a) * share) for key, a, b in pairs} | more
