"""What a labeler's own SQL could do to everybody else's work: numbers that are none, ids, review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_images, make_spec
from tests.workspace.shop import Shop, submitted
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move


@pytest.fixture(scope="module")
def shop(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    opened_shop = Shop(postgres, folder, make_images(folder / "images", 24))
    yield opened_shop
    opened_shop.owner.close()


NOW = "extract(epoch FROM clock_timestamp())"
NONE = ("'NaN'", "'Infinity'", "'-Infinity'", "-1", f"{NOW} + 3000")


def test_times_and_numbers_that_are_none_are_refused(shop: Shop) -> None:
    own, bob, rita = submitted(shop, "bob").id, shop.login("bob"), shop.login("rita")
    submits = f"INSERT INTO submission (task_id, labeler, submitted, seconds) VALUES ({own}, '{bob}', {{}}, {{}})"
    draws = f"INSERT INTO draft (task_id, labeler, body, changed) VALUES ({own}, '{bob}', '{{{{}}}}', {{}})"
    leases = f"UPDATE task SET lease_labeler = '{bob}', lease_token = {{}}, lease_until = {{}} WHERE id = {own}"
    counts = "INSERT INTO tally_delta (project_id, kind, key, n) SELECT id, 'class', 'coke', {} FROM project"
    sums = "INSERT INTO figure (project_id, key, n) SELECT id, '[\"compared\"]', {} FROM project"
    exports = "INSERT INTO export (project_id, project, name, created, result) VALUES (1, 's', 's', {}, '{{}}')"
    refused = {
        **{("bob", submits.format(time, 0)): "42501" for time in NONE},
        **{("bob", submits.format(0, seconds)): "42501" for seconds in (*NONE[:4], "1e9")},
        **{("bob", draws.format(time)): "42501" for time in NONE},
        **{("bob", leases.format("NULL", time)): "42501" for time in NONE},
        **{("bob", leases.format("'x'", time)): "42501" for time in NONE[:2]},
        **{("bob", counts.format(n)): "42501" for n in (2**63 - 1, -(2**63))},
        **{("bob", sums.format(n)): "42501" for n in (2**63 - 1, -(2**63))},
        **{("rita", exports.format(time)): "23514" for time in NONE},
        (
            "bob",
            "INSERT INTO prelabel (task_id, project_id, by_model, source, confidence, created, labels) SELECT id, "
            f"project_id, 1, 'm', 'NaN', 1, '{{\"size\":[1,1]}}' FROM task WHERE id = {own}",
        ): "23514",
        (
            "bob",
            "INSERT INTO review (task_id, project_id, state, labeler, doubt, reason) SELECT id, project_id, 'waiting', "
            f"'{bob}', 'NaN', '' FROM task WHERE id = {own}",
        ): "23514",
        (
            "rita",
            f"INSERT INTO review_event (task_id, who, at, action) VALUES ({own}, '{rita}', 'NaN', 'accepted')",
        ): "23514",
        (
            "bob",
            f"INSERT INTO agreement SELECT id, project_id, 'NaN' FROM task WHERE id = {own}",
        ): "23514",
    }
    assert {(who, sql): shop.sql(who, sql) for who, sql in refused} == refused
    assert shop.sql("bob", submits.format(NOW, 3)) == 1
    assert shop.sql("bob", draws.format(NOW)) == 1
    assert shop.sql("bob", f"UPDATE draft SET changed = 'NaN' WHERE task_id = {own}") == "42501"
    assert shop.sql("bob", f"DELETE FROM draft WHERE task_id = {own}") == 1


def test_what_is_no_number_already_is_named_and_copied_as_nought(shop: Shop, tmp_path: Path) -> None:
    task = submitted(shop, "bob")
    with shop.owner._database.write() as tx:
        tx.run("UPDATE submission SET submitted = 'NaN', seconds = 'Infinity' WHERE task_id = ?", task.id)
        tx.run(
            "INSERT INTO draft (task_id, labeler, body, changed, project_id) SELECT id, 'eve', '{}', 'NaN', project_id "
            "FROM task WHERE id = ?",
            task.id,
        )
    said = [fault.words for fault in shop.owner.upkeep.check()]
    none = "A time or a number is none (NaN, infinity) in 1 row of"
    assert {words.partition(":")[0] for words in said} == {f"{none} draft", f"{none} submission"}
    assert shop.owner.upkeep.backup(tmp_path / "copy.db").mended == 2
    copy = Workspace(tmp_path / "copy.db", tmp_path)
    (entry,) = copy.tasks.history(task)
    assert (entry.at, entry.seconds, entry.labels) == (0.0, 0.0, COKE)
    assert copy.upkeep.check() == ()
    copy.close()
    with shop.owner._database.write() as tx:
        tx.run("UPDATE submission SET submitted = 1, seconds = 1 WHERE task_id = ?", task.id)
        tx.run("DELETE FROM draft WHERE labeler = 'eve'")
    assert shop.owner.upkeep.check() == ()


def test_ids_are_given_by_the_server(shop: Shop) -> None:
    own, bob, rita = submitted(shop, "bob").id, shop.login("bob"), shop.login("rita")
    submits = f"INSERT INTO submission (id, task_id, labeler, submitted) VALUES ({{}}, {own}, '{bob}', 0)"
    refused = {
        ("bob", submits.format(2**63 - 1)): "42501",
        ("bob", submits.format(2**40)): "42501",
        (
            "bob",
            f"INSERT INTO submission (task_id, labeler, submitted, edit_id) VALUES ({own}, '{bob}', 0, 1)",
        ): "42501",
        ("bob", "SELECT setval('submission_id_seq', 9)"): "42501",
        ("bob", "SELECT nextval('submission_id_seq')"): "42501",
        ("bob", f"INSERT INTO review_event (id, task_id, who, at, action) VALUES (9, {own}, '{bob}', 0, 'x')"): "42501",
        (
            "rita",
            f"INSERT INTO review_event (id, task_id, who, at, action) VALUES (9, {own}, '{rita}', 0, 'x')",
        ): "42501",
        ("rita", "INSERT INTO export (id, project, name, created, result) VALUES (9, 's', 's', 0, '{}')"): "42501",
    }
    assert {(who, sql): shop.sql(who, sql) for who, sql in refused} == refused


def test_ids_that_were_taken_ahead_stop_nobody_once_they_are_mended(shop: Shop, tmp_path: Path) -> None:
    """By a labeler's SQL, before the server refused it: the next ones, and the last of all."""
    task = submitted(shop, "bob")
    insert = "INSERT INTO submission (id, task_id, labeler, submitted) VALUES (?, ?, 'bob', 0)"
    with shop.owner._database.write() as tx:
        (last,) = tx.one("SELECT MAX(id) FROM submission") or (0,)
        tx.many(insert, [(n, task.id) for n in (*range(last + 1, last + 20), 2**63 - 1)])
    with pytest.raises(Exception, match="duplicate key"):
        submitted(shop, "bob")
    assert [fault.words for fault in shop.owner.upkeep.check() if fault.is_count] == [
        "18 rows of submission have an id that the server would give next."
    ]
    shop.owner.upkeep.count_anew()
    assert shop.owner.upkeep.check() == ()
    submitted(shop, "bob")
    shop.owner.edits.rename_class("soda", "coke", "cola", "olga")
    shop.owner.edits.rename_class("soda", "cola", "coke", "olga")
    assert shop.owner.upkeep.check() == ()
    target = shop.server.fresh()
    with shop.owner._database.write() as tx:
        tx.run("UPDATE task SET lease_token = NULL, lease_until = NULL, lease_labeler = NULL")
    move(shop.address, target, tmp_path)
    moved = Workspace(target, tmp_path / "exports", folder=tmp_path)
    lease = moved.queue.claim("soda", "ann", "t")
    assert lease
    moved.queue.submit(lease.task, "ann", COKE, "t")
    moved.close()
    with shop.owner._database.write() as tx:
        tx.run("DELETE FROM submission WHERE id = ?", 2**63 - 1)


def in_review(shop: Shop, name: str, workforce: Workforce) -> None:
    shop.owner.projects.create(msgspec.structs.replace(make_spec(name), workforce=workforce))


def test_a_labeler_neither_escapes_nor_blocks_review(shop: Shop) -> None:
    in_review(shop, "seen", Workforce(review=1.0))
    bob, ann, rita = (shop.login(who) for who in ("bob", "ann", "rita"))
    task = submitted(shop, "bob", "seen")
    other = submitted(shop, "ann", "seen")
    reviewer = shop.opened("rita")
    reviewer.review.give_back("seen", reviewer.review.item("seen", task.path), rita, "too wide")
    logs = "INSERT INTO review_event (task_id, who, at, action) VALUES"
    answers = f"INSERT INTO answer SELECT {task.id}, '{bob}', project_id, label_id FROM task WHERE id = {task.id}"
    refused = {
        ("bob", answers): "42501",
        ("bob", f"DELETE FROM review WHERE task_id = {task.id}"): 0,
        ("bob", f"DELETE FROM review WHERE task_id = {other.id}"): 0,
        ("bob", f"UPDATE review SET held_by = 'ghost', held_until = 9e15 WHERE task_id = {task.id}"): "42501",
        ("bob", f"UPDATE review SET state = 'waiting', held_until = {NOW} + 60 WHERE task_id = {task.id}"): "42501",
        ("bob", f"UPDATE review SET reviews = 0, comment = '' WHERE task_id = {task.id}"): "42501",
        ("bob", f"UPDATE review SET task_id = {other.id} WHERE task_id = {task.id}"): "42501",
        ("bob", f"UPDATE review SET state = 'waiting', labeler = '' WHERE task_id = {other.id}"): 0,
        ("rita", f"UPDATE review SET held_by = 'ghost', held_until = {NOW} + 60 WHERE task_id = {other.id}"): "42501",
        ("rita", f"UPDATE review SET held_by = '{rita}', held_until = 9e15 WHERE task_id = {other.id}"): "23514",
        **{
            ("bob", f"{logs} ({number}, '{who}', 1, '{action}')"): "42501"
            for number in (task.id, other.id)
            for who, action in ((ann, "accepted"), (bob, "accepted"), (bob, "corrected"), (rita, "returned"))
        },
    }
    assert {(who, sql): shop.sql(who, sql) for who, sql in refused} == refused
    with shop.owner._database.write() as tx:  # what was stored before it was refused
        tx.run("UPDATE review SET held_by = 'ghost', held_until = 9e15 WHERE task_id = ?", other.id)
    assert [item.path for item in reviewer.review.waiting("seen", rita, 9)] == [other.path]
    reviewer.close()


def test_a_labelers_new_labels_of_anothers_image_wait_for_review(shop: Shop) -> None:
    """Of one that waits, and of one that was decided; a labeler's word is no review."""
    in_review(shop, "again", Workforce(review=1.0))
    ann, bob, rita = (shop.login(who) for who in ("ann", "bob", "rita"))
    task = submitted(shop, "ann", "again")
    submitted(shop, "bob", "again", task.path)
    reviewer = shop.opened("rita")
    assert [item.labeler for item in reviewer.review.waiting("again", rita, 9)] == [bob]
    assert reviewer.review.events(task) == ()
    reviewer.review.accept("again", reviewer.review.waiting("again", rita, 9), rita)
    submitted(shop, "ann", "again", task.path)
    assert [item.labeler for item in reviewer.review.waiting("again", rita, 9)] == [ann]
    submitted(shop, "rita", "again", task.path)
    assert [event.action for event in reviewer.review.events(task)] == ["corrected", "accepted"]
    reviewer.close()


def test_answers_and_reviews_of_several_go_on(shop: Shop) -> None:
    """What is given back and answered anew, without a doubt, is out of review; a known image is answered, too."""
    in_review(shop, "several", Workforce(labels=2))
    rita = shop.login("rita")
    task = submitted(shop, "ann", "several")
    assert submitted(shop, "bob", "several").id == task.id
    reviewer = shop.opened("rita")
    item = reviewer.review.item("several", task.path)
    reviewer.review.give_back("several", item, rita, "look again", shop.login("bob"))
    assert shop.sql("bob", f"DELETE FROM review WHERE task_id = {task.id}") == 0, "not before it is answered anew"
    bob = shop.opened("bob")
    me = bob.team.person
    lease = bob.queue.claim("several", me, "t")
    assert lease
    assert lease.task.path == task.path, "it comes first"
    bob.queue.submit(lease.task, me, COKE, "t")
    assert reviewer.review.standing(task) is None
    bob.close()
    shop.owner.projects.create(msgspec.structs.replace(make_spec("gold"), workforce=Workforce(gold_every=2)))
    known = submitted(shop, "ann", "gold")
    reviewer.gold.add("gold", known.path, rita)
    submitted(shop, "bob", "gold", known.path)
    assert reviewer.quality.answers(known) == {shop.login("bob"): COKE}
    reviewer.close()
    assert shop.owner.upkeep.check() == ()


def test_who_is_drawn_for_review_is_the_same_on_the_server(shop: Shop) -> None:
    rules = Workforce(review=0.3)
    ids = [*range(300), 4_000_000_007, 2**40 + 1]
    with shop.owner._database.read() as tx:
        drawn = {number for number in ids if tx.one("SELECT team_is_drawn(?, 2, ?)", number, rules.review) == (True,)}
    assert drawn == {number for number in ids if rules.is_reviewed(number)}
