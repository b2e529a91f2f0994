"""Names of classes are used again for other classes while somebody labels: everybody's work stays with its class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec
from tests.workspace.test_class_edits import classes_of, numbers
from tests.workspace.test_running_edits import at_page
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.errors import ClassGone, NotAllowed
from tui_labeler.model.geometry import Box
from tui_labeler.model.mistakes import MistakeKind
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import Assist, Instructions, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Basis, Task
from tui_labeler.model.transfers import ExportChoice, ExportOptions, ImportChoices
from tui_labeler.model.workforce import Workforce
from tui_labeler.store import exports, projects
from tui_labeler.store.running_edits import ClassesChanging
from tui_labeler.tui.lastexport import last_export, remember_export
from tui_labeler.workspace import Workspace, taskedits
from tui_labeler.workspace.mistakes import Evidence

LEFT, RIGHT = Box(1, 2, 30, 40), Box(35, 6, 50, 30)
BOTH = Labels(SIZE, (Region("coke", LEFT), Region("sprite", RIGHT)))


def swap(workspace: Workspace, project: str = "soda") -> None:
    """coke and sprite change their names."""
    for old, new in (("coke", "x"), ("sprite", "coke"), ("x", "sprite")):
        workspace.edits.rename_class(project, old, new, "eve")


def delete_and_make_again(workspace: Workspace, name: str = "coke") -> None:
    workspace.edits.delete_class("soda", name, "eve", with_labels=True)
    spec = workspace.projects.specification("soda")
    classes = msgspec.structs.replace(spec.classes, names=(*spec.classes.names, name))
    workspace.projects.change("soda", msgspec.structs.replace(spec, classes=classes))


def names_of(draft: Draft) -> list[str]:
    return [region.name for region in draft.regions]


def edit_of(workspace: Workspace) -> int:
    return workspace.queue.class_list("soda").edit


def test_an_open_editor_submits_the_classes_that_were_meant(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    path = session.task.path
    swap(workspace)
    session.submit(Draft.of(BOTH), SIZE)
    assert classes_of(workspace, path) == ["sprite", "coke"]
    assert session.class_list.classes.names == ("sprite", "diet_coke", "coke"), "the next image has those of now"
    assert session.task
    path = session.task.path
    session.submit(Draft.of(BOTH), SIZE)
    assert classes_of(workspace, path) == ["coke", "sprite"]
    numbers(workspace)


def test_labels_of_a_deleted_class_are_not_those_of_a_new_one(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    path = session.task.path
    delete_and_make_again(workspace)
    with pytest.raises(ClassGone):
        session.submit(Draft.of(BOTH), SIZE)
    assert session.lost == "“coke” was deleted meanwhile, and 1 label here with it."
    session.submit(session.start, SIZE)
    assert classes_of(workspace, path) == ["sprite"]
    assert not session.lost


def test_a_draft_stays_with_its_classes_and_so_does_what_it_can_undo(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    drawn = Draft().added(BOTH.regions[0]).added(BOTH.regions[1]).removed((0,))
    session.save(drawn)
    session.end()
    swap(workspace)
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert names_of(session.start) == ["coke"]
    assert names_of(session.start.undo()) == ["sprite", "coke"]
    assert session.start.is_changed
    assert session.task
    kept = workspace.queue.load_draft(session.task, "ann")
    assert kept
    assert kept.class_edit == edit_of(workspace)


def test_a_draft_of_which_nothing_but_the_past_is_gone_keeps_what_stands(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    session.save(Draft().added(BOTH.regions[0]).added(BOTH.regions[1]).removed((0,)))
    session.end()
    delete_and_make_again(workspace)
    session.begin()
    assert names_of(session.start) == ["sprite"]
    assert not session.start.done, "undo would bring back a class that is gone"


def test_what_an_earlier_version_kept_is_followed_from_its_time(workspace: Workspace) -> None:
    """A draft has its time; of a submission without a number and a time only names that are gone can be followed."""
    task = workspace.tasks.get("soda", "image_00000.jpg")
    workspace.queue.save_draft(task, "ann", encode(Draft.of(BOTH)))
    workspace.edits.rename_class("soda", "coke", "cola", "eve")
    workspace.edits.rename_class("soda", "diet_coke", "coke", "eve")
    kept = workspace.queue.load_draft(task, "ann")
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == ["cola", "sprite"]
    workspace.edits.rename_class("soda", "sprite", "lemon", "eve")
    workspace.queue.submit(task, "ann", BOTH, basis=Basis(None, "sent"))
    assert classes_of(workspace, task.path) == ["coke", "lemon"]


@pytest.mark.parametrize("how", ["rename", "merge", "delete"])
def test_edits_that_were_taken_back_change_nothing(workspace: Workspace, how: str) -> None:
    before = edit_of(workspace)
    record = {
        "rename": lambda: workspace.edits.rename_class("soda", "coke", "coke/zero", "eve"),
        "merge": lambda: workspace.edits.merge_classes("soda", ("coke",), "sprite", "eve"),
        "delete": lambda: workspace.edits.delete_class("soda", "coke", "eve"),
    }[how]()
    between = edit_of(workspace)
    assert between == record.id
    workspace.edits.undo(record.id, "eve")
    first, second = (workspace.tasks.get("soda", f"image_0000{number}.jpg") for number in (0, 1))
    workspace.queue.submit(first, "ann", BOTH, basis=Basis(None, "first", before))
    assert classes_of(workspace, first.path) == ["coke", "sprite"]
    known = {"rename": "coke/zero", "merge": "sprite", "delete": "sprite"}[how]
    workspace.queue.submit(second, "ann", Labels(SIZE, (Region(known, LEFT),)), basis=Basis(None, "second", between))
    assert classes_of(workspace, second.path) == ["coke" if how == "rename" else "sprite"]


def test_a_sheet_stays_with_its_classes(open_workspace: Callable[[], Workspace], tmp_path: Path) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 4)))
    workspace.projects.create(make_spec("kinds", TaskType.MULTILABEL))
    sheet = workspace.sessions.sheet("kinds", "ann")
    first, second = sheet.claim(2).items()
    sheet.save(second[0], second[1].tagged(("sprite",)))
    swap(workspace, "kinds")
    sheet.submit({first[0]: (first[1].tagged(("coke", "diet_coke")), SIZE)})
    counting = workspace.tasks.current_labels(workspace.tasks.get("kinds", first[0]))
    assert counting
    assert counting.labels
    assert counting.labels.tags == ("sprite", "diet_coke")
    again = sheet.claim(2)
    assert again[second[0]].tags == ("coke",)
    assert sheet.class_list.classes.names == ("sprite", "diet_coke", "coke")


def test_a_proposal_that_was_begun_before_stays_with_its_classes(workspace: Workspace) -> None:
    task, known = workspace.tasks.get("soda", "image_00000.jpg"), edit_of(workspace)
    swap(workspace)
    workspace.proposals.put("soda", [(task, Prelabel(COKE, "model", 0.5))], known)
    kept = workspace.proposals.get(task)
    assert kept
    assert kept.labels.regions[0].name == "sprite"


def test_drafts_that_were_set_aside_stay_with_their_classes(workspace: Workspace, tmp_path: Path) -> None:
    task = workspace.tasks.get("soda", "image_00000.jpg")
    aside = workspace.sessions.aside(tmp_path)
    aside.put("soda", "ann", {task.path: Draft.of(BOTH)}, {task.path: task.id}, edit_of(workspace))
    swap(workspace)
    workspace.queue.save_draft(task, "ann", encode(Draft().added(Region("coke", RIGHT))), class_edit=edit_of(workspace))
    assert aside.bring_back("soda", "ann", workspace.tasks, workspace.queue) == (task.path,)
    kept = workspace.queue.contents(_fresh(workspace, task), "ann").draft
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == ["sprite", "coke"], "and what had been drawn since is the same box"


def test_a_correction_in_review_stays_with_its_classes(workspace: Workspace) -> None:
    task = workspace.tasks.get("soda", "image_00000.jpg")
    other = Labels(SIZE, (Region("diet_coke", LEFT),))
    workspace.queue.submit(task, "ann", other)
    item = workspace.review.item("soda", task.path)
    swap(workspace)
    workspace.review.correct("soda", item, BOTH, "rae")
    assert classes_of(workspace, task.path) == ["sprite", "coke"]


def test_a_class_with_another_name_is_no_answer_to_a_reviewer(workspace: Workspace) -> None:
    task = workspace.tasks.get("soda", "image_00000.jpg")
    workspace.queue.submit(task, "ann", BOTH)
    workspace.review.give_back("soda", workspace.review.item("soda", task.path), "rae", "the left one is too wide")
    swap(workspace)
    narrower = Labels(SIZE, (Region("sprite", Box(1, 2, 20, 40)), Region("coke", RIGHT)))
    workspace.queue.submit(task, "ann", narrower)
    given_back = workspace.review.item("soda", task.path).given_back
    assert given_back
    assert [region.name for region in given_back.before.regions] == ["sprite", "coke"]
    assert set(given_back.changed) == {0}


def test_an_edit_is_no_other_answer_of_ones_own(workspace: Workspace) -> None:
    spec = workspace.projects.specification("soda")
    workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=Workforce(labels=2)))
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    path = session.task.path
    session.submit(Draft.of(BOTH), SIZE)
    session.open(path)
    swap(workspace)
    session.submit(session.start.added(Region("coke", LEFT)), SIZE)
    given = workspace.quality.answers(workspace.tasks.get("soda", path))["ann"]
    assert given
    assert [region.name for region in given.regions] == ["sprite", "coke", "sprite"]
    session.open(path)
    session.save(session.start.added(Region("coke", RIGHT)))
    session.end()
    swap(workspace)
    session.open(path)
    assert session.newer is None, "nobody said anything else meanwhile"
    assert names_of(session.start) == ["coke", "sprite", "coke", "sprite"]


def test_a_mistake_names_the_class_of_now(workspace: Workspace) -> None:
    far_off = Region("coke", Box(40, 20, 60, 45), confidence=0.9, model="model")
    task = workspace.tasks.get("soda", "image_00000.jpg")
    proposed = Labels(SIZE, (*BOTH.regions, far_off))
    workspace.proposals.put("soda", [(task, Prelabel(proposed, "model", 0.9))])
    workspace.queue.submit(task, "ann", Labels(SIZE, (Region("sprite", RIGHT),)), "t")
    found = workspace.quality.find_mistakes("soda", Evidence(images=False))
    missing = [mistake.name for mistake in found if mistake.kind is MistakeKind.MISSING]
    swap(workspace)
    now = [mistake.name for mistake in workspace.quality.mistakes("soda") if mistake.kind is MistakeKind.MISSING]
    assert (set(missing), set(now)) == ({"coke"}, {"sprite"})
    workspace.edits.delete_class("soda", "sprite", "eve")
    assert not [mistake for mistake in workspace.quality.mistakes("soda") if mistake.kind is MistakeKind.MISSING]


@pytest.mark.parametrize("how", ["merge", "delete"])
def test_a_models_output_is_for_no_other_class(workspace: Workspace, how: str) -> None:
    def outputs() -> tuple[str, ...]:
        return workspace.projects.specification("soda").assist.classes

    before = workspace.projects.specification("soda")
    assist = Assist(True, "onnx", model="model.onnx", classes=("--bg--", "coke", "sprite"))
    workspace.projects.change("soda", msgspec.structs.replace(before, assist=assist), before)
    if how == "merge":
        record = workspace.edits.merge_classes("soda", ("coke",), "sprite", "eve")
        assert outputs() == ("--bg--", "sprite", "sprite")
    else:
        delete_and_make_again(workspace)
        record = workspace.edits.records("soda")[0]
        assert "coke" not in outputs()
    workspace.edits.undo(record.id, "eve")
    assert outputs() == ("--bg--", "coke", "sprite")


# What an owner chose by its name, while another one edits classes


def test_nothing_is_edited_that_was_chosen_before(workspace: Workspace) -> None:
    known, edits = edit_of(workspace), workspace.edits
    swap(workspace)
    for edit in (
        lambda: edits.rename_class("soda", "coke", "cola", "eve", known=known),
        lambda: edits.merge_classes("soda", ("coke",), "sprite", "eve", known=known),
        lambda: edits.delete_class("soda", "coke", "eve", known=known),
        lambda: edits.reorder_classes("soda", ("coke",), "eve", known=known),
        lambda: edits.recolour_class("soda", "coke", 5, "eve", known=known),
        lambda: edits.apply("soda", [1], TaskEdit(EditKind.RECLASS, "coke", "sprite", known), "eve"),
        lambda: edits.preview("soda", [1], TaskEdit(EditKind.RECLASS, "coke", "sprite", known), "eve"),
    ):
        with pytest.raises(NotAllowed, match="were changed meanwhile"):
            edit()
    assert edit_of(workspace) == workspace.edits.records("soda")[0].id
    edits.rename_class("soda", "coke", "cola", "eve", known=edit_of(workspace))


def test_a_class_changes_into_the_one_that_was_meant_on_every_page(
    workspace: Workspace, open_workspace: Callable[[], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taskedits, "PAGE", 1)
    tasks = [workspace.tasks.get("soda", f"image_0000{number}.jpg") for number in range(3)]
    for task in tasks:
        workspace.queue.submit(task, "ann", Labels(SIZE, (Region("diet_coke", LEFT),)))
    colleague = open_workspace()
    with pytest.raises(NotAllowed, match="were changed meanwhile"):
        workspace.edits.apply(
            "soda",
            [task.id for task in tasks],
            TaskEdit(EditKind.RECLASS, "diet_coke", "coke"),
            "eve",
            at_page(1, lambda: swap(colleague)),
        )
    assert [classes_of(workspace, task.path) for task in tasks] == [["sprite"], ["diet_coke"], ["diet_coke"]]
    numbers(workspace)


def test_other_steps_of_a_project_leave_its_classes_alone(workspace: Workspace) -> None:
    before = workspace.projects.specification("soda")
    workspace.edits.rename_class("soda", "coke", "cola", "eve")
    text = msgspec.structs.replace(before, instructions=Instructions("", "whole cans"))
    workspace.projects.change("soda", text, before)
    spec = workspace.projects.specification("soda")
    assert (spec.classes.names, spec.instructions.text) == (("cola", "diet_coke", "sprite"), "whole cans")
    wider = msgspec.structs.replace(before.classes, names=(*before.classes.names, "fanta"))
    with pytest.raises(NotAllowed, match="were changed meanwhile"):
        workspace.projects.change("soda", msgspec.structs.replace(before, classes=wider), before)


def test_an_import_does_not_map_to_a_class_of_another_name(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("filename,width,height,class,xmin,ymin,xmax,ymax\nimage_00000.jpg,64,48,can,1,2,30,40\n")
    known = edit_of(workspace)
    choices = ImportChoices(renamed={"can": "coke"}, class_edit=known)
    workspace.exchange.preview_import("soda", file, choices=choices)
    swap(workspace)
    with pytest.raises(NotAllowed, match="were changed meanwhile"):
        workspace.exchange.import_labels("soda", file, choices=choices)
    assert workspace.projects.status("soda").completed == 0
    now = msgspec.structs.replace(choices, class_edit=edit_of(workspace))
    assert workspace.exchange.import_labels("soda", file, choices=now).imported == 1


def test_an_export_has_the_classes_that_were_chosen(workspace: Workspace) -> None:
    workspace.queue.submit(workspace.tasks.get("soda", "image_00000.jpg"), "ann", BOTH)
    chosen = ExportChoice("coco", ExportOptions(classes=("coke",), class_edit=edit_of(workspace)))
    remember_export(workspace, "soda", chosen)
    swap(workspace)
    with pytest.raises(NotAllowed, match="were changed meanwhile"):
        workspace.exchange.export("soda", "coco", options=chosen.options)
    again = last_export(workspace, "soda")
    assert again.options.classes == ("sprite",)
    assert workspace.exchange.export("soda", "coco", options=again.options).regions == 1
    workspace.edits.delete_class("soda", "sprite", "eve", with_labels=True)
    assert last_export(workspace, "soda").options.classes == ()


def test_an_export_that_began_before_is_refused(workspace: Workspace) -> None:
    """Deleted and made anew in its place, a class leaves the list as it was."""
    with workspace._database.read() as tx:
        before = projects.project(tx, "soda")
    delete_and_make_again(workspace, "sprite")
    with workspace._database.read() as tx:
        assert projects.project(tx, "soda").spec.classes.names == before.spec.classes.names
        with pytest.raises(ClassesChanging):
            exports.require_settled(tx, before)


def _fresh(workspace: Workspace, task: Task) -> Task:
    return workspace.queue.task("soda", task.path)


def test_a_wrong_number_is_found(workspace: Workspace) -> None:
    swap(workspace)
    assert workspace.upkeep.check() == ()
    with workspace._database.write() as tx:
        tx.run("UPDATE project SET class_edit = class_edit - 1")
    (fault,) = workspace.upkeep.check()
    assert "last edit of classes" in fault.words


def test_projects_of_earlier_versions_know_their_last_edit(
    workspace: Workspace, open_workspace: Callable[[], Workspace]
) -> None:
    swap(workspace)
    number = edit_of(workspace)
    with workspace._database.write() as tx:
        for statement in (
            "ALTER TABLE project DROP COLUMN class_edit",
            "ALTER TABLE draft DROP COLUMN class_edit",
            "UPDATE workspace_version SET version = 15",
        ):
            tx.run(statement)
    workspace.close()
    assert edit_of(open_workspace()) == number
