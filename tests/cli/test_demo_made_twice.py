"""The demo's photographs where two make them at once, and where one was killed while it drew."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from tui_labeler.cli import demo
from tui_labeler.demo import scenes
from tui_labeler.model.progress import Step, silent


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the photographs were drawn, two of them at a time."""
    times: list[int] = []
    write = partial(scenes.write_scenes, count=2)

    def counted(folder: Path, progress: object = None) -> list[scenes.Scene]:
        times.append(len(list(folder.glob(".*.tmp"))))
        return write(folder)

    monkeypatch.setattr(scenes, "write_scenes", counted)
    return times


def test_one_that_was_killed_is_begun_again(tmp_path: Path, drawn: list[int]) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / ".cans_001.jpg.4711.tmp").write_bytes(b"half of it")
    (images / "cans_001.jpg").write_bytes(b"whole")
    truth = demo.make_images(tmp_path, silent)
    assert sorted(path.name for path in images.iterdir()) == sorted(truth) == ["cans_001.jpg", "cans_002.jpg"]
    assert drawn == [0], "nothing half-written was left when it began"
    assert demo.make_images(tmp_path, silent).keys() == truth.keys()
    assert drawn == [0], "what is whole is not drawn again"


def test_a_second_one_waits_and_takes_what_the_first_drew(tmp_path: Path, drawn: list[int]) -> None:
    waits, second_is_done = threading.Event(), threading.Event()

    def second() -> None:
        def tell(step: Step, done: int, total: int) -> None:
            if step is Step.OTHER_DEMO:
                waits.set()

        with demo._alone(tmp_path, tell):
            demo.make_images(tmp_path, silent)
        second_is_done.set()

    with demo._alone(tmp_path, silent):
        other = threading.Thread(target=second, daemon=True)
        other.start()
        assert waits.wait(30)
        (tmp_path / "images").mkdir()
        half_written = tmp_path / "images" / ".cans_001.jpg.1.tmp"
        half_written.write_bytes(b"half of it")
        assert not second_is_done.is_set()
        assert half_written.exists(), "it is not taken away while the first one writes"
        demo.make_images(tmp_path, silent)
    assert second_is_done.wait(30)
    assert len(drawn) == 1
