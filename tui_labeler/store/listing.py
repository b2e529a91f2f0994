"""What the list of projects shows beside their numbers, read for all of them at once."""

from __future__ import annotations

from typing import Any

import msgspec

from tui_labeler.model.listing import ProjectNews
from tui_labeler.store import readable
from tui_labeler.store.database import Transaction


class _Enabled(msgspec.Struct, frozen=True):
    enabled: bool = False


class _Assisted(msgspec.Struct, frozen=True):
    """The part of a specification that says whether a model proposes: the rest is not read."""

    assist: _Enabled = _Enabled()


class _Standing(msgspec.Struct, frozen=True):
    """The part of a model's state that a list shows."""

    is_on: bool = False


def news(tx: Transaction, now: float) -> dict[str, ProjectNews]:
    """By the projects' names. Six queries, however many projects and tasks there are: the last hours are counted already,
    and the tasks that someone has open have an index of their own."""
    hours: dict[int, str] = _by_key(
        tx, f"SELECT project_id, MAX(key) FROM {tx.dialect.counted} WHERE kind = 'hour' AND n > 0 GROUP BY project_id"
    )
    newest: dict[int, float] = _by_key(
        tx,
        "SELECT p.id, (SELECT b.submitted FROM submission b WHERE b.id = "
        "(SELECT MAX(t.label_id) FROM task t WHERE t.project_id = p.id AND t.label_id IS NOT NULL)) FROM project p",
    )
    exports: dict[str, str] = _by_key(
        tx, "SELECT project, name FROM export WHERE id IN (SELECT MAX(id) FROM export GROUP BY project)"
    )
    at_work: dict[int, int] = _by_key(
        tx,
        "SELECT project_id, COUNT(DISTINCT lease_labeler) FROM task "
        "WHERE lease_token IS NOT NULL AND lease_until > ? GROUP BY project_id",
        now,
    )
    states: dict[str, str] = _by_key(tx, "SELECT key, value FROM memo WHERE key LIKE 'assist/%/state'")
    listed = {}
    for project_id, name, spec, created in tx.stream("SELECT id, name, spec, created FROM project"):
        read = readable.read(spec, _Assisted)
        is_assisted = read is not None and read.assist.enabled
        state = states.get(f"assist/{project_id}/{created}/state", "") if is_assisted else ""
        listed[name] = ProjectNews(
            last_hour=hours.get(project_id, ""),
            newest_export=exports.get(name, ""),
            at_work=at_work.get(project_id, 0),
            assist=is_assisted,
            proposes=_is_on(state),
            last_label=newest.get(project_id) or 0.0,
        )
    return listed


def _by_key(tx: Transaction, query: str, *values: object) -> dict[Any, Any]:
    return dict(tx.stream(query, *values))


def _is_on(state: str) -> bool:
    standing = readable.read(state, _Standing)  # where another version wrote it, the next training writes it anew
    return standing is not None and standing.is_on
