"""The dashboard's part on training in Azure ML: how the last job stands, and what its key does next."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from tui_labeler.model.text import ago_text, safe_text
from tui_labeler.model.training import GONE, Training, TrainingPlan

_NAME_WIDTH = 16


def training_part(plan: TrainingPlan, problem: str, now: float, width: int, with_link: bool) -> Content:
    """Within `width` cells; `problem`: why Azure could not be asked just now; `with_link`: also the job's
    page, which is long."""
    lines = []
    if (last := plan.last) is not None:
        standing = safe_text(f"   {_standing(last)}; on {last.export} at {last.compute}", 200)
        lines.append(Content.assemble(("Azure ML", "bold"), (standing, "$foreground 60%")))
        lines.append(_row("Job", f"{last.job}, asked for {ago_text(now - last.submitted)}", width))
        if last.studio and with_link:
            lines.append(_row("Studio", last.studio, width))
    if problem:
        lines.append(Content.styled(safe_text(problem, 200), "$text-warning"))
    if plan.take:
        lines.append(_key("takes the model that Azure ML trained"))
    elif not plan.problem:
        lines.append(_key(f"trains a model in Azure ML on {plan.export} at {plan.compute}"))
    elif last is None or last.is_over:
        lines.append(Content.styled(safe_text(f"Azure ML: {plan.reason}", 240), "$foreground 60%"))
    return Content("\n").join(lines)


def _standing(last: Training) -> str:
    if last.status == GONE:
        return "the job is not there"
    if last.taken:
        return "model in use"
    return last.status or "asked for"


def _row(name: str, text: str, width: int) -> Content:
    """Broken between words, or where one is longer than its line; further lines begin where the first one does."""
    lines = wrap(safe_text(text, 400), max(20, width - _NAME_WIDTH), break_on_hyphens=False)
    return Content.assemble(name.ljust(_NAME_WIDTH), ("\n" + " " * _NAME_WIDTH).join(lines))


def _key(text: str) -> Content:
    return Content.assemble(("m", "bold $accent"), f"  {safe_text(text, 160)}")
