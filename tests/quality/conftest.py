"""A project whose workforce is said by the test, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import address, home, make_images, make_spec
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace

__all__ = ["address", "home"]

Start = Callable[..., Workspace]
_ON_BOTH_SLOWLY = ("test_team", "test_versions", "test_known_changes", "test_half_labeled")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The ordinary run has SQLite, the slower tier PostgreSQL as well."""
    if "address" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in _ON_BOTH_SLOWLY:
        both = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
        metafunc.parametrize("address", both, indirect=True)


@pytest.fixture
def start(home: Path, address: Path | str, tmp_path: Path) -> Iterator[Start]:
    """Makes a project `soda` over some images, with this workforce."""
    opened: list[Workspace] = []

    def call(force: Workforce, images: int = 4) -> Workspace:
        workspace = Workspace(address, home / "exports", folder=home)
        opened.append(workspace)
        workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", images)))
        workspace.projects.create(msgspec.structs.replace(make_spec(), workforce=force))
        return workspace

    yield call
    for one in opened:
        one.close()
