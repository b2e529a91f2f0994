"""`tui-labeler azure`: sign-in, the workspace in use, what is in it, and exports into it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
import msgspec

from tui_labeler.cli import azurecontents, azurejobs, azuretraining, rescue
from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.azure import DeviceCode, Registered, SignInStatus, WorkspaceRef, notebook_snippet
from tui_labeler.model.errors import NotFound
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural
from tui_labeler.workspace import Progress


@click.group(name="azure")
def command() -> None:
    """Azure ML: the same project on the team's own workspace."""


command.add_command(azurejobs.command)
command.add_command(azurecontents.datastores)
command.add_command(azurecontents.attach)
command.add_command(azurecontents.assets)
command.add_command(azurecontents.dataset)
command.add_command(azurecontents.register)
command.add_command(azurecontents.computes)
command.add_command(rescue.command)
command.add_command(azuretraining.train)
command.add_command(azuretraining.training)
command.add_command(azuretraining.model)


# Sign-in


@command.command()
@click.option("--device-code", is_flag=True, help="Sign in with a code, whatever else the machine has.")
@json_option
@click.pass_context
def login(ctx: click.Context, device_code: bool, as_json: bool) -> None:
    """Sign in: with what this machine has (environment, workload or managed identity, Azure CLI), or with a code.

    Without a terminal a code is waited for with --device-code only.
    """
    sign_in = workspace(ctx).azure.account.log_in(_show_code, device_only=device_code, can_show=sys.stderr.isatty())
    if as_json:
        print_json(sign_in)
    else:
        _show_status(sign_in)


def _show_code(code: DeviceCode) -> None:
    minutes = max(1, round((code.expires - time.time()) / 60))
    say(f"To sign in, open {code.url} in any browser and enter the code")
    say(f"    {code.code}")
    say(f"It is valid for {plural(minutes, 'minute')}. Waiting… (Ctrl+C stops)")


@command.command()
@json_option
@click.pass_context
def logout(ctx: click.Context, as_json: bool) -> None:
    """Forget the sign-in and its tokens."""
    done = workspace(ctx).azure.account.log_out()
    if as_json:
        print_json({"signed_out": done})
    else:
        show("Signed out of Azure." if done else "Nobody was signed in to Azure.")


@command.command()
@click.option("--check", is_flag=True, help="Ask Azure whether the sign-in and the workspace are valid.")
@json_option
@click.pass_context
def status(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Who is signed in, and which workspace is in use."""
    azure = workspace(ctx).azure
    sign_in = azure.account.status()
    address = session(ctx).settings.get("azure_workspace").value
    if check:
        with progress() as tell:
            address = azure.account.use(address or azure.account.chosen.address, tell).address
    if as_json:
        print_json(msgspec.structs.asdict(sign_in) | {"workspace": address or None, "checked": check})
        return
    _show_status(sign_in)
    show(f"Workspace: {address}" if address else "Workspace: none in use. Choose one: tui-labeler azure use …")
    if check:
        show("Azure answers, and knows the workspace.")


def _show_status(sign_in: SignInStatus) -> None:
    if sign_in.signed_in:
        who = f" as {sign_in.username}" if sign_in.username else ""
        show(f"Signed in to Azure{who} ({sign_in.method}, cloud {sign_in.cloud}).")
    else:
        show(f"Not signed in to Azure (cloud {sign_in.cloud}).")
    if sign_in.note:
        say(sign_in.note)


# Workspaces


@command.command()
@click.argument("search", default="")
@json_option
@click.pass_context
def workspaces(ctx: click.Context, search: str, as_json: bool) -> None:
    """List the Azure ML workspaces you can see; SEARCH is a part of the name, group or subscription."""
    with progress() as tell:
        visible = workspace(ctx).azure.account.workspaces(tell)
    wanted = search.casefold()
    rows = [remote for remote in visible if wanted in f"{remote.address} {remote.subscription_name}".casefold()]
    if as_json:
        print_json([_workspace_document(remote) for remote in rows])
    elif rows:
        columns = ("WORKSPACE", "GROUP", "SUBSCRIPTION", "LOCATION", "USE")
        table(
            columns,
            [
                (
                    remote.name,
                    remote.group,
                    remote.subscription_name or remote.subscription,
                    remote.location,
                    remote.address,
                )
                for remote in rows
            ],
        )
    else:
        say("No Azure ML workspace is visible to you." if not search else "No workspace's address holds that.")


def _workspace_document(remote: WorkspaceRef) -> dict[str, str]:
    return {
        "address": remote.address,
        "name": remote.name,
        "group": remote.group,
        "subscription": remote.subscription,
        "subscription_name": remote.subscription_name,
        "location": remote.location,
    }


@command.command()
@click.argument("address", metavar="SUBSCRIPTION/GROUP/WORKSPACE")
@json_option
@click.pass_context
def use(ctx: click.Context, address: str, as_json: bool) -> None:
    """Choose the Azure ML workspace, and remember it."""
    with progress() as tell:
        chosen = workspace(ctx).azure.account.use(address, tell)
    session(ctx).settings.set("azure_workspace", chosen.address)
    if as_json:
        print_json(_workspace_document(chosen))
    else:
        show(f"In use: {chosen.name} ({chosen.group}, {chosen.location}).")


# Exports


@command.command()
@click.argument("name", metavar="PROJECT|EXPORT")
@click.option("--snippet", is_flag=True, help="Print the notebook's lines, too.")
@click.option("--new", is_flag=True, help="Export anew, also where an export is only half in Azure.")
@json_option
@click.pass_context
def export(ctx: click.Context, name: str, snippet: bool, new: bool, as_json: bool) -> None:
    """Upload an export and register it as a data asset. A PROJECT is exported first; an EXPORT goes as it is.

    Where the last time failed half-way, the same export of the PROJECT goes on.

    The last line of standard output is the data asset's name.
    """
    opened = workspace(ctx)
    with progress() as tell:
        result = _find_or_make(ctx, name, new, tell)
        registered = opened.azure.exports.register(result, tell)
    if as_json:
        print_json(_registered_document(registered, result))
        return
    sent = f"{plural(len(registered.uploaded), 'file')} uploaded" if registered.uploaded else "nothing new to upload"
    show(f"{plural(result.rows, 'image')}, {plural(result.regions, 'label')}: {sent} to {registered.uri}")
    how = "Registered" if registered.new else "Registered already"
    show(f"{how} as mltable, version {registered.version}: {registered.studio}")
    if snippet:
        show("")
        for line in notebook_snippet(registered).splitlines():
            show(line)
        show("")
    show(registered.name)


def _find_or_make(ctx: click.Context, name: str, new: bool, tell: Progress) -> ExportResult:
    opened = workspace(ctx)
    known = next((result for result in opened.exchange.exports() if result.name == name), None)
    if known is not None:
        return known
    if name not in {project.name for project in opened.projects.summaries()}:
        raise NotFound(f"There is no project and no export “{name}”.", "tui-labeler exports lists the exports.")
    opened.azure.exports.require(name)
    if not new and (begun := opened.azure.exports.unfinished(name)) is not None:
        say(f"Going on with the export {begun.name} of {iso(begun.created)}, which is only half in Azure.")
        say("Labels since then are not in it; --new exports anew.")
        return begun
    return opened.exchange.export(name, progress=tell)


def _registered_document(registered: Registered, result: ExportResult) -> dict[str, object]:
    return msgspec.structs.asdict(registered) | {
        "type": "mltable",
        "rows": result.rows,
        "path": str(Path(result.path)),
        "snippet": notebook_snippet(registered),
    }
