"""`project classes` and `project edits`: what they say, as JSON and for people, and their exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_classes_are_changed_and_taken_back(run: Run, project: str, tmp_path: Path) -> None:
    rows = [f"{name},{label},1,2,30,40" for name, label in (("a.jpg", "coke"), ("b.jpg", "sprite"))]
    file = tmp_path / "labels.csv"
    file.write_text("\n".join(("image,label,x_min,y_min,x_max,y_max", *rows)))
    run("import", project, str(file))
    renamed = run("project", "classes", project, "rename", "coke", "cola", "--json").json
    assert (renamed["labels"], renamed["images"], renamed["classes"][0]) == (1, 1, "cola")
    refused = run("project", "classes", project, "delete", "cola", "--json")
    assert refused.code == 1
    assert "1 label on 1 image" in refused.err
    unsaid = run("project", "classes", project, "delete", "cola", "--with-labels")
    assert unsaid.code == 2
    assert "--yes" in unsaid.err
    merged = run("project", "classes", project, "merge", "cola", "sprite")
    assert merged.out.startswith("“cola” merged into “sprite”: 1 label on 1 image. Classes: ")
    assert f"--undo {renamed['id'] + 1}" in merged.err
    listed = run("project", "classes", project, "--json").json
    assert {row["class"]: row["labels"] for row in listed}["sprite"] == 2
    assert run("project", "edits", project, "--undo", str(renamed["id"])).code == 1, "the later one first"
    undone = run("project", "edits", project, "--undo", str(renamed["id"] + 1), "--json").json
    assert undone == {"id": renamed["id"] + 1, "restored": 1, "changed_since": 0}
    states = [(row["kind"], bool(row["undone"])) for row in run("project", "edits", project, "--json").json]
    assert states == [("merge", True), ("rename", False)]
