"""The few words of SQL that differ between the databases. The rest of `store` is written in SQL that both understand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec


class Dialect(msgspec.Struct, frozen=True):
    """How one database says it."""

    kind: str
    """sqlite or postgres."""
    identity: str
    """The type of an id that counts up and is never used again."""
    clustered: str
    """After the columns of a table that is stored in the order of its key."""
    text: str
    """The type of a text, compared code point by code point."""
    claim_lock: str
    """Behind a SELECT of tasks `t` that are claimed: rows that another transaction has locked are passed over."""
    contains: str
    """Whether the text `{}` holds another one, letter by letter."""
    contains_any_case: str
    """Whether it holds one in small letters, of which ASCII ones may stand there as capitals: `%…%`, escaped by `\\`."""
    spelled: str
    """Whether it holds what `spelling` made."""
    spelling: Callable[[Sequence[str]], str]
    """For each place the letters that may stand there."""
    newest_id: str
    """The id that the last INSERT of this transaction made."""
    staging: str
    """Before TABLE, where rows wait outside of the workspace's own tables."""
    counted: str
    """Where the numbers of dashboards are read: project_id, kind, key, n."""
    counted_blocks: str
    """Where the numbers of states by block of ids are read: project_id, state, block, n."""
    many_writers: bool
    """Writers work beside each other: changes of the numbers are rows of their own that are summed later."""
    plans_by_statistics: bool
    """How a query is done depends on what was gathered of its tables, and that lags behind."""
    server_time: bool
    """All times come from one clock: no lease can end too late."""
