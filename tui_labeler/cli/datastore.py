"""`tui-labeler datastore`: add, list, remove."""

from __future__ import annotations

import click

from tui_labeler.cli.output import json_option, print_json, say, show, table
from tui_labeler.cli.session import workspace


@click.group(name="datastore")
def command() -> None:
    """Places that hold images: folders, Azure storage, S3 and GCS."""


@command.command()
@click.argument("name")
@click.argument("url")
@json_option
@click.pass_context
def add(ctx: click.Context, name: str, url: str, as_json: bool) -> None:
    """Add the datastore NAME for URL.

    URL is a folder, file://…, azureml://… (a datastore of an Azure ML workspace; `azure attach` takes its name), az://…,
    s3://BUCKET/FOLDER or gs://BUCKET/FOLDER. Credentials come from the environment, never from the URL.
    """
    added = workspace(ctx).datasets.add_datastore(name, url)
    if as_json:
        print_json(added)
    else:
        show(f"Added the datastore {added.name}: {added.url}")
    if warning := workspace(ctx).datasets.warning(added):
        say(warning)


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the datastores."""
    datastores = workspace(ctx).datasets.datastores()
    if as_json:
        print_json(datastores)
    elif datastores:
        table(("NAME", "KIND", "URL"), [(datastore.name, datastore.kind, datastore.url) for datastore in datastores])
    else:
        say("No datastores yet. Add one: tui-labeler datastore add NAME FOLDER.")


@command.command()
@click.argument("name")
@json_option
@click.pass_context
def remove(ctx: click.Context, name: str, as_json: bool) -> None:
    """Forget the datastore NAME. Its files are not touched."""
    workspace(ctx).datasets.remove_datastore(name)
    if as_json:
        print_json({"name": name, "removed": True})
    else:
        show(f"Removed the datastore {name}; its files were not touched.")
