"""The dashboard's part on training in Azure ML: how the last job stands, and what its keys do next."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from tui_labeler.model.pace import span_text
from tui_labeler.model.text import ago_text, safe_text
from tui_labeler.model.training import GONE, Training, TrainingPlan

_NAME_WIDTH = 10
_MUTED = "$foreground 60%"
Line = tuple[Content, str]
"""What is shown, and the text that is copied of it."""


def training_part(plan: TrainingPlan, problem: str, now: float, width: int, with_link: bool) -> list[Line]:
    """Lines within `width` cells; `problem`: why Azure could not be asked just now; `with_link`: also the address of the
    job's page, which is long."""
    lines = _job_lines(plan.last, bool(problem), now, width, with_link) if plan.last is not None else []
    if problem:
        lines.append((Content.styled(safe_text(problem, 400), "$text-warning"), ""))
    if not plan.why_no_cancelling:
        lines.append(_key("⇧X", "cancels it"))
    if plan.take:
        lines.append(_key("m", "takes the model that Azure ML trained"))
    elif not plan.problem:
        again = " once more" if plan.last is not None and not plan.last.has_model else ""
        lines.append(_key("m", f"trains a model in Azure ML{again} on {plan.export} at {plan.compute}"))
    elif plan.last is None or plan.last.is_over:
        lines.append((Content.styled(safe_text(f"Azure ML: {plan.reason}", 240), _MUTED), ""))
    return lines


def _job_lines(last: Training, as_last_seen: bool, now: float, width: int, with_link: bool) -> list[Line]:
    since = max(0.0, now - last.submitted)
    standing = safe_text(last.words, 60)
    if not last.is_over:
        standing += ", as last seen" if as_last_seen else f", for {span_text(since / 3600)}"
    lines = [(Content.assemble(("Azure ML", "bold"), "   ", (standing, _colour(last))), "")]
    lines.append((_row("Job", last.job, width), ""))
    lines.append((_row("On", f"{last.export} at {last.compute}", width), ""))
    lines.append((_row("Asked for", ago_text(since), width), ""))
    if last.hours is not None:
        lines.append((_row("Took", f"{span_text(last.hours)} at most", width), ""))
    if last.score is not None:
        lines.append((_row("Metric", f"{last.metric or 'score'} {last.score:.3f}", width), ""))
    if last.studio:
        page = f"{last.studio} (y copies it)" if with_link else "y copies its page's address"
        lines.append((_row("Studio", page, width), last.studio))
    return lines


def _colour(last: Training) -> str:
    if last.has_model:
        return "$text-success"
    if last.status.lower() == "failed":
        return "$text-error"
    return "$text-warning" if last.status == GONE or last.status.lower() == "notresponding" else _MUTED


def _row(name: str, text: str, width: int) -> Content:
    """Broken between words, or where one is longer than its line; further lines begin where the first one does."""
    lines = wrap(safe_text(text, 400), max(20, width - _NAME_WIDTH), break_on_hyphens=False)
    return Content.assemble((name.ljust(_NAME_WIDTH), _MUTED), ("\n" + " " * _NAME_WIDTH).join(lines))


def _key(key: str, text: str) -> Line:
    return Content.assemble((key, "bold $accent"), f"  {safe_text(text, 160)}"), ""
