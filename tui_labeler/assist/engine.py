"""What an engine is: something that learns from labels, or was trained elsewhere, and proposes labels for an image.

A team adds its own through the entry point group `tui_labeler.engines`; the entry is a callable that takes the path of a
model file (empty where there is none) and returns an `Engine`:

    [project.entry-points."tui_labeler.engines"]
    ours = "ours.labeling:Engine"

An engine runs in a process of its own with low priority. It may take its time, raise, or be killed: the labeler goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

if TYPE_CHECKING:
    from tui_labeler.imaging.arrays import Pixels

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it, and of how much."""


class EngineError(LabelerError):
    """An engine cannot be used, or failed. The message is for a person."""


class EngineUnreachable(EngineError):
    """What an engine asks elsewhere is not there, or does not answer as it should: it may do better later."""


class ImageRefused(EngineError):
    """An engine can do nothing with this one image; with others it goes on."""


@dataclass(frozen=True)
class Subject:
    """What is to be proposed: the kind of task, and the label classes in the project's order. `thorough`: labels are to be
    held against it, so that more is proposed where objects are many, though it takes longer."""

    kind: TaskType
    classes: tuple[str, ...]
    thorough: bool = False


@dataclass(frozen=True)
class Example:
    """A labeled image: RGB `pixels` (height, width, 3), which may be fewer than the image's own `labels.size`; labels are
    in the coordinates of that size. `refused` are proposals that a labeler looked at and did not take."""

    pixels: Pixels
    labels: Labels
    refused: tuple[Region, ...] = ()


@runtime_checkable
class Model(Protocol):
    """Proposes."""

    @property
    def held_back(self) -> Sequence[Labels] | None:
        """For each example of the training, in its order, what a model proposes that has not learned from that example;
        None where the engine does not say (then the examples are split by whoever asks)."""
        ...

    def propose(self, pixels: Pixels, size: Size) -> Labels:
        """Labels in the coordinates of `size`, each region with its confidence; for tags, the surest class first."""
        ...


@runtime_checkable
class Growing(Protocol):
    """A model that can learn from one more image at once, before its next training."""

    def learn_more(self, example: Example) -> None:
        """What was refused is not proposed again. Takes about as long as a proposal."""
        ...


@runtime_checkable
class Lasting(Protocol):
    """A model whose knowledge can be kept, so that it does not have to learn anew when the app is started again."""

    def kept(self) -> bytes:
        """What it knows, as bytes that hold nothing but numbers and texts."""
        ...


@runtime_checkable
class Restoring(Protocol):
    """An engine that makes a model of what it kept. It gets back what it wrote, or what something else put there."""

    def restored(self, kept: bytes, subject: Subject) -> Model:
        """Raises EngineError for what it does not know."""
        ...


class Engine(Protocol):
    """`side`: how many pixels of the longer side it makes use of (0: all). `least`: the fewest examples it learns from; 0
    for a model that was trained elsewhere, whose `fit` only makes it ready."""

    name: str
    version: str
    side: int
    least: int

    def fit(self, examples: Sequence[Example], subject: Subject, tell: Tell) -> Model:
        """Learns. Raises EngineError where it cannot."""
        ...
