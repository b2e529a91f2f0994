"""`tui-labeler dataset`: create, list, show."""

from __future__ import annotations

import click

from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.tasks import DatasetFiles
from tui_labeler.model.text import plural, size_text


@click.group(name="dataset")
def command() -> None:
    """Images of a datastore that match a path."""


@command.command()
@click.argument("name")
@click.option("--datastore", required=True, metavar="NAME", help="The datastore that holds the images.")
@click.option("--path", default="/", show_default=True, help="/ is everything; or folder/** or folder/*.jpg.")
@json_option
@click.pass_context
def create(ctx: click.Context, name: str, datastore: str, path: str, as_json: bool) -> None:
    """Create the dataset NAME, and say how many files match."""
    with progress() as tell:
        files = workspace(ctx).datasets.create(name, datastore, path, tell)
    if as_json:
        print_json({"name": name, "datastore": datastore, "path": path, "files": files.files, "bytes": files.bytes})
    else:
        show(f"Created the dataset {name}.")
        show_files(files)


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the datasets."""
    datasets = workspace(ctx).datasets.all()
    if as_json:
        print_json(datasets)
    elif datasets:
        table(("NAME", "DATASTORE", "PATH"), [(dataset.name, dataset.datastore, dataset.path) for dataset in datasets])
    else:
        say("No datasets yet. Create one: tui-labeler dataset create NAME --datastore D.")


@command.command(name="show")
@click.argument("name")
@json_option
@click.pass_context
def show_(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show the dataset NAME, and what it matches now."""
    dataset = workspace(ctx).datasets.get(name)
    with progress() as tell:
        files = workspace(ctx).datasets.preview(dataset.datastore, dataset.path, tell)
    if as_json:
        print_json(
            {
                "name": dataset.name,
                "datastore": dataset.datastore,
                "path": dataset.path,
                "files": files.files,
                "bytes": files.bytes,
            }
        )
    else:
        show(f"{dataset.name}: datastore {dataset.datastore}, path {dataset.path}")
        show_files(files)


def show_files(files: DatasetFiles) -> None:
    """How many images match, and a few of them; what was passed over goes to standard error."""
    show(f"{plural(files.files, 'image')}, {size_text(files.bytes)}")
    for path in files.examples:
        show(f"  {path}")
    if files.files > len(files.examples):
        show(f"  … and {files.files - len(files.examples):,} more")
    tell_passed_over(files.others, files.other_examples, files.unusable, files.unusable_examples)


def tell_passed_over(
    others: int, other_examples: tuple[str, ...], unusable: int, unusable_examples: tuple[str, ...]
) -> None:
    """Says on standard error which files were not taken, and why."""
    if others:
        say(f"Not taken, no images: {plural(others, 'file')} ({_few(others, other_examples)}).")
    if unusable:
        reason = "names with control characters or not in UTF-8, or links that lead nowhere or out of the datastore"
        say(f"Not taken, {reason}: {unusable:,} ({_few(unusable, unusable_examples)}).")


def _few(count: int, examples: tuple[str, ...]) -> str:
    more = ", …" if count > len(examples) else ""
    return ", ".join(examples) + more
