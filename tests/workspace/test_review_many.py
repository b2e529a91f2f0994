"""Many images that are put into review at once: a few at a time, so that nobody waits for all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workspace.conftest import COKE
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.store import reviews
from tui_labeler.workspace import Workspace, review

NAMES = [f"image_{number:05d}.jpg" for number in range(4)]


def test_what_was_interrupted_stands_and_goes_on(
    workspace: Workspace, open_workspace: Callable[[], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_ADDED_AT_ONCE", 1)
    for name in NAMES[:3]:
        workspace.queue.submit(workspace.tasks.get("soda", name), "ann", COKE)
    mistakes = [Mistake(name, MistakeKind.MISSING, 0.9, "nothing there") for name in NAMES]
    begin, begun = reviews.begin, []

    def killed_at_the_third(*values: object) -> None:
        begun.append(values)
        if len(begun) == 3:
            raise MemoryError
        begin(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(reviews, "begin", killed_at_the_third)
    with pytest.raises(MemoryError):
        workspace.review.add("soda", mistakes)
    colleague = open_workspace()
    assert [item.path for item in colleague.review.waiting("soda", "rae", 9)] == NAMES[:2]
    assert colleague.review.add("soda", mistakes) == 3, "the last one has no labels"
    assert [item.path for item in colleague.review.waiting("soda", "rae", 9)] == NAMES[:3]
