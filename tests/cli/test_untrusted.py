"""Names from outside, through every command: no byte of them reaches the terminal as something that it obeys."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run, project_file

pytestmark = pytest.mark.long  # where it is slow, too long for .ci/run

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]")
PIECES = (
    *("\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "[/red]", "[@click=app.quit]x[/]", "\u202egpj.exe", "\u200b"),
    *("é", "漢", "\r", "\n", "%s", "{0}", "'", '"', "$(id)", "`id`", "\\", "<b>", "a" * 60),
)


def nasty_names(count: int) -> list[str]:
    chance = random.Random(5)
    return ["".join(chance.choice(PIECES) for _ in range(chance.randint(1, 3))) for _ in range(count)]


@pytest.mark.slow
def test_file_names(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in nasty_names(60):
        (folder / (name.replace("/", "∕")[:80] + ".jpg")).write_bytes(b"x")
        (folder / (name.replace("/", "∕")[:80] + ".txt")).write_bytes(b"x")
    (folder / "plain.jpg").write_bytes(b"x")
    run("datastore", "add", "cans", str(folder))
    for words in (
        ("dataset", "create", "all", "--datastore", "cans"),
        ("dataset", "show", "all"),
        ("dataset", "list"),
        ("project", "create", "-"),
        ("refresh", "soda"),
        ("status", "soda"),
    ):
        done = run(*words, stdin=project_file(dataset="other"))
        assert done.code == 0, done
        assert not OBEYED.search(done.out + done.err), words


@pytest.mark.slow
def test_words_on_the_command_line_and_in_project_files(run: Run, project: str) -> None:
    assert project == "soda"
    for name in nasty_names(12):
        for words in (
            ("status", name),
            ("datastore", "add", name, "/"),
            ("datastore", "add", "x", name),
            ("export", "soda", "--format", name),
            ("config", "set", name, name),
            (name,),
        ):
            done = run(*words)
            assert done.code in (0, 1, 2), (words, done)
            assert not OBEYED.search(done.out + done.err), words
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for text in (project_file(name=quoted), project_file(more=f'"{quoted}" = 1'), name):
            done = run("project", "create", "-", stdin=text)
            assert done.code in (0, 1, 2), done
            assert not OBEYED.search(done.out + done.err), text
