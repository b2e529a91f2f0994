"""Models that Azure ML trains on an export, and that are taken into use here."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui_labeler.model.azure import Registered, WorkspaceRef, parse_workspace
from tui_labeler.model.errors import Cancelled, LabelerError, NotAllowed, NotFound, Unreachable
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.training import CANCELLING, GONE, LEAST_IMAGES, Training, TrainingPlan, plan
from tui_labeler.workspace.assist import Assist
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.azure.exports import RegisteredExports
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.projects import Projects


class AzureTraining:
    """One AutoML job for each project: the last one, remembered in the workspace."""

    def __init__(
        self,
        account: Account,
        exports: RegisteredExports,
        projects: Projects,
        exchange: Exchange,
        assist: Assist,
        clock: Callable[[], float],
    ) -> None:
        self._account, self._exports, self._projects = account, exports, projects
        self._exchange, self._assist, self._clock = exchange, assist, clock

    def plan(self, project: str, compute: str = "", anew: bool = False) -> TrainingPlan:
        """What can be done next, and why it cannot; Azure is not asked. `compute` takes the place of the project's; with
        `anew` a model that nobody took stands in the way of none on a newer export."""
        last = self._assist.training(project)
        if last is None and not self._account.configured:
            mend = "Choose one: tui-labeler azure use SUBSCRIPTION/GROUP/WORKSPACE, or a in the list of projects."
            return TrainingPlan(problem="No Azure ML workspace has been chosen.", mend=mend)
        newest, spec = self._newest(project), self._projects.specification(project)
        export, images = (newest[0].name, newest[0].rows) if newest else ("", 0)
        enough = images if spec.details.type.has_regions else LEAST_IMAGES
        return plan(last, export, compute or spec.assist.compute, anew, enough)

    def start(self, project: str, compute: str = "", progress: Progress = silent) -> Training:
        """Has AutoML train on the newest registered export. Raises NotAllowed where that cannot be now."""
        from tui_labeler.azure import assets, training

        newest, before = self._newest(project), self.state(project, progress)
        planned = self.plan(project, compute, anew=True)
        if planned.problem or newest is None:
            raise NotAllowed(planned.problem, planned.mend)
        export, registered = newest[0].name, newest[1]
        where, tell = parse_workspace(registered.workspace), lambda: progress(Step.AZURE, 0, 0)
        self._account.connection.run(
            training.require_compute(self._account.connection.arm, where, planned.compute), tell
        )
        spec = self._projects.specification(project)
        job = f"{export}_{secrets.token_hex(3)}".lower()
        body = training.job_body(
            spec.details.type,
            where,
            planned.compute,
            _assets(registered),
            export,
            {"project": project, "export": export},
        )
        page = assets.job_page(self._account.connection.cloud, where, job, self._account.status().tenant)
        made = Training(job, where.address, planned.compute, export, self._clock(), page)
        # Remembered first: a job whose answer is lost may run, and cost, and must be found again.
        self._assist.keep_training(project, made)
        try:
            answer = self._account.connection.run(training.submit(self._account.connection.arm, where, job, body), tell)
        except (Unreachable, Cancelled):
            raise
        except LabelerError:
            self._assist.keep_training(project, before)
            raise
        made = msgspec.structs.replace(made, status=training.status_of(answer))
        self._assist.keep_training(project, made)
        return made

    def state(self, project: str, progress: Progress = silent) -> Training | None:
        """The project's training as Azure sees it now; one that is over is not asked for again. None where there is
        none."""
        from tui_labeler.azure import training

        known = self._assist.training(project)
        if known is None or known.is_over:
            return known
        work = training.read(self._account.connection.arm, parse_workspace(known.workspace), known.job)
        try:
            answer = self._account.connection.run(work, lambda: progress(Step.AZURE, 0, 0))
        except NotFound:
            current = msgspec.structs.replace(known, status=GONE)
        else:
            current = msgspec.structs.replace(known, status=training.status_of(answer))
            if current.has_model:
                metric, score = training.metric_of(answer)
                run = training.best_run(known.job, answer)
                current = msgspec.structs.replace(current, run=run, metric=metric, score=score)
        if current.is_over:
            current = msgspec.structs.replace(current, ended=self._clock())
        if current != known:
            self._assist.keep_training(project, current)
        return current

    def cancel(self, project: str, progress: Progress = silent) -> Training:
        """Asks Azure to end the training that is under way, which takes it a while; a model that it has made by then stays.
        Raises NotAllowed where none is."""
        from tui_labeler.azure import training

        current = self.state(project, progress)
        reason = TrainingPlan(current).why_no_cancelling
        if current is None or reason:
            raise NotAllowed(reason)
        work = training.cancel(self._account.connection.arm, parse_workspace(current.workspace), current.job)
        self._account.connection.run(work, lambda: progress(Step.AZURE, 0, 0))
        after = self.state(project, progress) or current
        if not after.is_over:
            # The service may be a while behind its own answer.
            after = msgspec.structs.replace(after, status=CANCELLING)
            self._assist.keep_training(project, after)
        return after

    def take(self, project: str, progress: Progress = silent) -> Training:
        """Fetches the model of a training that has completed, tries it on an image of the project, and has it propose from
        now on. Raises NotAllowed where there is none, EngineError for one that does not work here."""
        from tui_labeler.azure import training

        current = self.state(project, progress)
        if current is None or not current.has_model:
            said = (
                f"The training “{current.job}” has no model: {current.status}."
                if current
                else "There was no training yet."
            )
            raise NotAllowed(
                said, "tui-labeler azure train PROJECT begins one." if not current or current.is_over else ""
            )
        kind = self._projects.specification(project).details.type
        engine = next(info for info in self._assist.engines(kind) if info.name == "onnx")
        if engine.problem:
            where = f"The model lies in {training.model_folder(current.run)} of the datastore {training.ARTIFACTS}."
            raise NotAllowed(f"The model cannot be used here. {engine.problem}", engine.mend or where)
        with tempfile.TemporaryDirectory(prefix="tui-labeler-") as folder:
            file = Path(folder) / f"{current.job}.onnx"
            classes = self._download(parse_workspace(current.workspace), current.run, file, progress)
            progress(Step.TRYING, 0, 0)
            self._assist.try_model(project, str(file), classes)
            self._assist.use_model(project, str(file), classes)
        taken = msgspec.structs.replace(current, taken=self._clock())
        self._assist.keep_training(project, taken)
        return taken

    def _download(self, where: WorkspaceRef, run: str, file: Path, progress: Progress) -> tuple[str, ...]:
        from tui_labeler.azure import training

        store = self._account.connection.datastore(where, training.ARTIFACTS, lambda: progress(Step.AZURE, 0, 0))
        reader = self._account.connection.reader(where, store)
        return training.fetch_model(reader, run, file, lambda done, total: progress(Step.DOWNLOAD, done, total))

    def _newest(self, project: str) -> tuple[ExportResult, Registered] | None:
        """The newest export of the project that is registered: what it is here, and what it is there."""
        for export in self._exchange.exports(project):
            if (registered := self._exports.registered(export.name)) is not None:
                return export, registered
        return None


def _assets(registered: Registered) -> tuple[str, ...]:
    """The data assets to train on and to validate on, as NAME:VERSION: of a split export both parts, else the one."""
    names = sorted((registered.name, *registered.more), key=lambda name: name.endswith("_validation"))
    return tuple(f"{name}:{registered.version}" for name in names)
