"""A project in few lines, for where a screen has no room for more: what is left, who labels, which classes, what helps."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from textual.content import Content

from tui_labeler.model.assist import AssistState
from tui_labeler.model.pace import about_text, hours_left, left_to_do
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.text import cell_width, fitted, plural, safe_text
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.screens.project.assist import assist_line
from tui_labeler.tui.states import COLOURS, counts, project_state

_QUIET = "$foreground 60%"
_NAME = 12  # cells before what a line says
_LONGEST = 24  # cells of a class or a labeler


class Glance(msgspec.Struct, frozen=True):
    """What is known of a project at once."""

    status: Status
    spec: ProjectSpec
    newest: ExportResult | None
    images_an_hour: float
    assist: AssistState


def rest_line(glance: Glance) -> str:
    """How many images are left, and how long they take."""
    left = left_to_do(glance.status)
    if not left:
        return "nothing left to label"
    hours = hours_left(glance.status, glance.spec.workforce, glance.images_an_hour)
    return f"{left:,} left · " + (f"about {about_text(hours)}" if hours is not None else "nobody labeled in 24 hours")


def glance_lines(glance: Glance, width: int) -> list[Content]:
    """Five lines of at most `width` cells."""
    status, spec = glance.status, glance.spec
    words, colour = project_state(status)
    name = fitted(safe_text(spec.details.name), max(12, width - 2 - cell_width(words)))
    states = [(f"■ {state.caption} ", f"{count:,}", f"${COLOURS[state]}") for state, count in counts(status) if count]
    classes = [
        (f"■ {safe_text(label, _LONGEST)} ", f"{status.classes.get(label, 0):,}", class_style(index))
        for index, label in enumerate(spec.classes.names)
    ]
    labelers = sorted(((count, who) for who, count in status.labelers.items() if count), reverse=True)
    people = [(f"{safe_text(who, _LONGEST)} ", f"{count:,}", "$foreground") for count, who in labelers]
    assist = assist_line(spec, glance.assist, width - _NAME).plain.removeprefix("ML assist ")
    assist = assist or ("on, nothing trained yet" if spec.assist.enabled else "off")
    return [
        Content.assemble((name, "bold"), "  ", (words, f"$text-{colour}")),
        _line("To do", [(rest_line(glance), "", "$foreground")], width),
        _line("Images", states or [("none", "", _QUIET)], width),
        _line("Classes", classes if status.classes else [(_no_labels(spec), "", _QUIET)], width),
        _line("Labelers", people or [("nobody yet", "", _QUIET)], width),
        _line("ML assist", [(assist, "", "$foreground")], width),
    ]


def _no_labels(spec: ProjectSpec) -> str:
    return f"{plural(len(spec.classes.names), 'class', 'classes')}, no labels yet"


def _line(name: str, parts: Iterable[tuple[str, str, str]], width: int) -> Content:
    """As many parts as there is room for, and how many there are besides; a part is (words, number, colour of the first
    character)."""
    parts = list(parts)
    line, room = Content.assemble((name.ljust(_NAME), _QUIET)), width
    for at, (words, number, style) in enumerate(parts):
        part = Content.assemble((words[:1], style), words[1:], (number, "bold"))
        rest = len(parts) - at - 1
        more = len(f"  and {rest:,} more") if rest else 0
        if line.cell_length + part.cell_length + 3 * bool(at) + more > room and at:
            return Content.assemble(line, (f"  and {rest + 1:,} more", _QUIET))
        line = Content.assemble(line, "   " * bool(at), part)
    return line
