"""The fields of what a project asks for beside one person's word: several labelers, review, known images, a quota."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.widgets.fields import Field

RULES = ("labels", "labels_share", "review", "reviewers", "gold_every", "quota")
"""The fields of a workforce that are filled in here."""
# What stands in the field of a rule that is not used.
_UNUSED = {"labels": 1, "gold_every": 0, "quota": 0}


class QualityRules(Vertical):
    """`fill` shows, `read` takes; the form's own error line of each rule stands below its field."""

    DEFAULT_CSS = """
    QualityRules { height: auto; }
    QualityRules .line { height: 1; width: 100%; align-horizontal: left; }
    QualityRules .line Static { width: auto; height: 1; }
    QualityRules .line .name { width: 18; }
    QualityRules .line Input { width: 7; margin: 0 1 0 0; }
    QualityRules .line #reviewers { width: 1fr; max-width: 40; margin: 0; }
    QualityRules #several { width: 1fr; height: 1; }
    """

    class Changed(Message):
        """A person typed."""

    def __init__(self, errors: Mapping[str, Static]) -> None:
        """`errors`: a line for each of `RULES`."""
        super().__init__()
        self._errors = errors
        self._filled = Workforce()

    def compose(self) -> ComposeResult:
        with Horizontal(classes="line"):
            yield Static("Labels per image", classes="name")
            yield Field(id="labels")
            with Horizontal(id="several"):
                yield Static("for ", classes="hint")
                yield Field(id="labels_share")
                yield Static("% of all", classes="hint")
            yield Static("by different people", classes="hint", id="single")
        yield self._errors["labels"]
        yield self._errors["labels_share"]
        with Horizontal(classes="line"):
            yield Static("Review", classes="name")
            yield Field(id="review")
            yield Static("% of images", classes="hint")
        yield self._errors["review"]
        with Horizontal(classes="line", id="reviewed"):
            yield Static("Reviewers", classes="name")
            yield Field(placeholder="anyone else", id="reviewers")
        yield self._errors["reviewers"]
        with Horizontal(classes="line"):
            yield Static("Known image every", classes="name")
            yield Field(id="gold_every")
            yield Static("images; 0: never", classes="hint")
        yield self._errors["gold_every"]
        with Horizontal(classes="line"):
            yield Static("Most per labeler", classes="name")
            yield Field(id="quota")
            yield Static("images; 0: no limit", classes="hint")
        yield self._errors["quota"]

    def fill(self, workforce: Workforce) -> None:
        self._filled = workforce
        for name in _UNUSED:
            count = getattr(workforce, name)
            self._field(name).value = f"{count}" if count >= 0 else ""
        for name in ("labels_share", "review"):
            share = getattr(workforce, name)
            self._field(name).value = f"{share * 100:g}" if share >= 0 else ""
        self._field("reviewers").value = ", ".join(workforce.reviewers)
        self._show()

    def read(self) -> dict[str, object]:
        """What was typed, by the names of a workforce's fields. What is no number is a value that no project takes."""
        rules: dict[str, object] = {name: _number(self._field(name).value, unused) for name, unused in _UNUSED.items()}
        rules["review"] = _share(self._field("review").value, 0.0)
        # What is not shown is not asked either.
        shown = rules["labels"] != 1
        rules["labels_share"] = _share(self._field("labels_share").value, 1.0) if shown else self._filled.labels_share
        names = (name.strip() for name in self._field("reviewers").value.split(","))
        rules["reviewers"] = tuple(name for name in names if name) if rules["review"] else self._filled.reviewers
        return rules

    def applied(self, workforce: Workforce) -> Workforce:
        """This workforce under the rules that were typed."""
        return msgspec.structs.replace(workforce, **self.read())

    def _field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _show(self) -> None:
        """What matters only with several labelers, or with review, is shown only with them."""
        rules = self.read()
        self.query_one("#several").display = rules["labels"] != 1
        self.query_one("#single").display = rules["labels"] == 1
        self.query_one("#reviewed").display = rules["review"] != 0

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()
        self.post_message(self.Changed())


def _number(typed: str, unused: int) -> int:
    """A whole number; -1 for what is none."""
    try:
        return int(typed.strip() or unused)
    except ValueError:
        return -1


def _share(typed: str, unused: float) -> float:
    """Per cent as a share; -1 for what is no number."""
    text = typed.strip().rstrip("%").strip().replace(",", ".")
    try:
        return round(float(text) / 100, 6) if text else unused
    except ValueError:
        return -1.0


def rules_text(workforce: Workforce) -> tuple[tuple[str, str], ...]:
    """(what, how) of each rule that is used, for who looks at a project."""
    rows = []
    if workforce.labels > 1:
        share = "" if workforce.labels_share == 1 else f", for {workforce.labels_share * 100:g}% of all"
        rows.append(("Labels", f"{workforce.labels} per image{share}"))
    if workforce.review:
        names = ", ".join(workforce.reviewers) or "whoever did not label it"
        rows.append(("Review", f"{workforce.review * 100:g}%, by {names}"))
    if workforce.gold_every:
        rows.append(("Known images", f"about every {workforce.gold_every:,}th"))
    if workforce.quota:
        rows.append(("Quota", f"{workforce.quota:,} images per labeler"))
    return tuple(rows)
