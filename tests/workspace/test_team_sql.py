"""What the server refuses whoever goes round the program with SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_images
from tests.workspace.shop import Shop, submitted


@pytest.fixture(scope="module")
def shop(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    opened_shop = Shop(postgres, folder, make_images(folder / "images", 12))
    yield opened_shop
    opened_shop.owner.close()


def test_sql_as_a_labeler(shop: Shop) -> None:
    submitted(shop, "bob")  # the first of all is not what counts for Ann's task
    theirs, own = submitted(shop, "ann").id, submitted(shop, "bob").id
    secret = submitted(shop, "ann", "secret").id
    bob, ann = shop.login("bob"), shop.login("ann")
    ann_workspace = shop.opened("ann")
    lease = ann_workspace.queue.claim("soda", ann, "anns")
    assert lease
    held = lease.task.id
    ann_workspace.queue.save_draft(lease.task, ann, "{}", token="anns")
    refused = {
        # Not theirs to read.
        f"SELECT * FROM task WHERE id = {secret}": 0,
        f"SELECT * FROM submission WHERE task_id = {secret}": 0,
        "SELECT * FROM project WHERE name = 'secret'": 0,
        "SELECT * FROM counted WHERE project_id = (SELECT MAX(id) FROM project WHERE name <> 'soda')": 0,
        f"SELECT * FROM draft WHERE labeler = '{ann}'": 0,
        "SELECT * FROM tally": "42501",
        "SELECT * FROM tally_delta": "42501",
        # In someone else's name, or where they may not.
        f"INSERT INTO submission (task_id, labeler, submitted) VALUES ({own}, '{ann}', 0)": "42501",
        f"INSERT INTO submission (task_id, labeler, submitted) VALUES ({own}, '(gold)', 0)": "42501",
        f"INSERT INTO submission (task_id, labeler, submitted) VALUES ({secret}, '{bob}', 0)": "42501",
        f"INSERT INTO draft (task_id, labeler, body, changed) VALUES ({own}, '{ann}', '', 0)": "42501",
        f"INSERT INTO answer VALUES ({own}, '{ann}', 1, 1)": "42501",
        # History stays.
        "DELETE FROM submission": "42501",
        f"UPDATE submission SET labeler = '{bob}'": "42501",
        "UPDATE submission SET labels = NULL": "42501",
        "DELETE FROM task": "42501",
        "DELETE FROM project": "42501",
        "DELETE FROM tally_delta": "42501",
        "TRUNCATE submission CASCADE": "42501",
        "DROP TABLE submission": "42501",
        f"DELETE FROM draft WHERE labeler = '{ann}'": 0,
        # What counts, what waits, who has it.
        f"UPDATE task SET state = 'incomplete', label_id = NULL WHERE id = {theirs}": "42501",
        f"UPDATE task SET label_id = 1 WHERE id = {theirs}": "42501",
        f"UPDATE task SET state = 'completed' WHERE id = {held}": "42501",
        f"UPDATE task SET lease_token = NULL WHERE id = {held}": "42501",
        f"UPDATE task SET lease_labeler = '{bob}', lease_token = 'x' WHERE id = {held}": "42501",
        f"UPDATE task SET lease_labeler = '{ann}', lease_token = 'x', lease_until = 0 WHERE id = {own}": "42501",
        f"UPDATE task SET lease_labeler = '{bob}', lease_token = 'x', lease_until = 'inf' WHERE id = {own}": "42501",
        f"UPDATE task SET lease_token = NULL WHERE id = {secret}": 0,
        "UPDATE task SET missing = 1": "42501",
        "UPDATE task SET path = 'x'": "42501",
        f"UPDATE task SET project_id = 1 WHERE id = {secret}": "42501",
        # Rights, rules, and ways round them.
        "UPDATE project SET spec = '{}'": "42501",
        "UPDATE team_role SET name = 'x'": "42501",
        f'GRANT "{shop.name}_owner" TO "{bob}"': "42501",
        f'SET ROLE "{shop.name}_owner"': "42501",
        f'SET SESSION AUTHORIZATION "{ann}"': "42501",
        "ALTER TABLE task DISABLE ROW LEVEL SECURITY": "42501",
        "ALTER TABLE task DISABLE TRIGGER ALL": "42501",
        "DROP POLICY team_sees ON task": "42501",
        "SET session_replication_role = replica": "42501",
        "CREATE TABLE mine (n int)": "42501",
        "CREATE SCHEMA mine": "42501",
        "CREATE TEMPORARY TABLE task (n int)": "42501",
        "CREATE OR REPLACE FUNCTION team_is_owner() RETURNS boolean LANGUAGE sql AS 'SELECT true'": "42501",
        "INSERT INTO memo VALUES ('schema/0001', 'x')": "42501",
        f"INSERT INTO memo VALUES ('wizard {ann}', 'x')": "42501",
        "INSERT INTO gold SELECT id, project_id, '', '', 0 FROM task LIMIT 1": "42501",
        f"INSERT INTO review VALUES ({own}, 1, 'accepted', '{bob}', 1, 0, '')": "42501",
        f"INSERT INTO review_event (task_id, who, at, action) VALUES ({own}, '{ann}', 0, 'accepted')": "42501",
    }
    assert {statement: shop.sql("bob", statement) for statement in refused} == refused
    assert shop.sql("bob", f"SELECT * FROM submission WHERE labeler = '{bob}'") != 0, "they see what is theirs"
    ann_workspace.queue.give_back("anns")
    ann_workspace.close()


def test_sql_that_stores_what_nobody_can_read_is_refused(shop: Shop) -> None:
    own, bob, rita = submitted(shop, "bob").id, shop.login("bob"), shop.login("rita")
    insert = f"INSERT INTO submission (task_id, labeler, submitted, labels) VALUES ({own}, '{bob}', 0, '{{}}')"
    malformed = ("", "coke", '{"size":[64,48]')
    other = (
        *("5", "null", "[]", "{}", '{"size":[64]}', '{"size":[0,48]}', '{"size":[6.5,48]}', '{"size":["64",48]}'),
        *('{"size":[64,48],"regions":{}}', '{"size":[64,48],"regions":[5]}', '{"size":[64,48],"tags":[5]}'),
        '{"size":[64,48],"regions":[{"name":"coke"}]}',
        '{"size":[64,48],"regions":[{"name":7,"box":[1,2,3,4]}]}',
        '{"size":[64,48],"regions":[{"name":"coke","box":[1,2,3]}]}',
        '{"size":[64,48],"regions":[{"name":"coke","box":[1,2,3,"4"]}]}',
        '{"size":[64,48],"regions":[{"name":"coke","points":[[1,2],[3,4]]}]}',
    )
    taken = (
        *('{"size":[64,48]}', '{"size":[64,48],"tags":["coke"]}'),
        '{"size":[64,48],"regions":[{"name":"coke","box":[1,2,3,4]}]}',
        '{"size":[64,48],"regions":[{"name":"coke","points":[[1,2],[3,4],[1,4]]}]}',
    )
    said = {text: shop.sql("bob", insert.format(text)) for text in (*malformed, *other, *taken)}
    assert said == dict.fromkeys(malformed, "22P02") | dict.fromkeys(other, "23514") | dict.fromkeys(taken, 1)
    proposes = (
        "INSERT INTO prelabel (task_id, project_id, by_model, source, confidence, created, labels) "
        f"SELECT id, project_id, 1, 'm', 1, 0, '{{}}' FROM task WHERE id = {own}"
    )
    adds = f"INSERT INTO figure (project_id, key, n) SELECT project_id, '{{}}', 1 FROM task WHERE id = {own}"
    refused = {
        ("bob", proposes.format("{}")): "23514",
        ("bob", adds.format("{}")): "23514",
        ("bob", adds.format("x")): "22P02",
        ("rita", f"UPDATE review SET state = 'well' WHERE task_id = {own}"): "23514",
        ("rita", f"INSERT INTO gold SELECT id, project_id, '{{}}', '{rita}', 0 FROM task WHERE id = {own}"): "23514",
        (
            "rita",
            "INSERT INTO export (project_id, project, name, created, result) VALUES (1, 's', 's', 0, '')",
        ): "22P02",
        ("olga", "UPDATE project SET spec = '[]'"): "23514",
        # Who copies a whole workspace owns its tables.
        ("bob", "SET tui_labeler.copying = 'on'; " + insert.format("{}")): "23514",
    }
    begin = "INSERT INTO review (task_id, project_id, state, labeler, doubt, reason) SELECT id, project_id, 'waiting', "
    shop.sql("rita", f"{begin} '{bob}', 0, '' FROM task WHERE id = {own}")
    assert {(who, sql): shop.sql(who, sql) for who, sql in refused} == refused
    assert shop.owner.upkeep.check() == ()


def test_a_labeler_cannot_make_an_older_submission_count_again(shop: Shop) -> None:
    task = submitted(shop, "bob")
    with shop.owner._database.read() as tx:
        (first,) = tx.one("SELECT label_id FROM task WHERE id = ?", task.id) or (0,)
    rita = shop.opened("rita")
    item = rita.review.item("soda", task.path)
    rita.review.correct("soda", item, COKE, rita.team.person)
    assert shop.sql("bob", f"UPDATE task SET label_id = {first} WHERE id = {task.id}") == "42501"
    rita.close()


def test_every_table_has_its_rules(shop: Shop) -> None:
    """A table that a migration adds is read by labelers only by a rule of its own."""
    with shop.owner._database.read() as tx:
        tables = tx.all(
            "SELECT c.relname::text, c.relrowsecurity, pg_has_role(?, c.relowner, 'MEMBER'), "
            "has_table_privilege(?, c.oid, 'SELECT') FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relkind = 'r'",
            shop.login("olga"),
            shop.login("bob"),
        )
    assert {name for name, is_ruled, _, _ in tables if not is_ruled} == {
        "workspace_version",
        "team_role",
        "datastore",
        "dataset",
    }, "in team.postgres.sql: who may do what with the new table?"
    assert {name for name, _, _, is_read in tables if not is_read} == {"tally", "tally_delta"}
    assert all(is_owned for _, _, is_owned, _ in tables), "what a migration makes is the owners'"
