"""The lines that a person copies run as they are, in a fresh environment with what they name."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.workspace.test_images_beside import soda
from tui_labeler.model.azure import Registered, notebook_snippet
from tui_labeler.model.transfers import ExportOptions, Split
from tui_labeler.tui.screens.export import snippet
from tui_labeler.workspace import Workspace

__all__ = ["soda"]

NAMED = "# pip install "


def _environment(folder: Path, packages: list[str]) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-compile", *packages], capture_output=True, text=True, timeout=900
    )
    if "No matching distribution" in done.stderr or "Connection" in done.stderr:
        pytest.skip(f"no registry gives {packages} for Python {sys.version_info[:2]}: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return python


@pytest.mark.slow
@pytest.mark.parametrize("format_name", ["azureml", "coco", "voc", "csv"])
def test_a_copied_snippet_runs(soda: Workspace, tmp_path: Path, format_name: str) -> None:
    whole = soda.exchange.export("soda", format_name)
    packages = snippet(whole).splitlines()[0].removeprefix(NAMED).split()
    python = _environment(tmp_path / "fresh", packages)
    results = [whole]
    if format_name != "csv":  # its part stands in a column
        results.append(soda.exchange.export("soda", format_name, options=ExportOptions(split=Split(0.4))))
    counted = {"azureml": "frame", "csv": "frame", "coco": "dataset.imgs", "voc": "dataset"}[format_name]
    for result in results:
        text = snippet(result)
        assert text.splitlines()[0].removeprefix(NAMED).split() == packages
        code = f"{text}\nprint(len({counted}))\n"
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=300, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
        assert int(done.stdout.split()[-1]) in (1, 2, 3)


@pytest.mark.slow
def test_what_the_notebooks_lines_import_is_what_they_name(tmp_path: Path) -> None:
    text = notebook_snippet(Registered("soda", "1", "a/b/c", "store", "azureml://x", "https://x"))
    python = _environment(tmp_path / "fresh", text.splitlines()[0].removeprefix(NAMED).split())
    imports = "\n".join(line for line in text.splitlines() if line.startswith(("import ", "from ")))
    code = f"{imports}\nimport pandas\n"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("format_name", ["azureml", "coco", "yolo", "voc", "csv"])
def test_every_snippet_names_what_it_needs(soda: Workspace, format_name: str) -> None:
    lines = snippet(soda.exchange.export("soda", format_name)).splitlines()
    assert lines[0].startswith(NAMED)
    assert lines[1].split()[1].split(".")[0] in lines[0]
    compile("\n".join(lines), "snippet", "exec")
