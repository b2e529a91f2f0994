"""`tui-labeler config`: show, path, get, set, unset."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem
from msgspec.structs import replace

from tui_labeler.cli.output import json_option, print_json, show, table
from tui_labeler.cli.session import session
from tui_labeler.model.credentials import hide_credentials
from tui_labeler.model.errors import BadInput
from tui_labeler.settings import CHOICES, KEYS, Setting


def _complete_key(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    return [CompletionItem(key, help=meaning) for key, meaning in KEYS.items() if key.startswith(typed)]


def _complete_value(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    choices = CHOICES.get(ctx.params.get("key") or "", ())
    return [CompletionItem(choice) for choice in choices if choice.startswith(typed)]


@click.group(name="config")
def command() -> None:
    """Settings."""


@command.command(name="show")
@json_option
@click.pass_context
def show_(ctx: click.Context, as_json: bool) -> None:
    """Show every setting, with the file or variable that it came from."""
    settings = [_shown(setting) for setting in session(ctx).settings.all()]
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


@command.command(name="get")
@click.argument("key", shell_complete=_complete_key)
@json_option
@click.pass_context
def get_(ctx: click.Context, key: str, as_json: bool) -> None:
    """Print the value of KEY that is in force."""
    setting = _shown(session(ctx).settings.get(key))
    if as_json:
        print_json(setting)
    else:
        show(setting.value)


# A number below 0 is a value, to be refused as one, and no option.
@command.command(name="set", context_settings={"ignore_unknown_options": True})
@click.argument("key", shell_complete=_complete_key)
@click.argument("value", shell_complete=_complete_value)
@json_option
@click.pass_context
def set_(ctx: click.Context, key: str, value: str, as_json: bool) -> None:
    """Set KEY to VALUE in the settings file."""
    settings = session(ctx).settings
    if key == "theme":
        _require_theme(ctx, value)
    kept = settings.set(key, value)
    if as_json:
        print_json(settings.get(key))
    else:
        show(f"{key} = {kept}")
        if kept != value and "~" not in value:
            show(f"A relative path is kept as it is from here, {os.getcwd()}.")
        if (in_force := _shown(settings.get(key))).value != kept:
            show(f"In force is {in_force.value}, from {in_force.source}.")


@command.command()
@click.argument("key", shell_complete=_complete_key)
@json_option
@click.pass_context
def unset(ctx: click.Context, key: str, as_json: bool) -> None:
    """Take KEY out of the settings file, so that its default is in force again."""
    settings = session(ctx).settings
    was_there = settings.unset(key)
    in_force = _shown(settings.get(key))
    if as_json:
        print_json(in_force)
        return
    show(f"{key} is no longer set." if was_there else f"{key} was not set in {session(ctx).places.settings_file}.")
    source = "the default" if in_force.source == "default" else f"from {in_force.source}"
    show(f"In force is {in_force.value or 'nothing'}, {source}.")


def _shown(setting: Setting) -> Setting:
    return replace(setting, value=hide_credentials(setting.value))


def _require_theme(ctx: click.Context, name: str) -> None:
    from tui_labeler.tui.theming import load_themes

    themes, _ = load_themes(session(ctx).places.themes)
    if name not in (known := sorted(theme.name for theme in themes)):
        raise BadInput(f"There is no theme “{name}”.", f"There are: {', '.join(known)}.")
