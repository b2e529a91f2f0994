"""Which files of a datastore are nobody's images: what systems leave behind, and what a `.tuilabelerignore` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_labeler.model.errors import BadInput
from tui_labeler.model.leftovers import leftover_pattern

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".tuilabelerignore"
"""In the root of a datastore; its lines have gitignore's syntax."""
_MOST_BYTES = 1 << 20


class PassedOver:
    """Says of a path whether it is passed over. `extra` are more names, of a person's settings."""

    def __init__(self, extra: Iterable[str] = ()) -> None:
        self._leftover = leftover_pattern(extra).search
        self._ignored: GitIgnoreSpec | None = None

    def ignore(self, data: bytes, where: str) -> None:
        """Takes the ignore file's lines. Raises BadInput."""
        from pathspec import GitIgnoreSpec

        if len(data) > _MOST_BYTES:
            raise BadInput(f"{IGNORE_FILE} of {where} is larger than {_MOST_BYTES >> 20} MB.")
        try:
            self._ignored = GitIgnoreSpec.from_lines(data.decode("utf-8-sig").splitlines())
        except UnicodeDecodeError:
            raise BadInput(f"{IGNORE_FILE} of {where} is not UTF-8.", "Save it as UTF-8.") from None
        except ValueError as error:  # a pattern that is none
            raise BadInput(f"{IGNORE_FILE} of {where}: {error}.", "Its lines have gitignore's syntax.") from None

    def predicate(self) -> Callable[[str], bool]:
        """Whether a path is passed over, as fast as can be: it is asked for every file."""
        leftover = self._leftover
        if self._ignored is None:
            return lambda path: leftover(path) is not None
        ignored = self._ignored.match_file
        return lambda path: leftover(path) is not None or ignored(path)
