"""Model files on every machine of a team: those of up to 20 MB go with the workspace, and are fetched."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tui_labeler.model.backends import is_backend
from tui_labeler.model.errors import StorageError
from tui_labeler.model.text import size_text
from tui_labeler.store import projects, sharedmodels
from tui_labeler.store.database import Database
from tui_labeler.wholefiles import replace_file

MOST_BYTES = 20_000_000
# As `keep_model` and `keep_models` name them; nothing else becomes a path.
_NAME = re.compile(r"(segmenter-[0-9a-f]{16}/)?[A-Za-z0-9_-]{1,40}-[0-9a-f]{16}\.onnx")


class SharedModels:
    """A workspace on one machine's disk shares nothing: its files are there."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock
        self._folder = database.folder / "models"
        self._is_shared = database.dialect.many_writers
        self._known: dict[str, str] = {}

    def here(self, kept: str) -> str:
        """Where a model file, or the folder of one, lies on this machine; it is fetched where it is shared. The path as
        it is where there is none. Raises StorageError for what arrives damaged, or cannot be written."""
        if not kept or is_backend(kept) or not self._is_shared:
            return kept
        known = self._known.get(kept, "")
        if known and Path(known).exists():
            return known
        own = Path(kept)
        if own.exists():
            self._share(own)
        else:
            own = self._folder / own.name
            if not own.exists():
                self._fetch(own.name)
        if not own.exists():
            return kept
        self._known[kept] = str(own)
        return str(own)

    def elsewhere(self, kept: str) -> str:
        """Why a model cannot be used on this machine, and the mend; empty where it can."""
        here = self.here(kept)
        if not self._is_shared or not here or is_backend(here) or Path(here).exists():
            return ""
        return (
            f"Its model {Path(kept).name} is not on this machine, and not shared (up to {size_text(MOST_BYTES)} are). "
            f"Copy it from where it was taken to {self._folder}."
        )

    def _share(self, path: Path) -> None:
        """What one who owns the workspace uses goes with it."""
        team = self._database.team
        if team is not None and not team.is_owner:
            return
        files = sorted(path.glob("*.onnx")) if path.is_dir() else [path]
        named = {f"{path.name}/{file.name}" if path.is_dir() else file.name: file for file in files}
        try:
            if sum(file.stat().st_size for file in files) > MOST_BYTES:
                return
            with self._database.read() as tx:
                missing = named.keys() - set(sharedmodels.names(tx, path.name))
            contents = {name: named[name].read_bytes() for name in missing if _NAME.fullmatch(name)}
        except OSError as error:
            raise StorageError(f"The model file {path} cannot be read: {error.strerror}.", "Check the disk.") from None
        for name, content in contents.items():
            with self._database.write_rows() as tx:
                sharedmodels.put(tx, name, content, self._clock())

    def forget_unused(self) -> None:
        """Those that no project uses any more."""
        if not self._is_shared:
            return
        with self._database.write() as tx:
            rows = projects.projects(tx)
            if projects.unreadable(tx):
                return  # what those use is not known
            used = {Path(model).name for row in rows for model in (row.spec.assist.model, row.spec.assist.segmenter)}
            sharedmodels.keep_only(tx, used)

    def _fetch(self, name: str) -> None:
        """Writes a file, or a folder of them, whole or not at all."""
        files: dict[str, tuple[bytes, float]] = {}
        with self._database.read() as tx:
            for shared in sharedmodels.names(tx, name):
                kept = sharedmodels.get(tx, shared)
                if kept is None or not _NAME.fullmatch(shared):
                    continue
                if hashlib.sha256(kept[0]).hexdigest()[:16] != shared[-21:-5]:
                    raise StorageError(
                        f"The shared model {shared} is damaged.", "Take it anew: tui-labeler assist use FILE."
                    )
                files[shared] = kept
        if not files:
            return
        aside = self._folder / f".fetched-{os.getpid()}"
        try:
            for shared, (content, added) in files.items():
                (aside / shared).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                replace_file(aside / shared, content)
                os.utime(aside / shared, (added, added))  # labels that are younger cannot have taught it
            (aside / name).rename(self._folder / name)
        except OSError as error:
            if not (self._folder / name).exists():  # else another process was quicker
                raise StorageError(f"The model {name} cannot be kept in {self._folder}: {error.strerror}.") from None
        finally:
            shutil.rmtree(aside, ignore_errors=True)
