"""What the import's screen says: how it begins, what a file holds for a project, and what became of it."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.left_out import left_out_lines
from tui_labeler.model.text import fitted, padded, plural, safe_text
from tui_labeler.model.transfers import ImportPreview, ImportResult
from tui_labeler.tui.classcolours import class_style

MOST_CLASSES = 100
"""Of so many classes that the project does not have it can be said one by one what becomes of them."""
_EXAMPLES = 4
_MOST_KNOWN = 12
FILE_CLASS, _LABELS = 28, 8
"""Cells of the columns of the table of classes."""


def how() -> Content:
    text = (
        "Name a file, a folder or a zip, and press Enter: what it holds is shown before anything is written.\n\n"
        "“Format” lists what is read. An import can be taken back: F8."
    )
    return Content.styled(text, "$foreground 60%")


def summary(preview: ImportPreview, class_names: tuple[str, ...]) -> Content:
    """What a file holds; `class_names` are the project's."""
    lines: list[Content] = [
        Content.assemble(
            (plural(preview.matched, "image"), "bold $success"),
            f" of {preview.read:,} in the file are this project's, with {plural(preview.labels, 'label')}"
            f" ({preview.format})",
        )
    ]
    if preview.why:
        lines.append(Content.styled(f"Told from: {safe_text(preview.why, 90)}", "$foreground 60%"))
    if len(preview.matched_by) > 1 or "path" not in preview.matched_by:
        how = ", ".join(f"{step} {count:,}" for step, count in preview.matched_by.items())
        lines.extend([Content.styled(f"Matched by: {how}", "$foreground 60%")] if how else [])
    if preview.review:
        what = "will need review: something of them is left out"
        lines.append(Content.assemble((plural(preview.review, "image"), "$text-warning"), f" {what}"))
    if preview.empty:
        lines.append(Content(f"{plural(preview.empty, 'image')} with nothing on it"))
    if preview.labeled:
        said = f"{plural(preview.labeled, 'image')} with labels already: “Labeled images” above says whose stay"
        lines.append(Content(said))
    for count, names, what in (
        (preview.unmatched, preview.unmatched_names, "of no task of this project"),
        (preview.ambiguous, preview.ambiguous_names, "that could be more than one, left alone"),
        (preview.doubtful, preview.doubtful_names, "matched doubtfully, left alone (“Read” above takes them)"),
    ):
        if count:
            shown = ", ".join(safe_text(name, 30) for name in names[:_EXAMPLES])
            lines.append(Content.assemble((plural(count, "image"), "$text-warning"), f" {what}: {shown}"))
    for line in left_out_lines(preview.left_out, preview.places):
        lines.append(Content(f"Left out: {safe_text(line, 300)}"))
    if preview.classes or preview.unknown:
        lines += [Content(""), *_class_table(preview, class_names)]
    if preview.unknown:
        more = len(preview.unknown) - MOST_CLASSES
        rest = f" ({more:,} more are added)" if more > 0 else ""
        classes = plural(len(preview.unknown), "class", "classes")
        lines.append(Content.styled(f"{classes} that the project does not have{rest}:", "bold"))
    elif preview.matched:
        lines.append(Content.assemble("\n", ("Ctrl+S", "bold $accent"), "  imports them"))
    return Content("\n").join(lines)


def _class_table(preview: ImportPreview, names: tuple[str, ...]) -> list[Content]:
    """What becomes of the file's classes: those that the project has, and the heads of those that follow below."""
    heads = f"{'Class in the file':<{FILE_CLASS}}{'Labels':>{_LABELS}}   Class in the project"
    lines = [Content.styled(heads, "$foreground 60%")]
    for name, count in list(preview.classes.items())[:_MOST_KNOWN]:
        called = padded(fitted(name, FILE_CLASS - 2), FILE_CLASS)
        square = ("■ ", class_style(names.index(name) if name in names else -1))
        lines.append(Content.assemble(called, f"{count:>{_LABELS},}   ", square, safe_text(name, 40)))
    if (more := len(preview.classes) - _MOST_KNOWN) > 0:
        lines.append(Content.styled(f"and {more:,} more of the project's", "$foreground 60%"))
    return lines


def unknown_title(name: str, count: int) -> Content:
    """A class that the project does not have, in the columns of the table above."""
    return Content(f"{padded(fitted(name, FILE_CLASS - 2), FILE_CLASS)}{count:>{_LABELS},}")


def told(result: ImportResult, prelabel: bool) -> str:
    what = "proposed for" if prelabel else "imported into"
    parts = [f"{plural(result.labels, 'label')} {what} {plural(result.imported, 'task')}"]
    if result.added:
        parts.append(f"{plural(len(result.added), 'class', 'classes')} added")
    if result.kept:
        parts.append(f"{plural(result.kept, 'task')} kept their labels")
    if result.busy:
        parts.append(f"{plural(result.busy, 'task')} open at someone passed over")
    if result.review:
        parts.append(f"{plural(result.review, 'image')} in need of review")
    if result.id:
        parts.append("F8 here takes it back")
    return "; ".join(parts) + "."
