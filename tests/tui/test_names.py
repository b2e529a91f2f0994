"""Names from outside, in every place where one appears, on a real pty: no byte of them reaches the terminal as something
that it obeys, nothing is taken for markup, and nothing crashes, however long they are."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal, open_app
from tests.tui.conftest import draw_images, label_some, make_spec
from tui_labeler.workspace import Workspace

pytestmark = pytest.mark.long  # where it is slow, too long for .ci/run

# Each kind of harm once, with a mark by which it can be found again. What is after the mark is what must not be obeyed.
CLIPBOARD = "\x1b]52;c;aGFja2Vk\x07"
TITLE = "\x1b]0;hacked\x07"
C1 = "\x9b31mhacked"
BIDI = "\u202egpj.exe\u2066"
HIDDEN = "\u200bno\u200fthing\ufeff"
MARKUP = "[/red][@click=app.quit]x[/]"
NASTY = f"N{CLIPBOARD}{MARKUP}{TITLE}{C1}{BIDI}{HIDDEN}\x7f\r\n\x08Z"
LONG = NASTY + "m" * 100_000
OBEYED = re.compile(
    "\x1b\\]52;c;aGFja2Vk|\x1b\\]0;hacked|[\x80-\x9f\x7f\x08\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]".encode("utf-8")
    .replace(b"[\xc2\x80-\xc2\x9f\x7f", b"\xc2[\x80-\x9f]|[\x7f")
    .replace(b"\x08\xe2\x80\x8b-\xe2\x80\x8f\xe2\x80\xaa-\xe2\x80\xae\xe2\x81\xa6-\xe2\x81\xa9\xef\xbb\xbf]",
             b"\x08]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf")
)  # fmt: skip


def require_harmless(terminal: Terminal) -> None:
    """Neither what was written nor what is on the screen holds anything of the kind; the program still runs."""
    match = OBEYED.search(terminal.raw)
    assert not match, terminal.raw[max(0, match.start() - 60) : match.end() + 20]
    assert os.waitpid(terminal.pid, os.WNOHANG) == (0, 0), f"it ended:\n{terminal.text}"


def test_the_pattern_finds_each_kind() -> None:
    for text in (CLIPBOARD, TITLE, C1, BIDI, HIDDEN, "\x7f", "\x08", "\u202a", "\u2069"):
        assert OBEYED.search(text.encode()), repr(text)
    assert not OBEYED.search("é „漢“ … │ ● ✓ ⟨202E⟩ ␛\x1b[31m\x1b]8;;\x07".encode())


@pytest.fixture(params=[NASTY, pytest.param(LONG, marks=pytest.mark.slow)], ids=["nasty", "long"])
def hostile(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> str:
    """A workspace in which somebody wrote hostile names past every rule, right into the database."""
    name: str = request.param
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 12)))
    workspace.projects.create(make_spec())
    label_some(workspace, 10)
    workspace.exchange.export("soda")
    spec = json.loads(json.dumps(_plain(workspace)))
    workspace.close()
    spec["details"]["name"] = spec["workforce"]["vendor"] = spec["dataset"]["name"] = name
    spec["classes"]["names"] = [name, f"a/{name}", "coke"]
    spec["instructions"] = {"url": f"https://{name}", "text": f"# {name}\n* {name}\n[{name}](https://{name})"}
    with sqlite3.connect(home / "workspace.db") as db:
        (exported,) = db.execute("SELECT result FROM export").fetchone()
        result = json.loads(exported) | {"name": name, "project": name, "path": f"/x/{name}", "files": [name]}
        (labels,) = db.execute("SELECT labels FROM submission LIMIT 1").fetchone()
        named = json.loads(labels)
        for region in named["regions"]:
            region["name"] = name
        db.execute("UPDATE export SET name = ?, project = ?, result = ?", (name, name, json.dumps(result)))
        db.execute("UPDATE submission SET labeler = ?, labels = ?", (name, json.dumps(named)))
        db.execute("UPDATE tally SET key = ? WHERE kind = 'labeler'", (name,))
        db.execute("UPDATE tally SET key = ? WHERE kind = 'class' AND key = 'coke'", (name,))
        db.execute("UPDATE task SET path = ? || '/' || path", (name,))
        db.execute("UPDATE dataset SET name = ?, path = ?", (name, f"{name}/**"))
        db.execute("UPDATE datastore SET name = ?, url = ?", (name, f"file:///x/{name}"))
        memo = {"spec": spec | {"details": {"name": name}}, "step": 0, "reached": 7}
        db.execute("INSERT INTO memo VALUES ('wizard zoe', ?)", (json.dumps(memo),))
        db.execute("UPDATE project SET name = ?, spec = ?", (name, json.dumps(spec)))
    return name


def _plain(workspace: Workspace) -> object:
    import msgspec

    return msgspec.to_builtins(workspace.projects.specification("soda"))


@pytest.fixture
def terminal(hostile: str, home: Path) -> Iterator[Terminal]:
    (home / "themes").mkdir()
    for name in (f"{NASTY.replace('/', '∕')}.toml", "plain.toml"):
        (home / "themes" / name).write_text('name = "\\u001b]0;hacked\\u0007[/red]"\nprimary = "\\u001b]0;hacked"')
    opened = open_app(home, 120, 40, TUI_LABELER_LABELER="zoe")
    opened.wait_for("Progress")
    yield opened
    opened.signal(signal.SIGTERM)
    opened.end()
    assert not list((home / "state").glob("reports/*")), "nothing crashed"


@pytest.mark.slow
def test_projects_and_every_tab(terminal: Terminal) -> None:
    assert "N␛]52;c;aGFja2Vk" in terminal.text, "the name is there, and can be read"
    terminal.send("/", "N", "enter", "x")
    terminal.wait_for("would be gone")
    terminal.send("n", "p", "p", "?")
    terminal.wait_for("What can be done")
    terminal.send("escape", "ctrl+p", quiet=0.2)
    terminal.send("escape", "escape", "enter", quiet=0.2)
    shown = terminal.wait_for("Label class distribution")
    assert "N␛]52;c" in shown.split("Label class distribution")[1]
    require_harmless(terminal)
    terminal.send("2", quiet=0.2)
    terminal.wait_for("of 12 tasks")
    terminal.send("down", "shift+tab", "enter", "escape", "shift+tab", "enter", "down", "enter", quiet=0.2)
    require_harmless(terminal)
    terminal.send("3")
    terminal.wait_for("Task type")
    terminal.send("enter", quiet=0.2)
    terminal.wait_for("Named labelers")
    terminal.send("escape", "tab", "tab", "tab", "tab", "enter", quiet=0.2)
    terminal.wait_for("Detailed task instruction")
    terminal.send("tab", "enter", quiet=0.2)  # the preview
    terminal.send("escape", "4", quiet=0.2)
    terminal.wait_for("Created (UTC)")
    terminal.send("c", "enter", quiet=0.2)
    terminal.wait_for("Left out")
    terminal.send("c", "s", "f", quiet=0.2)
    # What one sends to the clipboard is the name as it is: encoded, so that the terminal obeys nothing of it.
    require_harmless(terminal)


@pytest.mark.slow
def test_labeling_and_export(terminal: Terminal) -> None:
    terminal.send("l", quiet=1.0)
    assert "Progress" not in terminal.text, "the labeling screen is there"
    require_harmless(terminal)
    terminal.send("escape", quiet=0.2)
    terminal.wait_for("Progress")
    terminal.send("E", quiet=0.6)
    terminal.wait_for("Image URL")  # what to export
    require_harmless(terminal)
    terminal.send("enter", quiet=0.6)
    terminal.send("r", quiet=0.6)
    require_harmless(terminal)


@pytest.mark.slow
def test_the_wizard_with_what_was_typed_before(terminal: Terminal) -> None:
    terminal.send("n")
    terminal.wait_for("Continued where you left it")
    require_harmless(terminal)
    for _ in range(7):
        terminal.send("f4", "down", "enter", quiet=0.2)  # F4: along the rail
        require_harmless(terminal)
    terminal.wait_for("1. Project details")
    terminal.send("f4", "3", quiet=0.4)
    terminal.wait_for("Select or create")
    terminal.send("enter", "down", "enter", quiet=0.4)
    require_harmless(terminal)


@pytest.mark.slow
@pytest.mark.parametrize("text", [NASTY, LONG], ids=["nasty", "long"])
def test_what_is_pasted_into_each_field(home: Path, tmp_path: Path, text: str) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 3)))
    workspace.close()
    terminal = open_app(home, 100, 30)
    paste = f"\x1b[200~{text}\x1b[201~"
    terminal.wait_for("No project yet")
    terminal.send("n")
    terminal.wait_for("Project name")
    terminal.type(paste, quiet=0.4)
    terminal.wait_for("cannot be used", 30)
    require_harmless(terminal)
    # Into the fields of every other step: emptied and named soundly first, so that one can go on.
    terminal.send("ctrl+u", "home", "ctrl+k")
    terminal.type("fruit")
    terminal.send("ctrl+n", quiet=0.2)
    terminal.wait_for("Who labels")
    for _ in range(2):  # named labelers, then a vendor
        terminal.send("down", "tab")
        terminal.type(paste, quiet=0.4)
        require_harmless(terminal)
        terminal.send("shift+tab")
    terminal.send("down", "ctrl+n", quiet=0.2)
    terminal.wait_for("Select or create a dataset")
    terminal.send("tab")
    terminal.type(paste, quiet=0.4)
    terminal.send("tab", "tab", "tab")
    terminal.type(paste, quiet=0.4)
    require_harmless(terminal)
    terminal.signal(signal.SIGTERM)
    terminal.end()
    assert not list((home / "state").glob("reports/*"))


@pytest.mark.slow
def test_hostile_files_in_a_datastore_and_in_the_folder_browser(home: Path, tmp_path: Path) -> None:
    folder = draw_images(tmp_path / "images", 2)
    short = NASTY.replace("/", "∕")
    (folder / short).mkdir()
    (folder / f"{short}.png").write_bytes((folder / "image_000.png").read_bytes())
    (folder / f"{short}.txt").write_bytes(b"x")
    (folder / "broken[∕red].png").write_bytes(b"no image")
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(folder))
    workspace.projects.create(make_spec())
    workspace.close()
    terminal = open_app(home, 100, 30)
    terminal.wait_for("soda")
    terminal.send("enter", "2", quiet=0.4)
    for _ in range(4):
        terminal.send("down", quiet=0.2)
        require_harmless(terminal)
    terminal.send("l", quiet=0.6)
    for _ in range(4):
        terminal.send("pagedown", quiet=0.2)
        require_harmless(terminal)
    terminal.send("escape", "escape", quiet=0.2)  # the letters, then the screen
    terminal.wait_for("4 Exports")
    terminal.send("q", quiet=0.2)
    terminal.wait_for("Progress")
    terminal.send("n")
    terminal.wait_for("Project name")
    terminal.type("fruit")
    terminal.send("ctrl+n", "ctrl+n", quiet=0.2)
    terminal.wait_for("3 images")
    terminal.wait_for("broken[∕red].png")
    terminal.send("tab", "tab", "tab", "tab", "tab", "enter", quiet=0.4)
    terminal.wait_for("Choose a folder")
    require_harmless(terminal)
    terminal.send("enter", "u", quiet=0.4)
    require_harmless(terminal)
    terminal.signal(signal.SIGTERM)
    terminal.end()
    assert not list((home / "state").glob("reports/*"))
