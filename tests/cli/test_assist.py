"""`tui-labeler assist`: a model from elsewhere is tried before it is taken; how a project's model does."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assist import segmentmodels
from tests.assist.backend import StandIn
from tests.assist.test_onnx import model_of, rows
from tests.cli.conftest import Run


@pytest.fixture
def backend() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def toys(run: Run, images: Path, tmp_path: Path) -> Path:
    assert run("datastore", "add", "cans", str(images)).code == 0
    file = tmp_path / "p.toml"
    file.write_text(
        '[details]\nname = "toys"\n[dataset]\nname = "all"\ndatastore = "cans"\n[classes]\nnames = ["ball", "crate"]\n'
    )
    assert run("project", "create", str(file)).code == 0
    return tmp_path


@pytest.mark.slow
def test_a_model_is_shown_before_it_is_taken(run: Run, toys: Path) -> None:
    model = toys / "best.onnx"
    model.write_bytes(model_of([rows([(0.1, 0.9)]).T[None]]))
    asked = run("assist", "use", str(model), "--classes", "ball,crate")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert "crate" in asked.out
    assert run("assist", "status", "toys", "--json").json["enabled"] is False
    taken = run("assist", "use", str(model), "--classes", "ball, crate", "--project", "toys", "--yes", "--json").json
    assert taken["used"] is True
    assert taken["labels"]["regions"][0]["name"] == "crate"
    model.unlink()
    status = run("assist", "status", "toys", "--json").json
    assert (status["enabled"], status["engine"], status["proposing"]) == (True, "onnx", False)
    spec = run("project", "show", "toys", "--json").json["specification"]["assist"]
    assert Path(spec["model"]).is_file(), "the workspace keeps a copy"
    assert "onnx" in run("assist", "status", "toys").out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("best.pt", pickle.dumps(1), "never opened"),
        ("best.onnx", pickle.dumps(1), "not an ONNX file"),
        ("best.onnx", b"\x08\x08nonsense", "not a model that ONNX Runtime can use"),
    ],
)
def test_a_wrong_file_is_one_message(run: Run, toys: Path, name: str, data: bytes, said: str) -> None:
    file = toys / name
    file.write_bytes(data)
    result = run("assist", "use", str(file), "--classes", "ball,crate", "--yes")
    assert result.code == 1
    assert said in result.err
    assert "Traceback" not in result.err


def test_a_project_that_is_not_there(run: Run, toys: Path) -> None:
    assert run("assist", "status", "soda").code == 1
    assert "toys" in run("assist", "status", "toy").err


@pytest.mark.slow
def test_a_backend_is_asked_only_after_a_yes(run: Run, toys: Path, backend: StandIn) -> None:
    asked = run("assist", "use", backend.url)
    assert asked.code == 2
    assert f"would be sent to {backend.url.removeprefix('http://')}" in asked.err
    assert backend.paths == [], "not even one image, to try it"
    taken = run("assist", "use", f"{backend.url}/", "--yes", "--json").json
    assert [region["name"] for region in taken["labels"]["regions"]] == ["ball"]
    spec = run("project", "show", "toys", "--json").json["specification"]["assist"]
    assert (spec["enabled"], spec["engine"], spec["model"]) == (True, "ml-backend", backend.url)
    backend.stop()
    down = run("assist", "use", backend.url, "--yes")
    assert (down.code, "cannot be reached" in down.err) == (1, True)


def test_an_address_with_a_password_is_refused_and_not_repeated(run: Run, toys: Path) -> None:
    refused = run("assist", "use", "http://ann:s3cret@127.0.0.1:9090", "--yes")
    assert refused.code == 2
    assert "password" in refused.err
    assert "s3cret" not in refused.err + refused.out


@pytest.mark.slow
def test_what_use_took_is_removed(run: Run, toys: Path) -> None:
    for which in ("model", "segmenter"):
        nothing = run("assist", "remove", which)
        assert (nothing.code, "toys uses no " in nothing.err) == (2, True)
    model = toys / "best.onnx"
    model.write_bytes(model_of([rows([(0.1, 0.9)]).T[None]]))
    assert run("assist", "use", str(model), "--classes", "ball,crate", "--yes").code == 0
    removed = run("assist", "remove", "model")
    assert (removed.code, "pretrained learns instead" in removed.out) == (0, True)
    spec = run("project", "show", "toys", "--json").json["specification"]["assist"]
    assert (spec["enabled"], spec["engine"], spec.get("model", ""), spec.get("classes", [])) == (
        True,
        "pretrained",
        "",
        [],
    )
    assert run("assist", "status", "toys", "--json").json["engine"] == "pretrained"
    assert run("assist", "remove", "everything").code == 2


@pytest.mark.slow
def test_a_segmentation_model_is_tried_and_kept(run: Run, toys: Path) -> None:
    encoder, decoder = segmentmodels.pair(toys / "sam")
    tried = run("assist", "use", encoder, decoder)
    assert tried.code == 2
    assert "outlined in" in tried.out + tried.err
    taken = run("assist", "use", str(toys / "sam"), "--yes", "--json").json
    assert taken["used"] is True
    assert taken["tried"]["outlines"]
    spec = run("project", "show", "toys", "--json").json["specification"]["assist"]
    assert (spec["enabled"], spec["engine"]) == (True, "pretrained"), "what proposes stays"
    assert len(list(Path(spec["segmenter"]).glob("*.onnx"))) == 2
    assert "outline" in run("assist", "status", "toys").out
    removed = run("assist", "remove", "segmenter", "--project", "toys", "--json").json
    assert removed == {"project": "toys", "which": "segmenter", "removed": True}
    assert run("assist", "status", "toys", "--json").json["segmenter"] == ""
    assert "outline" not in run("assist", "status", "toys").out


@pytest.mark.slow
def test_half_a_segmentation_model_says_what_it_takes(run: Run, toys: Path) -> None:
    encoder, decoder = segmentmodels.pair(toys / "sam")
    alone = run("assist", "use", decoder, "--yes")
    assert alone.code == 1
    assert "decoder of a segment-anything model alone" in alone.err
    assert "point_coords (1×?×2)" in alone.err
    many = run("assist", "use", encoder, decoder, encoder, "--yes")
    assert many.code == 2
    assert "one or two" in many.err
