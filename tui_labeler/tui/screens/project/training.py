"""The dashboard's part on training in Azure ML: how the last job stands, and what its key does next."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.text import ago_text, safe_text
from tui_labeler.model.training import GONE, Training, TrainingPlan

_NAME_WIDTH = 16


def training_part(plan: TrainingPlan, problem: str, now: float) -> list[Content]:
    """The lines of the dashboard; `problem`: why Azure could not be asked just now."""
    lines = []
    if (last := plan.last) is not None:
        ago = ago_text(now - last.submitted)
        lines.append(_row("Azure ML", f"{_standing(last)}; on {last.export} at {last.compute}, {ago}"))
    if problem:
        lines.append(Content.styled(safe_text(problem, 200), "$text-warning"))
    if plan.take:
        lines.append(_key("takes the model that Azure ML trained"))
    elif not plan.problem:
        lines.append(_key(f"trains a model in Azure ML on {plan.export} at {plan.compute}"))
    elif last is None or last.is_over:
        lines.append(Content.styled(safe_text(f"Azure ML: {plan.reason}", 240), "$foreground 60%"))
    return lines


def _standing(last: Training) -> str:
    if last.status == GONE:
        return "the job is not there"
    if last.taken:
        return "model in use"
    return last.status or "asked for"


def _row(name: str, text: str) -> Content:
    return Content.assemble(name.ljust(_NAME_WIDTH), safe_text(text, 160))


def _key(text: str) -> Content:
    return Content.assemble(("m", "bold $accent"), f"  {safe_text(text, 160)}")
