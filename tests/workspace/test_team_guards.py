"""What a labeler's own SQL could do to everybody else's work: numbers that are none, ids, review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, SIZE, make_images
from tests.workspace.shop import Shop
from tui_labeler.model.tasks import Task
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move


@pytest.fixture(scope="module")
def shop(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    opened_shop = Shop(postgres, folder, make_images(folder / "images", 24))
    yield opened_shop
    opened_shop.owner.close()


def submitted(shop: Shop, who: str, project: str = "soda", path: str = "") -> Task:
    """Labels the next task as this person, or the one at a path."""
    workspace = shop.opened(who)
    session = workspace.sessions.labeling(project, workspace.team.person)
    if path:
        session.open(path)
    else:
        session.begin()
    assert session.task is not None
    task = session.task
    session.save(session.start.added(COKE.regions[0]))
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    session.end()
    workspace.close()
    return task


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
        **{("bob", submits.format(time, 0)): "23514" for time in NONE},
        **{("bob", submits.format(0, seconds)): "23514" for seconds in (*NONE[:4], "1e9")},
        **{("bob", draws.format(time)): "23514" for time in NONE},
        **{("bob", leases.format("NULL", time)): "42501" for time in NONE},
        **{("bob", leases.format("'x'", time)): "42501" for time in NONE[:2]},
        **{("bob", counts.format(n)): "23514" for n in (2**63 - 1, -(2**63))},
        **{("bob", sums.format(n)): "23514" for n in (2**63 - 1, -(2**63))},
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
    assert shop.sql("bob", f"UPDATE draft SET changed = 'NaN' WHERE task_id = {own}") == "23514"
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
