"""What each role of a shared workspace may do, and what the server refuses whoever goes round the program with SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_images, make_spec
from tests.workspace.shop import Shop, role_called, submitted
from tui_labeler.model.errors import AlreadyExists, BadInput, LabelerError, NotAllowed, NotFound, ProjectPaused
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.team import Member, Role
from tui_labeler.model.workforce import Workforce


@pytest.fixture(scope="module")
def shop(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    opened_shop = Shop(postgres, folder, make_images(folder / "images", 12))
    yield opened_shop
    opened_shop.owner.close()


def test_a_labeler_does_the_whole_job(shop: Shop) -> None:
    before = shop.owner.projects.status("soda")
    submitted(shop, "bob")
    after = shop.owner.projects.status("soda")
    assert after.completed == before.completed + 1
    assert after.labelers[shop.login("bob")] >= 1
    bob = shop.opened("bob")
    assert bob.team.person == shop.login("bob")
    assert [summary.name for summary in bob.projects.summaries()] == ["soda"], "the other one is Ann's"
    assert bob.projects.status("soda") == after
    assert bob.tasks.count("soda", TaskFilter()) == 12
    with pytest.raises(NotFound):
        bob.projects.status("secret")
    with pytest.raises(NotAllowed, match="under that name alone"):
        bob.queue.claim("soda", shop.login("ann"), "t")
    bob._database._fold()  # type: ignore[attr-defined]
    assert shop.sql("olga", "SELECT * FROM tally_delta") == 0, "a labeler's program sums numbers, too"
    assert shop.owner.projects.status("soda") == after
    assert shop.owner.upkeep.check() == ()
    bob.close()


def test_what_a_labeler_may_not_is_refused_by_name_of_the_mend(shop: Shop, tmp_path: Path) -> None:
    submitted(shop, "bob")
    bob = shop.opened("bob")
    for refused in (
        lambda: bob.projects.pause("soda"),
        lambda: bob.projects.delete("soda"),
        lambda: bob.projects.refresh("soda"),
        lambda: bob.datasets.add_datastore("more", str(tmp_path)),
        lambda: bob.team.add("mallory", Role.OWNER),
        lambda: bob.team.change(shop.login("bob"), Role.OWNER),
        lambda: bob.team.make(),
        lambda: bob.upkeep.check(),
        lambda: bob.upkeep.backup(tmp_path / "all.db"),
        lambda: bob.exchange.export("soda", "coco"),
    ):
        with pytest.raises(NotAllowed, match=r"owner|team role"):
            refused()
    with pytest.raises(NotAllowed, match="do this: your role does not include it") as plain:
        bob.edits.rename_class("soda", "coke", "cola", bob.team.person)
    assert "table" not in str(plain.value)
    assert f"team role {bob.team.person} ROLE" in plain.value.mend
    assert bob.projects.refresh_due("soda") is None
    assert not list((shop.home / "bob_exports").glob("*")), "nothing half-written"
    bob.close()


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


def test_models_are_those_of_their_projects(shop: Shop, tmp_path: Path) -> None:
    for project in ("soda", "secret"):
        (tmp_path / f"{project}.onnx").write_bytes(project.encode() * 9_000)
        shop.owner.assist.use_model(project, str(tmp_path / f"{project}.onnx"), ())
    count = "SELECT DISTINCT name FROM shared_model"
    assert (shop.sql("bob", count), shop.sql("ann", count), shop.sql("rita", count)) == (1, 2, 2)
    refused = (
        "INSERT INTO shared_model VALUES ('x-0123456789abcdef.onnx', 0, 0, '')",
        "UPDATE shared_model SET body = ''",
        "DELETE FROM shared_model",
    )
    assert {shop.sql(who, statement) for who in ("bob", "rita") for statement in refused} == {"42501"}
    for project in ("soda", "secret"):
        shop.owner.assist.remove_model(project)
    assert shop.sql("ann", count) == 0


def test_who_paused_a_project_is_said_and_only_owners_are_told_how_to_start_it(shop: Shop) -> None:
    olga = shop.opened("olga")
    olga.projects.pause("soda", "mallory")
    for who, mend in (
        ("bob", f"Ask {shop.login('olga')} to start it."),
        ("olga", "Start it: tui-labeler project resume"),
    ):
        workspace = shop.opened(who)
        assert workspace.projects.status("soda").paused_by == shop.login("olga"), "whoever is signed in"
        with pytest.raises(ProjectPaused, match=f"is paused by {shop.login('olga')}") as refused:
            workspace.queue.claim("soda", workspace.team.person, "t")
        assert refused.value.mend.startswith(mend)
        workspace.close()
    olga.projects.resume("soda")
    assert olga.projects.status("soda").paused_by == ""
    olga.close()


def test_known_images_are_for_reviewers_and_owners(shop: Shop) -> None:
    """By the program with a clear word, and by SQL not at all."""
    task = submitted(shop, "ann")
    known = msgspec.structs.replace(make_spec("known"), workforce=Workforce(gold_every=5))
    shop.owner.projects.create(known)
    annotated = submitted(shop, "ann", "known")
    bob, rita = shop.opened("bob"), shop.opened("rita")
    me = bob.team.person
    for refused in (
        lambda: bob.gold.add("known", annotated.path, me),
        lambda: bob.gold.add("known", annotated.path, shop.login("rita")),
        lambda: bob.gold.remove("known", annotated.path, me),
        lambda: bob.gold.images("known"),
    ):
        with pytest.raises(NotAllowed, match=r"for reviewers and owners; “bob\w*” is labeler"):
            refused()
    with pytest.raises(NotAllowed, match="under that name alone"):
        rita.gold.add("known", annotated.path, shop.login("bob"))
    with pytest.raises(NotAllowed, match="Mixing the first known image into “soda” needs the role owner"):
        rita.gold.add("soda", task.path, rita.team.person)
    rita.gold.add("known", annotated.path, rita.team.person)
    assert [path for path, *_ in rita.gold.images("known")] == [annotated.path]
    add = f"INSERT INTO gold SELECT {task.id}, project_id, labels, '{{}}', 0 FROM gold LIMIT 1"
    refused_sql = {
        ("bob", add.format(me)): "42501",
        ("bob", f"UPDATE gold SET labels = '{{}}' WHERE task_id = {annotated.id}"): "42501",
        ("bob", "DELETE FROM gold"): "42501",
        ("bob", "UPDATE project SET spec = spec"): "42501",
        ("rita", add.format(me)): "42501",
        ("rita", f"UPDATE gold SET who = '{me}'"): "42501",
    }
    assert {(who, sql): shop.sql(who, sql) for who, sql in refused_sql} == refused_sql
    assert shop.sql("rita", add.format(rita.team.person)) == 1
    assert shop.sql("rita", f"DELETE FROM gold WHERE task_id = {task.id}") == 1
    rita.gold.remove("known", annotated.path, rita.team.person)
    shop.owner.projects.delete("known")
    bob.close()
    rita.close()


def test_a_labeler_cannot_make_an_older_submission_count_again(shop: Shop) -> None:
    task = submitted(shop, "bob")
    with shop.owner._database.read() as tx:
        (first,) = tx.one("SELECT label_id FROM task WHERE id = ?", task.id) or (0,)
    rita = shop.opened("rita")
    item = rita.review.item("soda", task.path)
    rita.review.correct("soda", item, COKE, rita.team.person)
    assert shop.sql("bob", f"UPDATE task SET label_id = {first} WHERE id = {task.id}") == "42501"
    rita.close()


def test_a_reviewer_reviews_and_exports_and_no_more(shop: Shop) -> None:
    task = submitted(shop, "bob")
    number = task.id
    rita = shop.opened("rita")
    assert {summary.name for summary in rita.projects.summaries()} == {"soda", "secret"}
    item = rita.review.item("soda", task.path)
    assert rita.review.give_back("soda", item, rita.team.person, "too wide") == shop.login("bob")
    assert rita.exchange.export("soda", "coco").rows >= 1
    with pytest.raises(NotAllowed, match="team role"):
        rita.projects.pause("soda")
    refused = {
        f"INSERT INTO submission (task_id, labeler, submitted) VALUES ({number}, '{shop.login('bob')}', 0)": "42501",
        "DELETE FROM submission": "42501",
        f"UPDATE task SET state = 'completed' WHERE id = {number}": "42501",
        f"UPDATE task SET state = 'incomplete' WHERE id = {number}": "42501",
        "DELETE FROM export": "42501",
        "UPDATE project SET status = 'paused'": "42501",
        f'GRANT "{shop.name}_owner" TO "{shop.login("rita")}"': "42501",
    }
    assert {statement: shop.sql("rita", statement) for statement in refused} == refused
    as_anns = f"UPDATE review SET state = 'waiting', labeler = '{shop.login('ann')}' WHERE task_id = {number}"
    assert shop.sql("ann", as_anns) == 0, "it is not hers, and nothing that she submitted takes its place"
    assert shop.sql("bob", as_anns) == "42501", "nor does he make it hers"
    assert shop.sql("rita", f"UPDATE review SET state = 'accepted' WHERE task_id = {number}") == 1
    assert shop.sql("ann", f"UPDATE review SET state = 'waiting' WHERE task_id = {number}") == 0
    assert shop.sql("ann", f"UPDATE review SET comment = '' WHERE task_id = {number}") == "42501"
    assert rita.review.item("soda", task.path).labeler == shop.login("bob")
    shop.sql("rita", f"UPDATE review SET state = 'returned' WHERE task_id = {number}")
    rita.close()
    assert shop.owner.upkeep.check() == ()


def test_several_labels_an_image_are_settled_by_labelers(shop: Shop) -> None:
    spec = msgspec.structs.replace(make_spec("twice"), workforce=Workforce(labels=2))
    shop.owner.projects.create(spec)
    assert submitted(shop, "ann", "twice").id == submitted(shop, "bob", "twice").id
    status = shop.owner.projects.status("twice")
    assert (status.completed, status.classes["coke"]) == (1, 1)
    assert shop.owner.upkeep.check() == ()


def test_the_team_is_listed_changed_and_left(shop: Shop) -> None:
    olga = shop.opened("olga")
    names = {member.name: member.role for member in olga.team.members()}
    assert names[shop.login("rita")] is Role.REVIEWER
    assert names[shop.login("ann")] is Role.LABELER
    shop.owner.team.add(shop.login("zoe"), Role.LABELER)
    olga.team.change(shop.login("zoe"), Role.REVIEWER)
    zoe = shop.opened("zoe")
    assert len(zoe.projects.summaries()) >= 2, "a reviewer sees every project"
    with pytest.raises(AlreadyExists, match="is of the team already, as reviewer"):
        olga.team.add(shop.login("zoe"), Role.LABELER)
    assert not olga.team.add(shop.login("zoe"), Role.REVIEWER), "she is that"
    olga.team.change(shop.login("zoe"), Role.LABELER)
    assert "secret" not in {summary.name for summary in zoe.projects.summaries()}
    zoe.close()
    olga.close()


@pytest.mark.parametrize("who", ["ann", "rita"])
def test_everybody_of_the_team_is_told_how_the_server_does(shop: Shop, who: str) -> None:
    workspace = shop.opened(who)
    told = {finding.check for finding in workspace.upkeep.diagnose()}
    assert {"clock", "numbers", "transactions", "team"} <= told, told
    workspace.close()


def test_someone_who_is_removed_is_out_at_once(shop: Shop) -> None:
    gone = shop.login("gone")
    shop.owner.team.add(gone, Role.LABELER)
    workspace = shop.opened("gone")
    assert workspace.queue.claim("soda", gone, "t")
    assert Member(gone, Role.LABELER, 1) in shop.owner.team.members()
    assert shop.owner.team.remove(gone) == 1
    with pytest.raises(NotAllowed):
        workspace.queue.claim("soda", gone, "t")
    workspace.close()
    with pytest.raises(LabelerError):
        shop.opened("gone")
    with pytest.raises(NotFound, match="not of the team"):
        shop.owner.team.change(gone, Role.OWNER)


def test_an_owner_who_is_no_superuser_leaves(shop: Shop) -> None:
    """Whoever gives up the role owner loses with it the right to change their own roles: that comes last."""
    for who in ("vera", "walt"):
        shop.owner.team.add(shop.login(who), Role.OWNER)
    vera, walt = shop.opened("vera"), shop.opened("walt")
    vera.team.change(shop.login("vera"), Role.LABELER)
    assert vera.team.standing
    assert vera.team.standing.role is Role.LABELER
    with pytest.raises(NotAllowed, match="needs the role owner"):
        vera.team.change(shop.login("vera"), Role.OWNER)
    assert walt.queue.claim("soda", shop.login("walt"), "walts")
    assert walt.team.remove(shop.login("walt")) == 1
    assert walt.team.standing
    assert walt.team.standing.role is None
    names = {member.name: member.role for member in shop.owner.team.members()}
    assert names[shop.login("vera")] is Role.LABELER
    assert shop.login("walt") not in names
    vera.close()
    walt.close()
    shop.owner.team.remove(shop.login("vera"))


def test_what_cannot_be_of_a_team_is_refused(shop: Shop) -> None:
    nina = shop.login("nina")
    shop.server.sql("postgres", f"CREATE ROLE {nina} LOGIN NOINHERIT")
    with pytest.raises(NotAllowed, match="NOINHERIT") as refused:
        shop.owner.team.add(nina, Role.LABELER)
    shop.server.sql("postgres", refused.value.mend.partition(": ")[2].partition(";")[0])
    shop.owner.team.add(nina, Role.LABELER)
    shop.opened("nina").close()
    shop.owner.team.remove(nina)
    with pytest.raises(BadInput, match="is a role of the server, and no login"):
        shop.owner.team.add(role_called(shop.owner, Role.OWNER), Role.LABELER)


def test_a_role_that_was_given_by_hand_is_taken_or_it_is_said_who_can(shop: Shop) -> None:
    """From PostgreSQL 16 on the server takes nothing of it, and says no error."""
    by_hand, labeler = shop.login("byhand"), role_called(shop.owner, Role.LABELER)
    shop.server.sql("postgres", f"CREATE ROLE {by_hand} LOGIN", f"GRANT {labeler} TO {by_hand}")
    olga = shop.opened("olga")
    with olga._database.read() as tx:
        (version,) = tx.one("SELECT current_setting('server_version_num')::int / 10000") or (0,)
    if version < 16:
        assert olga.team.remove(by_hand) == 0
    else:
        with pytest.raises(NotAllowed, match=f"was given the role “{labeler}” by “{shop.server.user}”") as refused:
            olga.team.remove(by_hand)
        assert f'REVOKE "{labeler}" FROM "{by_hand}"' in refused.value.mend
        shop.server.sql("postgres", f"REVOKE {labeler} FROM {by_hand}")
    assert by_hand not in {member.name for member in olga.team.members()}
    olga.close()


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
