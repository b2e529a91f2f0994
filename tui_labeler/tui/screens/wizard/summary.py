"""What was said so far, in words; it stands beside the wizard's steps where there is room."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import fitted, plural, safe_text
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.linebreaks import break_lines
from tui_labeler.tui.screens.wizard.assist import assist_text
from tui_labeler.tui.widgets.qualityrules import rules_text

_KEY = 14
_MOST_CLASSES = 18
# The step, from 0, that each row belongs to.
_STEPS = {
    "Name": 0,
    "Task type": 0,
    "Workforce": 1,
    "Quality": 1,
    "Dataset": 2,
    "Images": 2,
    "Refresh": 3,
    "Classes": 4,
    "Instructions": 5,
    "ML assist": 6,
}


def specification_rows(spec: ProjectSpec, matched: str) -> dict[str, str]:
    """What a specification says, by the rows' titles, but for the classes; empty where nothing was chosen. `matched`: how
    many images the dataset has."""
    force, dataset, text = spec.workforce, spec.dataset, spec.instructions
    named = ", ".join(force.labelers) or "anyone who can open the workspace"
    who = f"vendor {force.vendor}" if force.vendor else named
    source = f", new, from {dataset.datastore}, path {dataset.path}" if dataset.datastore else ", which exists"
    lines = len(text.text.splitlines())
    return {
        "Name": safe_text(spec.details.name, 300),
        "Task type": spec.details.type.caption,
        "Workforce": safe_text(who, 200),
        "Quality": safe_text("; ".join(f"{what.lower()}: {how}" for what, how in rules_text(force)), 300),
        "Dataset": safe_text(dataset.name + source, 200),
        "Images": matched,
        "Refresh": f"every {safe_text(spec.refresh.every, 40)}" if spec.refresh.enabled else "off",
        "Instructions": safe_text(text.url, 100) if text.url else plural(lines, "line") if lines else "none",
        "ML assist": safe_text(assist_text(spec.assist), 60),
    }


class Summary(Static):
    """A row for each thing that was chosen; what is still to come is a dash."""

    def show(self, spec: ProjectSpec, matched: str, reached: int) -> None:
        """`reached`: the furthest step, from 0, that was come to."""
        rows = specification_rows(spec, matched)
        lines = [Content.styled("The project so far", "bold")]
        for title, step in _STEPS.items():
            value: Content | str = self._class_lines(spec) if title == "Classes" else rows[title]
            if title in ("Dataset", "Images") and not spec.dataset.name:
                value = ""
            if step > reached:
                value = ""
            if value or title != "Quality":
                row = Content.assemble((title.ljust(_KEY), "$foreground 60%"), value or ("–", "$foreground 65%"))
                is_one_line = isinstance(value, str) and self.size.width > 2 * _KEY
                lines.append(break_lines(row, self.size.width, _KEY) if is_one_line else row)
        self.update(Content("\n").join(lines))

    def _class_lines(self, spec: ProjectSpec) -> Content:
        """One below the other, in their colours."""
        names = spec.classes.names
        shown = [
            Content.assemble(("■ ", class_style(index)), fitted(name, 40))
            for index, name in enumerate(names[:_MOST_CLASSES])
        ]
        if (more := len(names) - _MOST_CLASSES) > 0:
            shown.append(Content(f"and {more:,} more"))
        return Content("\n" + " " * _KEY).join(shown)
