"""What the guides for contributors name is there: files, folders, and the commands' programs, tests and modules."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
GUIDES = [ROOT / ".github" / name for name in ("CONTRIBUTING.md", "ARCHITECTURE.md")]
_TICKED = re.compile(r"`([^`\n]+)`")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_file_that_is_named_is_there(guide: Path) -> None:
    named = [
        word for word in _TICKED.findall(guide.read_text()) if re.fullmatch(r"(tui_labeler|tests|\.ci)/[\w/.]+", word)
    ]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def _commands() -> list[str]:
    rows = re.findall(r"^\| [a-z][^|]+\| `([^`]+)`", GUIDES[0].read_text().partition("## Where")[0], re.MULTILINE)
    return [part.strip() for row in rows for part in row.split("&&")]


def test_the_programs_of_every_command_are_there() -> None:
    commands = _commands()
    assert len(commands) >= 10
    for command in commands:
        words = [word for word in command.split() if not re.fullmatch(r"[A-Z_]+=\S+", word)]
        program = words[0].removeprefix(".venv/bin/")
        assert (ROOT / program).exists() or shutil.which(program, path=f"{BIN}:{os.environ['PATH']}"), command
        for path in (word for word in words if word.startswith("tests/")):
            assert (ROOT / path).exists(), command
        if "-m" in words and words[words.index("-m") + 1].startswith("tests."):
            assert importlib.util.find_spec(words[words.index("-m") + 1]), command


def test_the_command_for_one_test_runs_it() -> None:
    command = next(command for command in _commands() if "-n0" in command)
    words = command.split()[1:]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "--collect-only"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "test_no_module_imports_itself_by_a_detour" in done.stdout


def test_the_log_that_the_guide_tells_of_is_written(tmp_path: Path) -> None:
    written = tmp_path / "app.log"
    done = subprocess.run(
        [sys.executable, "-m", "tui_labeler", "--home", str(tmp_path / "home"), "--log", str(written), "status"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert written.read_text(), done.stderr
