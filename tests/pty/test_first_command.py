"""The README's first command, as a person runs it: `tui-labeler demo`, and what can happen on the way."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from tests.pty.person import TERMINALS, USUAL, Person
from tui_labeler.demo.scenes import write_scenes

SLOW = [one for one in TERMINALS if one != USUAL]
TIERS = [USUAL, *(pytest.param(one, marks=pytest.mark.slow) for one in SLOW)]
# A class, three letters for each corner, submit: one box on one image.
ONE_BOX = ("1", *"qwerty", "enter")


def names(terminal: tuple[int, int, str]) -> str:
    return f"{terminal[2]}-{terminal[0]}x{terminal[1]}"


def drawn(folder: Path, count: int = 3) -> None:
    """A demo whose first run ended between its images and its project."""
    images = folder / "images"
    images.mkdir(parents=True)
    scenes = write_scenes(images, count)
    truth = {scene.file_name: [(can.name, can.box) for can in scene.cans] for scene in scenes}
    (folder / "boxes.json").write_text(json.dumps(truth))


def label_one(person: Person) -> None:
    """From the demo's start to one labeled image and the end of the app."""
    app = person.start("demo")
    app.wait_for("soda", 120)
    app.wait_for("Running", 20)
    app.send("l")
    app.wait_for("letter 1 of 3", 30)
    for key in ONE_BOX:
        app.send(key)
    app.wait_for("cans_002.jpg", 30)
    app.send("escape", "q", quiet=0.3)  # while letters are up, q is one of them
    app.wait_for("Running", 20)
    app.send("q")
    assert app.end(30) == 0, app.text
    person.sound(app)
    assert person.ask("--home", str(person.data / "demo"), "status", "soda")["completed"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("terminal", TIERS, ids=names)
def test_the_first_command_from_nothing_to_a_labeled_image(tmp_path: Path, terminal: tuple[int, int, str]) -> None:
    label_one(Person(tmp_path, terminal))


@pytest.mark.slow
@pytest.mark.parametrize("terminal", TIERS, ids=names)
def test_a_second_try_after_one_that_ended_before_its_project(tmp_path: Path, terminal: tuple[int, int, str]) -> None:
    person = Person(tmp_path, terminal)
    drawn(person.data / "demo")
    label_one(person)


@pytest.mark.parametrize("terminal", TIERS, ids=names)
def test_the_whole_job(tmp_path: Path, terminal: tuple[int, int, str]) -> None:
    person = Person(tmp_path, terminal)
    drawn(person.data / "demo")
    text = person.run("demo", "--run")
    (made,) = person.ask("--home", str(person.data / "demo"), "exports")
    assert made["rows"] == 3
    assert text.split()[-1] == made["name"]


@pytest.mark.slow
@pytest.mark.parametrize("terminal", TERMINALS[:2], ids=names)  # what draws is the same command for all of them
def test_the_whole_job_from_nothing(tmp_path: Path, terminal: tuple[int, int, str]) -> None:
    person = Person(tmp_path, terminal)
    person.run("demo", "--run")
    (made,) = person.ask("--home", str(person.data / "demo"), "exports")
    assert made["rows"] == 64


def begin_drawing(person: Person, images: int = 3) -> object:
    """`demo --run` while it draws its photographs."""
    terminal = person.start("demo", "--run")
    began = time.monotonic()
    while time.monotonic() - began < 60:
        terminal.read(0.02, 0.05)
        if len(list((person.data / "demo").glob("images/*.jpg"))) >= images:
            return terminal
    raise AssertionError(terminal.text)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_while_it_draws(tmp_path: Path, number: signal.Signals) -> None:
    person = Person(tmp_path)
    terminal = begin_drawing(person)
    terminal.type("\x03") if number is signal.SIGINT else terminal.signal(number)
    assert terminal.end(30) == (130 if number is signal.SIGINT else 128 + number), terminal.text
    person.sound(terminal)
    if number is signal.SIGINT:
        assert "Interrupted" in terminal.text
    assert "Drawing" not in terminal.text, "the bar is gone"


@pytest.mark.slow
def test_a_second_try_after_a_kill_while_it_drew(tmp_path: Path) -> None:
    person = Person(tmp_path)
    terminal = begin_drawing(person, 9)
    terminal.signal(signal.SIGKILL)
    terminal.end(10)
    label_one(person)


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["an image", "the boxes", "half of the boxes"])
def test_what_is_missing_is_drawn_again(tmp_path: Path, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_labeler.cli import demo
    from tui_labeler.demo import scenes

    monkeypatch.setattr(scenes, "COUNT", 2)
    monkeypatch.setattr(scenes.write_scenes, "__defaults__", (2, scenes.SEED, None))
    first = demo.make_images(tmp_path, lambda *_: None)
    before = {path.name: path.read_bytes() for path in (tmp_path / "images").iterdir()}
    if lost == "an image":
        (tmp_path / "images" / "cans_002.jpg").unlink()
    elif lost == "the boxes":
        (tmp_path / "boxes.json").unlink()
    else:
        (tmp_path / "boxes.json").write_text((tmp_path / "boxes.json").read_text()[:40])
    again = demo.make_images(tmp_path, lambda *_: None)
    assert json.dumps(again) == json.dumps(first)
    assert {path.name: path.read_bytes() for path in (tmp_path / "images").iterdir()} == before


@pytest.mark.slow
def test_two_at_the_same_time_in_one_home(tmp_path: Path) -> None:
    person = Person(tmp_path)
    first, second = person.start("demo", "--run"), person.start("demo", "--run")
    for terminal in (first, second):
        assert terminal.end(180) == 0, terminal.text
        person.sound(terminal)
    demo = ("--home", str(person.data / "demo"))
    status = person.ask(*demo, "status", "soda")
    assert (status["completed"], status["total"]) == (64, 64)
    assert len(person.ask(*demo, "exports")) == 2


@pytest.mark.slow
def test_the_commands_that_it_names_work(tmp_path: Path) -> None:
    person = Person(tmp_path / "a home")
    drawn(person.data / "demo")
    terminal = person.start("demo", "--run")
    assert terminal.end(60) == 0
    text = terminal.raw.decode().replace("\r\n", "\n")
    (line,) = [line_of_text for line_of_text in text.split("\n") if line_of_text.strip().startswith("tui-labeler ")]
    import shlex

    words = shlex.split(line.strip())[1:]
    assert words[-2:] == ["exports", "soda"]
    assert person.run(*words).count("soda_") >= 1
    # Who leaves the workspace out is told where the project is.
    lost = person.run("exports", "soda", code=1)
    assert "demo" in lost
    assert "exports soda" in lost.replace("\n", " ")


def test_a_terminal_that_is_a_printer_is_told_so(tmp_path: Path) -> None:
    """Emacs' shell, for one: the app would be garbage there."""
    person = Person(tmp_path / "home", (80, 24, "dumb"))
    said = person.run(code=2)
    assert "“dumb” (TERM) cannot show the app" in said
    assert "TERM=xterm-256color tui-labeler" in " ".join(said.split())
