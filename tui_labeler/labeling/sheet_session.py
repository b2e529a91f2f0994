"""A labeler at a sheet: several tasks claimed at once, each with its lease and its draft. Free of any screen.

Every method may wait for the disk: call them off the event loop.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.labeling.queue_access import (
    Begun,
    QueueAccess,
    begin_draft,
    keep_draft,
    renew_after,
    why_empty,
)
from tui_labeler.labeling.renamed import contents_as_now
from tui_labeler.model.classlist import ClassList
from tui_labeler.model.errors import ClassGone, ProjectPaused, Unreachable, WorkspaceError
from tui_labeler.model.geometry import Size
from tui_labeler.model.tasks import Basis, Lease, Task


class SheetSession:
    """`leases` by the path of their image, in the order in which they were claimed; `class_list` are the classes that all
    of them have the names of."""

    def __init__(self, queue: QueueAccess, project: str, labeler: str) -> None:
        self._queue = queue
        self.project, self.labeler = project, labeler
        self._token = os.urandom(8).hex()
        self._opened = self._renewed = 0.0
        self.leases: dict[str, Lease] = {}
        self.proposed: dict[str, tuple[tuple[str, float], ...]] = {}
        self.begun: dict[str, Begun] = {}
        self.class_list = ClassList()

    def claim(self, count: int) -> dict[str, Draft]:
        """The next open tasks, at most `count`, with the draft that each begins with; what was open goes back. `proposed`
        then has the tags that a model proposes for them, each with its confidence."""
        self._queue.put_back(self._token)
        before = {path: position for position, path in enumerate(self.leases)}
        self.leases = {}
        while len(self.leases) < count:
            lease = self._next()
            if lease is None:
                break
            self.leases[lease.task.path] = lease
        # Images that stood there stay in their order: those with a draft are claimed first.
        self.leases = dict(sorted(self.leases.items(), key=lambda item: before.get(item[0], len(before))))
        self._opened = self._renewed = elapsed()
        asked = {path: self._queue.contents(lease.task, self.labeler) for path, lease in self.leases.items()}
        if asked:
            self.class_list = max((contents.class_list for contents in asked.values()), key=lambda known: known.edit)
        contents = {path: contents_as_now(each, self.class_list) for path, each in asked.items()}
        self.proposed = {path: each.prelabel.labels.sure_tags for path, each in contents.items() if each.prelabel}
        self.begun = {path: begin_draft(contents[path], lease.task) for path, lease in self.leases.items()}
        return {path: begun.draft for path, begun in self.begun.items()}

    def _next(self) -> Lease | None:
        try:
            return self._queue.claim(self.project, self.labeler, self._token)
        except ProjectPaused:
            return None  # `why_empty` says who paused it
        except (Unreachable, WorkspaceError):
            if not self.leases:
                raise
            return None  # the line is cut: those that are there can be labeled

    def newer_labels(self, path: str) -> str:
        """Who submitted labels for the image after the labeler's draft was begun; empty if nobody did. Such an image is
        decided on by itself."""
        newer = self.begun[path].newer
        return newer.labeler if newer else ""

    def save(self, path: str, draft: Draft) -> None:
        """Keeps the draft of one image on the disk."""
        begun = self.begun[path]
        if begun.newer is None:
            basis = begun.label_id, self._token, self.class_list.edit
            keep_draft(self._queue, self.leases[path].task, self.labeler, draft, *basis)

    def active(self) -> bool:
        """The labeler pressed a key: renews the leases now and then. False if one was lost meanwhile."""
        if not renew_after(self._renewed):
            return True
        self._renewed = elapsed()
        kept = [self._queue.renew(lease) for lease in self.leases.values()]
        return all(kept)

    def submit(self, drafts: Mapping[str, tuple[Draft, Size]]) -> None:
        """Submits these images; each is on the disk before the next. Raises BadInput for labels that the project does not
        take, and NotAllowed for a task that someone else has by now; the images before it are submitted then. Raises
        ClassGone where classes of some were deleted since: all others are submitted, and of these the rest is a draft."""
        gone: ClassGone | None = None
        seconds = (elapsed() - self._opened) / max(len(drafts), 1)
        for path, (draft, size) in drafts.items():
            task, basis = self.leases[path].task, self._basis(path)
            try:
                self._queue.submit_soon(task, self.labeler, draft.labels(size), self._token, seconds, basis)
            except ClassGone as error:
                gone = error
                kept = basis.label_id, self._token, basis.class_edit
                self._queue.save_draft(task, self.labeler, encode(draft), True, *kept)
                continue
            del self.leases[path]
        if gone is not None:
            raise gone

    def skip(self, path: str) -> None:
        """Leaves one image without labels."""
        self._queue.submit_soon(self.leases[path].task, self.labeler, None, self._token, 0.0, self._basis(path))
        del self.leases[path]

    def _basis(self, path: str) -> Basis:
        return Basis(self.begun[path].label_id, os.urandom(16).hex(), self.class_list.edit)

    def upcoming(self, count: int) -> tuple[Task, ...]:
        """The tasks that will probably come next, to be prepared."""
        return self._queue.upcoming(self.project, self.labeler, count)

    def why_empty(self) -> str:
        """Why there is no task, in a person's words."""
        return why_empty(self._queue, self.project, self.labeler, self._token)

    def end(self) -> None:
        """Gives back what is open; drafts stay."""
        self._queue.give_back(self._token)
        self.leases = {}
