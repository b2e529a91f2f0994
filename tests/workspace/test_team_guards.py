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
