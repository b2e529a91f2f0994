"""Labels follow an edit of classes page by page: what others see and do meanwhile, and what an interruption leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE
from tests.workspace.test_class_edits import BOTH, NAMES, classes_of, exported, numbers
from tui_labeler.exchange import exporting
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.model.errors import Cancelled
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.review import ReviewState
from tui_labeler.model.tasks import Basis, TaskFilter
from tui_labeler.model.transfers import ExportOptions
from tui_labeler.model.workforce import Workforce
from tui_labeler.store import figures, projects
from tui_labeler.store.running_edits import ClassesChanging
from tui_labeler.workspace import Workspace, classlists, following

COLA = {"cola": 3, "diet_coke": 0, "sprite": 1}
OPEN = "image_00004.jpg"


@pytest.fixture(autouse=True)
def _pages_of_one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAGE", 1)


@pytest.fixture
def labeled(workspace: Workspace) -> Workspace:
    """Four images: one by ann, two by bob, one skipped; a proposal for another one."""
    for name, who, labels in zip(NAMES, ("ann", "bob", "bob", "bob"), (COKE, BOTH, COKE, None), strict=True):
        workspace.queue.submit(workspace.tasks.get("soda", name), who, labels)
    workspace.proposals.put("soda", [(workspace.tasks.get("soda", OPEN), Prelabel(COKE, "model", 0.9))])
    return workspace


def at_page(page: int, do: Callable[[], None]) -> Progress:
    """Progress that does something after that page, where nobody holds the database."""
    seen = 0

    def tell(step: Step, done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == page + 1:  # it is told of the beginning, too
            do()

    return tell


def killed() -> None:
    raise MemoryError


def rename_until_killed(workspace: Workspace) -> None:
    with pytest.raises(MemoryError):
        workspace.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, killed))


def names_of(text: str) -> set[str]:
    document = json.loads(text)
    names = {category["id"]: category["name"] for category in document["categories"]}
    return {names[box["category_id"]] for box in document["annotations"]}


def test_nobody_sees_labels_that_are_renamed_in_part(
    labeled: Workspace, open_workspace: Callable[[], Workspace], tmp_path: Path
) -> None:
    before = numbers(labeled)
    seen: list[str] = []

    def look() -> None:
        colleague = open_workspace()
        assert numbers(colleague) == before | {"classes": COLA}
        assert [classes_of(colleague, name) for name in NAMES[:3]] == [["cola"], ["cola", "sprite"], ["cola"]]
        listed = colleague.tasks.page("soda", TaskFilter(class_name="cola"), 0, 9)
        assert [task.path for task in listed] == NAMES[:3]
        shown = colleague.tasks.counting(listed)
        assert {shown[task.id].labels.class_counts()["cola"] for task in listed} == {1}  # type: ignore[union-attr]
        assert "coke" not in {region.name for region in colleague.tasks.recent_regions("soda", 9)}
        proposal = colleague.proposals.get(colleague.tasks.get("soda", OPEN))
        assert proposal
        assert [region.name for region in proposal.labels.regions] == ["cola"]
        assert {"cola", "sprite"} == {
            region.name for _, labels, _ in colleague.proposals.training_labels("soda", 9) for region in labels.regions
        }
        with pytest.raises(ClassesChanging):
            exporting.export(
                colleague._database,
                colleague.datasets.open,
                "soda",
                "coco",
                ExportOptions(),
                tmp_path,
                colleague.now,
                lambda *_: None,
            )
        seen.append("looked")

    record = labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, look))
    assert seen == ["looked"]
    assert (record.images, record.labels) == (3, 3)
    assert numbers(labeled) == before | {"classes": COLA}
    assert names_of(exported(labeled, tmp_path)) == {"cola", "sprite"}


def test_others_submit_and_draft_meanwhile(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    colleague = open_workspace()
    first = colleague.tasks.get("soda", NAMES[0])
    last = colleague.tasks.get("soda", NAMES[2])
    lease = colleague.queue.claim("soda", "cat", "token")
    assert lease
    colleague.queue.save_draft(lease.task, "cat", encode(Draft(COKE.regions, ())), token="token")

    def submit() -> None:
        colleague.queue.submit(lease.task, "cat", COKE, "token")  # as a session has it that began before
        for task in (first, last):  # of one the labels have followed, of the other they have not
            colleague.queue.submit(task, "ann", BOTH, "", 0.0, Basis(task.label_id))

    labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, submit))
    for task in (first, last, lease.task):
        assert classes_of(labeled, task.path)[0] == "cola"
    assert numbers(labeled)["classes"] == {"cola": 4, "diet_coke": 0, "sprite": 3}


def test_cancelled_is_as_before(labeled: Workspace, open_workspace: Callable[[], Workspace], tmp_path: Path) -> None:
    before, labels = numbers(labeled), exported(labeled, tmp_path / "before")

    def cancel() -> None:
        raise Cancelled

    for edit in (
        lambda: labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(2, cancel)),
        lambda: labeled.edits.merge_classes("soda", ("coke",), "sprite", "eve", at_page(2, cancel)),
        lambda: labeled.edits.delete_class("soda", "coke", "eve", True, at_page(2, cancel)),
    ):
        with pytest.raises(Cancelled):
            edit()
        assert numbers(labeled) == before
        assert exported(labeled, tmp_path / f"after{len(labeled.edits.records('soda'))}") == labels
        proposal = labeled.proposals.get(labeled.tasks.get("soda", OPEN))
        assert proposal
        assert proposal.labels == COKE
    assert all(record.undone or record.reverses for record in labeled.edits.records("soda"))
    assert labeled.edits.rename_class("soda", "coke", "cola", "eve").images == 3


def test_what_was_killed_is_in_force_and_goes_on(
    labeled: Workspace, open_workspace: Callable[[], Workspace], tmp_path: Path
) -> None:
    before = numbers(labeled)
    rename_until_killed(labeled)
    colleague = open_workspace()
    assert numbers(colleague) == before | {"classes": COLA}
    assert names_of(exported(colleague, tmp_path)) == {"cola", "sprite"}
    (record,) = colleague.edits.records("soda")
    assert (record.images, record.labels, record.undone) == (3, 3, 0)
    undone = colleague.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (3, 0)
    assert numbers(colleague) == before


def test_another_edit_ends_the_one_before(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    rename_until_killed(labeled)
    colleague = open_workspace()
    assert colleague.edits.merge_classes("soda", ("cola",), "sprite", "eve").images == 3
    assert numbers(colleague)["classes"] == {"diet_coke": 0, "sprite": 4}
    assert {name for image in NAMES[:3] for name in classes_of(colleague, image)} == {"sprite"}


def test_taking_back_what_is_under_way_stops_it(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    before = numbers(labeled)

    def take_back() -> None:
        colleague = open_workspace()
        colleague.edits.undo(colleague.edits.records("soda")[0].id, "fay")

    labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, take_back))
    assert numbers(labeled) == before
    assert classes_of(labeled, NAMES[0]) == classes_of(labeled, NAMES[2]) == ["coke"]


def test_taking_back_is_seen_whole_and_goes_on_after_a_kill(
    labeled: Workspace, open_workspace: Callable[[], Workspace], tmp_path: Path
) -> None:
    before = numbers(labeled)
    record = labeled.edits.rename_class("soda", "coke", "cola", "eve")
    with pytest.raises(MemoryError):
        labeled.edits.undo(record.id, "eve", at_page(0, killed))
    colleague = open_workspace()
    assert numbers(colleague) == before
    assert classes_of(colleague, NAMES[2]) == ["coke"]
    assert names_of(exported(colleague, tmp_path)) == {"coke", "sprite"}
    assert numbers(colleague) == before
    assert colleague.edits.records("soda")[-1].undone


def test_labels_that_are_reviewed_follow_page_by_page(
    labeled: Workspace, open_workspace: Callable[[], Workspace]
) -> None:
    """A project with review, and with quotas, is no reason to hold everybody up."""
    rules = Workforce(review=1.0, reviewers=("rae",), quota=100)
    labeled.projects.change("soda", msgspec.structs.replace(labeled.projects.specification("soda"), workforce=rules))
    for name, who in zip(NAMES[:2], ("ann", "bob"), strict=True):
        labeled.queue.submit(labeled.tasks.get("soda", name), who, BOTH)
    before = numbers(labeled)
    seen: list[list[str]] = []

    def review() -> None:
        colleague = open_workspace()
        first, second = colleague.review.waiting("soda", "rae", 9)
        seen.extend([region.name for region in item.labels.regions] for item in (first, second))
        colleague.review.correct("soda", second, second.labels, "rae")

    record = labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, review))
    assert seen == [["cola", "sprite"]] * 2
    assert [classes_of(labeled, name) for name in NAMES[:3]] == [["cola", "sprite"], ["cola", "sprite"], ["cola"]]
    assert labeled.review.standing(labeled.tasks.get("soda", NAMES[1])).state is ReviewState.CORRECTED  # type: ignore[union-attr]
    assert numbers(labeled)["classes"] == {"cola": 3, "diet_coke": 0, "sprite": 2}
    labeled.edits.undo(record.id, "eve")
    assert numbers(labeled)["classes"] == before["classes"]
    assert [item.path for item in labeled.review.waiting("soda", "rae", 9)] == [NAMES[0]]


@pytest.mark.parametrize("most", [500, 0], ids=["page by page", "at once"])
def test_known_labels_and_answers_follow_at_once(
    labeled: Workspace, open_workspace: Callable[[], Workspace], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """And the figures are the same as where all is one transaction."""
    monkeypatch.setattr(classlists, "_MOST_ANSWERED", most)
    for name in (NAMES[1], OPEN):
        labeled.gold.add("soda", name, "rae", BOTH)
    for who, labels in (("ann", BOTH), ("bob", COKE)):
        for name in (NAMES[1], OPEN):
            labeled.queue.submit(labeled.tasks.get("soda", name), who, labels)
    before, trusted = numbers(labeled), trust(labeled)
    answered = labeled.quality.answers(labeled.tasks.get("soda", OPEN))
    seen: list[str] = []

    def look() -> None:
        given = open_workspace().quality.answers(labeled.tasks.get("soda", OPEN))
        seen.extend(region.name for labels in given.values() if labels for region in labels.regions)

    record = labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, look) if most else lambda *_: None)
    assert seen == (["cola", "sprite", "cola"] if most else [])
    assert trust(labeled) == {tuple(word.replace("coke", "cola") for word in key): n for key, n in trusted.items()}
    assert classes_of(labeled, NAMES[1]) == ["cola", "sprite"]
    assert numbers(labeled)["classes"] == {"cola": 4, "diet_coke": 0, "sprite": 2}
    labeled.edits.undo(record.id, "eve")
    assert labeled.quality.answers(labeled.tasks.get("soda", OPEN)) == answered
    assert (numbers(labeled), trust(labeled)) == (before, trusted)


def trust(workspace: Workspace) -> dict[tuple[str, ...], int]:
    """What answers come to, beside each other and beside known labels."""
    with workspace._database.read() as tx:
        return {key: n for key, n in figures.read(tx, projects.project(tx, "soda").id).items() if n}


def test_an_answer_that_comes_meanwhile_follows_too(
    labeled: Workspace, open_workspace: Callable[[], Workspace]
) -> None:
    labeled.gold.add("soda", OPEN, "rae", BOTH)

    def answer() -> None:
        open_workspace().queue.submit(labeled.tasks.get("soda", OPEN), "cat", COKE)  # under the name of before

    record = labeled.edits.rename_class("soda", "coke", "cola", "eve", at_page(1, answer))
    assert names_given(labeled) == ["cola"]
    labeled.edits.undo(record.id, "eve")
    assert names_given(labeled) == ["coke"]
    assert not [key for key in trust(labeled) if "cola" in key]
    numbers(labeled)


def names_given(workspace: Workspace) -> list[str]:
    given = workspace.quality.answers(workspace.tasks.get("soda", OPEN))
    return [region.name for labels in given.values() if labels for region in labels.regions]
