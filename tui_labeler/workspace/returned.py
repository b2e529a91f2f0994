"""Images that wait for review again, after a reviewer gave them back."""

from __future__ import annotations

import msgspec

from tui_labeler.model.review import GivenBack, ReviewItem
from tui_labeler.store import reviews
from tui_labeler.store.database import Transaction


def with_return(tx: Transaction, item: ReviewItem) -> ReviewItem:
    """The same, with what was asked for when the image went back, and what was made of it."""
    from tui_labeler.quality.changes import changed_regions, changes

    if (given := reviews.last_return(tx, item.task_id)) is None:
        return item
    event, before = given
    summary, changed = changes(before, item.labels).words, changed_regions(before, item.labels)
    return msgspec.structs.replace(item, given_back=GivenBack(event.who, event.comment, before, summary, changed))
