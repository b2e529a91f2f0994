"""The simulated labeler with point to box: it points, looks at what is shown, takes it or draws by corners."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.simulated import Eye, Labeler, nearest
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.model.geometry import Box


class Pointer:
    """`look` gives what stands over the image at the moment. A box is right for it where the overlap with the true one is
    at least `taken_at`; it looks at the first one and at `more` others before it draws by corners."""

    def __init__(
        self, look: Callable[[], Overlay], taken_at: float = 0.8, more: int = 2, eye: Eye | None = None
    ) -> None:
        self._look, self._taken_at, self._more, self._eye = look, taken_at, more, eye
        self._corners = Labeler(look, correct=False, eye=eye)
        self.taken = self.refused = self.looks = 0

    def draw(self, box: Box) -> Iterator[str]:
        """The keys of one box; the caller presses each before it asks for the next. A box that is taken stays for the
        next letter to take, or for Enter after the last one of an image."""
        middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        point_at = self._eye.places(middle) if self._eye is not None else lambda seen: middle
        begun = False
        while not begun or (seen := self._look()).band is None:
            seen = self._look()
            yield nearest(seen.letters, point_at(seen))
            begun = True
        first = seen.band
        for tried in range(self._more + 1):
            shown = self._look().band
            assert shown is not None
            if tried and shown == first:
                break  # there are no others
            self.looks += 1
            if shown.iou(box) >= self._taken_at:
                self.taken += 1
                return
            if tried < self._more:
                yield "tab"
        self.refused += 1
        yield "escape"
        yield from self._corners.draw(box)
