"""`tui-labeler project classes NAME` and `project edits NAME`: label classes, and what was changed at once."""

from __future__ import annotations

import sys

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.edits import EditRecord, consequence, undone_words
from tui_labeler.model.errors import BadInput
from tui_labeler.model.text import plural
from tui_labeler.workspace import Workspace


class _Classes(click.Group):
    """`classes soda` lists them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [word for word in args if not word.startswith("-")]
        if len(words) == 1:
            args = [*words, "list", *(word for word in args if word.startswith("-"))]
        return super().parse_args(ctx, args)


@click.group(name="classes", cls=_Classes, subcommand_metavar="[COMMAND …]")
@click.argument("name", shell_complete=complete_project)
def command(name: str) -> None:
    """Label classes of the project NAME: list, rename, merge, delete, reorder, colour. Labels follow."""


def _project(ctx: click.Context) -> str:
    """The project that stands before the command."""
    assert ctx.parent is not None
    return str(ctx.parent.params["name"])


def _who(ctx: click.Context) -> str:
    """Who changes the classes: the login of a team's workspace, elsewhere the labeler of the settings."""
    return workspace(ctx).team.person or session(ctx).settings.get("labeler").value


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """The classes in their order, with the labels that each has on completed images."""
    opened, name = workspace(ctx), _project(ctx)
    counted = opened.projects.status(name).classes
    names = opened.projects.specification(name).classes.names
    if as_json:
        print_json([{"class": label_class, "labels": counted.get(label_class, 0)} for label_class in names])
    else:
        rows = [(number, label_class, counted.get(label_class, 0)) for number, label_class in enumerate(names, 1)]
        table(("NO", "CLASS", "LABELS"), rows, right=frozenset({"NO", "LABELS"}))


@command.command()
@click.argument("old")
@click.argument("new")
@json_option
@click.pass_context
def rename(ctx: click.Context, old: str, new: str, as_json: bool) -> None:
    """Call the class OLD (with its subclasses OLD/…) NEW; its labels follow."""
    opened = workspace(ctx)
    with progress() as tell:
        record = opened.edits.rename_class(_project(ctx), old, new, _who(ctx), tell)
    _told(opened, record, as_json)


@command.command()
@click.argument("sources", nargs=-1, required=True)
@click.argument("target")
@json_option
@click.pass_context
def merge(ctx: click.Context, sources: tuple[str, ...], target: str, as_json: bool) -> None:
    """Make the labels of SOURCES labels of the class TARGET; the sources are gone."""
    opened = workspace(ctx)
    with progress() as tell:
        record = opened.edits.merge_classes(_project(ctx), sources, target, _who(ctx), tell)
    _told(opened, record, as_json)


@command.command()
@click.argument("label_class", metavar="CLASS")
@click.option("--with-labels", is_flag=True, help="Delete its labels too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def delete(ctx: click.Context, label_class: str, with_labels: bool, yes: bool, as_json: bool) -> None:
    """Take CLASS away: one that no label uses, or with its labels."""
    opened, name = workspace(ctx), _project(ctx)
    _, known = opened.projects.known(name)  # what is asked about is what is deleted
    labels, images = opened.edits.usage(name, label_class)
    drafts = opened.edits.drafts_using(name, label_class) if not yes else 0
    if (labels or drafts) and (with_labels or not labels) and not yes:
        what = class_usage(label_class, labels, images, drafts)
        if not sys.stdin.isatty():
            raise BadInput(f"{what}; all of that would go.", "Say --yes to do it.")
        say(f"{what}. The history keeps what was submitted, and the edit can be taken back.")
        click.confirm("Delete the class and its labels?", abort=True, err=True)
    with progress() as tell:
        record = opened.edits.delete_class(name, label_class, _who(ctx), with_labels, tell, known)
    _told(opened, record, as_json)


@command.command()
@click.argument("names", nargs=-1, required=True)
@json_option
@click.pass_context
def reorder(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Put the classes NAMES first, in this order, and the others behind them. The first nine have the digit keys."""
    opened = workspace(ctx)
    _told(opened, opened.edits.reorder_classes(_project(ctx), names, _who(ctx)), as_json)


@command.command()
@click.argument("label_class", metavar="CLASS")
@click.argument("number", type=int)
@json_option
@click.pass_context
def colour(ctx: click.Context, label_class: str, number: int, as_json: bool) -> None:
    """Give CLASS the colour NUMBER of the theme, from 1; a class that has it gets the other one."""
    opened = workspace(ctx)
    record = opened.edits.recolour_class(_project(ctx), label_class, number - 1, _who(ctx))
    _told(opened, record, as_json)


def class_usage(label_class: str, labels: int, images: int, drafts: int) -> str:
    """What would go with a class."""
    of_drafts = f"{plural(drafts, 'draft')} {'uses' if drafts == 1 else 'use'} it" if drafts else ""
    if not labels:
        return f"No label has the class “{label_class}”, but {of_drafts}"
    what = f"“{label_class}” has {plural(labels, 'label')} on {plural(images, 'image')}"
    return f"{what}, and {of_drafts}" if drafts else what


def _told(opened: Workspace, record: EditRecord, as_json: bool) -> None:
    names = opened.projects.specification(record.project).classes.names
    if as_json:
        print_json(edit_document(record) | {"classes": names})
        return
    show(f"{consequence(record.words, record.labels, record.images)}. Classes: {', '.join(names)}")
    say(f"Take it back with: tui-labeler project edits {record.project} --undo {record.id}")


@click.command(name="edits")
@click.argument("name", shell_complete=complete_project)
@click.option("--undo", type=int, metavar="ID", help="Take this edit back.")
@json_option
@click.pass_context
def edits(ctx: click.Context, name: str, undo: int | None, as_json: bool) -> None:
    """What was done to many labels of NAME at once, newest first. --undo gives each image back what it had before an edit,
    where nobody changed it since."""
    opened = workspace(ctx)
    if undo is not None:
        _undo(opened, name, undo, _who(ctx), as_json)
        return
    records = opened.edits.records(name)
    if as_json:
        print_json([edit_document(record) for record in records])
    elif records:
        rows = [
            (
                record.id,
                record.words,
                record.images,
                record.labels,
                record.who,
                iso(record.created),
                "taken back" if record.undone else "",
            )
            for record in records
        ]
        table(
            ("ID", "WHAT", "IMAGES", "LABELS", "WHO", "WHEN", "STATE"),
            rows,
            right=frozenset({"ID", "IMAGES", "LABELS"}),
        )
    else:
        say(f"No labels of “{name}” were edited at once. See: tui-labeler project classes {name} --help.")


def _undo(opened: Workspace, name: str, number: int, who: str, as_json: bool) -> None:
    if all(record.id != number for record in opened.edits.records(name)):
        raise BadInput(f"“{name}” has no edit {number}.", f"tui-labeler project edits {name} lists them.")
    with progress() as tell:
        undone = opened.edits.undo(number, who, tell)
    if as_json:
        print_json(
            {
                "id": undone.id,
                "restored": undone.restored,
                "changed_since": undone.kept,
                "submitted_since": undone.submitted,
            }
        )
    else:
        kept = "; ".join(
            part for part in (f"{plural(undone.restored, 'image')} as before", undone_words(undone)) if part
        )
        show(f"Taken back: {undone.words}. {kept}.")


def edit_document(record: EditRecord) -> dict[str, object]:
    """An edit as the contract of the command line has it."""
    return {
        "id": record.id,
        "project": record.project,
        "kind": record.kind.value,
        "words": record.words,
        "images": record.images,
        "labels": record.labels,
        "who": record.who,
        "created": iso(record.created),
        "undone": iso(record.undone) if record.undone else None,
    }


# The names that the contract of the command line has for them.
command.add_command(delete, "remove")
command.add_command(reorder, "order")
