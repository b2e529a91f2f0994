"""The last look before a project is created: everything once, and what is still wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui.screens.wizard.step import StepPane

_WIDTH = 14


class ReviewStep(StepPane):
    """Read only; Next creates."""

    NAME = "Review and create"

    def compose_fields(self) -> ComposeResult:
        yield Static("", id="summary")
        yield Static("", classes="error", id="open")

    def fill(self, spec: ProjectSpec) -> None:
        force, dataset, text = spec.workforce, spec.dataset, spec.instructions
        who = f"Vendor {force.vendor}" if force.vendor else ", ".join(force.labelers) or "anyone"
        place = f"  from {dataset.datastore}, path {dataset.path}" if dataset.datastore else "  (exists)"
        lines = len(text.text.splitlines())
        rows: list[tuple[str, Content | str]] = [
            ("Name", safe_text(spec.details.name)),
            ("Task type", spec.details.type.caption),
            ("Workforce", safe_text(who, 200)),
            ("Dataset", safe_text(dataset.name + place, 200)),
            ("Refresh", f"every {safe_text(spec.refresh.every)}" if spec.refresh.enabled else "off"),
            ("Classes", _classes(spec)),
            ("Instructions", safe_text(text.url, 100) if text.url else f"{lines} lines" if lines else "none"),
            ("ML assist", "on" if spec.assist.enabled else "off"),
        ]
        shown = [Content.assemble((key.ljust(_WIDTH), "$foreground 60%"), value) for key, value in rows]
        self.query_one("#summary", Static).update(Content("\n\n").join(shown))
        wrong = [Content(safe_text(text)) for text in self.wizard.open_problems()]
        self.query_one("#open", Static).update(Content("\n").join([Content(""), *wrong]) if wrong else Content(""))

    def focus_first(self) -> None:
        """There is nothing to fill in: the focus goes to the button that creates."""
        self.wizard.query_one("#next").focus()


def _classes(spec: ProjectSpec) -> Content:
    shown = [
        Content.assemble(("■ ", hex_colour(place)), safe_text(name, 40))
        for place, name in enumerate(spec.classes.names[:40])
    ]
    more = len(spec.classes.names) - 40
    return Content("  ").join([*shown, *([Content(f"and {more} more")] if more > 0 else [])])
