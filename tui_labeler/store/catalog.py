"""Datastores and datasets of a workspace."""

from __future__ import annotations

from tui_labeler.model.errors import AlreadyExists, NotAllowed, NotFound
from tui_labeler.model.tasks import Dataset, Datastore
from tui_labeler.store.database import Transaction


def add_datastore(tx: Transaction, store: Datastore, now: float) -> None:
    """Raises AlreadyExists."""
    if tx.one("SELECT 1 FROM datastore WHERE name = ?", store.name):
        raise AlreadyExists(f"There is a datastore “{store.name}” already.", "Choose another name, or remove it first.")
    tx.run(
        "INSERT INTO datastore (name, url, kind, created) VALUES (?, ?, ?, ?)", store.name, store.url, store.kind, now
    )


def datastores(tx: Transaction) -> tuple[Datastore, ...]:
    """By name."""
    return tuple(Datastore(*row) for row in tx.stream("SELECT name, url, kind FROM datastore ORDER BY name"))


def datastore(tx: Transaction, name: str) -> Datastore:
    """Raises NotFound."""
    row = tx.one("SELECT name, url, kind FROM datastore WHERE name = ?", name)
    if row is None:
        known = ", ".join(store.name for store in datastores(tx)[:8])
        mend = f"There are: {known}." if known else "Add one: tui-labeler datastore add NAME FOLDER."
        raise NotFound(f"There is no datastore “{name}”.", mend)
    return Datastore(*row)


def remove_datastore(tx: Transaction, name: str) -> None:
    """Raises NotFound, or NotAllowed while a dataset uses it. Files are never touched."""
    datastore(tx, name)
    used = tx.all(
        "SELECT s.name FROM dataset s JOIN datastore d ON d.id = s.datastore_id WHERE d.name = ? ORDER BY s.name", name
    )
    if used:
        names = ", ".join(row[0] for row in used[:5])
        raise NotAllowed(f"The datastore “{name}” is used by {len(used)} dataset(s): {names}.")
    tx.run("DELETE FROM datastore WHERE name = ?", name)


def add_dataset(tx: Transaction, dataset: Dataset, now: float) -> int:
    """The id of the new dataset. Raises NotFound for its datastore, AlreadyExists for its name."""
    datastore(tx, dataset.datastore)
    if tx.one("SELECT 1 FROM dataset WHERE name = ?", dataset.name):
        raise AlreadyExists(
            f"There is a dataset “{dataset.name}” already.", "Choose another name, or use that dataset."
        )
    return tx.insert(
        "INSERT INTO dataset (name, datastore_id, path, created) "
        "SELECT ?, id, ?, ? FROM datastore WHERE name = ? RETURNING id",
        dataset.name,
        dataset.path,
        now,
        dataset.datastore,
    )


_DATASETS = "SELECT s.name, d.name, s.path, s.id FROM dataset s JOIN datastore d ON d.id = s.datastore_id"


def datasets(tx: Transaction) -> tuple[Dataset, ...]:
    """By name."""
    return tuple(Dataset(*row[:3]) for row in tx.stream(f"{_DATASETS} ORDER BY s.name"))


def find_dataset(tx: Transaction, name: str) -> tuple[int, Dataset] | None:
    """The dataset with its id, or None."""
    row = tx.one(f"{_DATASETS} WHERE s.name = ?", name)
    return (int(row[3]), Dataset(*row[:3])) if row else None


def dataset(tx: Transaction, name: str) -> tuple[int, Dataset]:
    """The dataset with its id. Raises NotFound."""
    entry = find_dataset(tx, name)
    if entry is None:
        known = ", ".join(listed.name for listed in datasets(tx)[:8])
        mend = f"There are: {known}." if known else "Create one: tui-labeler dataset create NAME --datastore D."
        raise NotFound(f"There is no dataset “{name}”.", mend)
    return entry
