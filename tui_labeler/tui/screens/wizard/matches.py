"""What a datastore and a path hold: counted as one types, with a few names and small pictures."""

from __future__ import annotations

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import DatasetFiles
from tui_labeler.model.text import plural, safe_text, size_text
from tui_labeler.tui.jobs import Job
from tui_labeler.tui.screens.base import is_shown
from tui_labeler.tui.widgets.thumbnail import Thumbnail
from tui_labeler.tui.workers import work
from tui_labeler.workspace import Workspace

_PICTURES = 3  # beside each other, and named
_TALL, _TWO_ROWS = 34, 46  # rows of the screen
_BREATH = 0.2  # seconds after a key before anything is counted


class Matches(Vertical):
    """Counts in a thread; what is looked for next ends a count that is under way. `Looked` says that one ended."""

    class Looked(Message):
        """There is something to be found."""

    def __init__(self) -> None:
        super().__init__()
        self._workspace: Workspace | None = None
        self._job: Job[DatasetFiles] | None = None
        # (datastore, path) that was looked at last, and what was found there or why nothing can be.
        self._seen: tuple[str, str] | None = None
        self._found: DatasetFiles | LabelerError | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="confirm"):
            yield Static("3 Confirm", id="confirm-title")
            yield Static("", id="matches")
        for number in (1, 2):
            with Horizontal(classes=f"pictures row-{number}"):
                for _ in range(_PICTURES):
                    yield Thumbnail(classes="picture")

    def found(self, datastore: str, path: str) -> DatasetFiles | LabelerError | None:
        """What is there, or why nothing can be; None while that is not known."""
        return self._found if self._seen == (datastore, path) else None

    def set_title(self, text: str) -> None:
        self.query_one("#confirm-title", Static).update(text)

    def say(self, text: str) -> None:
        """Instead of what was found, which counts no longer."""
        if self._job is not None:
            self._job.cancel()
        self._seen = self._found = None
        self._clear_pictures()
        self.query_one("#matches", Static).update(Content(safe_text(text, 300)))

    @work(exclusive=True, group="preview")
    async def look(self, workspace: Workspace, datastore: str, path: str) -> None:
        """Counts what matches `path`, unless that is what was looked at last."""
        if self._job is not None:
            self._job.cancel()
        if (datastore, path) == self._seen:
            return
        self._workspace, self._seen, self._found = workspace, None, None
        await asyncio.sleep(_BREATH)
        self._job = job = Job(lambda tell: workspace.datasets.preview(datastore, path, tell))
        self.query_one("#matches", Static).update(Content.styled("Looking…", "$foreground 60%"))
        result: DatasetFiles | LabelerError
        try:
            result = await asyncio.to_thread(job.run)
        except LabelerError as error:
            result = error
        if job.cancelled or not self.is_attached:
            return
        self._seen, self._found = (datastore, path), result
        await self._show(result)
        self.post_message(self.Looked())

    async def _show(self, result: DatasetFiles | LabelerError) -> None:
        matches = self.query_one("#matches", Static)
        matches.set_class(not isinstance(result, LabelerError), "-found")
        if isinstance(result, LabelerError):
            matches.update("–")  # what is wrong stands at the datastore
            self._clear_pictures()
        else:
            matches.update(_words(result))
            await self._draw()

    # Pictures

    def on_show(self) -> None:
        self._redraw()

    def on_resize(self) -> None:
        self.set_class(self.screen.size.height >= _TALL, "-tall")
        self.set_class(self.screen.size.height >= _TWO_ROWS, "-two-rows")
        self._redraw()

    @work(exclusive=True, group="draw")
    async def _redraw(self) -> None:
        await asyncio.sleep(0.1)
        await self._draw()

    def _clear_pictures(self) -> None:
        for picture in self.query(Thumbnail):
            picture.update("")

    async def _draw(self) -> None:
        """Small pictures of a few files, as large as there is room for."""
        result, seen, workspace = self._found, self._seen, self._workspace
        self._clear_pictures()
        if not isinstance(result, DatasetFiles) or seen is None or workspace is None:
            return
        pictures = [picture for picture in self.query(Thumbnail) if is_shown(picture)]
        # Columns share what is left over; there are none once the screen is being left.
        size = min((picture.size for picture in pictures), key=lambda size: size.width, default=Size(0, 0))
        if not size.width:
            return  # not shown now; drawn when it is
        for picture, path in zip(pictures, result.examples, strict=False):
            try:
                await picture.draw(partial(workspace.datasets.read_file, seen[0], path), within=size)
            except LabelerError as error:
                if self.is_attached:
                    picture.update(Content.styled(safe_text(error, 120), "$foreground 60%"))


def _words(matched: DatasetFiles) -> Content:
    if not matched.files:
        return Content("–")  # what is wrong stands at the path
    lines = [Content.assemble((plural(matched.files, "image"), "bold $text-success"), f", {size_text(matched.bytes)}")]
    shown = ", ".join(safe_text(path, 30) for path in matched.examples[:_PICTURES])
    lines.append(Content.styled(shown, "$foreground 60%"))
    if matched.others or matched.unusable:
        passed = f"{plural(matched.others, 'other file')}, {matched.unusable} that cannot be used"
        lines.append(Content.styled(f"Passed over: {passed}", "$foreground 60%"))
    return Content("\n").join(lines)
