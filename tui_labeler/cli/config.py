"""`tui-labeler config`: show, path, set."""

from __future__ import annotations

import click
from msgspec.structs import replace

from tui_labeler.cli.output import json_option, print_json, show, table
from tui_labeler.cli.session import session
from tui_labeler.model.credentials import hide_credentials
from tui_labeler.settings import KEYS


@click.group(name="config")
def command() -> None:
    """Settings."""


@command.command(name="show")
@json_option
@click.pass_context
def show_(ctx: click.Context, as_json: bool) -> None:
    """Show every setting, with the file or variable that it came from."""
    settings = [replace(setting, value=hide_credentials(setting.value)) for setting in session(ctx).settings.all()]
    if as_json:
        print_json(settings)
    else:
        table(
            ("KEY", "VALUE", "FROM", "WHAT IT IS"),
            [(setting.key, setting.value, setting.source, KEYS[setting.key]) for setting in settings],
        )


@command.command()
@json_option
@click.pass_context
def path(ctx: click.Context, as_json: bool) -> None:
    """Print where things are kept."""
    places = session(ctx).places
    paths = {
        "settings": places.settings_file,
        "workspace": places.database,
        "exports": places.exports,
        "themes": places.themes,
        "reports": places.reports,
    }
    if as_json:
        print_json({key: str(value) for key, value in paths.items()})
    else:
        for key, value in paths.items():
            show(f"{key:<10} {value}")


@command.command(name="set")
@click.argument("key")
@click.argument("value")
@json_option
@click.pass_context
def set_(ctx: click.Context, key: str, value: str, as_json: bool) -> None:
    """Set KEY to VALUE in the settings file."""
    settings = session(ctx).settings
    settings.set(key, value)
    if as_json:
        print_json(settings.get(key))
    else:
        show(f"{key} = {value}")
        if (in_force := settings.get(key)).value != value:
            show(f"In force is {in_force.value}, from {in_force.source}.")
