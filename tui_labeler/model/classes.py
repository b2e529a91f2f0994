"""Label classes and their subclasses: `animal`, `animal/dog`, `animal/dog/poodle`, up to six levels (as in Azure ML)."""

from __future__ import annotations

from tui_labeler.model.pasted import without_escapes
from tui_labeler.model.text import is_showable

MAX_LEVELS = 6
MAX_LENGTH = 255
# AutoML's trainer puts this class before all others (azureml-automl-dnn-vision, measured); a second one would clash.
RESERVED = frozenset({"--bg--"})


def class_problem(name: str) -> str:
    """Why `name` cannot be a label class; empty if it can."""
    if not name.strip():
        return "A label class needs a name."
    shown = name[:60]
    if name != name.strip():
        return f"The label class “{shown}” begins or ends with a blank."
    if len(name) > MAX_LENGTH:
        return f"The label class “{shown}…” is longer than {MAX_LENGTH} characters."
    if not is_showable(name):
        return f"The label class “{shown}” holds a character that cannot be shown."
    if name in RESERVED:
        return f"The label class “{name}” is reserved by AutoML's trainer for the background. Choose another name."
    levels = name.split("/")
    if len(levels) > MAX_LEVELS:
        return f"The label class “{shown}” has {len(levels)} levels; six are the most."
    if any(not level.strip() or level != level.strip() for level in levels):
        return f"The label class “{shown}” has an empty level, or blanks around a /."
    return ""


def classes_problems(names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Every problem of a list of classes, each with the index (from 0) of the class that has it; the index is -1 for a
    problem of the whole list."""
    if not names:
        return ((-1, "Add at least one label class."),)
    problems: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for class_index, name in enumerate(names):
        if problem := class_problem(name):
            problems.append((class_index, problem))
        elif name in seen:
            problems.append(
                (
                    class_index,
                    f"The label class “{name[:60]}” stands twice (rows {seen[name] + 1} and {class_index + 1}).",
                )
            )
        seen.setdefault(name, class_index)
    return tuple(problems)


def parse_pasted(text: str) -> tuple[str, ...]:
    """Classes from pasted lines, one a line; blank lines are passed over, blanks around names and levels are cut."""
    lines = ("/".join(level.strip() for level in line.split("/")) for line in without_escapes(text).splitlines())
    return tuple(line for line in lines if line)
