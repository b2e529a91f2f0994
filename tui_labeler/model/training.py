"""A model that Azure ML trains on an export of a project: what was asked for, and how far it is."""

from __future__ import annotations

import msgspec

# What its words mean for whoever waits for the model.
_WORDS = {
    "": "waiting for Azure's answer",
    "notstarted": "waiting to begin",
    "scheduled": "waiting for its time",
    "starting": "starting",
    "provisioning": "preparing the compute",
    "preparing": "preparing the environment",
    "queued": "waiting for the compute",
    "running": "training",
    "finalizing": "collecting the results",
    "cancelrequested": "being cancelled",
    "completed": "model ready",
    "failed": "failed",
    "canceled": "cancelled",
    "notresponding": "not responding",
    "paused": "paused",
    "unknown": "Azure does not say how it stands",
}
_WAIT = "Wait for it, or cancel it: ⇧X on the dashboard, or tui-labeler azure training PROJECT --cancel."
CANCELLING = "CancelRequested"
# Azure's words for a job that will not change any more. It has others for jobs on their way, and may get more.
_OVER = frozenset({"completed", "failed", "canceled"})
# Ours, for a job that Azure does not know: it never began, or was deleted.
GONE = "not there"
# AutoML for images refuses to train a detector on fewer labeled images (Microsoft's documentation of AutoML).
LEAST_IMAGES = 10


class Training(msgspec.Struct, frozen=True):
    """An AutoML job of a project. `workspace` is the address of the Azure ML workspace, `export` the dataset name of the
    export that it trains on, `status` the service's own word, as it came; it is empty until Azure has said one. `run` is
    the run that made the best model, `taken` when this project took that model into use (seconds since 1970; 0: not).
    `ended` is when it was first seen to be over (0: not yet), `metric` and `score` how good its best model is, where the
    service says that."""

    job: str
    workspace: str
    compute: str
    export: str
    submitted: float
    studio: str = ""
    status: str = ""
    run: str = ""
    taken: float = 0.0
    ended: float = 0.0
    metric: str = ""
    score: float | None = None

    @property
    def is_over(self) -> bool:
        return self.status == GONE or self.status.lower() in _OVER

    @property
    def words(self) -> str:
        """How it stands, in a person's words; what Azure says that is not known here stays as it came."""
        if self.status == GONE:
            return "not there any more"
        return "model in use" if self.taken else _WORDS.get(self.status.lower(), self.status)

    @property
    def hours(self) -> float | None:
        """How long it took at most, from being asked for to being seen to be over; None before that."""
        return (self.ended - self.submitted) / 3600 if self.ended else None

    @property
    def has_model(self) -> bool:
        return self.status.lower() == "completed"


class TrainingPlan(msgspec.Struct, frozen=True):
    """What can be done next: train on `export` at `compute`, or take the model of `last` into use (`take`); `problem` says
    why nothing can, with `mend`."""

    last: Training | None = None
    take: bool = False
    export: str = ""
    compute: str = ""
    problem: str = ""
    mend: str = ""

    @property
    def why_no_cancelling(self) -> str:
        """Why no training can be cancelled; empty if one can."""
        if self.last is None:
            return "Azure ML trains no model for this project."
        if self.last.status == CANCELLING:
            return "The training is being cancelled already."
        return f"The training is over: {self.last.words}." if self.last.is_over else ""

    @property
    def reason(self) -> str:
        return f"{self.problem} {self.mend}".rstrip()


def plan(
    last: Training | None, export: str, compute: str, anew: bool = False, images: int = LEAST_IMAGES
) -> TrainingPlan:
    """`export`: the newest one that is registered, `compute`: the one that the project has chosen; either may be empty.
    `anew`: to train is what is wanted, also where the last model was not taken. `images`: how many the export has; for
    whole images' classes their number does not matter."""
    if last is not None and not last.is_over:
        said = f" ({last.status})" if last.status else ""
        problem = f"Azure ML is training a model already{said}: {last.job}."
        return TrainingPlan(last, problem=problem, mend=_WAIT)
    if last is not None and last.has_model and not last.taken and not anew:
        return TrainingPlan(last, True, last.export, last.compute)
    if not export:
        mend = "Export the labels, then register the export: u on its screen, or tui-labeler azure export PROJECT."
        return TrainingPlan(last, problem="No export of the project is registered in Azure ML.", mend=mend)
    if last is not None and last.has_model and last.export == export:
        mend = "Export newer labels, and register that export first."
        return TrainingPlan(last, problem=f"A model was trained on {export} already.", mend=mend)
    if images < LEAST_IMAGES:
        problem = f"AutoML trains a detector on {LEAST_IMAGES} labeled images or more, and {export} has {images}."
        return TrainingPlan(last, problem=problem, mend="Label some more; then export and register again.")
    if not compute:
        mend = "Choose one: Details, Change ML assist; or tui-labeler azure train PROJECT --compute NAME."
        problem = "No compute of the Azure ML workspace is chosen for the project."
        return TrainingPlan(last, export=export, problem=problem, mend=mend)
    return TrainingPlan(last, export=export, compute=compute)
