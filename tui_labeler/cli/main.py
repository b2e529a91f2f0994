"""The command `tui-labeler`: options that every command shares, and what happens when one fails.

Each command lives in a module of its own, which is imported when it is called: `--version` and `--help` cost no more than
the command-line library does.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tui_labeler import __version__, log
from tui_labeler.cli.streams import drop_output, prepare_streams, refusal
from tui_labeler.model.errors import LabelerError, NotFound, hide_credentials
from tui_labeler.model.text import safe_text

INTERRUPTED = 130

# command -> its module, and the line that the help shows. Groups name their own commands.
COMMANDS = {
    "demo": ("demo", "A workspace with generated images: look around, or watch the whole job with --run."),
    "datastore": ("datastore", "Places that hold images: add, list, remove."),
    "dataset": ("dataset", "Images of a datastore that match a path: create, list, show."),
    "project": ("project", "Labeling projects: template, create, list, show, pause, resume, delete."),
    "status": ("status", "Progress of a project, or of all."),
    "refresh": ("refresh", "Look for new, changed and vanished images now."),
    "label": ("label", "Label images of a project, in the app."),
    "review": ("review", "Look over what others labeled, in the app."),
    "assist": ("assist", "ML assist: how a project's model does; use a model that was trained elsewhere."),
    "show": ("show", "Draw an image in the terminal, with its labels on it."),
    "export": ("export", "Write the labels as a dataset for training; the last line is its name."),
    "import": ("imports", "Read labels from another tool's files into a project."),
    "imports": ("importlist", "Earlier imports, newest first; import --undo takes one back."),
    "exports": ("exports", "Earlier exports; what changed between two; the same once more."),
    "quality": ("quality", "How far labels can be trusted: agreement, known images, review, likely mistakes."),
    "azure": ("azure", "Azure ML: login, use, datastores, assets, export, jobs, rescue."),
    "workspace": ("workspace", "The workspace itself: init, show, check, backup, move."),
    "team": ("team", "Who may do what in a shared workspace: list, add, role, remove."),
    "config": ("config", "Settings, and where each came from."),
    "doctor": ("doctor", "What this installation finds, what is wrong, and the mend."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called (click's documented pattern)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tui_labeler.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=2)
            mend = f"Did you mean {' or '.join(near)}?" if near else "See tui-labeler --help."
            raise click.UsageError(f"There is no command “{safe_text(name, 60)}”. {mend}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tui-labeler", message="%(prog)s %(version)s")
@click.option(
    "--home", metavar="DIR", envvar="TUI_LABELER_HOME", help="Keep everything (database, exports, settings) here."
)
@click.option(
    "--workspace", metavar="URL", help="The workspace database: sqlite:///FILE or postgresql://HOST/DATABASE."
)
@click.option(
    "--color", type=click.Choice(["auto", "true", "256", "16"]), help="How many colours the app draws; else it asks."
)
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
@click.option("--log", "log_file", metavar="FILE", help="Write what happens to the end of this file, without secrets.")
@click.pass_context
def app(
    ctx: click.Context, home: str | None, workspace: str | None, color: str | None, debug: bool, log_file: str | None
) -> None:
    """Label images with bounding boxes in a terminal, and export datasets for training.

    Without a command it opens the app at the list of projects.
    """
    state = ctx.ensure_object(dict)
    state.update(home=home, workspace=workspace, color=color, debug=debug)
    if log_file:
        state["end_log"] = log.begin_run(Path(log_file), state.get("words", []))
    if ctx.invoked_subcommand is None:
        from tui_labeler.cli.opening import open_app

        open_app(ctx)


def run(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the process with the exit code of the contract."""
    # A command lives some milliseconds: the collector's walks through fresh modules, at start and at exit, would take a
    # sixth of it. Long commands still collect, less often.
    gc.set_threshold(50_000, 20, 20)
    prepare_streams()
    if "_TUI_LABELER_COMPLETE" in os.environ:  # the shell asks what could come next
        app.main(prog_name="tui-labeler")
    code = main(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """The exit code. No traceback reaches a person, unless `--debug` is given."""
    state: dict[str, Any] = {"debug": "--debug" in arguments, "words": list(arguments)}
    try:
        code = _run(arguments, state)
        log.write("cli", "ends with exit code %s", code)
        return code
    finally:
        if end_log := state.get("end_log"):
            end_log()


def _run(arguments: Sequence[str], state: dict[str, Any]) -> int:
    try:
        # Not click's own `main`: it would end the process where a pipe closes, before anyone here can say how.
        with app.make_context("tui-labeler", list(arguments), obj=state) as ctx:
            app.invoke(ctx)
        sys.stdout.flush()
        return 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except LabelerError as error:
        hint = _demo_hint(list(arguments), state) if isinstance(error, NotFound) else ""
        return _explain(error.message, "\n".join(filter(None, (error.mend, hint))), error.exit_code, error, state)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        return _explain(error.format_message(), "", 2, error, state)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted; nothing half-done was left.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()  # the reader went away (`| head`)
        return 0
    except OSError as error:
        if (refused := refusal(error)) is None:
            return _unforeseen(error, state)
        drop_output()
        return _explain(*refused, 1, error, state)
    except Exception as error:
        if isinstance(error, UnicodeError) and (word := _not_utf8(arguments)):
            message = f"“{word}” is not UTF-8, and nothing here can have such a name."
            return _explain(message, "Rename it, or set a locale of UTF-8.", 2, error, state)
        return _unforeseen(error, state)
    finally:
        if close := state.get("close"):
            close()


def _explain(message: str, mend: str, code: int, error: BaseException, state: dict[str, Any]) -> int:
    log.write_error("cli", error)
    if state.get("debug"):
        import traceback

        traceback.print_exception(error)
    lines = [safe_text(line) for line in hide_credentials(message).split("\n")]
    click.echo("\n".join([f"Error: {lines[0]}", *lines[1:]]), err=True)
    for line in mend.splitlines():
        click.echo(safe_text(line), err=True)
    return code


def _not_utf8(arguments: Sequence[str]) -> str:
    """The first word whose bytes are no text: Python keeps them as lone surrogates."""
    return next((word for word in arguments if any("\ud800" <= sign <= "\udfff" for sign in word)), "")


def _demo_hint(arguments: list[str], state: dict[str, Any]) -> str:
    """Where the demo's project is, for who asks for it in the usual workspace."""
    from tui_labeler.cli.demo import PROJECT, in_demo

    session = state.get("session")
    if session is None or PROJECT not in arguments or not (session.places.data / "demo" / "workspace.db").exists():
        return ""
    start = next((index for index, word in enumerate(arguments) if word in COMMANDS), 0)
    again = in_demo(session.places.data / "demo", *arguments[start:])
    return f"The demo's project is in a workspace of its own:\n  {again}"


def _unforeseen(error: Exception, state: dict[str, Any]) -> int:
    """Writes a report and says where it is."""
    if state.get("debug"):
        raise error
    from tui_labeler.places import find_places
    from tui_labeler.reports import write_report

    path = write_report(find_places(state.get("home") or os.environ.get("TUI_LABELER_HOME")).reports, error)
    where = f"A report without names or secrets is in {path}." if path else "No report could be written."
    return _explain(f"Something unforeseen went wrong ({type(error).__name__}).", where, 1, error, state)
