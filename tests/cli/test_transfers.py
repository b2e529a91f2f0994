"""`import`, and `export` with its options: the contract's JSON, exit codes, and names from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BOX = "1,2,30,40"


def table(path: Path, *rows: str) -> str:
    path.write_text("\n".join(("image,label,x_min,y_min,x_max,y_max", *rows)))
    return str(path)


@pytest.mark.slow
def test_import_and_export(run: Run, project: str, tmp_path: Path) -> None:
    rows = [f"{name},{label},{BOX}" for name, label in (("a.jpg", "coke"), ("b.jpg", "can"), ("none.jpg", "coke"))]
    file = table(tmp_path / "labels.csv", *rows, f"b.jpg,fly,{BOX}")
    seen = run("import", project, file, "--dry-run", "--json").json
    assert (seen["read"], seen["matched"], seen["unmatched"]) == (3, 2, ["none.jpg"])
    assert seen["unknown_classes"] == {"can": 1, "fly": 1}
    refused = run("import", project, file)
    assert refused.code == 2
    assert "“can” (1)" in refused.err
    assert "--add-classes" in refused.err
    assert run("status", project, "--json").json["completed"] == 0
    done = run("import", project, file, "--map", "can=sprite", "--drop", "fly", "--json").json
    assert done["read"] == 3
    assert done["matched"] == done["imported"] == done["labels"] == 2
    assert done["unmatched"] == ["none.jpg"]
    again = run("import", project, file, "--drop", "fly", "--add-classes")
    assert "2 tasks had labels, and kept them" in again.out
    assert "none.jpg" in again.err
    status = run("status", project, "--json").json
    assert (status["completed"], status["labelers"]) == (2, {"import": 2})

    out = tmp_path / "out"
    made = run("export", project, "--format", "coco", "--split", "0.5", "--out", str(out), "--json").json
    assert made["parts"] == {"train": 2} or made["parts"] == {"train": 1, "validation": 1}
    assert made["files"] == ["annotations/instances_train.json", "annotations/instances_val.json"]
    shown = run("export", project, "--format", "yolo", "--class", "coke", "--out", str(out))
    name = shown.out.splitlines()[-1]
    assert (out / name / "data.yaml").is_file()
    assert "1 image without these classes" in shown.out
    assert [export["format"] for export in run("exports", project, "--json").json] == ["yolo", "coco"]


def test_as_prelabels(run: Run, project: str, tmp_path: Path) -> None:
    file = table(tmp_path / "labels.csv", f"a.jpg,coke,{BOX}")
    assert "1 label proposed for 1 task" in run("import", project, file, "--as", "prelabel").out
    status = run("status", project, "--json").json
    assert (status["completed"], status["queue"]["prelabeled"]) == (0, 1)


@pytest.mark.slow
def test_what_is_wrong_is_named(run: Run, project: str, tmp_path: Path) -> None:
    file = table(tmp_path / "labels.csv", "a.jpg,coke,1,2,3")
    for words, code, says in (
        (("import", project, str(tmp_path / "no.json")), 1, "There is no file or folder"),
        (("import", project, file, "--strict"), 2, "labels.csv, line 2"),
        (("import", project), 2, "needs a project and a file"),
        (("import", "--undo", "7"), 1, "no import 7"),
        (("import", project, file, "--column", "x"), 2, "not WHAT=TITLE"),
        (("import", project, file, "--format", "pdf"), 2, "no format “pdf”"),
        (("import", project, file, "--map", "x"), 2, "--map: “x” is not OLD=NEW"),
        (("import", "none", file), 1, "no project “none”"),
        (("import", project, file, "--as", "draft"), 2, "draft"),
        (("export", project, "--format", "pdf"), 2, "no format “pdf”"),
        (("export", project, "--format", "labelme"), 2, "is read, not written"),
        (("export", project, "--split", "1.5"), 1, "nothing to export"),
    ):
        done = run(*words)
        assert (done.code, done.out) == (code, ""), (words, done)
        assert says in done.err, (words, done.err)
        assert "Traceback" not in done.err


def test_names_from_a_file_do_not_reach_the_terminal_raw(run: Run, project: str, tmp_path: Path) -> None:
    evil = "x\x1b]0;owned\x07.jpg"
    (tmp_path / "a.jsonl").write_text(json.dumps({"image_url": evil, "label": []}))
    shown = run("import", project, str(tmp_path / "a.jsonl"))
    assert (shown.code, "Nothing of a.jsonl was imported" in shown.err) == (1, True)
    assert "owned" in shown.err
    assert "\x1b" not in shown.err + shown.out
    result = run("import", project, str(tmp_path / "a.jsonl"), "--json", "--dry-run")
    assert result.json["unmatched"] == [evil]
    assert "\x1b" not in result.out
