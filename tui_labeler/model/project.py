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
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.names import name_problem
from tui_labeler.model.problem import Problem
from tui_labeler.model.workforce import Workforce


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

    @property
    def has_polygons(self) -> bool:
        """Whether its regions are polygons instead of boxes."""
        return self is TaskType.SEGMENTATION

    @property
    def is_multiclass(self) -> bool:
        """Whether an image has exactly one class."""
        return self is TaskType.CLASSIFICATION


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


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 1: what the project is called, and what labelers do."""

    name: str = ""
    type: TaskType = TaskType.DETECTION

    def problems(self) -> tuple[Problem, ...]:
        message = name_problem(self.name, "project")
        return (Problem("details.name", message),) if message else ()


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
    Azure ML trains on exports; `segmenter` the folder with the files of a model that outlines what is pointed at."""

    enabled: bool = False
    engine: str = "pretrained"
    order: TaskOrder = TaskOrder.GIVEN
    least: float = 0.0
    model: str = ""
    classes: tuple[str, ...] = ()
    compute: str = ""
    segmenter: str = ""

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


def changed_since(spec: ProjectSpec, made_from: ProjectSpec, now: ProjectSpec) -> ProjectSpec:
    """`now`, with the steps in which `spec` differs from what it was made from. Raises NotAllowed where classes are among
    them that are others by now."""
    asked, before = ({name: getattr(one, name) for name in one.__struct_fields__} for one in (spec, made_from))
    steps = {name: step for name, step in asked.items() if step != before[name]}
    if "classes" in steps and now.classes != made_from.classes:
        raise NotAllowed(f"The label classes of “{now.details.name}” were changed meanwhile.", "Look at them again.")
    return msgspec.structs.replace(now, **steps)
