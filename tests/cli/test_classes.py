"""`project classes` and `project edits`: what they say, as JSON and for people, and their exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.workspace import Workspace


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
    assert undone == {"id": renamed["id"] + 1, "restored": 1, "changed_since": 0, "submitted_since": 0}
    states = [(row["kind"], bool(row["undone"])) for row in run("project", "edits", project, "--json").json]
    assert states == [("merge", True), ("rename", False)]


def test_drafts_that_use_a_class_are_counted_before_it_is_deleted(run: Run, project: str, home: Path) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    drawn = Draft().added(Region("coke", Box(1, 2, 30, 40)))
    for task, who in ((workspace.queue.upcoming(project, "ann", 1)[0], who) for who in ("ann", "bob")):
        workspace.queue.save_draft(task, who, encode(drawn), class_edit=0)
    workspace.close()
    unsaid = run("project", "classes", project, "delete", "coke")
    assert unsaid.code == 2
    assert "No label has the class “coke”, but 2 drafts use it; all of that would go." in unsaid.err
    assert run("project", "classes", project, "delete", "coke", "--yes").code == 0
