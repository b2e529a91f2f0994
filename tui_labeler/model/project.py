"""The specification of a labeling project: Azure ML's seven steps, each frozen, each with its own rules.

A wizard, a TOML file and a test see the same messages: `problems()` of a step returns what is wrong with it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tui_labeler.model import backends
from tui_labeler.model.classes import classes_problems
from tui_labeler.model.credentials import credential_in
from tui_labeler.model.durations import parse_duration
from tui_labeler.model.names import name_problem


class TaskType(StrEnum):
    """What a labeler does with an image. The values are those of the project file."""

    CLASSIFICATION = "image-classification"
    MULTILABEL = "image-classification-multilabel"
    DETECTION = "object-detection"
    SEGMENTATION = "instance-segmentation"

    @property
    def caption(self) -> str:
        """Azure ML's name for it."""
        return _TYPE_TEXTS[self][0]

    @property
    def explanation(self) -> str:
        """One line for someone who has to choose."""
        return _TYPE_TEXTS[self][1]

    @property
    def has_regions(self) -> bool:
        """Whether labels are regions (boxes, polygons) instead of tags for the whole image."""
        return self in (TaskType.DETECTION, TaskType.SEGMENTATION)


_TYPE_TEXTS = {
    TaskType.CLASSIFICATION: (
        "Image Classification Multi-class",
        "Apply a single class from a set of classes to an image.",
    ),
    TaskType.MULTILABEL: (
        "Image Classification Multi-label",
        "Apply one or more classes from a set of classes to an image.",
    ),
    TaskType.DETECTION: (
        "Object Identification (Bounding Box)",
        "Assign a class and a bounding box to each object within an image.",
    ),
    TaskType.SEGMENTATION: (
        "Instance Segmentation (Polygon)",
        "Assign a class and a polygon to each object within an image.",
    ),
}


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field. `field` is the key of the project file (`details.name`); `row` the place (from 0)
    in a list, -1 where the field is none."""

    field: str
    message: str
    row: int = -1


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 1: what the project is called, and what labelers do."""

    name: str = ""
    type: TaskType = TaskType.DETECTION

    def problems(self) -> tuple[Problem, ...]:
        message = name_problem(self.name, "project")
        return (Problem("details.name", message),) if message else ()


MOST_LABELS = 9
"""So many people label one image at most."""


class Workforce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 2: who labels. No labelers named: anyone who can open the workspace. A vendor is a note for the team.

    `labels` different people label an image, `labels_share` of the images (0 to 1; the others are labeled by one). `review`
    is the share of completed images that someone else looks over: one of `reviewers`, or where none are named whoever did
    not label it. Every `gold_every`-th image or so that a labeler gets is one whose labels are known (0: none). `quota` is
    how many images one labeler does at most (0: as many as there are).
    """

    labelers: tuple[str, ...] = ()
    vendor: str = ""
    labels: int = 1
    labels_share: float = 1.0
    review: float = 0.0
    reviewers: tuple[str, ...] = ()
    gold_every: int = 0
    quota: int = 0

    def problems(self) -> tuple[Problem, ...]:
        problems = []
        for row, labeler in enumerate(self.labelers):
            if message := labeler_problem(labeler):
                problems.append(Problem("workforce.labelers", message, row))
            elif labeler in self.labelers[:row]:
                problems.append(Problem("workforce.labelers", f"The labeler “{labeler[:60]}” stands twice.", row))
        if len(self.vendor) > 255 or not self.vendor.isprintable():
            problems.append(Problem("workforce.vendor", "The vendor's name is one line of at most 255 characters."))
        return (*problems, *self._trust_problems())

    def _trust_problems(self) -> list[Problem]:
        problems = []
        if not 1 <= self.labels <= MOST_LABELS:
            problems.append(Problem("workforce.labels", f"An image is labeled by 1 to {MOST_LABELS} people."))
        elif self.labelers and self.labels > len(self.labelers):
            text = f"{self.labels} people are to label an image, and {len(self.labelers)} are named."
            problems.append(Problem("workforce.labels", text))
        for name in ("labels_share", "review"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                problems.append(Problem(f"workforce.{name}", "A share is from 0 to 1 (0 % to 100 %)."))
        for row, reviewer in enumerate(self.reviewers):
            if message := labeler_problem(reviewer):
                problems.append(Problem("workforce.reviewers", message, row))
        if self.gold_every < 0 or self.gold_every == 1:
            text = "Known images are mixed in as every second one or rarer; 0 is none."
            problems.append(Problem("workforce.gold_every", text))
        if self.quota < 0:
            problems.append(Problem("workforce.quota", "The quota is a number of images; 0 is none."))
        return problems

    @property
    def is_plain(self) -> bool:
        """Whether one person labels each image, and that is all: nothing below costs anything then."""
        return self.labels == 1 and not self.review and not self.gold_every and not self.quota

    def labels_of(self, task_id: int) -> int:
        """How many people label this image. Which ones are labeled by several is drawn by their id, once and for all."""
        return self.labels if self.labels > 1 and _drawn(task_id, 1) < self.labels_share else 1

    def is_reviewed(self, task_id: int) -> bool:
        """Whether someone looks over the labels of this image."""
        return _drawn(task_id, 2) < self.review

    def may_review(self, name: str) -> bool:
        return not self.reviewers or name in self.reviewers

    def allows(self, labeler: str) -> bool:
        return not self.labelers or labeler in self.labelers


def _drawn(task_id: int, salt: int) -> float:
    """From 0 to below 1, spread evenly, and always the same for a task (Knuth's multiplicative hash)."""
    mixed = (task_id * 2 + salt) * 2654435761 % 2**32
    return (mixed ^ mixed >> 15) * 2246822519 % 2**32 / 2**32


def labeler_problem(name: str) -> str:
    """Why `name` cannot be a labeler's name; empty if it can."""
    if not name.strip():
        return "A labeler needs a name."
    if len(name) > 255 or not name.isprintable() or name != name.strip():
        return f"The labeler's name “{name[:40]}” has to be one line of at most 255 characters, without blanks around."
    return ""


class DatasetChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 3: an existing dataset (`datastore` is empty), or one to create from a datastore and a path pattern."""

    name: str = ""
    datastore: str = ""
    path: str = "/"

    def problems(self) -> tuple[Problem, ...]:
        from tui_labeler.model.patterns import pattern_problem

        problems = []
        if message := name_problem(self.name, "dataset"):
            problems.append(Problem("dataset.name", message))
        if self.datastore and (message := name_problem(self.datastore, "datastore")):
            problems.append(Problem("dataset.datastore", message))
        if message := pattern_problem(self.path):
            problems.append(Problem("dataset.path", message))
        return tuple(problems)


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 4: whether new images become tasks by themselves, and how often the datastore is looked at."""

    enabled: bool = False
    every: str = "1h"

    @property
    def seconds(self) -> int:
        """The interval; raises ValueError if `every` is no span of time."""
        return parse_duration(self.every)

    def problems(self) -> tuple[Problem, ...]:
        try:
            seconds = self.seconds
        except ValueError as error:
            return (Problem("refresh.every", str(error)),)
        if not 30 <= seconds <= 30 * 86400:
            return (Problem("refresh.every", "The interval is at least 30s and at most 30d."),)
        return ()


class Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Step 5: the label classes, subclasses as `animal/dog`. The first nine answer to the digit keys. `colours` has the
    numbers (from 0) of those colours of the theme that do not come by a class's place in the list."""

    names: tuple[str, ...] = ()
    colours: dict[str, int] = {}

    def problems(self) -> tuple[Problem, ...]:
        problems = [Problem("classes.names", message, row) for row, message in classes_problems(self.names)]
        for name, number in self.colours.items():
            if name not in self.names:
                problems.append(Problem("classes.colours", f"“{name[:60]}” is not one of the label classes."))
            elif not 0 <= number < MOST_COLOURS:
                problems.append(Problem("classes.colours", f"Colours have numbers from 0 to {MOST_COLOURS - 1}."))
        return tuple(problems)

    @property
    def colour_numbers(self) -> tuple[int, ...]:
        """The number of each class's colour, in the order of the names; no two are alike unless it is asked for."""
        taken = set(self.colours.values())
        numbers = []
        for index, name in enumerate(self.names):
            number = self.colours.get(name, index)
            if name not in self.colours and number in taken:
                number = next(free for free in range(MOST_COLOURS + len(self.names)) if free not in taken)
            taken.add(number)
            numbers.append(number)
        return tuple(numbers)

    def with_names(self, names: tuple[str, ...], colours: dict[str, int]) -> Classes:
        """Other names, those in `colours` with these; what comes by the place in the list anyhow is not kept."""
        if all(colours.get(name, index) == index for index, name in enumerate(names)):
            colours = {}
        return Classes(names, {name: colours[name] for name in names if name in colours})


MOST_COLOURS = 1000


class Instructions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 6: what labelers should know: a URL, or Markdown."""

    url: str = ""
    text: str = ""

    def problems(self) -> tuple[Problem, ...]:
        if self.url and not (self.url.startswith(("https://", "http://")) and self.url.isprintable()):
            return (Problem("instructions.url", "The instruction URL begins with https:// or http://."),)
        if self.url and (kind := credential_in(self.url)[0]):
            text = f"The instruction URL holds {kind}, and would be kept: every labeler has to open it without."
            return (Problem("instructions.url", text),)
        if len(self.text) > 200_000:
            return (Problem("instructions.text", "The instructions are longer than 200,000 characters."),)
        return ()


class TaskOrder(StrEnum):
    """Which task a labeler is given next: the next one, or (with ML assist) the one whose proposal is least sure."""

    GIVEN = "given"
    UNSURE = "unsure"


class Assist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 7: ML-assisted labeling. `engine` makes the proposals; `model` is the file of one that was trained elsewhere
    with the names of its `classes` in the model's order, or the address of an ML backend. Proposals below the confidence
    `least` are never shown; from which one they are worth showing is found out in the project itself. `compute` is where
    Azure ML trains on exports."""

    enabled: bool = False
    engine: str = "pretrained"
    order: TaskOrder = TaskOrder.GIVEN
    least: float = 0.0
    model: str = ""
    classes: tuple[str, ...] = ()
    compute: str = ""

    @property
    def unsure_first(self) -> bool:
        return self.enabled and self.order is TaskOrder.UNSURE

    def problems(self) -> tuple[Problem, ...]:
        problems = []
        if self.enabled and not self.engine.strip():
            problems.append(Problem("assist.engine", "ML assist needs an engine: pretrained, fewshot, or onnx."))
        if not 0.0 <= self.least < 1.0:
            problems.append(Problem("assist.least", "The least confidence is from 0 to below 1 (0 % to below 100 %)."))
        if self.enabled and self.engine == "onnx" and (not self.model or backends.is_backend(self.model)):
            mend = "Take one over with: tui-labeler assist use FILE."
            problems.append(Problem("assist.model", f"The engine onnx needs a model file. {mend}"))
        if self.enabled and self.engine == backends.ENGINE:
            problems += [Problem("assist.model", text) for text in backends.address_problems(self.model)]
        return tuple(problems)


class ProjectSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A project as it is asked for: the seven steps in Azure ML's order."""

    details: Details = Details()
    workforce: Workforce = Workforce()
    dataset: DatasetChoice = DatasetChoice()
    refresh: Refresh = Refresh()
    classes: Classes = Classes()
    instructions: Instructions = Instructions()
    assist: Assist = Assist()

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in the order of the steps; empty means that the project can be created."""
        steps = (
            self.details,
            self.workforce,
            self.dataset,
            self.refresh,
            self.classes,
            self.instructions,
            self.assist,
        )
        return tuple(problem for step in steps for problem in step.problems())
