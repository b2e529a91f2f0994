"""Two people labeled one image: theirs and mine side by side, and which of them is to count."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import Submission
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.widgets.canvas import Canvas

THEIRS, MINE, BOTH = "theirs", "mine", "both"


class NewerLabelsScreen(ModalScreen[str | None]):
    """THEIRS, MINE or BOTH; None when it is left undecided. `mine` is a draft that was begun before `theirs` came.
    `picture` None: tags are compared, or the image cannot be shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "choose('theirs')", "Theirs"),
        Binding("m", "choose('mine')", "Mine"),
        Binding("b", "choose('both')", "Both"),
        Binding("escape,q", "leave", "Decide later"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    CSS_PATH = dialog_styles("newerlabels.tcss")

    def __init__(
        self, path: str, theirs: Submission, mine: Draft, names: tuple[str, ...], picture: Picture | None, mixes: bool
    ) -> None:
        """`mixes`: whether labels of both can stand on one image."""
        super().__init__()
        self._path, self._theirs, self._mine, self._names = path, theirs, mine, names
        self._picture, self._mixes = picture, mixes

    def compose(self) -> ComposeResult:
        theirs, mine = self._theirs.labels, self._mine
        who = safe_text(self._theirs.labeler, 40)
        skipped = "skipped" if theirs is None else _described(theirs.regions, theirs.tags)
        with Vertical(classes="dialog") as box:
            box.border_title = Content(safe_text(self._path, 60))
            yield Static(Content(f"{who} submitted labels for this image after yours were begun. Which are to count?"))
            with Horizontal(classes="pair"):
                yield from self._side(THEIRS, f"{who}: {skipped}")
                yield from self._side(MINE, f"Yours: {_described(mine.regions, mine.tags)}")
            with Horizontal(classes="buttons"):
                yield Button(Content("Theirs (t)"), id=THEIRS)
                yield Button(Content("Mine (m)"), id=MINE)
                if self._mixes:
                    yield Button(Content("Both, to edit (b)"), id=BOTH)
                yield Button(Content("Later (Esc)"), id="later")

    def _side(self, which: str, title: str) -> ComposeResult:
        with Vertical(classes="side"):
            yield Static(Content(title))
            if self._picture is not None:
                canvas = Canvas()
                canvas.id = f"canvas-{which}"
                yield canvas

    def on_mount(self) -> None:
        self.query_one(f"#{THEIRS}", Button).focus()

    @on(Canvas.Resized)
    def _draw(self) -> None:
        theirs = self._theirs.labels.regions if self._theirs.labels else ()
        for which, regions in ((THEIRS, theirs), (MINE, self._mine.regions)):
            canvas = self.query_one(f"#canvas-{which}", Canvas)
            if self._picture is None or not canvas.size.area:
                continue
            view = View.fit(self._picture.size, canvas.size.width, canvas.size.height, grid_of_app(self))
            places = {name: class_index for class_index, name in enumerate(self._names)}
            canvas.show(self._picture, view, Overlay(tuple(Mark(region) for region in regions)), places)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(None if event.button.id == "later" else event.button.id)

    def action_choose(self, which: str) -> None:
        if which != BOTH or self._mixes:
            self.dismiss(which)

    def action_leave(self) -> None:
        self.dismiss(None)


def _described(regions: tuple[Region, ...], tags: tuple[str, ...]) -> str:
    counts = Counter(region.name for region in regions)
    parts = [f"{count} × {safe_text(name, 30)}" for name, count in counts.items()]
    return ", ".join(parts + [safe_text(tag, 30) for tag in tags]) or "nothing"


def chosen(which: str, theirs: Submission, mine: Draft) -> Draft:
    """The draft to go on with. Both: theirs, with mine added, one step of undo each."""
    if which == MINE:
        return mine
    draft = Draft.of(theirs.labels)
    if which == BOTH:
        for region in mine.regions:
            draft = draft if region in draft.regions else draft.added(region)
        draft = draft.tagged(tuple(dict.fromkeys((*draft.tags, *mine.tags))))
    return draft
