"""The choices of ML assist: which engine, if any, how sure it has to be, which images come first, where Azure ML trains."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Select, Static

from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.azure import Compute
from tui_labeler.model.project import Assist, TaskOrder
from tui_labeler.model.text import safe_text
from tui_labeler.tui.widgets.choices import Choice, Choices
from tui_labeler.tui.widgets.fields import Field

_ORDERS = (TaskOrder.GIVEN, TaskOrder.UNSURE)


class AssistFields(Vertical):
    """`engines` are those of the project's task type. An engine that cannot be used says why; it can be chosen, and is
    then the problem that `problem` tells. Computes of an Azure ML workspace come later, by `offer`, or never."""

    DEFAULT_CSS = "AssistFields { height: auto; } AssistFields .label { margin-top: 1; height: auto; } \
    AssistFields #azure, AssistFields #more { height: auto; } AssistFields #surely { height: 1; margin-top: 1; } \
    AssistFields #surely Static { width: auto; } AssistFields #surely Input { width: 8; margin: 0 1; }"

    class Changed(Message):
        """A person chose something."""

    def __init__(self, engines: Sequence[EngineInfo]) -> None:
        super().__init__()
        self._engines = tuple(engines)
        self._found = Assist()

    def compose(self) -> ComposeResult:
        engines = [Choice(safe_text(engine.name, 40), _text(engine)) for engine in self._engines]
        yield Choices([Choice("Off", ""), *engines], id="engine")
        with Vertical(id="more"):
            with Horizontal(id="surely"):
                yield Static("Least confidence")
                yield Field(id="least")
                yield Static("%, below which nothing is proposed", classes="hint")
            yield Static("Which images come first", classes="label")
            hint = "The hard ones come first. It was not seen to learn faster."
            unsure = Choice("Those that the model is least sure of", hint)
            yield Choices([Choice("As given", ""), unsure], id="order")
        yield Vertical(id="azure")

    async def offer(self, computes: Sequence[Compute]) -> None:
        """Adds the choice of a compute; one that was chosen and is not there any more stays chosen."""
        texts = {compute.name: f"{compute.name}  ({compute.size or compute.type})" for compute in computes}
        if self._found.compute:
            texts.setdefault(self._found.compute, f"{self._found.compute}  (not there any more)")
        options = [(Content(safe_text(text, 60)), name) for name, text in texts.items()]
        if not options or self.query("#compute"):
            return
        chosen = Select[str]([(Content("not chosen"), ""), *options], allow_blank=False, value=self._found.compute,
                             id="compute", compact=True)  # fmt: skip
        label = Static("Where Azure ML trains on exports (m on the dashboard)", classes="label")
        await self.query_one("#azure").mount(label, chosen)

    def fill(self, assist: Assist) -> None:
        self._found = assist
        names = [engine.name for engine in self._engines]
        at = names.index(assist.engine) + 1 if assist.enabled and assist.engine in names else 0
        self.query_one("#engine", Choices).chosen = at
        self.query_one("#order", Choices).chosen = _ORDERS.index(assist.order)
        self.query_one("#least", Input).value = f"{assist.least * 100:g}" if assist.least >= 0 else ""
        self._show()

    def _show(self) -> None:
        """What matters only with a model is shown only with one."""
        self.query_one("#more").display = self.query_one("#engine", Choices).chosen > 0

    def read(self) -> Assist:
        """What was chosen; what has no field here stays as it was."""
        at = self.query_one("#engine", Choices).chosen
        order = _ORDERS[self.query_one("#order", Choices).chosen]
        computes = self.query("#compute").results(Select)
        values = (select.value for select in computes)  # none yet, while it is being mounted
        compute = next((value for value in values if isinstance(value, str)), self._found.compute)
        least = _share(self.query_one("#least", Input).value) if at else self._found.least
        assist = msgspec.structs.replace(self._found, enabled=bool(at), order=order, least=least, compute=compute)
        return msgspec.structs.replace(assist, engine=self._engines[at - 1].name) if at else assist

    def problem(self) -> str:
        """Why what is chosen cannot be; empty if it can."""
        at = self.query_one("#engine", Choices).chosen
        chosen = self._engines[at - 1] if at else None
        if chosen is not None and chosen.problem:
            return f"{chosen.problem} {chosen.mend}".rstrip()
        return next((problem.message for problem in self.read().problems()), "")

    @on(Choices.Changed)
    @on(Select.Changed)
    @on(Input.Changed)
    def _chosen(self, event: Choices.Changed | Select.Changed | Input.Changed) -> None:
        event.stop()
        self._show()
        self.post_message(self.Changed())


def _share(typed: str) -> float:
    """Per cent as a share; what is no number is none either: -1, which no specification takes."""
    try:
        return round(float(typed.strip().rstrip("%").replace(",", ".") or "0") / 100, 6)
    except ValueError:
        return -1.0


def _text(engine: EngineInfo) -> str:
    unavailable = f"{engine.summary} Not available: {engine.problem} {engine.mend}".rstrip()
    return safe_text(unavailable if engine.problem else engine.summary, 240)
