"""Which of many processes does what one of them is to do."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tui_labeler.processes import is_dead
from tui_labeler.store import key_value
from tui_labeler.store.database import Database, Transaction

# Another one takes over from one that is not heard of for so long, in seconds.
_SILENT_SECONDS = 120.0


class Holder:
    """The process that the workspace names under `key`; `process` is this one."""

    def __init__(self, database: Database, clock: Callable[[], float], process: str, key: str) -> None:
        self._database, self._clock, self._process, self._key = database, clock, process, key

    def is_fresh(self) -> bool:
        """Whether it is this process, which said so just now."""
        with self._database.read() as tx:
            holder = self._holder(tx)
        return holder is not None and holder[0] == self._process and self._clock() < holder[1] + _SILENT_SECONDS / 4

    def take(self) -> bool:
        """Whether it is this process from now on: no other one that is alive does it."""
        with self._database.write() as tx:
            holder = self._holder(tx)
            if holder is not None and holder[0] != self._process:
                process, at = holder
                if not is_dead(process) and self._clock() < at + _SILENT_SECONDS:
                    return False
            key_value.write(tx, self._key, msgspec.json.encode((self._process, self._clock())).decode())
        return True

    def _holder(self, tx: Transaction) -> tuple[str, float] | None:
        text = key_value.read(tx, self._key)
        try:
            return msgspec.json.decode(text, type=tuple[str, float]) if text else None
        except msgspec.DecodeError:
            return None
