"""A few images of a project beside each other, with their labels: what it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.regions import Labels

if TYPE_CHECKING:
    from tui_labeler.tui.widgets.thumbnail import Thumbnail

SAMPLES = 3

Sample = tuple[Callable[[], bytes], Labels | None]
"""What reads the bytes of an image, and its labels."""


class Samples(Horizontal):
    """Takes the room that it is given, in equal parts."""

    DEFAULT_CSS = "Samples > Thumbnail { width: 1fr; height: 100%; margin-right: 1; }"

    async def show(self, samples: Sequence[Sample], names: tuple[str, ...]) -> None:
        """At most `SAMPLES` of them; `names` are the classes, whose places give the colours."""
        from tui_labeler.tui.widgets.thumbnail import Thumbnail  # what draws is not there for the first frame

        if not self.query(Thumbnail):
            await self.mount_all(Thumbnail() for _ in range(SAMPLES))
        laid_out = asyncio.Event()
        self.call_after_refresh(laid_out.set)
        await laid_out.wait()
        places = list(self.query(Thumbnail))
        for place in places[len(samples) :]:
            place.update("")
        await asyncio.gather(*(self._draw(*each, names) for each in zip(places, samples, strict=False)))

    async def _draw(self, place: Thumbnail, sample: Sample, names: tuple[str, ...]) -> None:
        read, labels = sample
        try:
            await place.draw(read, labels, names)
        except LabelerError:  # the project's own screens say what is the matter, and what mends it
            if place.is_attached:
                place.update(Content.styled("no image", "$foreground 60%"))
