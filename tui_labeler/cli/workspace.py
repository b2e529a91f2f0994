"""`tui-labeler workspace`: a workspace as a whole."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.team import Stranger
from tui_labeler.model.text import plural
from tui_labeler.places import workspace_address

if TYPE_CHECKING:
    from tui_labeler.workspace.upkeep import Moved

_NAMED = 8


@click.group(name="workspace")
def command() -> None:
    """The workspace itself: init, show, check, backup, move, kept."""


@command.command()
@json_option
@click.pass_context
def init(ctx: click.Context, as_json: bool) -> None:
    """Make the workspace where there is none; on PostgreSQL with its roles, and you as their first owner."""
    opened = workspace(ctx)
    has_roles = opened.team.make()
    if as_json:
        print_json({"address": opened.upkeep.address, "roles": has_roles, "person": opened.team.person})
    elif has_roles:
        show(f"{opened.upkeep.address} is ready; {opened.team.person} is an owner. Next: tui-labeler team add NAME.")
    else:
        show(f"{opened.upkeep.address} is ready. A file has no roles: whoever can open it may do everything.")


@command.command(name="show")
@json_option
@click.pass_context
def show_(ctx: click.Context, as_json: bool) -> None:
    """Say where the workspace is, and what it holds."""
    opened = workspace(ctx, create=False)
    summaries = opened.projects.summaries()
    address, tasks = opened.upkeep.address, sum(summary.total for summary in summaries)
    if as_json:
        print_json({"address": address, "projects": len(summaries), "tasks": tasks})
    else:
        show(f"{address}: {plural(len(summaries), 'project')}, {plural(tasks, 'task')}")


@command.command()
@click.option("--mend", is_flag=True, help="Count anew what is counted wrongly; who submits meanwhile waits for it.")
@json_option
@click.pass_context
def check(ctx: click.Context, mend: bool, as_json: bool) -> None:
    """Look whether everything that the workspace holds fits together. Nothing is changed without --mend."""
    opened = workspace(ctx, create=False)
    with progress() as tell:
        faults = opened.upkeep.check(tell)
        was_mended = mend and any(fault.is_count for fault in faults)
        if was_mended:
            opened.upkeep.count_anew(tell)
            faults = opened.upkeep.check(tell)
    if as_json:
        problems = [fault.words for fault in faults]
        print_json({"address": opened.upkeep.address, "problems": problems, "mended": was_mended})
    else:
        for fault in faults:
            show(fault.words)
        if any(fault.is_count for fault in faults):
            say("What is counted wrongly is counted anew by: tui-labeler workspace check --mend")
        if was_mended:
            say("What was counted wrongly was counted anew.")
        if not faults:
            show(f"{opened.upkeep.address}: everything fits together.")
    if faults:
        ctx.exit(1)


@command.command()
@click.argument("file")
@json_option
@click.pass_context
def backup(ctx: click.Context, file: str, as_json: bool) -> None:
    """Write all that the workspace holds now into FILE, which is a workspace itself: sqlite:///FILE."""
    path = Path(os.path.abspath(os.path.expanduser(file)))
    with progress() as tell:
        copy = workspace(ctx, create=False).upkeep.backup(path, tell)
    if as_json:
        print_json({"file": str(path), "rows": copy.rows, "mended": copy.mended})
    else:
        back = f"tui-labeler workspace move --restore sqlite:///{path} NEW"
        show(f"{plural(copy.rows, 'row')} are in {path}. To go back to it: {back}")
        _say_of_mended(copy.mended)


@command.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--restore",
    is_flag=True,
    help="FROM is a backup: TO takes the place of what it was made of, and gets what labelers' machines keep for that.",
)
@json_option
@click.pass_context
def move(ctx: click.Context, source: str, target: str, restore: bool, as_json: bool) -> None:
    """Copy everything from one workspace into a new one: sqlite:///FILE or postgresql://HOST/DATABASE.

    What was interrupted goes on where it was. FROM stays as it is.
    """
    from tui_labeler.workspace import upkeep

    places = session(ctx).places
    with progress() as tell:
        moved = upkeep.move(workspace_address(source), workspace_address(target), places.data, tell, restore)
    if as_json:
        print_json({"from": source, "to": target} | msgspec.structs.asdict(moved))
    else:
        show(f"{plural(moved.rows, 'row')} are in {target}. From now on: tui-labeler config set workspace {target}")
        _say_of_roles(moved)
        _say_of_strangers(moved.strangers)
        _say_of_mended(moved.mended)


def _say_of_mended(rows: int) -> None:
    if rows:
        say(f"In {plural(rows, 'row')} a time or a number was none (NaN, infinity): it is 0 there.")


def _say_of_roles(moved: Moved) -> None:
    """They stay with the server of the old workspace, or were never in a backup."""
    if moved.lacks_roles:
        say(
            "Roles do not come along: until they are made, it opens for its owner alone. Then: tui-labeler workspace init"
        )
    for member in moved.members[:_NAMED]:
        say(f"tui-labeler team add {shlex.quote(member.name)} --role {member.role.value}")
    if len(moved.members) > _NAMED:
        say(f"{len(moved.members) - _NAMED} more had roles: tui-labeler team list, in the workspace as it was.")
    elif moved.lacks_roles and not moved.members:
        say("Then, for everyone else who is to work there: tui-labeler team add NAME --role labeler")


def _say_of_strangers(strangers: Sequence[Stranger]) -> None:
    """Whose work lies under names that are no logins of the new server."""
    if not strangers:
        return
    more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
    say(
        f"No logins there: {', '.join(one.words for one in strangers[:_NAMED])}{more}. In a team a person is their login."
    )
    name = shlex.quote(next((one.name for one in strangers if one.drafts), strangers[0].name))
    say(
        f"Under the same name: tui-labeler team add {name}. Drafts under another: tui-labeler team hand-over {name} LOGIN."
    )


@command.command()
@click.option("--take", "name", metavar="NAME", help="What is kept under NAME is sent to this workspace.")
@click.option("--mine", is_flag=True, help="With --take: what was kept under another name of yours is yours.")
@json_option
@click.pass_context
def kept(ctx: click.Context, name: str | None, mine: bool, as_json: bool) -> None:
    """List what labelers did that no workspace has: while a server was away, and drafts that could not be saved."""
    from tui_labeler.labeling.kept import kept as all_kept
    from tui_labeler.labeling.kept import kept_aside

    state = session(ctx).places.state
    if name is not None:
        opened = workspace(ctx)
        taken = opened.sessions.take_kept(session(ctx).labeler(opened), state, name, mine)
        if as_json:
            print_json(taken)
        else:
            happens, project = "brought back" if taken.path else "sent", shlex.quote(taken.projects[0])
            show(f"{taken.words}: {happens} when you label here. Next: tui-labeler label {project}")
        return
    aside = list(kept_aside(state))
    found = [*all_kept(state), *aside]
    if as_json:
        print_json(found)
    elif found:
        rows = [
            (
                one.name,
                ", ".join(one.labelers),
                ", ".join(one.projects),
                one.path,
                one.submissions,
                one.drafts,
                one.where,
            )
            for one in found
        ]
        table(("NAME", "LABELER", "PROJECT", "IMAGE", "SUBMITTED", "DRAFTS", "WORKSPACE"), rows)
        if aside:
            say("The draft of an image comes back when its labeler labels that project again.")
            say(
                "Where the project was deleted: make one of that name with the image, then tui-labeler workspace kept "
                f"--take {aside[0].name}"
            )
    else:
        show("Nothing is kept on this machine.")
