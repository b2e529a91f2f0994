"""Segment-anything by its published interfaces: each export told apart, and the same object outlined through each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from tests.assist import segmentmodels as toy
from tests.assist.test_onnx import model_of
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.segmenter.sam import NotPrompted, Sam
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Size, polygon_area
from tui_labeler.model.outlines import Outline, Prompt

Build = Callable[[Path], list[Path]]

BUILDS: dict[str, Build] = {
    "official": lambda at: [toy.encoder(at / "e.onnx"), toy.official(at / "d.onnx")],
    "masks at the image's size alone": lambda at: [
        toy.encoder(at / "e.onnx"),
        toy.official(at / "d.onnx", has_small=False),
    ],
    "half precision": lambda at: [
        toy.encoder(at / "e.onnx", kind=TensorProto.FLOAT16),
        toy.official(at / "d.onnx", TensorProto.FLOAT16),
    ],
    "half precision in the decoder alone": lambda at: [
        toy.encoder(at / "e.onnx"),
        toy.official(at / "d.onnx", TensorProto.FLOAT16),
    ],
    "preprocessing inside": lambda at: [
        toy.encoder_with_preprocessing(at / "e.onnx"),
        toy.official(at / "d.onnx"),
    ],
    "another name for the embeddings": lambda at: [
        toy.encoder(at / "e.onnx", output="embeddings"),
        toy.official(at / "d.onnx"),
    ],
    "EdgeSAM": lambda at: [toy.encoder(at / "e.onnx", "image"), toy.edge(at / "d.onnx")],
    "SAM 2": lambda at: [toy.sam_2_encoder(at / "e.onnx"), toy.sam_2(at / "d.onnx")],
    "EfficientSAM": lambda at: [toy.efficient_encoder(at / "e.onnx"), toy.efficient(at / "d.onnx")],
    "EfficientSAM in one file": lambda at: [toy.efficient(at / "w.onnx", is_whole=True)],
    "EfficientSAM of six points": lambda at: [toy.efficient(at / "w.onnx", is_whole=True, count=6)],
    "Optimum": lambda at: [toy.optimum_encoder(at / "e.onnx"), toy.optimum(at / "d.onnx")],
}
# A red disc and a blue bar with a paler end, on grey; twice as wide as high, so that a square has padding.
SIZE = Size(240, 120)
DISC, BAR, WHOLE_BAR = Box(30, 30, 90, 90), Box(130, 40, 180, 80), Box(130, 40, 210, 80)


def picture() -> Pixels:
    y, x = np.mgrid[: SIZE.height, : SIZE.width] + 0.5
    pixels = np.full((SIZE.height, SIZE.width, 3), (120, 130, 110), np.uint8)
    pixels[(x - 60) ** 2 + (y - 60) ** 2 < 30**2] = (220, 40, 40)
    pixels[(x > BAR.x0) & (x < WHOLE_BAR.x1) & (y > BAR.y0) & (y < BAR.y1)] = (60, 60, 230)
    pixels[(x > BAR.x0) & (x < BAR.x1) & (y > BAR.y0) & (y < BAR.y1)] = (20, 20, 220)
    return pixels


def outlined(files: list[Path], prompt: Prompt, pixels: Pixels, size: Size = SIZE) -> tuple[Outline, ...]:
    sam = Sam([str(file) for file in files])
    return sam.outlines(sam.look(pixels, size), prompt)


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS.keys())
def test_each_export_outlines_what_is_pointed_at(build: Build, tmp_path: Path) -> None:
    files = build(tmp_path)
    disc = outlined(files, Prompt((60, 60)), picture())[0]
    assert disc.box.iou(DISC) > 0.88
    assert polygon_area(disc.points) == pytest.approx(np.pi * 30**2, rel=0.1)
    assert disc.confidence == pytest.approx(toy.SCORES[0], abs=1e-3)
    assert 8 <= len(disc.points) <= 80
    bars = outlined(files, Prompt((150, 60)), picture())
    assert bars[0].box.iou(BAR) > 0.88
    assert bars[1].box.iou(WHOLE_BAR) > 0.88, "the next candidate is the larger one"
    boxed = outlined(files, Prompt(box=Box(20, 20, 100, 100)), picture())[0]
    assert boxed.box.iou(DISC) > 0.88


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS.keys())
def test_upright_images_and_those_read_at_fewer_pixels(build: Build, tmp_path: Path) -> None:
    files = build(tmp_path)
    upright = np.ascontiguousarray(picture().transpose(1, 0, 2))
    found = outlined(files, Prompt((600, 600)), upright, Size(1200, 2400))[0]
    assert found.box.iou(Box(300, 300, 900, 900)) > 0.88


def test_files_are_told_apart_in_any_order(tmp_path: Path) -> None:
    files = BUILDS["official"](tmp_path)[::-1]
    assert outlined(files, Prompt((60, 60)), picture())[0].box.iou(DISC) > 0.88


def test_what_is_no_such_model_is_refused_with_the_inputs_that_it_has(tmp_path: Path) -> None:
    detector = tmp_path / "yolo.onnx"
    detector.write_bytes(model_of([np.zeros((1, 6, 4), np.float32)]))
    encoder, decoder = toy.encoder(tmp_path / "e.onnx"), toy.official(tmp_path / "d.onnx")
    efficient, sam_2 = toy.efficient(tmp_path / "f.onnx"), toy.sam_2(tmp_path / "s.onnx")
    refusals: list[tuple[list[Path], type[EngineError], str]] = [
        ([detector], NotPrompted, "yolo.onnx takes images (1×3×64×64)"),
        ([encoder], NotPrompted, "e.onnx takes images (1×3×256×256)"),
        ([encoder, detector], NotPrompted, "yolo.onnx takes images"),
        ([decoder], EngineError, "decoder of a segment-anything model alone: d.onnx takes image_embeddings"),
        ([decoder, efficient], EngineError, "point_coords (1×?×2)"),
        ([detector, decoder], EngineError, "takes one image"),
        ([encoder, sam_2], EngineError, "needs image_embed (1×3×32×32), and the encoder gives image_embeddings"),
    ]
    for files, kind, words in refusals:
        with pytest.raises(kind) as caught:
            Sam([str(file) for file in files])
        assert words in str(caught.value), files


def test_masks_that_are_none_give_nothing_and_noise_ends(tmp_path: Path) -> None:
    from tui_labeler.assist.outlining import outlines_of

    chance = np.random.default_rng(7)
    noise = chance.normal(0, 1, (2, 256, 256)).astype(np.float32)
    empty, full = np.full((1, 64, 64), -1, np.float32), np.full((1, 64, 64), 1, np.float32)
    size, prompt = Size(640, 640), Prompt((320, 320))
    for masks in (noise, empty, np.zeros((1, 64, 64), np.float32)):
        for outline in outlines_of(masks, [0.5] * len(masks), (256, 256), (1.0, 1.0), size, prompt):
            assert 3 <= len(outline.points) <= 80
    (whole,) = outlines_of(full, [0.5], (256, 256), (1.0, 1.0), size, prompt)
    assert whole.box == Box(0, 0, 640, 640)
    # Probabilities have their edge in the middle, logits at nothing.
    disc = np.where(np.hypot(*(np.mgrid[:64, :64] - 31.5)) < 20, 0.9, 0.1).astype(np.float32)
    for masks in (disc[None], disc[None] * 2 - 1):
        (found,) = outlines_of(masks, [0.5], (256, 256), (1.0, 1.0), size, prompt)
        assert found.box.iou(Box(120, 120, 520, 520)) > 0.95


def test_a_part_that_is_pointed_at_goes_before_a_larger_one(tmp_path: Path) -> None:
    pixels = picture()
    pixels[95:110, 100:230] = (220, 40, 40)  # as red as the disc, and elsewhere
    files = BUILDS["official"](tmp_path)
    assert outlined(files, Prompt((60, 60)), pixels)[0].box.iou(DISC) > 0.88
