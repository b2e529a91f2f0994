"""The choices of ML assist: which engine, if any, which images come first, and where Azure ML trains."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Select, Static

from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.azure import Compute
from tui_labeler.model.project import Assist, TaskOrder
from tui_labeler.model.text import safe_text
from tui_labeler.tui.widgets.choices import Choice, Choices

_ORDERS = (TaskOrder.GIVEN, TaskOrder.UNSURE)


class AssistFields(Vertical):
    """`engines` are those of the project's task type. An engine that cannot be used says why; it can be chosen, and is
    then the problem that `problem` tells. Computes of an Azure ML workspace come later, by `offer`, or never."""

    DEFAULT_CSS = "AssistFields { height: auto; } AssistFields .label { margin-top: 1; height: auto; } \
    AssistFields #azure { height: auto; }"

    class Changed(Message):
        """A person chose something."""

    def __init__(self, engines: Sequence[EngineInfo]) -> None:
        super().__init__()
        self._engines = tuple(engines)
        self._found = Assist()

    def compose(self) -> ComposeResult:
        engines = [Choice(safe_text(one.name, 40), _text(one)) for one in self._engines]
        yield Choices([Choice("Off", ""), *engines], id="engine")
        yield Static("Which images come first", classes="label")
        unsure = Choice("Those that the model is least sure of", "They teach it most; the easy ones come last.")
        yield Choices([Choice("As given", ""), unsure], id="order")
        yield Vertical(id="azure")

    async def offer(self, computes: Sequence[Compute]) -> None:
        """Adds the choice of a compute; one that was chosen and is not there any more stays chosen."""
        found = {one.name: f"{one.name}  ({one.size or one.type})" for one in computes}
        if self._found.compute:
            found.setdefault(self._found.compute, f"{self._found.compute}  (not there any more)")
        options = [(Content(safe_text(text, 60)), name) for name, text in found.items()]
        if not options or self.query("#compute"):
            return
        chosen = Select[str]([(Content("not chosen"), ""), *options], allow_blank=False, value=self._found.compute,
                             id="compute", compact=True)  # fmt: skip
        label = Static("Where Azure ML trains on exports (t on the dashboard)", classes="label")
        await self.query_one("#azure").mount(label, chosen)

    def fill(self, found: Assist) -> None:
        self._found = found
        names = [one.name for one in self._engines]
        at = names.index(found.engine) + 1 if found.enabled and found.engine in names else 0
        self.query_one("#engine", Choices).chosen = at
        self.query_one("#order", Choices).chosen = _ORDERS.index(found.order)

    def read(self) -> Assist:
        """What was chosen; what has no field here stays as it was."""
        at = self.query_one("#engine", Choices).chosen
        order = _ORDERS[self.query_one("#order", Choices).chosen]
        computes = self.query("#compute").results(Select)
        values = (one.value for one in computes)  # none yet, while it is being mounted
        compute = next((value for value in values if isinstance(value, str)), self._found.compute)
        found = msgspec.structs.replace(self._found, enabled=bool(at), order=order, compute=compute)
        return msgspec.structs.replace(found, engine=self._engines[at - 1].name) if at else found

    def problem(self) -> str:
        """Why what is chosen cannot be; empty if it can."""
        at = self.query_one("#engine", Choices).chosen
        chosen = self._engines[at - 1] if at else None
        if chosen is not None and chosen.problem:
            return f"{chosen.problem} {chosen.mend}".rstrip()
        return next((problem.message for problem in self.read().problems()), "")

    @on(Choices.Changed)
    @on(Select.Changed)
    def _chosen(self, event: Choices.Changed | Select.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())


def _text(one: EngineInfo) -> str:
    return safe_text(f"{one.summary} Not available: {one.problem}" if one.problem else one.summary, 200)
