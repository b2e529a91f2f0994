"""`quality` and `exports` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.workspace.conftest import COKE, make_images
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace

_FILE = """
[details]
name = "soda"
[workforce]
labels = 2
review = 1.0
[dataset]
name = "cans_set"
datastore = "cans"
[classes]
names = ["coke", "sprite"]
"""


def _made(run: Run, tmp_path: Path) -> Workspace:
    assert run("datastore", "add", "cans", str(make_images(tmp_path / "images", 3))).code == 0
    (tmp_path / "project.toml").write_text(_FILE)
    assert run("project", "create", str(tmp_path / "project.toml")).code == 0
    (database,) = tmp_path.rglob("workspace.db")
    return Workspace(database, tmp_path / "exports")


@pytest.mark.slow
def test_figures_known_images_and_versions(run: Run, tmp_path: Path) -> None:
    workspace = _made(run, tmp_path)
    assert "Nothing to compare yet" in run("quality", "soda").err
    for who in ("ann", "bob"):
        for task in workspace.tasks.page("soda", TaskFilter(), 0, 10):
            workspace.queue.submit(task, who, COKE, seconds=5)
    figures = run("quality", "soda", "--json").json
    assert figures["compared"] == 3
    assert figures["f1"]["0.5"] == 1.0
    assert [labeler["name"] for labeler in figures["labelers"]] == ["ann", "bob"]
    assert figures["review"]["waiting"] == 3
    assert "F1 100.0% at IoU 0.5" in run("quality", "soda").out
    known = run("quality", "gold", "soda", "image_00001.jpg", "--by", "lead", "--json").json
    assert [(image["path"], image["who"], image["answers"]) for image in known] == [("image_00001.jpg", "lead", 2)]
    assert run("quality", "soda", "--json").json["labelers"][0]["gold"]["f1"] == 1.0
    assert run("quality", "gold", "soda", "image_00001.jpg", "--withdraw", "--json").json == []
    assert run("quality", "gold", "soda", "nothing.jpg").code == 1
    workspace.review.accept("soda", workspace.review.waiting("soda", "rae", 2), "rae")
    workspace.close()
    whole = run("export", "soda", "--json").json
    accepted = run("export", "soda", "--only", "accepted", "--json").json
    assert (whole["rows"], accepted["rows"]) == (3, 2)
    assert accepted["left_out"] == {"not_accepted": 1}
    diff = run("exports", "diff", whole["name"], accepted["name"], "--json").json
    assert diff["images"] == {"added": 0, "removed": 1, "changed": 0}
    assert run("exports", "diff", whole["name"], accepted["name"]).out.startswith("- image_0000")
    again = run("exports", "again", whole["name"], "--out", str(tmp_path / "again"), "--json").json
    assert Path(again["path"]).parent == tmp_path / "again"
    assert len(run("exports", "soda", "--json").json) == 2
    assert len(run("exports", "--json").json) == 2
    assert run("export", "soda", "--min-agreement", "2").code == 2


def test_the_rules_are_shown_and_changed(run: Run, tmp_path: Path) -> None:
    _made(run, tmp_path).close()
    changed = run("quality", "rules", "soda", "--labels", "3", "--review", "0.25", "--reviewer", "rae", "--json").json
    assert (changed["labels"], changed["review"], changed["reviewers"]) == (3, 0.25, ["rae"])
    assert "labels: 3\n" in run("quality", "rules", "soda").out
    assert "1 to 9" in run("quality", "rules", "soda", "--labels", "10").err
