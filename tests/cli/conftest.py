"""Commands run as a person runs them: a process of their own, its exit code, standard output and standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    """Runs `tui-labeler --home <a new folder> …` without a terminal."""

    def call(*words: str, stdin: str = "", **environment: str) -> Outcome:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TUI_LABELER_")}
        done = subprocess.run(
            [sys.executable, "-m", "tui_labeler", "--home", str(home), *words],
            input=stdin.encode(),
            capture_output=True,
            env=inherited | environment,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Five images, one of them in a folder below, and a text file."""
    folder = tmp_path / "images"
    (folder / "more").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg", "c.png", "d.jpeg", "more/e.jpg"):
        Image.new("RGB", (64, 48), "red").save(folder / name)
    (folder / "notes.txt").write_text("no image")
    return folder


def project_file(
    name: str = "soda", dataset: str = "cans_set", datastore: str = "cans", path: str = "/", more: str = ""
) -> str:
    return f"""
[details]
name = "{name}"
type = "object-detection"
[dataset]
name = "{dataset}"
datastore = "{datastore}"
path = "{path}"
[classes]
names = ["coke", "diet_coke", "sprite"]
{more}
"""


@pytest.fixture
def project(run: Run, images: Path) -> str:
    """The project `soda` over the five images."""
    assert run("datastore", "add", "cans", str(images)).code == 0
    assert run("project", "create", "-", stdin=project_file()).code == 0
    return "soda"
