"""The lab end to end in tmux, as over SSH: keys in, what the pane shows out; Azure is the stand-in and Azurite."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.azure.conftest import ADDRESS
from tests.azure.standin.server import StandIn
from tui_labeler.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.long]
COLUMNS, ROWS = 110, 34


class Pane:
    """A tmux server of its own with one pane."""

    def __init__(self, socket: Path, command: str, environment: dict[str, str]) -> None:
        self._words = ["tmux", "-f", "/dev/null", "-S", str(socket)]
        self._environment = environment
        self.tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), command)

    def tmux(self, *words: str) -> str:
        done = subprocess.run([*self._words, *words], capture_output=True, text=True, env=self._environment, timeout=20)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def press(self, *keys: str, wait: float = 0.25) -> None:
        """Names of keys as tmux has them."""
        for key in keys:
            self.tmux("send-keys", key)
            time.sleep(wait)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)
        time.sleep(0.3)

    def wait(self, text: str, limit: float = 30.0) -> str:
        """The pane, when it shows `text`."""
        ends = time.monotonic() + limit
        while time.monotonic() < ends:
            shown = self.tmux("capture-pane", "-p")
            if text in shown:
                return shown
            time.sleep(0.1)
        raise AssertionError(f"“{text}” did not appear:\n{shown}")

    def end(self) -> None:
        subprocess.run([*self._words, "kill-server"], capture_output=True, timeout=20, check=False)


@pytest.fixture
def pane(standin: StandIn, tmp_path: Path, blobs: Any) -> Iterator[Pane]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TUI_LABELER_", "TMUX"))} | {
        "TUI_LABELER_HOME": str(tmp_path / "home"),
        "TUI_LABELER_LABELER": "ann",
        "TUI_LABELER_AZURE_ARM_URL": standin.url,
        "TUI_LABELER_AZURE_LOGIN_URL": standin.url,
        "TUI_LABELER_AZURE_BLOB_URL": f"{standin.url}/{{account}}",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    environment.pop("CI", None)
    running = Pane(tmp_path / "tmux", f"{shlex.quote(sys.executable)} -m tui_labeler", environment)
    yield running
    running.end()


def test_the_lab_in_tmux(pane: Pane, standin: StandIn, blobs: Any, photos: tuple[str, ...], tmp_path: Path) -> None:
    standin.login.answers = ["authorization_pending"] * 2
    pane.wait("No project yet")
    pane.press("a")
    pane.wait("signs in, with a code")
    pane.press("o")
    shown = pane.wait("H7KQ2TWXL")
    assert "https://microsoft.com/devicelogin" in shown
    assert "left" in shown
    pane.press("c")
    assert pane.tmux("show-buffer") == "H7KQ2TWXL"
    pane.wait("elsewhere")  # signed in: the workspaces
    pane.type("label")
    pane.press("Enter")
    pane.wait(ADDRESS)
    pane.press("q")

    pane.wait("No project yet")
    pane.press("n")
    pane.wait("Project details")
    pane.type("soda")
    pane.press("Enter", wait=0.8)
    pane.press("C-n", wait=0.8)
    pane.wait("Create a new dataset")
    pane.press("Tab")
    pane.type("sodaObjects")
    time.sleep(5)  # Azure's datastores arrive while one types; the library takes its seconds
    pane.press("Tab", "Enter", wait=0.5)
    pane.wait("computervisionimagesraw")
    pane.press("Down", "Down", "Enter", wait=0.5)
    pane.wait("4 images")
    pane.press("C-n", "C-n", wait=0.8)
    for name in ("coke", "diet_coke", "sprite"):
        pane.type(name)
        pane.press("Enter", wait=0.5)
    pane.press("C-n", "C-n", "C-n", wait=0.8)
    pane.wait("computervisionimagesraw")
    pane.press("C-n")
    pane.wait("0 / 4")

    pane.press("l", wait=1.5)
    for _ in range(4):
        pane.press("2", *"qwevbn", "Enter", wait=0.2)
        time.sleep(0.8)
    pane.press("Escape", "Escape", wait=0.8)
    pane.wait("Running")  # the dashboard or the list: e exports on both
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    assert workspace.projects.status("soda").completed >= 3

    pane.press("e")
    pane.wait("registers it as a data asset")
    pane.press("u")
    pane.wait("version 1")
    pane.wait("ml.azure.com/data/soda_")  # a toast stands over it for some seconds
    pane.press("d")
    (export,) = workspace.exchange.exports("soda")
    assert pane.tmux("show-buffer") == f"azureml:{export.name}:1"
    workspace.close()
    pane.press("q")
    asset = standin.state.workspaces[0].data[export.name]["1"]["properties"]
    assert asset["dataType"] == "mltable"
    for name in export.files:
        blob = blobs.get_blob_client("sodaobjects", f"tui-labeler/exports/{export.name}/{name}")
        assert blob.download_blob().readall() == (Path(export.path) / name).read_bytes()
