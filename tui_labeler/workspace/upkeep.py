"""A whole workspace: looked over, copied into a file, moved into another database."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tui_labeler.model.diagnosis import Finding
from tui_labeler.model.errors import AlreadyExists, NotAllowed, NotFound, StorageError, WorkspaceError
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.team import Member, Stranger
from tui_labeler.model.text import plural
from tui_labeler.store import checking, copying, identity, key_value, leases, projects, team
from tui_labeler.store.checking import Fault
from tui_labeler.store.copying import Copy
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.identity import Identity
from tui_labeler.store.opening import open_database
from tui_labeler.store.team_grants import role_names
from tui_labeler.workspace.team import require_owner

_NAMED = 5


class Upkeep:
    """What is done to a workspace as a whole."""

    def __init__(self, database: Database, who: Identity) -> None:
        self._database, self.identity = database, who

    @property
    def address(self) -> str:
        """The database as it may be shown."""
        return self._database.address

    def check(self, progress: Progress = silent) -> tuple[Fault, ...]:
        """What is not as it has to be; nothing where all is well. Nothing is changed, and labeling goes on."""
        require_owner(self._database, "Checking all of a workspace")
        with self._database.read() as tx:
            return tuple(checking.problems(tx, lambda done: progress(Step.CHECKING, done, 0)))

    def count_anew(self, progress: Progress = silent) -> None:
        """Every number that can be counted is what a count gives: a project after the other, while whoever labels in any
        waits to submit."""
        require_owner(self._database, "Counting all of a workspace anew")
        with self._database.read() as tx:
            names = [project.name for project in projects.projects(tx)]
        with self._database.write() as tx:
            checking.give_later_ids(tx)
        for name in names:
            with suppress(NotFound), self._database.write() as tx:  # it was deleted meanwhile
                checking.count_anew(tx, projects.project(tx, name), lambda done: progress(Step.CHECKING, done, 0))

    def diagnose(self) -> tuple[Finding, ...]:
        """What is wrong with the server that the workspace is on; nothing to say of a file."""
        if self._database.dialect.kind == "sqlite":
            return ()
        from tui_labeler.store.postgres_database import PostgresDatabase
        from tui_labeler.store.postgres_diagnosis import diagnose

        return tuple(diagnose(self._database)) if isinstance(self._database, PostgresDatabase) else ()

    def why_not_written(self) -> WorkspaceError | None:
        """Why nothing can be written to this workspace; None where it can."""
        return self._database.why_not_written()

    def backup(self, file: Path, progress: Progress = silent) -> Copy:
        """Writes all that the workspace holds at this moment into one SQLite file, which is a workspace of its own where
        nobody has anything open. People may go on labeling. The file is there whole, or not at
        all. Raises AlreadyExists."""
        require_owner(self._database, "A backup of all of a workspace")
        if file.exists():
            raise AlreadyExists(f"There is a file {file} already.", "Name another one; it was left as it is.")
        if not file.parent.is_dir():
            raise NotFound(f"There is no folder {file.parent}.", "Make it first, or name another one.")
        aside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
        try:
            target = open_database(aside)
            try:
                with self._database.read() as tx:
                    copy = copying.copy_all(tx, target, lambda *done: progress(Step.COPYING, *done), _stand_beside)
            finally:
                target.close()
            _settle(aside, file)
        finally:
            for suffix in ("", "-wal", "-shm", "-turns"):
                with suppress(OSError):  # it was never made
                    aside.with_name(f"{aside.name}{suffix}").unlink()
        return copy


def _settle(aside: Path, file: Path) -> None:
    """Gives a closed database its name; its log was taken into it when it was closed."""
    try:
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        os.link(aside, file)  # fails where someone has made it meanwhile
    except FileExistsError:
        raise AlreadyExists(f"There is a file {file} already.", "Name another one; it was left as it is.") from None
    except OSError as error:
        raise StorageError(f"The file {file} cannot be written: {error.strerror}.") from None
    with suppress(OSError):
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _stand_beside(tx: Transaction) -> None:
    """A backup is nobody's seat, and not the workspace that labelers' machines keep work for."""
    leases.release_all(tx)
    identity.become_copy(tx)


class Moved(msgspec.Struct, frozen=True):
    """How many rows a move copied, whose drafts and labels are among them who cannot sign in to the new place, and in how
    many rows a time or a number was none, and is 0 there. Roles are the server's and do not come along: whether the new
    place needs them and has none, and who had one before and has none there."""

    rows: int
    strangers: tuple[Stranger, ...]
    mended: int = 0
    lacks_roles: bool = False
    members: tuple[Member, ...] = ()


def move(
    source: Path | str, target: Path | str, folder: Path, progress: Progress = silent, restore: bool = False
) -> Moved:
    """Copies all of one workspace into a new one: history, drafts, exports, ids. The source stays as it is. With `restore`,
    what a backup is moved into takes the place of the workspace that it was made of. What was interrupted goes on where it
    was, if the source has not changed since. Raises NotAllowed while someone has a task of the source open, AlreadyExists
    for a target that holds something."""
    old = open_database(source, folder, create=False)
    try:
        new = open_database(target, folder)
        try:
            require_owner(old, "Moving all of a workspace")
            _require_nobody(old)
            with old.read() as tx:
                finish = identity.take_place if restore else lambda tx: None
                copy = copying.copy_all(tx, new, lambda *done: progress(Step.COPYING, *done), finish)
            _require_nobody(old)
            with new.read() as tx:
                lacks_roles = new.dialect.kind == "postgres" and not role_names(tx)
                with old.read() as before:
                    members = team.left_behind(before, tx)
                return Moved(copy.rows, team.strangers(tx), copy.mended, lacks_roles, members)
        finally:
            new.close()
    finally:
        old.close()


def identify(database: Database) -> Identity:
    """Which workspace it holds. Raises WorkspaceError for a database that a copy into it has not finished."""
    with database.read() as tx:
        found = key_value.read_some(tx, copying.UNFINISHED, identity.ID, identity.COPY_OF)
    if copying.UNFINISHED in found:
        raise WorkspaceError(
            f"The move into {database.address} is unfinished.",
            "Give the same command again (tui-labeler workspace move FROM TO): it goes on where it was.",
        )
    return Identity(found.get(identity.ID, ""), found.get(identity.COPY_OF, ""))


def _require_nobody(database: Database) -> None:
    with database.read() as tx:
        held = tx.all(
            "SELECT DISTINCT lease_labeler FROM task WHERE lease_token IS NOT NULL AND lease_until > ? ORDER BY 1",
            database.clock(),
        )
    if held:
        names = ", ".join(name for (name,) in held[:_NAMED]) + (", …" if len(held) > _NAMED else "")
        raise NotAllowed(
            f"{plural(len(held), 'labeler has', 'labelers have')} tasks of {database.address} open: {names}.",
            "Have them leave the labeling screen, then move again.",
        )
