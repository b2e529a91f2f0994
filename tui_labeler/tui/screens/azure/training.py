"""A project's training in Azure ML: begun with one key, its state, and its model taken into use with the same key."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import ago_text, safe_text
from tui_labeler.model.training import GONE, Training, TrainingPlan
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.base import LabelerScreen

_WORDS = {"azure": "Asking Azure", "download": "Bytes of the model", "trying": "Trying it on an image"}
_NAME = 16


async def go_on(screen: LabelerScreen[Any], project: str, found: TrainingPlan) -> Training | None:
    """Begins the training, or takes the model of the last one; signs in first where nobody is. None where it did not come
    to that."""
    from tui_labeler.tui.screens.azure.signin import sign_in

    cloud = screen.workspace.cloud
    status = await screen.ask(cloud.sign_in_status)
    if status is None or not (status.signed_in or await sign_in(screen)):
        return None
    if found.take:
        title, work = "The trained model", lambda tell: cloud.take_trained(project, tell)
    else:
        title, work = f"Training on {found.export}", lambda tell: cloud.train(project, "", tell)
    done = await screen.app.push_screen_wait(JobDialog[Training](title, _WORDS, work))
    if isinstance(done, LabelerError):
        screen.show_error(done)
        return None
    if done is not None and found.take:
        screen.tell("The model that Azure ML trained proposes from now on, while someone labels.")
    elif done is not None:
        screen.tell(f"Azure ML trains a model at {done.compute}: {done.job}.")
    return done


def training_part(found: TrainingPlan, problem: str, now: float) -> list[Content]:
    """The lines of the dashboard; `problem`: why Azure could not be asked just now."""
    lines = []
    if (last := found.last) is not None:
        ago = ago_text(now - last.submitted)
        lines.append(_row("Azure ML", f"{_standing(last)}; on {last.export} at {last.compute}, {ago}"))
    if problem:
        lines.append(Content.styled(safe_text(problem, 200), "$text-warning"))
    if found.take:
        lines.append(_key("takes the model that Azure ML trained"))
    elif not found.problem:
        lines.append(_key(f"trains a model in Azure ML on {found.export} at {found.compute}"))
    elif last is None or last.is_over:
        lines.append(Content.styled(safe_text(f"Azure ML: {found.reason}", 240), "$foreground 60%"))
    return lines


def _standing(last: Training) -> str:
    if last.status == GONE:
        return "the job is not there"
    if last.taken:
        return "model in use"
    return last.status or "asked for"


def _row(name: str, text: str) -> Content:
    return Content.assemble(name.ljust(_NAME), safe_text(text, 160))


def _key(text: str) -> Content:
    return Content.assemble(("t", "bold $accent"), f"  {safe_text(text, 160)}")
