"""Some images of a project with their labels, where a screen has room left for them."""

from __future__ import annotations

from functools import partial
from typing import cast

from textual.geometry import Size

from tui_labeler.model.errors import NotFound
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.tui.screens.base import LabelerScreen, is_shown
from tui_labeler.tui.widgets.samples import SAMPLES, Sample, Samples
from tui_labeler.tui.workers import work


class ProjectSamples(Samples):
    """The first images that have labels, or the first ones. Read once, and again for another project, other classes or
    another size."""

    _seen: tuple[str, tuple[str, ...], bool, Size] | None = None

    @work(exclusive=True, group="picture")
    async def show_project(self, project: str, names: tuple[str, ...], has_labels: bool) -> None:
        """`names` are its classes."""
        asked = (project, names, has_labels, self.size)
        if not is_shown(self) or not self.size.area or asked == self._seen:
            return
        self._seen = None  # until they are drawn: asked for once more meanwhile, this work ends unfinished
        screen = cast("LabelerScreen[None]", self.screen)
        samples = await screen.ask(self._read, project, has_labels)
        if samples and self.is_attached:
            await self.show(samples, names)
        self._seen = asked

    def _read(self, project: str, has_labels: bool) -> list[Sample]:
        space = cast("LabelerScreen[None]", self.screen).workspace
        try:
            tasks = space.tasks.page(project, TaskFilter(state=TaskState.COMPLETED if has_labels else None), 0, SAMPLES)
        except NotFound:
            return []  # deleted meanwhile
        labeled = space.tasks.counting(tasks)
        return [
            (
                partial(space.tasks.read_image, project, task.path),
                labeled[task.id].labels if task.id in labeled else None,
            )
            for task in tasks
        ]
