"""The house: nothing heavy is imported before its first use, and no module imports itself by a detour."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

HEAVY = ("textual", "numpy", "PIL", "obstore", "azure", "httpx", "rich", "rich_pixels", "tomlkit")
_ASK = "import sys, {}; print([name for name in {!r} if name in sys.modules])"


def _loaded(modules: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASK.format(modules, HEAVY)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_command_line_and_the_workspace_import_nothing_heavy() -> None:
    assert _loaded("tui_labeler.cli.main, tui_labeler.workspace, tui_labeler.cli.status") == "[]"


def test_the_first_screen_needs_no_pictures() -> None:
    modules = "tui_labeler.tui.launch, tui_labeler.tui.screens.projects, tui_labeler.exchange.partial"
    late = ("numpy", "PIL", "obstore", "azure", "textual.document", "tui_labeler.formats")
    code = f"import sys, {modules}; print([name for name in {late} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_model_imports_nothing_of_the_other_rooms() -> None:
    code = (
        "import sys, tui_labeler.model.project, tui_labeler.model.tasks; "
        "print([n for n in sys.modules if n.startswith('tui_labeler.') and not n.startswith('tui_labeler.model')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _circle(imports: Mapping[str, Set[str]]) -> list[str]:
    """The modules of a circle, each with the next one beside it; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_no_module_imports_itself_by_a_detour() -> None:
    """Neither at run time nor for its types."""
    graph = grimp.build_graph("tui_labeler", exclude_type_checking_imports=False)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert _circle(imports) == []


@pytest.mark.parametrize("circle", [("a", "b"), ("a", "b", "c")])
def test_a_circle_of_modules_is_seen(circle: tuple[str, ...]) -> None:
    imports = {name: {after} for name, after in zip(circle, (*circle[1:], circle[0]), strict=True)}
    assert set(_circle({**imports, "d": {"a"}})) == set(circle)
