"""Known labels that change, or are withdrawn, while the image is labeled."""

from __future__ import annotations

from tests.quality import teams
from tests.quality.conftest import Start
from tests.quality.test_team import TRUTH, work
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import CONSENSUS, GOLD
from tui_labeler.model.workforce import Workforce


def test_known_labels_that_change_or_are_withdrawn_are_not_what_exports_take(start: Start) -> None:
    workspace = start(Workforce(gold_every=2, labels=2))
    path = "image_00001.jpg"
    workspace.gold.add("soda", path, "lead", Labels(teams.SIZE))
    work(workspace, "ann")
    work(workspace, "eve")

    def counting() -> tuple[str, Labels | None]:
        submission = workspace.tasks.current_labels(workspace.tasks.get("soda", path))
        assert submission is not None
        return submission.labeler, submission.labels

    assert counting() == (GOLD, Labels(teams.SIZE))
    workspace.gold.add("soda", path, "lead", TRUTH[1])
    assert counting() == (GOLD, TRUTH[1])
    workspace.gold.remove("soda", path, "lead")
    whose, labels = counting()
    assert whose == CONSENSUS
    assert labels is not None
    assert len(labels.regions) == len(TRUTH[1].regions)
    assert workspace.projects.status("soda").completed == 4
