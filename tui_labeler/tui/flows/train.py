"""Training a project's model in Azure ML: begun with one key, and its model taken into use with the same one."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.training import Training, TrainingPlan
from tui_labeler.tui.dialogs import Confirm, JobDialog
from tui_labeler.tui.screens.azure.signin import sign_in
from tui_labeler.tui.screens.base import LabelerScreen


async def go_on(screen: LabelerScreen[Any], project: str, plan: TrainingPlan) -> Training | None:
    """Begins the training, or takes the model of the last one; signs in first where nobody is. None where it did not come
    to that."""
    azure = screen.workspace.azure
    if not await _is_signed_in(screen):
        return None
    if plan.take:
        title, work = "The trained model", lambda tell: azure.training.take(project, tell)
    else:
        title, work = f"Training on {plan.export}", lambda tell: azure.training.start(project, "", tell)
    done = await screen.app.push_screen_wait(JobDialog[Training](title, work))
    if isinstance(done, LabelerError):
        screen.show_error(done)
        return None
    if done is not None and plan.take:
        screen.tell("The model that Azure ML trained is taken over; the dashboard says whether it proposes.")
    elif done is not None:
        screen.tell(f"Azure ML trains a model at {done.compute}: {done.job}.")
    return done


async def cancel(screen: LabelerScreen[Any], project: str, last: Training) -> Training | None:
    """Ends the training that is under way, after a question; None where it did not come to that."""
    text = f"“{last.job}” is {last.words}. What it has learned so far is lost; the labels and the export stay."
    if not await screen.app.push_screen_wait(Confirm("Cancel the training?", text, "Cancel training", "Go on")):
        return None
    if not await _is_signed_in(screen):
        return None
    azure = screen.workspace.azure
    dialog = JobDialog[Training]("Cancelling the training", lambda tell: azure.training.cancel(project, tell))
    done = await screen.app.push_screen_wait(dialog)
    if isinstance(done, LabelerError):
        screen.show_error(done)
        return None
    if done is not None:
        screen.tell(f"The training is {done.words}.")
    return done


async def _is_signed_in(screen: LabelerScreen[Any]) -> bool:
    """Signs in first where nobody is."""
    status = await screen.ask(screen.workspace.azure.account.status)
    return status is not None and (status.signed_in or await sign_in(screen))
