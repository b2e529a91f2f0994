"""How many drafts use a class: what labelers have drawn and not submitted counts nowhere, and goes with it all the same."""

from __future__ import annotations

from tui_labeler.model.geometry import Size
from tui_labeler.model.tasks import KeptDraft
from tui_labeler.store import drafts, edits
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow


def drafts_using(tx: Transaction, row: ProjectRow, name: str) -> int:
    """Of those that are in the workspace: what waits on a labeler's own machine is not known."""
    from tui_labeler.labeling.draft import decode
    from tui_labeler.labeling.renamed import kept_as_now

    class_list = edits.class_list(tx, row)

    def uses(kept: KeptDraft) -> bool:
        draft = decode(kept_as_now(kept, class_list).body)
        return draft is not None and name in draft.labels(Size(1, 1)).class_counts()

    return sum(map(uses, drafts.of_project(tx, row.id)))
