"""What is for one person stays with that person: modes of files, and credentials that were typed in the wrong place."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.conftest import draw_images, make_spec
from tui_labeler.cli.main import run
from tui_labeler.datastores.urls import parse_datastore
from tui_labeler.model.errors import BadInput, LabelerError, hide_credentials
from tui_labeler.model.project import Instructions
from tui_labeler.places import find_places, workspace_address
from tui_labeler.settings import Settings
from tui_labeler.tui.clipboard import keep_in_file
from tui_labeler.wholefiles import make_private
from tui_labeler.workspace import Workspace

SECRET = "Zm9vYmFyc2VjcmV0"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_is_for_its_user_alone(tmp_path: Path, open_umask: None) -> None:
    home = tmp_path / "shared"
    home.mkdir(mode=0o777)
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 3)))
    workspace.projects.create(make_spec())
    for name in ("workspace.db", "workspace.db-wal", "workspace.db-shm"):
        assert mode(home / name) == 0o600, name
    workspace.close()
    Settings(find_places(str(home)), {}).set("theme", "light")
    assert mode(home / "config.toml") == 0o600
    assert mode(keep_in_file("soda_20261125_101010", home / "state")) == 0o600


def test_what_was_there_for_all_is_taken_back(tmp_path: Path, open_umask: None) -> None:
    places = find_places(str(tmp_path))
    places.settings_file.write_text('theme = "light"\n')
    Workspace(places.database, places.exports).close()
    for path in (places.settings_file, places.database):
        path.chmod(0o666)
    Settings(places, {})
    Workspace(places.database, places.exports).close()
    assert mode(places.settings_file) == mode(places.database) == 0o600


def test_a_file_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    make_private(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


WITH_CREDENTIALS = (
    f"s3://AKIA:{SECRET}@bucket/folder",
    f"s3://{SECRET}@bucket/folder",
    f"az://container/folder?sv=2024&sig={SECRET}",
    f"az://container/folder%3Fsv=2024%26sig%3D{SECRET}",
    f"az://container/{quote(quote(f'x?sig={SECRET}', ''), '')}",
    f"https://account.blob.core.windows.net/c?sv=1&sig={SECRET}",
    f"https://ann:{SECRET}@host/path",
    f"https://{SECRET}@host/path",
    f"gs://bucket/x?X-Goog-Signature={SECRET}",
    f"s3://bucket/x?X-Amz-Credential=a&X-Amz-Signature={SECRET}",
    f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET};EndpointSuffix=core.windows.net",
    f"AccountKey={SECRET}",
    f"nowhere://ann:{SECRET}@host",
    f"postgresql://ann:{SECRET}@host/db",
    f"mysql://ann:{SECRET}@host/db",
    f"abfss://ann:{SECRET}@account.dfs.core.windows.net",
)


@pytest.mark.parametrize("url", WITH_CREDENTIALS)
def test_a_credential_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    settings = Settings(find_places(str(tmp_path)), {})
    calls = {
        "datastore": lambda: parse_datastore("cans", url),
        "workspace": lambda: workspace_address(url),
        "setting": lambda: settings.set("azure_arm_url", url),
        "variable": lambda: Settings(find_places(str(tmp_path)), {"TUI_LABELER_AZURE_ARM_URL": url}).azure(),
    }
    for name, call in calls.items():
        with pytest.raises(LabelerError) as told:
            call()
        assert SECRET not in str(told.value), name
        if name != "workspace" or "postgres" not in url:
            assert "credentials come from" in told.value.mend, name
    if url.startswith("http"):
        (problem,) = Instructions(url=url).problems()
        assert SECRET not in problem.message
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.parametrize(
    "url",
    ["abfss://container@account.dfs.core.windows.net/folder", "az://container/a=b", "s3://bucket/a@b/c", "gs://bucket"],
)
def test_addresses_without_credentials_are_taken(url: str) -> None:
    assert parse_datastore("cans", url).url == url
    assert hide_credentials(url) == url


COMMANDS = (
    ("datastore", "add", "x", "{}"),
    ("--workspace", "{}", "project", "list"),
    ("config", "set", "azure_arm_url", "{}"),
    ("config", "set", "{}", "x"),
    ("config", "get", "{}"),
    ("config", "unset", "{}"),
    ("dataset", "create", "x", "--datastore", "cans", "--path", "{}"),
    ("export", "soda", "--image-url", "{}"),
    ("export", "{}"),
    ("import", "soda", "{}"),
    ("show", "{}"),
    ("status", "{}"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("url", WITH_CREDENTIALS)
def test_no_command_prints_or_keeps_a_credential(words: tuple[str, ...], url: str, tmp_path: Path) -> None:
    arguments = ["--home", str(tmp_path), *(word.format(url) for word in words)]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        run(arguments)
    assert SECRET not in out.getvalue() + err.getvalue()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


@given(
    st.sampled_from(WITH_CREDENTIALS), st.integers(0, 3), st.text("abc %/?&=;", max_size=6), st.booleans()
)  # fmt: skip
def test_no_error_repeats_a_credential(url: str, rounds: int, more: str, upper: bool) -> None:
    """However it is written: encoded again, with something behind it, in capitals."""
    text = url
    for _ in range(rounds):
        text = quote(text, "")
    if upper:
        text = text.replace("sig", "SIG").replace("AccountKey", "ACCOUNTKEY")
    with pytest.raises(BadInput) as told:
        raise BadInput(f"“{text}{more}” is not a place.", f"Not {text}.")
    assert SECRET not in str(told.value)


def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    """`--workspace sqlite:////dev/null`, given by root, took /dev/null from everybody."""
    pipe, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(pipe)
    file.touch()
    for path in (pipe, file):
        path.chmod(0o666)
        make_private(path)
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o666
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
