"""How the tests run: in more processes than there are cores, and tables that they make are printed at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter

from tests.postgres import Server
from tui_labeler import patience


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: tests of the app wait for the screen more than they compute."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def nobody_leaves() -> None:
    """An app that a test before this one ended said that no work is to begin any more."""
    patience.begin()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL that the tests of one process share; skips where there is none."""
    server = Server()
    yield server
    server.close()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Prints what tests recorded with `record_property("table: <title>", line)`."""
    tables: dict[str, list[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name.startswith("table: ") and report.when == "call":
                    tables.setdefault(name.removeprefix("table: "), []).append(str(value))
    for title, lines in tables.items():
        terminalreporter.section(title)
        for line in sorted(lines):
            terminalreporter.write_line(line)
