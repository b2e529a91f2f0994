"""What was begun under former names of classes, under the names of now."""

from __future__ import annotations

import msgspec

from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.classlist import ClassList, lost_words
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.edits import recast
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import KeptDraft


def draft_as_now(draft: Draft, class_list: ClassList, class_edit: int | None) -> Draft:
    """A draft of somebody who knew of edits of classes up to that one."""
    return draft.renamed(class_list.since(class_edit, draft.names))


def kept_as_now(kept: KeptDraft, class_list: ClassList) -> KeptDraft:
    """The same of one that is kept. What cannot be read stays as it is."""
    body, lost = kept.body, kept.lost
    if kept.class_edit != class_list.edit and (draft := decode(body)) is not None:
        now = draft_as_now(draft, class_list, kept.class_edit)
        body = body if now is draft else encode(now)
        counts = draft.labels(Size(1, 1)).class_counts()
        lost = lost_words(counts, class_list.since(kept.class_edit, counts)) or lost
    return KeptDraft(body, kept.label_id, class_list.edit, lost)


def contents_as_now(contents: TaskContents, class_list: ClassList) -> TaskContents:
    """What opens a task, for whoever knows a newer list of classes."""
    edit = contents.class_list.edit

    def renamed(labels: Labels) -> Labels:
        return recast(labels, class_list.since(edit, labels.class_counts()))

    if edit == class_list.edit:
        return msgspec.structs.replace(contents, class_list=class_list)
    draft, counting, prelabel = contents.draft, contents.counting, contents.prelabel
    if counting is not None and counting.labels is not None:
        counting = msgspec.structs.replace(counting, labels=renamed(counting.labels))
    if prelabel is not None:
        prelabel = msgspec.structs.replace(prelabel, labels=renamed(prelabel.labels))
    draft = kept_as_now(draft, class_list) if draft is not None else None
    return TaskContents(draft, counting, prelabel, contents.note, class_list)
