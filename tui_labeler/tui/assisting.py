"""ML assist beside a labeler: at work while the labeling screen is open, and quiet unless something has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from tui_labeler.model.assist import AssistState
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.workspace import Workspace

_OUTLINING = {"ready": "can outline", "looking": "looking", "failed": "cannot outline"}


class Assistant(Protocol):
    """What is needed of the workspace's assistant here."""

    def typed(self) -> None: ...


class Segmenter(Protocol):
    """What is needed of the workspace's segmentation model here."""

    @property
    def words(self) -> str: ...
    def typed(self) -> None: ...
    def look(self, paths: Sequence[str]) -> None: ...
    def outlines(self, path: str, prompt: Prompt) -> Future[tuple[Outline, ...]]: ...


class Assisting:
    """Methods wait for the disk: call them off the event loop."""

    def __init__(self, workspace: Workspace, project: str) -> None:
        self._workspace, self._project = workspace, project
        self._seen = AssistState()
        self._assistant: Assistant | None = None
        self.segmenter: Segmenter | None = None

    def typed(self) -> None:
        """At every key; does not wait."""
        if self._assistant is not None:
            self._assistant.typed()
        if self.segmenter is not None:
            self.segmenter.typed()

    def look(self, paths: Sequence[str]) -> None:
        """These images may be pointed at soon; does not wait."""
        if self.segmenter is not None:
            self.segmenter.look(paths)

    def begin(self) -> None:
        """The project's assistant goes to work, if it is not at work already."""
        # What happened before this session is on the dashboard.
        self._seen = self._workspace.assist.state(self._project)
        self._assistant = self._workspace.assist.assistant(self._project)
        self.segmenter = self._workspace.assist.segmenter(self._project)

    @property
    def words(self) -> str:
        """What the model does, in a few words, as it was when last looked at."""
        proposing = self._proposing
        if self.segmenter is None:
            return proposing
        is_proposing = self._seen.is_on or bool(self._seen.doing)
        return proposing if is_proposing and self.segmenter.words != "failed" else _OUTLINING[self.segmenter.words]

    @property
    def _proposing(self) -> str:
        state = self._seen
        if state.doing:
            return state.doing
        if state.is_on:
            return "proposing"
        return f"waits: {state.next_at:,} labels" if state.next_at else "no model yet"

    def news(self) -> str:
        """After each task: the assistant looks at what was submitted. A failure, or that it switched itself off, if that
        was not told yet; else empty."""
        if self._assistant is None:
            self.begin()
        self._workspace.assist.assistant(self._project).wake()
        before, now = self._seen, self._workspace.assist.state(self._project)
        self._seen = now
        if now.failure and now.failure != before.failure:
            return f"{now.failure} Labeling goes on."
        return f"ML assist is off for now. {now.reason}" if before.is_on and not now.is_on and now.reason else ""
