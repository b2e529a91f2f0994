"""Every command that shows how far it is, at every size and kind of terminal; and bars on narrow and changing ones."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import project_file
from tests.pty.person import TERMINALS, Person, command, environment
from tests.terminal import Terminal
from tui_labeler.model.projectfile import parse_project
from tui_labeler.workspace import Workspace

# All of it is run on a pty by .ci/run in a step of its own, too.
pytestmark = pytest.mark.slow


def draw(folder: Path, count: int = 12) -> Path:
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (64, 48), (number, 99, 99)).save(folder / f"photo{number}.jpg")
    return folder


def labels(folder: Path) -> Path:
    """A COCO file with a box on each image."""
    images = [{"id": n, "file_name": f"photo{n}.jpg", "width": 64, "height": 48} for n in range(12)]
    boxes = [{"id": n, "image_id": n, "category_id": 1, "bbox": [4, 4, 20, 20]} for n in range(12)]
    file = folder / "labels.json"
    file.write_text(json.dumps({"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "coke"}]}))
    return file


@pytest.mark.parametrize("terminal", TERMINALS, ids=lambda one: f"{one[2]}-{one[0]}x{one[1]}")
def test_commands_with_progress(tmp_path: Path, terminal: tuple[int, int, str]) -> None:
    person = Person(tmp_path / "home", terminal)
    images = draw(tmp_path / "images")
    (tmp_path / "project.toml").write_text(project_file())
    person.run("datastore", "add", "cans", str(images))
    steps = (
        (("dataset", "create", "all", "--datastore", "cans"), "Looking for images", "12 images"),
        (("project", "create", str(tmp_path / "project.toml")), "Making tasks", "12 tasks"),
        (("refresh", "soda"), "Making tasks", "12 images in all"),
        (("import", "soda", str(labels(tmp_path))), "Importing labels", "12 labels imported"),
        (("export", "soda"), "Writing images", "12 images, 12 labels"),
    )
    for words, step, says in steps:
        shown = person.start(*words)
        assert shown.end(60) == 0, shown.text
        person.sound(shown)
        assert step.encode() in shown.raw, "the bar was drawn"
        assert says in re.sub(r"\s+", " ", shown.text)
        assert step not in shown.text, "and taken away"
    for words in (("status",), ("status", "soda"), ("exports",), ("doctor",)):
        person.run(*words)


def slow_listing(columns: int, rows: int, home: Path) -> Terminal:
    """`refresh` of a datastore that needs four seconds to list."""
    code = (
        "import sys, time\nfrom tui_labeler.store import staging\nfrom tui_labeler.cli.main import run\n"
        "real = staging.insert_new\n"
        "def slow(tx, project, total, progress):\n"
        "    for part in range(40):\n        progress(part * 1000, 40_000)\n        time.sleep(0.1)\n"
        "    return real(tx, project, total, progress)\n"
        "staging.insert_new = slow\nrun(sys.argv[1:])\n"
    )
    python = command()[0].replace("tui-labeler", "python")
    return Terminal([python, "-c", code, "refresh", "soda"], columns, rows, **environment(home))


@pytest.fixture
def made(tmp_path: Path) -> Person:
    person = Person(tmp_path / "home")
    workspace = Workspace(person.data / "workspace.db", person.data / "exports")
    workspace.datasets.add_datastore("cans", str(draw(tmp_path / "images")))
    workspace.projects.create(parse_project(project_file(), "a file"))
    workspace.close()
    return person


@pytest.mark.parametrize(("columns", "rows"), [(20, 5), (40, 10), (80, 24)])
def test_a_bar_keeps_to_its_line(made: Person, columns: int, rows: int) -> None:
    terminal = slow_listing(columns, rows, made.home)
    terminal.wait_for("Making tasks", 30)
    for _ in range(5):
        terminal.read(0.05, 0.3)
        lines = [line for line in terminal.screen.display if line.strip()]
        assert len(lines) == 1, terminal.text
    assert terminal.end(30) == 0
    made.sound(terminal)


def test_a_terminal_that_changes_its_size_under_a_bar(made: Person) -> None:
    terminal = slow_listing(80, 24, made.home)
    terminal.wait_for("Making tasks", 30)
    for columns, rows in ((100, 30), (60, 20), (120, 40)):
        terminal.screen.resize(rows, columns)
        fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        terminal.read(0.05, 0.4)
    assert terminal.end(30) == 0
    made.sound(terminal)


def test_stopped_by_ctrl_c_with_a_bar_on_screen(made: Person) -> None:
    before = made.ask("status", "soda")
    terminal = slow_listing(80, 24, made.home)
    terminal.wait_for("Making tasks", 30)
    os.write(terminal.fd, b"\x03")
    assert terminal.end(30) == 130
    made.sound(terminal)
    assert terminal.text.split("\n")[0].strip() in ("Interrupted; nothing half-done was left.", "^C"), terminal.text
    assert "Making tasks" not in terminal.text
    assert made.ask("status", "soda") == before


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_where_no_bar_may_be_nothing_is_drawn(made: Person, variables: dict[str, str]) -> None:
    terminal = Terminal([*command(), "refresh", "soda"], 80, 24, **{**environment(made.home), **variables})
    assert terminal.end(60) == 0
    assert b"\x1b" not in terminal.raw
    assert b"0 added" in terminal.raw


def shell(person: Person, line: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """A line of bash, with `t` as the command."""
    given = {
        name: text for name, text in (os.environ | environment(person.home) | variables).items() if text is not None
    }
    words = " ".join(command())
    return subprocess.run(
        ["bash", "-c", f'set -o pipefail; t() {{ {words} "$@"; }}; {line}'], env=given, capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("t project template | head -1", 0),
        ("t project list | true", 0),
        ("t --help | head -1", 0),
        ("t project list --json | head -c 1", 0),
        ("t project list >/dev/full", 1),
        ("t project list --json >/dev/full", 1),
        ("t project create - <&-", 2),
        ("t project list >&-", 0),
        ("t project list 2>&-", 0),
        ("t project show nothing 2>&-", 1),
        ("t demo <&- >&- 2>&-; true", 0),
    ],
)
def test_pipes_that_close_and_outputs_that_are_full(made: Person, line: str, code: int) -> None:
    done = shell(made, line)
    told = done.stdout + done.stderr
    assert done.returncode == code, told
    for word in (b"unforeseen", b"Traceback", b"Exception ignored", b"Broken pipe"):
        assert word not in told
    assert not list(made.home.rglob("crash-*.txt"))


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LANG": "C"},
        {"LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"LANG": "xx_YY.nonsense"},
    ],
    ids=str,
)
def test_locales_that_cannot_say_everything(made: Person, variables: dict[str, str], tmp_path: Path) -> None:
    name = "größe"
    assert shell(made, f"t project show {name}", **variables).returncode == 1
    folder = draw(tmp_path / "füße 日本", 2)
    assert shell(made, f"t datastore add feet '{folder}'", **variables).returncode == 0
    told = shell(
        made, "t datastore list && t datastore list --json && t project create /nowhere/ä; t status", **variables
    )
    for word in (b"unforeseen", b"Traceback"):
        assert word not in told.stdout + told.stderr
    listed = shell(made, "t datastore list --json", **variables)
    assert {project["name"] for project in json.loads(listed.stdout)} == {"cans", "feet"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_cursor_back(made: Person, number: signal.Signals) -> None:
    before = made.ask("status", "soda")
    terminal = slow_listing(80, 24, made.home)
    terminal.wait_for("Making tasks", 30)
    terminal.signal(number)
    assert terminal.end(30) == 128 + number
    made.sound(terminal)
    assert made.ask("status", "soda") == before


def raw_of(person: Person, *words: str) -> str:
    terminal = person.start(*words)
    assert terminal.end(60) == 0
    person.sound(terminal)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.raw.decode())


def test_names_and_paths_are_whole_at_80_columns(made: Person) -> None:
    workspace = Workspace(made.data / "workspace.db", made.data / "exports")
    workspace.exchange.import_labels("soda", labels(made.home))
    export = workspace.exchange.export("soda")
    workspace.close()
    lines = [line.strip() for line in raw_of(made, "exports", "soda").replace("\r\n", "\n").split("\n")]
    assert any(line.startswith(f"{export.name}  ") for line in lines)
    assert export.path in lines, "the path stands whole on a line of its own"
    text = made.run("doctor")
    assert sum(line.startswith(" " * 20) and bool(line.strip()) for line in text.split("\n")) >= 1, "it wraps below"
