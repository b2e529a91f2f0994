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
        stores = workspace(ctx).azure.catalog.datastores(tell)
    if as_json:
        print_json(stores)
        return
    rows = [
        (
            store.name,
            store.kind,
            store.account,
            store.container,
            store.access,
            "default" if store.default else store.why,
        )
        for store in stores
    ]
    table(("NAME", "TYPE", "ACCOUNT", "CONTAINER", "KEY", ""), rows)


@click.command()
@click.argument("name")
@json_option
@click.pass_context
def attach(ctx: click.Context, name: str, as_json: bool) -> None:
    """Use the workspace's datastore NAME here: for datasets, and so for projects."""
    with progress() as tell:
        datastore = workspace(ctx).azure.catalog.attach(name, progress=tell)
    if as_json:
        print_json(datastore)
    else:
        show(f"The datastore {datastore.name} can be used: {datastore.url}")


@click.command()
@json_option
@click.pass_context
def assets(ctx: click.Context, as_json: bool) -> None:
    """List data assets that can be datasets: folders and tables."""
    with progress() as tell:
        listed = workspace(ctx).azure.catalog.assets(tell)
    if as_json:
        print_json([{"name": asset.name, "version": asset.version, "type": asset.type} for asset in listed])
    elif listed:
        table(("NAME", "LATEST VERSION", "TYPE"), [(asset.name, asset.version, asset.type) for asset in listed])
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
        asset = workspace(ctx).azure.catalog.register_dataset(name, tell)
    if as_json:
        print_json(asset)
    else:
        show(f"Registered {asset.name}, version {asset.version}: {asset.uri}")


@click.command()
@json_option
@click.pass_context
def computes(ctx: click.Context, as_json: bool) -> None:
    """List the workspace's computes."""
    with progress() as tell:
        listed = workspace(ctx).azure.catalog.computes(tell)
    if as_json:
        print_json(listed)
    elif listed:
        table(
            ("NAME", "TYPE", "SIZE", "NODES", "STATE"),
            [
                (compute.name, compute.type, compute.size, f"{compute.least} – {compute.most}", compute.state)
                for compute in listed
            ],
        )
    else:
        say("The workspace has no computes.")
