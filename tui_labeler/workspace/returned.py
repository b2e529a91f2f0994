"""Images that wait for review again, after a reviewer gave them back."""

from __future__ import annotations

import msgspec

from tui_labeler.model.review import GivenBack, ReviewItem
from tui_labeler.store import edits, reviews
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow


def with_returns(tx: Transaction, row: ProjectRow, items: tuple[ReviewItem, ...]) -> tuple[ReviewItem, ...]:
    """The same, with what was asked for where an image went back, and what was made of it: a class that has another name
    since is no change. One way to the server, and two more for each of them once classes were edited."""
    from tui_labeler.quality.changes import changed_regions, changes

    returns = reviews.last_returns(tx, [item.task_id for item in items])

    def completed(item: ReviewItem) -> ReviewItem:
        if item.task_id not in returns:
            return item
        event, before = returns[item.task_id]
        if row.class_edit:
            before = edits.as_now(tx, row, before, edits.last_class_edit(tx, row.id, event.at))
        summary, changed = changes(before, item.labels).words, changed_regions(before, item.labels)
        return msgspec.structs.replace(item, given_back=GivenBack(event.who, event.comment, before, summary, changed))

    return tuple(map(completed, items))
