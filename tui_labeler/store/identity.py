"""Which workspace a database holds, whatever its address is spelled like.

The id is made once, with the tables. A workspace that is moved keeps it: what its labelers keep on their machines follows
to the new place. A backup stands beside the workspace that it was made of, so it is another one, and says of which it is a
copy.
"""

from __future__ import annotations

import os

import msgspec

from tui_labeler.store import key_value
from tui_labeler.store.database import Transaction

ID, COPY_OF = "workspace/id", "workspace/copy_of"


class Identity(msgspec.Struct, frozen=True):
    """`id` is empty while a copy into the database is unfinished; `copy_of` is the id of the workspace that this one is a
    backup of, and empty for any other."""

    id: str = ""
    copy_of: str = ""


def become_copy(tx: Transaction) -> None:
    """From here on it is a workspace of its own."""
    key_value.write(tx, COPY_OF, key_value.read(tx, ID))
    key_value.write(tx, ID, os.urandom(16).hex())


def take_place(tx: Transaction) -> None:
    """A backup is from here on the workspace that it was made of; nothing to do for any other."""
    original = key_value.read(tx, COPY_OF)
    if original:
        key_value.write(tx, ID, original)
        key_value.write(tx, COPY_OF, None)
