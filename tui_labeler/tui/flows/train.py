"""Training a project's model in Azure ML: begun with one key, and its model taken into use with the same one."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.training import Training, TrainingPlan
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.azure.signin import sign_in
from tui_labeler.tui.screens.base import LabelerScreen


async def go_on(screen: LabelerScreen[Any], project: str, plan: TrainingPlan) -> Training | None:
    """Begins the training, or takes the model of the last one; signs in first where nobody is. None where it did not come
    to that."""
    azure = screen.workspace.azure
    status = await screen.ask(azure.account.status)
    if status is None or not (status.signed_in or await sign_in(screen)):
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
