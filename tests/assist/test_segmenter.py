"""A segmentation model at work: ahead of who points, in a process that may end or fail."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.assist import segmentmodels as toy
from tests.assist.drawn import draw
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.segmenter.client import NoSegmenter, SegmenterProcess, files_model
from tui_labeler.assist.segmenter.segmenter import Segmenter
from tui_labeler.model.errors import StorageError
from tui_labeler.model.outlines import Outline, Prompt

Png = Callable[[int], bytes]
PATIENCE = 120


@pytest.fixture
def segmenter(tmp_path: Path, png: Png) -> Iterator[Segmenter]:
    def read(path: str) -> bytes:
        if path == "gone.png":
            raise StorageError("gone.png is gone.")
        return b"no image" if path == "broken.png" else png(int(path))

    made = Segmenter(files_model(toy.pair(tmp_path / "toy")), read)
    yield made
    made.stop()


def at_first(number: int) -> Prompt:
    """The middle of the first object of an image."""
    box = draw(number)[1].regions[0].extent
    return Prompt(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))


def is_first(number: int, outlines: tuple[Outline, ...]) -> bool:
    box = draw(number)[1].regions[0].extent
    return max(outline.box.iou(box) for outline in outlines) > 0.6


def test_it_looks_ahead_and_answers_for_each_image(segmenter: Segmenter) -> None:
    asked = segmenter.outlines("1", at_first(1))  # before it was ever told to look
    segmenter.look(("1", "2"))
    assert is_first(1, asked.result(PATIENCE))
    assert is_first(2, segmenter.outlines("2", at_first(2)).result(PATIENCE))
    assert segmenter.words == "ready"
    assert segmenter.looked.megabytes > 10
    for path in ("3", "4", "1"):  # more than it keeps
        assert is_first(int(path), segmenter.outlines(path, at_first(int(path))).result(PATIENCE))


def test_images_that_cannot_be_read_are_refused_and_others_go_on(segmenter: Segmenter) -> None:
    for path, words in (("gone.png", "gone"), ("broken.png", "image")):
        with pytest.raises(EngineError, match=words):
            segmenter.outlines(path, Prompt((5, 5))).result(PATIENCE)
    assert is_first(1, segmenter.outlines("1", at_first(1)).result(PATIENCE))


@pytest.mark.slow
def test_a_killed_process_is_started_again_and_given_up_in_the_end(segmenter: Segmenter) -> None:
    for _ in range(3):
        assert is_first(1, segmenter.outlines("1", at_first(1)).result(PATIENCE))
        os.kill(segmenter.process_id, signal.SIGKILL)
        while segmenter.process_id:
            time.sleep(0.01)
    with pytest.raises(EngineError, match="again and again"):
        segmenter.outlines("1", at_first(1)).result(PATIENCE)
    assert segmenter.words == "failed"


@pytest.mark.slow
def test_files_that_are_no_model_fail_once_and_say_why(tmp_path: Path, png: Png) -> None:
    encoder = toy.encoder(tmp_path / "e.onnx")
    (tmp_path / "d.onnx").write_bytes(b"\x08\x08 not a model")
    with pytest.raises(EngineError, match=r"d\.onnx"):
        SegmenterProcess(files_model([str(encoder), str(tmp_path / "d.onnx")]))
    with pytest.raises(NoSegmenter, match=r"e\.onnx takes images"):
        SegmenterProcess(files_model([str(encoder)]))
    failing = Segmenter(files_model([str(encoder)]), lambda path: png(1))
    try:
        with pytest.raises(EngineError, match=r"e\.onnx takes images"):
            failing.outlines("1", Prompt((5, 5))).result(PATIENCE)
        assert failing.words == "failed"
        with pytest.raises(EngineError, match=r"e\.onnx takes images"):
            failing.outlines("1", Prompt((5, 5))).result(PATIENCE)
    finally:
        failing.stop()


@pytest.mark.slow
def test_too_little_memory_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        SegmenterProcess(files_model(toy.pair(tmp_path), memory_limit=100 << 20))
