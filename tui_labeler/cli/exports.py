"""`tui-labeler exports`: what was exported before, what changed since, and the same once more."""

from __future__ import annotations

from pathlib import Path

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.export import export_document, show_export
from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.text import plural


class _Exports(click.Group):
    """`exports soda` lists those of a project; what is no command is a project's name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "list", list_, args
        return super().resolve_command(ctx, args)


@click.group(name="exports", cls=_Exports, invoke_without_command=True, subcommand_metavar="[NAME | COMMAND …]")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Earlier exports of the project NAME, or of all; newest first."""
    ctx.ensure_object(dict)["exports_json"] = as_json
    if ctx.invoked_subcommand is None:
        _list(ctx, None, as_json)


@command.command(name="list")
@click.argument("name", required=False, shell_complete=complete_project)
@json_option
@click.pass_context
def list_(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Earlier exports, newest first."""
    _list(ctx, name, as_json or ctx.obj["exports_json"])


def _list(ctx: click.Context, name: str | None, as_json: bool) -> None:
    opened = workspace(ctx)
    results = opened.exchange.exports(name)
    if name and not results:
        opened.projects.status(name)  # a name that is no project is said to be none
    if as_json:
        print_json([export_document(result) for result in results])
        return
    if results:
        rows = [(result.name, result.format, result.rows, iso(result.created), result.path) for result in results]
        table(("NAME", "FORMAT", "ROWS", "CREATED", "PATH"), rows, right=frozenset({"ROWS"}))
    unreadable = opened.exchange.count_exports(name) - len(results)
    if unreadable > 0:
        say(f"{plural(unreadable, 'export')} more cannot be read, and not be listed: tui-labeler workspace check.")
    elif not results:
        say("No exports yet. Make one: tui-labeler export PROJECT.")


@command.command(name="diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@json_option
@click.pass_context
def diff(ctx: click.Context, before: str, after: str, as_json: bool) -> None:
    """What the export B has otherwise than A: images, and regions added, removed, moved, renamed."""
    difference = workspace(ctx).exchange.difference(before, after)
    if as_json or ctx.obj["exports_json"]:
        print_json(difference)
        return
    for change in difference.changed:
        region = change.regions
        parts = [
            (region.added, "added"),
            (region.removed, "removed"),
            (region.moved, "moved"),
            (region.renamed, "renamed"),
        ]
        what = ", ".join(f"{n:,} {word}" for n, word in parts if n)
        show(f"{ {'added': '+', 'removed': '-', 'changed': '~'}[change.how] } {change.path}  {what}".rstrip())
    region = difference.regions
    show(
        f"{plural(difference.images['added'], 'image')} added, {difference.images['removed']:,} removed, "
        f"{difference.images['changed']:,} changed; {plural(region.added, 'region')} added, "
        f"{region.removed:,} removed, {region.moved:,} moved, {region.renamed:,} renamed"
    )


@command.command(name="again")
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder that gets the dataset's folder."
)
@json_option
@click.pass_context
def again(ctx: click.Context, name: str, out: Path | None, as_json: bool) -> None:
    """Write the export NAME once more, byte for byte, whatever its labels became since."""
    with progress() as tell:
        result = workspace(ctx).exchange.export_again(name, out, tell)
    if as_json or ctx.obj["exports_json"]:
        print_json(export_document(result))
    else:
        show_export(result)
