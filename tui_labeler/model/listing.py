"""What a list says of each project beside its numbers: who is at work, and what came of it."""

from __future__ import annotations

import msgspec


class ProjectNews(msgspec.Struct, frozen=True):
    """`last_hour` is the newest hour in which something was submitted (UTC, 2026-11-24T09; empty: never), `last_label` when
    the newest labels that count were (seconds since 1970; 0: none count), `newest_export` a dataset name, `at_work` how
    many labelers have a task open. `assist` says whether a model is to propose labels, `proposes` whether it does."""

    last_hour: str = ""
    newest_export: str = ""
    at_work: int = 0
    assist: bool = False
    proposes: bool = False
    last_label: float = 0.0
