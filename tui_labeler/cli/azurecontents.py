"""`tui-labeler azure datastores | attach | assets | dataset | register | computes`: what is in the workspace in use."""

from __future__ import annotations

import click

from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.text import plural


@click.command()
@json_option
@click.pass_context
def datastores(ctx: click.Context, as_json: bool) -> None:
    """List the workspace's datastores. `azure attach NAME` makes one usable here."""
    with progress() as tell:
        found = workspace(ctx).azure.catalog.datastores(tell)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.name, one.kind, one.account, one.container, one.access, "default" if one.default else one.why)
        for one in found
    ]
    table(("NAME", "TYPE", "ACCOUNT", "CONTAINER", "KEY", ""), rows)


@click.command()
@click.argument("name")
@json_option
@click.pass_context
def attach(ctx: click.Context, name: str, as_json: bool) -> None:
    """Use the workspace's datastore NAME here: for datasets, and so for projects."""
    with progress() as tell:
        found = workspace(ctx).azure.catalog.attach(name, progress=tell)
    if as_json:
        print_json(found)
    else:
        show(f"The datastore {found.name} can be used: {found.url}")


@click.command()
@json_option
@click.pass_context
def assets(ctx: click.Context, as_json: bool) -> None:
    """List data assets that can be datasets: folders and tables."""
    with progress() as tell:
        found = workspace(ctx).azure.catalog.assets(tell)
    if as_json:
        print_json([{"name": one.name, "version": one.version, "type": one.type} for one in found])
    elif found:
        table(("NAME", "LATEST VERSION", "TYPE"), [(one.name, one.version, one.type) for one in found])
    else:
        say("The workspace has no data assets of folders or tables.")


@click.command()
@click.argument("asset", metavar="NAME[:VERSION]")
@click.option("--as", "local", metavar="DATASET", help="The dataset's name here, instead of the asset's.")
@json_option
@click.pass_context
def dataset(ctx: click.Context, asset: str, local: str | None, as_json: bool) -> None:
    """Make a dataset here of the images of a data asset."""
    name, _, version = asset.partition(":")
    opened = workspace(ctx)
    with progress() as tell:
        choice = opened.azure.catalog.asset_images(name, version, tell)
        files = opened.datasets.create(local or choice.name, choice.datastore, choice.path, tell)
    if as_json:
        print_json(
            {"name": local or choice.name, "datastore": choice.datastore, "path": choice.path, "files": files.files}
        )
    else:
        show(f"Created the dataset {local or choice.name}: {choice.datastore}, {choice.path}")
        show(plural(files.files, "image"))


@click.command()
@click.argument("name", metavar="DATASET")
@json_option
@click.pass_context
def register(ctx: click.Context, name: str, as_json: bool) -> None:
    """Register the dataset NAME of this workspace as a data asset (a folder)."""
    with progress() as tell:
        found = workspace(ctx).azure.catalog.register_dataset(name, tell)
    if as_json:
        print_json(found)
    else:
        show(f"Registered {found.name}, version {found.version}: {found.uri}")


@click.command()
@json_option
@click.pass_context
def computes(ctx: click.Context, as_json: bool) -> None:
    """List the workspace's computes."""
    with progress() as tell:
        found = workspace(ctx).azure.catalog.computes(tell)
    if as_json:
        print_json(found)
    elif found:
        table(
            ("NAME", "TYPE", "SIZE", "NODES", "STATE"),
            [(one.name, one.type, one.size, f"{one.least} – {one.most}", one.state) for one in found],
        )
    else:
        say("The workspace has no computes.")
