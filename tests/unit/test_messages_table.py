"""Every message of an error in one table, so that their wording is reviewed as a whole.

    UPDATE_SNAPSHOTS=1 python -m pytest -n0 tests/unit/test_messages_table.py

writes `messages.txt` beside this file: what is wrong, and below it what mends it. Values stand in braces.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tui_labeler.model import errors

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("messages.txt")
SOURCES = sorted((ROOT / "tui_labeler").rglob("*.py"))


@cache
def _raised() -> frozenset[str]:
    """The errors of the model, and those of other rooms, which are made like them."""
    names = {name for name, thing in vars(errors).items() if isinstance(thing, type)} | {"BrokenImage", "EngineError"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id in names for base in node.bases
            ):
                names.add(node.name)
    return frozenset(names)


def _words(node: ast.expr) -> str | None:
    """A text of the source, with its values in braces; None where it is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"  # type: ignore[attr-defined]
            for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _words(node.left), _words(node.right)
        return None if left is None or right is None else left + right
    return None


def _messages(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        message = _words(node.args[0])
        if name in _raised() and message:
            mend = (
                node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "mend"), None)
            )
            yield message, (_words(mend) or "") if mend is not None else ""


def _table() -> str:
    lines = []
    for path in SOURCES:
        messages = sorted(set(_messages(path.read_text("utf-8"))))
        if messages:
            lines.append(f"\n{path.relative_to(ROOT).as_posix()}")
            lines += [f"  {message}" + (f"\n      → {mend}" if mend else "") for message, mend in messages]
    return "\n".join(lines).lstrip() + "\n"


def test_the_table_of_messages_is_up_to_date() -> None:
    now = _table()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        TABLE.write_text(now, "utf-8")
    before = TABLE.read_text("utf-8")
    changed = "\n".join(difflib.unified_diff(before.splitlines(), now.splitlines(), "before", "now", lineterm="", n=0))
    assert not changed, f"read the new wording aloud, then write it with UPDATE_SNAPSHOTS=1:\n{changed}"


def test_messages_are_sentences() -> None:
    """They begin with a capital, a name or a value, and end like a sentence."""
    odd = []
    for path in sorted((ROOT / "tui_labeler").rglob("*.py")):
        for message, mend in _messages(path.read_text("utf-8")):
            odd += [text for text in (message, mend) if text and not re.search(r"[.?!:…)}”]$", text.strip())]
    assert odd == []
