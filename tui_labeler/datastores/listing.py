"""What a datastore lists: images in batches, and what was passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tui_labeler.model.patterns import PathPattern, is_image

BATCH = 2000
_EXAMPLES = 5
# Its path, its size in bytes, and what changes when it changes: an ETag or a time.
File = tuple[str, int, str]


@dataclass
class Seen:
    """What a listing passed over: how many, and the first few names."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(path)


class Listing:
    """The images of a datastore that match a pattern, in batches of (path, size in bytes, version).

    Iterate once; then `others` knows the matching files that are no images, or that are passed over, `unusable` the names
    that cannot be addressed and the links that lead out of the datastore. Raises StorageError or Unreachable while it
    runs: a listing either ends whole or not at all.
    """

    def __init__(
        self,
        pattern: PathPattern,
        walk: Callable[[str, Seen], Iterator[File]],
        passed_over: Callable[[], Callable[[str], bool]],
    ) -> None:
        """`walk` gives every file under a prefix, and notes names that cannot be addressed; `passed_over` what tells which
        files are passed over. Both are called when it is iterated."""
        self._pattern = pattern
        self._walk = walk
        self._passed_over = passed_over
        self.others = Seen()
        self.unusable = Seen()

    def __iter__(self) -> Iterator[list[File]]:
        pattern, batch = self._pattern, []
        matches, everything, prefix = pattern.matches, pattern.everything, pattern.prefix
        passed_over = self._passed_over()
        for entry in self._walk(prefix, self.unusable):
            path = entry[0]
            if not everything and not matches(path):
                continue
            if not is_image(path) or passed_over(path):
                self.others.add(path)
                continue
            batch.append(entry)
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
