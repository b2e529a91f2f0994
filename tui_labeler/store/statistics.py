"""What the planner of the database has to know of a table that has just grown.

PostgreSQL looks at a table anew a minute or so after it has changed much, and never at one that is made for a moment or
where that is switched off. Until then it takes it for small, and joins from the wrong end: with 100,000 new tasks a claim
looked at every one of them, which took 0.2 s.
"""

from __future__ import annotations

from tui_labeler.store.database import Transaction


def gather(tx: Transaction, *tables: str) -> None:
    """Looks at a sample of these tables, the transaction's own rows too. Nothing happens where the database needs none, or
    the tables are somebody else's."""
    if tx.dialect.plans_by_statistics:
        for table in tables:
            tx.run(f"ANALYZE {table}")
