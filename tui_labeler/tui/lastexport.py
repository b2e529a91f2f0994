"""What was exported of a project the last time, which is what one key exports again."""

from __future__ import annotations

import msgspec

from tui_labeler.model.transfers import ExportChoice, export_memo
from tui_labeler.workspace import Workspace


def last_export(workspace: Workspace, project: str) -> ExportChoice:
    """What was chosen the last time, with the names that its classes have now, else Azure ML's format and every completed
    label. Reads the database."""
    try:
        chosen = msgspec.json.decode(workspace.memory.recall(export_memo(project)) or "{}", type=ExportChoice)
    except msgspec.DecodeError:
        return ExportChoice()  # an older version's
    names = chosen.options.classes
    if not names:
        return chosen
    class_list = workspace.queue.class_list(project)
    became = class_list.since(chosen.options.class_edit, names)
    now = tuple(dict.fromkeys(filter(None, (became.get(name, name) for name in names))))
    options = msgspec.structs.replace(chosen.options, classes=now, class_edit=class_list.edit)
    return msgspec.structs.replace(chosen, options=options)


def remember_export(workspace: Workspace, project: str, chosen: ExportChoice) -> None:
    """Durable when it returns."""
    workspace.memory.remember(export_memo(project), msgspec.json.encode(chosen).decode())


def export_title(workspace: Workspace, chosen: ExportChoice) -> str:
    """What one key does: `Export (CSV)`."""
    info = workspace.exchange.format(chosen.format)
    return f"Export ({chosen.caption((info,) if info is not None else ())})"
