"""`--log FILE`: what happened, for one person's eyes, and no secret among it."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui_labeler import log
from tui_labeler.model.errors import BadInput

SECRET = "Zm9vYmFyc2VjcmV0"
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


def test_a_log_tells_what_was_called_and_how_it_ended(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    assert run("--log", str(path), "project", "list").code == 0
    assert run("--log", str(path), "project", "show", "soda").code == 1
    text = path.read_text()
    assert "called with" in text
    assert "tui_labeler.workspace: opens" in text
    assert "exit code 0" in text
    assert "NotFound" in text
    assert "exit code 1" in text, "a second run writes to the end"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_that_others_could_read_is_taken_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.touch()
    path.chmod(0o666)
    assert run("--log", str(path), "project", "list").code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        f"s3://AKIA:{SECRET}@bucket/folder",
        f"az://container/folder?sv=2024&sig={SECRET}",
        f"https://account.blob.core.windows.net/c?sv=1&sig={SECRET}",
        f"https://ann:{SECRET}@host/path",
    ],
)
def test_no_secret_of_the_command_line_reaches_the_log(run: Run, tmp_path: Path, url: str) -> None:
    path = tmp_path / "run.log"
    assert run("--log", str(path), "datastore", "add", "cans", url).code == 2
    text = path.read_text()
    assert "datastore" in text
    assert SECRET not in text


def test_no_secret_of_messages_and_tracebacks_reaches_the_log(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    end = log.begin(path)
    try:
        log.write("azure", "GET %s", f"https://account.blob.core.windows.net/c?sig={SECRET}")
        log.write("azure", "Authorization: Bearer %s", TOKEN)
        try:
            raise RuntimeError(f"AccountKey={SECRET}; \x1b[31mred")
        except RuntimeError as error:
            log.write_error("azure", error)
        logging.getLogger("httpx").warning("answered %s", TOKEN)
    finally:
        end()
    log.write("azure", "after the end")
    text = path.read_text()
    assert "AccountKey=***" in text
    assert "httpx: answered" in text, "warnings of libraries are in the log, too"
    assert SECRET not in text
    assert TOKEN not in text
    assert "\x1b" not in text
    assert "after the end" not in text


def test_neither_a_folder_nor_a_pipe_is_a_log(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing" / "run.log", Path("/dev/null")):
        with pytest.raises(BadInput, match="--log"):
            log.begin(path)


def test_without_a_log_logging_is_not_even_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from tui_labeler.cli.main import main; "
        f"main(['--home', {str(tmp_path)!r}, 'project', 'list', '--json']); "
        "print('logging' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"
