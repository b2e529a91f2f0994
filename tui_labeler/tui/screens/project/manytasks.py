"""What is done to many rows of the Data tab at once: chosen, counted, asked, done, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.model.edits import CLASS_EDITS, EditKind, EditRecord, TaskEdit
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.text import fitted, plural, safe_text
from tui_labeler.tui.dialogs import Confirm, JobDialog, Pick
from tui_labeler.tui.flows.takeback import take_back_edit
from tui_labeler.tui.screens.findclass import FindClass
from tui_labeler.tui.screens.project.pane import PaneHost

_KINDS = {
    EditKind.SKIP: "Skip",
    EditKind.REOPEN: "Reopen: completed ones need review, skipped ones wait",
    EditKind.UNLABEL: "Delete labels: wait for new ones, as at first",
    EditKind.RECLASS: "Change a class …",
}
_YES = {
    EditKind.SKIP: "Skip",
    EditKind.REOPEN: "Reopen",
    EditKind.UNLABEL: "Delete labels",
    EditKind.RECLASS: "Change class",
}


async def change_many(host: PaneHost, choice: TaskFilter | Sequence[int], about: str) -> str:
    """Asks what to do to the tasks (`about` says which), tells how many it would be, and does it: what was done; empty
    where nothing was. Await it in a worker."""
    kind = await host.app.push_screen_wait(Pick(about, {kind.value: text for kind, text in _KINDS.items()}))
    if kind is None:
        return ""
    by_class = isinstance(choice, TaskFilter) and choice.class_name
    edit = TaskEdit(EditKind(kind), class_edit=host.class_edit if by_class else None)
    if edit.kind is EditKind.RECLASS:
        known, names = host.class_edit, await _classes(host)
        if names is None:
            return ""
        edit = TaskEdit(EditKind.RECLASS, *names, class_edit=known)
    edits, project, who = host.workspace.edits, host.project, host.services.labeler
    expected = await host.app.push_screen_wait(
        JobDialog[EditRecord]("Counting", lambda tell: edits.preview(project, choice, edit, who, tell))
    )
    if isinstance(expected, LabelerError):
        host.show_error(expected)
        return ""
    if expected is None:
        return ""
    if not expected.images:
        return f"Nothing to do: none of them would change. {_passed(expected)}".rstrip()
    if not await host.app.push_screen_wait(Confirm(f"{_YES[edit.kind]}?", _question(expected), _YES[edit.kind])):
        return ""
    record = await host.app.push_screen_wait(
        JobDialog[EditRecord](_YES[edit.kind], lambda tell: edits.apply(project, choice, edit, who, tell))
    )
    if isinstance(record, LabelerError):
        host.show_error(record)
        return ""
    return f"{record.words}. {_passed(record)}⌫ takes it back" if record is not None else ""


def _question(expected: EditRecord) -> str:
    labels = f", {plural(expected.labels, 'label')} on them" if expected.labels else ""
    return f"{plural(expected.images, 'image')} would change{labels}. {_passed(expected)}⌫ takes it back."


def _passed(record: EditRecord) -> str:
    return f"{plural(record.passed, 'image')} open at someone stay as they are. " if record.passed else ""


async def _classes(host: PaneHost) -> tuple[str, str] | None:
    """Which class becomes which."""
    assert host.spec is not None
    names = host.spec.classes.names
    old = await host.app.push_screen_wait(FindClass(names, "Change which class?"))
    if old is None:
        return None
    title = f"“{fitted(safe_text(names[old]), 30)}” becomes"
    new = await host.app.push_screen_wait(FindClass(names, title, but=names[old]))
    return None if new is None else (names[old], names[new])


async def take_back(host: PaneHost) -> str:
    """Takes the newest of such changes back: what came of it. Await it in a worker."""
    records = await host.ask(host.workspace.edits.records, host.project)
    standing = [record for record in records or () if not record.undone and record.kind not in CLASS_EDITS]
    if not standing:
        return "Nothing was done to many images that can be taken back."
    return await take_back_edit(host, standing[0])
