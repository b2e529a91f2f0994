"""`tui-labeler team`: who may do what in a shared workspace."""

from __future__ import annotations

import click

from tui_labeler.cli.output import json_option, print_json, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.team import Role
from tui_labeler.model.text import plural

_ROLES = click.Choice([role.value for role in Role])


@click.group(name="team")
def command() -> None:
    """The team of a workspace on PostgreSQL: list, add, role, remove, hand-over. Roles are made by `workspace init`."""


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the team, and how many tasks each has open."""
    members = workspace(ctx).team.members()
    if as_json:
        print_json(members)
    else:
        table(("NAME", "ROLE", "OPEN"), [(member.name, member.role.value, member.has_open) for member in members])


@command.command()
@click.argument("who")
@click.option("--role", type=_ROLES, default=Role.LABELER.value, show_default=True)
@json_option
@click.pass_context
def add(ctx: click.Context, who: str, role: str, as_json: bool) -> None:
    """Let the login WHO of the server into the workspace; the login is made where there is none."""
    team = workspace(ctx).team
    is_new = team.add(who, Role(role))
    if as_json:
        print_json({"name": who, "role": role, "login_made": is_new})
        return
    show(f"{who} is {role}.")
    if is_new:
        say(f"The login is new and has no password; where the server asks for one: {team.password_command(who)}")


@command.command()
@click.argument("who")
@click.argument("role", type=_ROLES)
@json_option
@click.pass_context
def role(ctx: click.Context, who: str, role: str, as_json: bool) -> None:
    """Give WHO, who is of the team, another role."""
    workspace(ctx).team.change(who, Role(role))
    if as_json:
        print_json({"name": who, "role": role})
    else:
        show(f"{who} is {role}.")


@command.command()
@click.argument("who")
@json_option
@click.pass_context
def remove(ctx: click.Context, who: str, as_json: bool) -> None:
    """Take WHO's role away. Their labels stay, and so does the login."""
    given_back = workspace(ctx).team.remove(who)
    if as_json:
        print_json({"name": who, "removed": True, "given_back": given_back})
    else:
        left = f"; {plural(given_back, 'task')} that they had open came back" if given_back else ""
        show(f"{who} is not of the team any more{left}.")


@command.command(name="hand-over")
@click.argument("who", metavar="FROM")
@click.argument("to", metavar="TO")
@json_option
@click.pass_context
def hand_over(ctx: click.Context, who: str, to: str, as_json: bool) -> None:
    """Give FROM's drafts to TO: the same person under another name, or who goes on with their work. Labels stay FROM's."""
    went, stayed = workspace(ctx).team.hand_over(who, to)
    if as_json:
        print_json({"from": who, "to": to, "drafts": went, "stayed": stayed})
        return
    show(f"{plural(went, 'draft')} of {who}'s went to {to}.")
    if stayed:
        say(f"{plural(stayed, 'draft')} stayed {who}'s: {to} draws on those images already.")
