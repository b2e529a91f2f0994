"""`tui-labeler doctor`: what this installation finds, what is wrong, and the mend."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import msgspec

from tui_labeler import __version__
from tui_labeler.cli.output import hanging, json_option, print_json, show
from tui_labeler.cli.session import Session, session, workspace
from tui_labeler.labeling.aside import files_aside
from tui_labeler.labeling.kept import Here, unsent
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.text import plural, safe_text
from tui_labeler.terminal import graphics
from tui_labeler.terminal.depth import ask_tmux, decide, is_worth_asking
from tui_labeler.terminal.probe import Conversation
from tui_labeler.workspace import Workspace

_PACKAGES = ("textual", "click", "msgspec", "obstore", "pillow", "numpy", "azure-ai-ml", "azure-identity")
_MIN_COLUMNS, _MIN_ROWS = 80, 24
_MIN_FREE = 200_000_000
# Seconds to wait for the terminal's answers: here, slow ones are told, too.
_PATIENCE = 2.0


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    check: str
    ok: bool
    found: str
    mend: str = ""


@click.command(name="doctor")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Versions, terminal, settings, workspace, datastores and the Azure sign-in: what is wrong, and the mend."""
    run = session(ctx)
    checks = [
        *_versions(),
        *_terminal(run),
        *_workspace(ctx, run),
        *_set_aside(run),
        *_kept(ctx, run),
        *_azure(ctx, run),
    ]
    if as_json:
        print_json(checks)
    else:
        for check in checks:
            for text, head in (
                (check.found, f"{'ok   ' if check.ok else 'WRONG'}  {check.check:<12} "),
                (check.mend, " " * 20),
            ):
                for number, line in enumerate(hanging(text, 20).split("\n") if text else ()):
                    show(head + line if number == 0 else line)
    if not all(check.ok for check in checks):
        ctx.exit(1)


def _versions() -> Iterator[Check]:
    yield Check(
        "version", True, f"tui-labeler {__version__}, Python {platform.python_version()}, {platform.platform()}"
    )
    installed, gone = [], []
    for name in _PACKAGES:
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            gone.append(name)
    yield Check(
        "packages", not gone, ", ".join(installed), f"Install again: {', '.join(gone)} not found." if gone else ""
    )


def _terminal(run: Session) -> Iterator[Check]:
    if not sys.stdout.isatty():
        yield Check("terminal", True, "none: commands work, the app needs one")
        return
    size = shutil.get_terminal_size()
    small = size.columns < _MIN_COLUMNS or size.lines < _MIN_ROWS
    mend = f"Make it {_MIN_COLUMNS}×{_MIN_ROWS} or larger." if small else ""
    yield Check("size", not small, f"{size.columns}×{size.lines} cells", mend)
    yield from _pictures(run)
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    yield Check("encoding", utf8, sys.stdout.encoding, "" if utf8 else "Set LANG=C.UTF-8.")
    around = [
        name for name, variable in (("tmux", "TMUX"), ("screen", "STY"), ("SSH", "SSH_TTY")) if os.environ.get(variable)
    ]
    yield Check("within", True, ", ".join(around) or "no tmux, screen or SSH")


def _pictures(run: Session) -> Iterator[Check]:
    """How many colours the app will draw and how it shows images, and how that is known: the terminal is asked as it is
    before the app starts."""
    color, wanted, glyphs = run.color, run.settings.get("graphics").value, run.settings.get("glyphs").value
    asks = is_worth_asking(os.environ, color) or graphics.is_worth_asking(os.environ, wanted)
    with Conversation(sys.stdin.isatty() and asks) as conversation:
        answers = conversation.listen(_PATIENCE)
    depth = decide(os.environ, color, answers, ask_tmux(os.environ))
    known = [depth.words, depth.why]
    if answers.name:
        known.append(safe_text(answers.name, 60))
    elif conversation.asked and not answers.complete:
        known.append("it answers no questions")
    if os.environ.get("NO_COLOR"):
        known.append("drawn in greys: NO_COLOR is set")
    yield Check("colours", True, "; ".join(known), depth.mend)
    shown = graphics.decide(os.environ, wanted, glyphs, answers, graphics.window_size())
    size = f"a cell is {shown.cell[0]:g}×{shown.cell[1]:g} pixels" if all(shown.cell) else ""
    yield Check("images", True, "; ".join(part for part in (shown.words, shown.why, size) if part))


def _workspace(ctx: click.Context, run: Session) -> Iterator[Check]:
    yield Check(
        "settings", True, f"{run.places.settings_file}{'' if run.places.settings_file.exists() else ' (none yet)'}"
    )
    yield from _keys(run.places.config / "keys.toml")
    try:
        opened = workspace(ctx)
        found = f"{_shown(run.workspace_url)}, {plural(len(opened.projects.summaries()), 'project')}"
        if (why := opened.upkeep.why_not_written()) is not None:
            yield Check("workspace", False, f"{found}. {why.message}", why.mend)
        else:
            yield Check("workspace", True, found)
        for finding in opened.upkeep.diagnose():
            yield Check(finding.check, finding.ok, finding.found, finding.mend)
        for store in opened.datasets.datastores():
            yield _datastore(opened, store)
        for engine in opened.assist.engines(TaskType.DETECTION):
            yield Check("ML assist", True, f"{engine.name}: {engine.problem or 'can be used'}", engine.mend)
            if engine.name == "onnx":  # it needs the same
                yield Check(
                    "ML assist", True, f"segment-anything files: {engine.problem or 'can be used'}", engine.mend
                )
        for project in opened.projects.summaries():
            if elsewhere := opened.assist.elsewhere(project.name):
                yield Check("ML assist", False, f"{project.name}: {elsewhere}")
    except LabelerError as error:
        yield Check("workspace", False, error.message, error.mend)
    yield _free_space(Path(run.settings.get("exports").value))


def _keys(file: Path) -> Iterator[Check]:
    """The key file, where there is one."""
    if not file.exists():
        return
    from tui_labeler.labeling.keys import load_keymap

    try:
        load_keymap(file)
        yield Check("keys", True, str(file))
    except LabelerError as error:
        yield Check("keys", False, error.message, error.mend)


def _shown(url: str) -> str:
    """The workspace's URL without a user or options."""
    scheme, _, rest = url.partition("://")
    return url if scheme == "sqlite" else f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"


def _set_aside(run: Session) -> Iterator[Check]:
    for file, aside in files_aside(run.places.state):
        words = f"{safe_text(aside.labeler, 40)}'s draft of {safe_text(aside.path, 200)} could not be saved: {file}"
        mend = (
            f"It is brought back when {safe_text(aside.labeler, 40)} labels {safe_text(aside.project, 60)} again; if that "
            f"project was deleted, another of its name takes it by: tui-labeler workspace kept --take {file.stem}"
        )
        yield Check("draft", False, words, mend)


def _kept(ctx: click.Context, run: Session) -> Iterator[Check]:
    """What waits on this machine for this workspace, which may not be reached, and for others."""
    opened: Workspace | None = ctx.find_root().obj.get("workspace_open")
    if opened is not None:
        findings = opened.sessions.unsent(run.labeler(opened), run.places.state)
    else:
        here = Here("", _shown(run.workspace_url), run.workspace_url)
        findings = unsent(run.places.state, here, run.settings.get("labeler").value)
    for finding in findings:
        yield Check(finding.check, finding.ok, finding.found, finding.mend)


def _datastore(opened: Workspace, store: Datastore) -> Check:
    try:
        opened.datasets.reach(store.name)
    except LabelerError as error:
        return Check("datastore", False, f"{store.name}: {error.message}", error.mend)
    return Check("datastore", True, f"{store.name}: {store.url}", opened.datasets.warning(store))


def _azure(ctx: click.Context, run: Session) -> Iterator[Check]:
    """Who is signed in, and whether Azure knows the workspace in use; nobody is asked where Azure is not used."""
    address = run.settings.get("azure_workspace").value
    try:
        azure = workspace(ctx).azure
    except LabelerError:
        return  # said above
    try:
        status = azure.account.status()
        if not status.signed_in:
            mend = "Sign in: tui-labeler azure login." if address else ""
            yield Check("Azure", not address, f"not signed in{f'; workspace {address}' if address else ''}", mend)
            return
        who = f"{status.username or 'signed in'} ({status.method}), cloud {status.cloud}, tokens: {status.kept}"
        if address:
            azure.account.use(address)
        yield Check("Azure", True, f"{who}, workspace {address or 'none'}", status.note)
    except LabelerError as error:
        yield Check("Azure", False, error.message, error.mend)


def _free_space(exports: Path) -> Check:
    there = next((folder for folder in (exports, *exports.parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    writable = os.access(there, os.W_OK)
    if not writable:
        mend = "Choose another folder: tui-labeler config set exports DIR."
        return Check("exports", False, f"{exports} cannot be written by this user", mend)
    mend = "Free some space: exports and labels need it." if free < _MIN_FREE else ""
    return Check("exports", not mend, f"{exports}, {free / 1e9:.1f} GB free", mend)
