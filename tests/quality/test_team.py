"""Three people label each image, someone looks over, and some images are known: from the queue to the figures."""

from __future__ import annotations

import msgspec
import pytest

from tests.quality import teams
from tests.quality.conftest import Start
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.errors import NewerLabels, NotAllowed
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.review import CONSENSUS, GOLD, ReviewState
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.workforce import Workforce
from tui_labeler.store import reviews
from tui_labeler.workspace import Workspace

TRUTH = teams.truth(12)


def work(workspace: Workspace, who: str, most: int = 100, fault: teams.Fault | None = None) -> list[str]:
    """The labeler works until nothing is left; the paths of what they were given."""
    given: list[str] = []
    lease = workspace.queue.claim("soda", who, who)
    while lease is not None and len(given) < most:
        number = int(lease.task.path[6:11])
        given.append(lease.task.path)
        labels = teams.answer(who, number, TRUTH[number], fault or teams.TEAM.get(who, teams.careful))
        lease = workspace.queue.submit_and_claim(lease.task, who, labels, who, seconds=10.0)
    workspace.queue.give_back(who)
    return given


def test_each_of_three_gets_every_image_once_and_blind(start: Start) -> None:
    workspace = start(Workforce(labels=3))
    assert len(set(work(workspace, "ann"))) == 4
    assert work(workspace, "ann") == [], "the n-th labeler is another person"
    assert workspace.projects.status("soda").completed == 0
    lease = workspace.queue.claim("soda", "bob", "bob")
    assert lease
    session = workspace.sessions.labeling("soda", "cem")
    session.begin()
    assert session.start == Draft(), "nothing of ann's is seen"
    session.end()
    workspace.queue.give_back("bob")
    work(workspace, "bob")
    assert work(workspace, "eve") == [f"image_{n:05d}.jpg" for n in range(4)]
    status = workspace.projects.status("soda")
    assert status.completed == 4
    assert status.labelers == {"ann": 4, "bob": 4, "eve": 4}, "the merged labels are nobody's"
    assert work(workspace, "dee") == []
    task = workspace.tasks.page("soda", TaskFilter(), 0, 1)[0]
    counting = workspace.tasks.current_labels(task)
    assert counting is not None
    assert counting.labeler == CONSENSUS
    assert set(workspace.quality.answers(task)) == {"ann", "bob", "eve"}
    assert [entry.labeler for entry in workspace.tasks.history(task)] == [CONSENSUS, "eve", "bob", "ann"]


def test_a_share_of_the_images_is_labeled_by_two(start: Start) -> None:
    workspace = start(Workforce(labels=2, labels_share=0.5), images=12)
    assert len(work(workspace, "ann")) == 12
    once = workspace.projects.status("soda").completed
    assert 2 <= once <= 10
    assert len(work(workspace, "eve")) == 12 - once
    assert workspace.projects.status("soda").completed == 12


def test_known_images_are_set_by_the_reviewers_that_a_project_names(start: Start) -> None:
    workspace = start(Workforce(gold_every=3, reviewers=("rae",)))
    path = "image_00001.jpg"
    for refused in (
        lambda: workspace.gold.add("soda", path, "ann", TRUTH[1]),
        lambda: workspace.gold.remove("soda", path, "ann"),
    ):
        with pytest.raises(NotAllowed, match="not a reviewer of “soda”"):
            refused()
    assert workspace.gold.images("soda") == ()
    workspace.gold.add("soda", path, "rae", TRUTH[1])
    workspace.gold.remove("soda", path, "rae")


def test_who_looks_back_sees_and_changes_their_own_answer(start: Start) -> None:
    workspace = start(Workforce(labels=2))
    work(workspace, "ann", 2)
    work(workspace, "eve", 1)
    before = workspace.quality.figures("soda")
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.previous()
    assert session.previous()
    assert session.task is not None
    own = workspace.quality.answers(session.task)["ann"]
    assert own is not None
    assert [region.extent for region in session.start.regions] == [region.extent for region in own.regions]
    session.correct(Draft.of(Labels(own.size)), own.size)
    assert workspace.quality.answers(session.task)["ann"] == Labels(own.size)
    assert workspace.quality.figures("soda").f1["0.5"] == 0.0
    session.correct(Draft.of(own), own.size)
    session.end()
    assert workspace.quality.figures("soda").f1 == before.f1, "taken away as it was added"


def test_known_images_are_mixed_in_and_counted(start: Start) -> None:
    workspace = start(Workforce(gold_every=3), images=12)
    for number in (1, 4):
        workspace.gold.add("soda", f"image_{number:05d}.jpg", "lead", TRUTH[number])
    given = work(workspace, "ann", fault=lambda draw, region: region)
    assert {"image_00001.jpg", "image_00004.jpg"} <= set(given)
    assert given != sorted(given), "they come out of turn"
    task = workspace.tasks.get("soda", "image_00001.jpg")
    counting = workspace.tasks.current_labels(task)
    assert counting is not None
    assert (counting.labeler, counting.labels) == (GOLD, TRUTH[1]), "what is known is what exports take"
    work(workspace, "dee", 12)
    figures = {labeler.name: labeler for labeler in workspace.quality.figures("soda").labelers}
    assert figures["ann"].gold.objects == len(TRUTH[1].regions) + len(TRUTH[4].regions)
    assert figures["ann"].gold.found == 1.0
    workspace.gold.remove("soda", "image_00001.jpg", "lead")
    workspace.gold.add("soda", "image_00004.jpg", "lead", Labels(teams.SIZE))
    figures = {labeler.name: labeler for labeler in workspace.quality.figures("soda").labelers}
    assert figures["ann"].gold.objects == 0, "known labels that change are counted anew"
    assert figures["ann"].gold.extra == 1.0


def test_review_returns_corrects_and_accepts(start: Start) -> None:
    workspace = start(Workforce(review=1.0, reviewers=("rae", "ann")))
    work(workspace, "ann")
    with pytest.raises(NotAllowed, match="not a reviewer"):
        workspace.review.waiting("soda", "bob", 10)
    assert workspace.review.waiting("soda", "ann", 10) == (), "never one's own"
    first, second, third, fourth = workspace.review.waiting("soda", "rae", 10)
    assert workspace.review.accept("soda", [third, fourth], "rae") == 2
    empty = Labels(teams.SIZE)
    workspace.review.correct("soda", second, empty, "rae")
    assert workspace.review.give_back("soda", first, "rae", "the can at the left", region=0) == "ann"
    assert workspace.projects.status("soda").stale == 1
    assert work(workspace, "bob") == [], "it comes back to its labeler alone"
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task is not None
    assert session.task.path == first.path
    assert session.note == "rae: the can at the left"
    session.submit(session.start, teams.SIZE)
    session.end()
    again = workspace.review.waiting("soda", "rae", 10)
    assert [item.path for item in again] == [first.path]
    assert again[0].given_back is not None
    assert again[0].given_back.words == "given back by rae: “the can at the left” → nothing changed"
    assert again[0].given_back.before == first.labels
    assert workspace.review.item("soda", first.path).given_back == again[0].given_back
    workspace.review.accept("soda", again, "rae")
    assert workspace.review.item("soda", first.path).given_back is None, "it was accepted since"
    figures = workspace.quality.figures("soda")
    assert (figures.review.accepted, figures.review.corrected, figures.review.waiting) == (3, 1, 0)
    assert figures.labelers[0].first_accepted == 0.5
    task = workspace.tasks.get("soda", first.path)
    assert [(event.who, event.action) for event in workspace.review.events(task)] == [
        ("rae", "accepted"),
        ("rae", "returned"),
    ]
    counting = workspace.tasks.current_labels(workspace.tasks.get("soda", second.path))
    assert counting is not None
    assert (counting.labeler, counting.labels) == ("rae", empty)


def test_what_was_given_back_to_who_has_left_comes_to_someone_else(start: Start) -> None:
    workspace = start(Workforce(("ann", "bob"), review=1.0, reviewers=("rae",)))
    work(workspace, "ann", 2)
    for item in workspace.review.waiting("soda", "rae", 9):
        workspace.review.give_back("soda", item, "rae", "one is missing")
    assert workspace.review.waiting("soda", "rae", 9) == ()
    work(workspace, "bob", 2)
    assert workspace.queue.claim("soda", "bob", "bob") is None, "it is ann's to mend"
    spec = workspace.projects.specification("soda")
    left = msgspec.structs.replace(spec.workforce, labelers=("bob", "cem"))
    workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=left))
    lease = workspace.queue.claim("soda", "cem", "cem")
    assert lease
    assert lease.task.path == "image_00000.jpg"
    assert workspace.queue.contents(lease.task, "cem").note == "rae: one is missing"
    assert [(event.who, event.action) for event in workspace.review.events(lease.task)] == [
        ("cem", "taken over"),
        ("rae", "returned"),
    ]
    assert "ann, who is not of the workforce" in workspace.review.events(lease.task)[0].comment
    workspace.queue.give_back("cem")
    assert work(workspace, "cem") == ["image_00000.jpg", "image_00001.jpg"]
    assert [event.action for event in workspace.review.events(lease.task)] == ["taken over", "returned"], "once"
    again = {item.path: item for item in workspace.review.waiting("soda", "rae", 9)}
    assert {"image_00000.jpg", "image_00001.jpg"} <= set(again)
    given_back = again["image_00000.jpg"].given_back
    assert given_back
    assert given_back.comment == "one is missing"


def test_two_reviewers_have_different_images_before_them(start: Start) -> None:
    workspace = start(Workforce(review=1.0))
    work(workspace, "ann")
    first = workspace.review.waiting("soda", "rae", 2)
    second = workspace.review.waiting("soda", "sam", 10)
    assert not {item.path for item in first} & {item.path for item in second}
    workspace.review.leave("soda", "rae")
    assert len(workspace.review.waiting("soda", "sam", 10)) == 4
    task = workspace.tasks.get("soda", first[0].path)
    workspace.queue.submit(task, "ann", Labels(teams.SIZE))
    assert workspace.review.accept("soda", first, "rae") == 1, "what was changed meanwhile is not accepted unseen"
    with pytest.raises(NewerLabels):
        workspace.review.correct("soda", first[0], first[0].labels, "rae")


def test_what_three_do_not_agree_on_waits_for_review(start: Start) -> None:
    workspace = start(Workforce(labels=3))
    far = Region("coke", teams.TRUTH_BOX)
    for who, regions in (("ann", (far,)), ("bob", (far,)), ("eve", ())):
        lease = workspace.queue.claim("soda", who, who)
        assert lease
        workspace.queue.submit(lease.task, who, Labels(teams.SIZE, regions), who)
    (item,) = workspace.review.waiting("soda", "rae", 10)
    assert item.reason == "“coke” marked by 2 of 3"
    assert item.doubt == pytest.approx(2 / 3)
    assert item.labels.regions == (far,)
    assert workspace.review.give_back("soda", item, "rae", "is it one?") == "eve", "who agrees least"


def test_where_fewer_labels_are_wanted_what_has_enough_is_completed(start: Start) -> None:
    workspace = start(Workforce(labels=3))
    for who, most in (("ann", 4), ("eve", 2)):
        work(workspace, who, most)
    assert workspace.projects.status("soda").completed == 0
    lease = workspace.queue.claim("soda", "bob", "bob")
    assert lease
    spec = workspace.projects.specification("soda")
    workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=Workforce(labels=2)))
    status = workspace.projects.status("soda")
    assert (status.completed, status.incomplete) == (1, 3), "what bob has open stays with him"
    assert workspace.tasks.current_labels(workspace.tasks.get("soda", "image_00001.jpg")).labeler == CONSENSUS  # type: ignore[union-attr]
    workspace.queue.submit(lease.task, "bob", TRUTH[0], "bob")
    workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=Workforce()))
    assert workspace.projects.status("soda").completed == 4, "ann's word is enough for the others"
    last = workspace.tasks.current_labels(workspace.tasks.get("soda", "image_00003.jpg"))
    assert last is not None
    assert last.labeler == "ann"


def test_figures_follow_when_the_number_of_labels_changes(start: Start) -> None:
    workspace = start(Workforce(labels=2))
    for who in ("ann", "eve"):
        work(workspace, who)
    before = workspace.quality.figures("soda")
    spec = workspace.projects.specification("soda")
    assert before.labelers[0].consensus.objects
    for labels in (3, 2):
        workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=Workforce(labels=labels)))
        held = workspace.quality.figures("soda").labelers
        assert bool(held[0].consensus.objects) == (labels == 2)
    assert workspace.quality.figures("soda") == before


def test_who_has_done_all_of_theirs_is_told_so(start: Start) -> None:
    workspace = start(Workforce(labels=3, quota=9))
    work(workspace, "ann")
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task is None
    assert session.why_empty() == "You have labeled all that is for you. What is open waits for other people's labels."
    session.end()


def test_a_quota_ends_a_labelers_work(start: Start) -> None:
    workspace = start(Workforce(quota=2))
    assert len(work(workspace, "ann")) == 2
    assert work(workspace, "ann") == []
    assert workspace.queue.done_with("soda", "ann").startswith("You have labeled 2 images: nobody labels more than 2")
    assert workspace.queue.done_with("soda", "bob") == ""
    assert len(work(workspace, "bob")) == 2


def test_a_project_that_asks_for_none_of_it_has_no_rows(start: Start) -> None:
    workspace = start(Workforce())
    work(workspace, "ann")
    with workspace._database.read() as tx:
        for table in ("answer", "agreement", "gold", "review", "review_event", "figure", "queue_place"):
            assert tx.one(f"SELECT COUNT(*) FROM {table}") == (0,), table  # noqa: S608 - from the line above


def test_who_labels_an_image_anew_that_waits_has_reviewed_it(start: Start) -> None:
    workspace = start(Workforce(review=1.0))
    work(workspace, "ann", 1)
    task = workspace.tasks.get("soda", "image_00000.jpg")
    workspace.queue.submit(task, "rae", Labels(teams.SIZE))
    standing = workspace.review.standing(task)
    assert standing is not None
    assert (standing.state, standing.labeler) == (ReviewState.CORRECTED, "ann")
    workspace.queue.submit(workspace.tasks.get("soda", task.path), "ann", Labels(teams.SIZE))
    standing = workspace.review.standing(task)
    assert standing is not None
    assert standing.state is ReviewState.WAITING, "what is changed after it is looked over again"


def test_the_review_queue_is_read_in_the_order_of_an_index(start: Start) -> None:
    workspace = start(Workforce(review=1.0))
    with workspace._database.write() as tx:
        if tx.dialect.server_time:
            pytest.skip("PostgreSQL plans by what is in the tables")
        noted: list[str] = []

        class Noting:
            """Runs nothing: notes how the statements would be done."""

            dialect = tx.dialect

            def all(self, sql: str, *values: object) -> list[tuple[object, ...]]:
                noted.extend(str(row[3]) for row in tx.all(f"EXPLAIN QUERY PLAN {sql}", *values))
                return []

            def run(self, sql: str, *values: object) -> int:
                return len(self.all(sql, *values))

        reviews.waiting(Noting(), 1, "rae", False, 0.0, 24)  # type: ignore[arg-type]
        reviews.release(Noting(), 1, "rae")  # type: ignore[arg-type]
    assert not [step for step in noted if ("SCAN" in step and "SUBQUERY" not in step) or "ORDER BY" in step], noted
