"""What each role of a shared workspace may do, in the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import make_images, make_spec
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
