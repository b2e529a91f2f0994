"""ML assist of a project: its engines, the state of its model, and the assistant that is at work."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tui_labeler import log
from tui_labeler.model.assist import AssistState, AssistUse, EngineInfo, Tried
from tui_labeler.model.backends import ENGINE, BackendAddress, backend_address, is_backend
from tui_labeler.model.outlines import Segmented
from tui_labeler.model.project import Assist as AssistSpec
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.training import Training
from tui_labeler.store import key_value, prelabels, projects
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.holder import Holder
from tui_labeler.workspace.projects import Projects
from tui_labeler.workspace.proposals import Proposals
from tui_labeler.workspace.sharedmodels import SharedModels
from tui_labeler.workspace.tasks import Tasks

if TYPE_CHECKING:
    from tui_labeler.assist.assistant import Assistant
    from tui_labeler.assist.segmenter.messages import Begin
    from tui_labeler.assist.segmenter.segmenter import Segmenter


class Assist:
    """Models that propose labels. An assistant works on a project until `stop`."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        process: str,
        projects: Projects,
        tasks: Tasks,
        proposals: Proposals,
    ) -> None:
        """`process` names this process to others (see `processes.this_process`)."""
        self._database, self._clock, self.process = database, clock, process
        self._projects, self._tasks, self._proposals = projects, tasks, proposals
        self._models = SharedModels(database, clock)
        self._assistants: dict[str, Assistant] = {}
        self._segmenters: dict[str, tuple[Begin, Segmenter]] = {}  # project -> (its model, which is at work)
        self._assistants_lock = threading.Lock()
        self._agreed: dict[str, tuple[str, float]] = {}  # by whoever sits here: project -> (address, since when)

    def assistant(self, project: str) -> Assistant:
        """An assistant at work on the project until the workspace is closed; the same one however often it is asked for."""
        from tui_labeler.assist.assistant import Assistant

        with self._assistants_lock:
            assistant = self._assistants.get(project)
            if assistant is None:
                assistant = self._assistants[project] = Assistant(
                    self._projects, self._tasks, self._proposals, self, project
                )
                assistant.start()
        return assistant

    def segmenter(self, project: str) -> Segmenter | None:
        """What outlines objects of the project that are pointed at, until the workspace is closed; None where there is no
        such model, or ML assist is off."""
        from tui_labeler.assist.segmenter.segmenter import Segmenter

        model = self._outlining_model(project)
        with self._assistants_lock:
            known = self._segmenters.get(project)
            if known is not None and known[0] == model:
                return known[1]
            if known is not None:
                del self._segmenters[project]
                known[1].stop()
            if model is None:
                return None
            made = Segmenter(model, lambda path: self._tasks.read_image(project, path))
            self._segmenters[project] = model, made
            return made

    def _outlining_model(self, project: str) -> Begin | None:
        """The files of a segmentation model; else the project's backend, once images may be sent there."""
        from tui_labeler.assist.modelfiles import files_of
        from tui_labeler.assist.segmenter.client import files_model
        from tui_labeler.assist.segmenter.messages import Begin

        spec = self._projects.specification(project)
        assist, kind = spec.assist, spec.details.type
        if not assist.enabled or not kind.has_regions:
            return None
        if files := files_of(self._models.here(assist.segmenter)):
            return files_model(files)
        if assist.engine == ENGINE and self.agreed_at(project):
            return Begin((), url=assist.model, kind=kind.value, classes=spec.classes.names)
        return None

    def try_segmenter(self, project: str, files: Sequence[str], image: str = "") -> tuple[str, Segmented]:
        """(an image of the project, what the model sees in the middle of it): nothing is kept. Raises EngineError, and
        NoSegmenter where the files take no points."""
        from tui_labeler.assist.dry_run import try_segmenter

        path = image or self._tasks.page(project, TaskFilter(), 0, 1)[0].path
        return path, try_segmenter(files, self._tasks.read_image(project, path))

    def use_segmenter(self, project: str, files: Sequence[str]) -> None:
        """Copies the files into the workspace; the model outlines what is pointed at. What proposes stays as it is."""
        from tui_labeler.assist.modelfiles import keep_models

        spec = self._projects.specification(project)
        kept = str(keep_models([Path(file) for file in files], self._database.folder / "models"))
        self._models.here(kept)
        assist = msgspec.structs.replace(spec.assist, enabled=True, segmenter=kept)
        self._projects.change(project, msgspec.structs.replace(spec, assist=assist), spec)
        self._models.forget_unused()

    def try_model(self, project: str, model_file: str, classes: tuple[str, ...], image: str = "") -> tuple[str, Tried]:
        """(an image of the project, what the model file proposes for it): nothing is kept. Raises EngineError."""
        from tui_labeler.assist.dry_run import try_model

        path = image or self._tasks.page(project, TaskFilter(), 0, 1)[0].path
        return path, try_model(
            self._projects.specification(project), model_file, classes, self._tasks.read_image(project, path)
        )

    def use_model(self, project: str, model_file: str, classes: tuple[str, ...]) -> None:
        """Takes a copy of the model file into the workspace, and has it propose from now on; a backend is only named."""
        from tui_labeler.assist.modelfiles import keep_model

        if is_backend(model_file):
            engine, kept = ENGINE, backend_address(model_file).url
        else:
            engine, kept = "onnx", self.model_file(str(keep_model(Path(model_file), self._database.folder / "models")))
        self._take(project, engine, kept, classes)

    def remove_model(self, project: str) -> None:
        """The model file or backend proposes no longer; what learns from labels does."""
        self._take(project, AssistSpec().engine, "", ())

    def _take(self, project: str, engine: str, model: str, classes: tuple[str, ...]) -> None:
        spec = self._projects.specification(project)
        enabled = spec.assist.enabled or bool(model)
        assist = msgspec.structs.replace(spec.assist, enabled=enabled, engine=engine, model=model, classes=classes)
        self._projects.change(project, msgspec.structs.replace(spec, assist=assist), spec)
        # What is known is of another model, and so is what was proposed.
        self.keep_state(project, AssistState(engine, generation=self.state(project).generation))
        self._proposals.drop_of_models(project)
        self._models.forget_unused()

    def model_file(self, model: str) -> str:
        """Where a model file lies on this machine; in a team's workspace it is fetched. A backend's URL stays."""
        return self._models.here(model)

    def elsewhere(self, project: str) -> str:
        """Which of the project's models cannot be used on this machine, and the mend; empty where all can."""
        assist = self._projects.specification(project).assist
        models = (assist.model, assist.segmenter) if assist.enabled else ()
        return " ".join(filter(None, map(self._models.elsewhere, models)))

    def remove_segmenter(self, project: str) -> None:
        """Nothing outlines any more what is pointed at. The files stay: other projects may use them."""
        spec = self._projects.specification(project)
        assist = msgspec.structs.replace(spec.assist, segmenter="")
        self._projects.change(project, msgspec.structs.replace(spec, assist=assist), spec)
        self._models.forget_unused()

    def engines(self, kind: TaskType) -> tuple[EngineInfo, ...]:
        """Every engine for tasks of this kind, with why it cannot be used here."""
        from tui_labeler.assist.engines import engines

        return engines(kind)

    def state(self, project: str) -> AssistState:
        """What is known of the project's model."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            text = key_value.read(tx, f"{_key(row)}/state")
        try:
            return msgspec.json.decode(text, type=AssistState) if text else AssistState(row.spec.assist.engine)
        except msgspec.DecodeError:
            return AssistState(row.spec.assist.engine)  # another version wrote it: the next training writes it anew

    def keep_state(self, project: str, state: AssistState) -> None:
        with self._database.write() as tx:
            row = projects.project(tx, project)
            key_value.write(tx, f"{_key(row)}/state", msgspec.json.encode(state).decode())

    def knowledge(self, project: str, model: str) -> bytes:
        """What the project's model of this name knows; empty where nothing was kept."""
        try:
            return self._knowledge_file(project, model).read_bytes()
        except OSError:
            return b""

    def keep_knowledge(self, project: str, model: str, kept: bytes) -> None:
        """Instead of what the project's earlier models knew. A disk that is full costs another training, no more."""
        from tui_labeler.wholefiles import replace_file

        file = self._knowledge_file(project, model)
        try:
            for earlier in file.parent.glob(f"{file.name.partition('-')[0]}-*.npz"):
                earlier.unlink(missing_ok=True)
            if kept:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                replace_file(file, kept)
        except OSError as error:
            log.write("assist", "what %s knows was not kept: %s", model, error)

    def _knowledge_file(self, project: str, model: str) -> Path:
        """Named by this very project and its model, and by nothing that a person typed."""
        with self._database.read() as tx:
            key = _key(projects.project(tx, project))
        whose, which = (hashlib.sha256(text.encode()).hexdigest()[:16] for text in (key, model))
        return self._database.folder / "models" / f"{whose}-{which}.npz"

    def to_agree(self, project: str, labeler: str) -> BackendAddress | None:
        """The backend that images would be sent to while the labeler works here, if they have not agreed to it yet."""
        assist = self._projects.specification(project).assist
        if not assist.enabled or assist.engine != ENGINE:
            return None
        address = backend_address(assist.model)
        with self._database.read() as tx:
            text = key_value.read(tx, _agreement_key(projects.project(tx, project), labeler))
        try:
            url, since = msgspec.json.decode(text or "", type=tuple[str, float])
        except msgspec.DecodeError:
            return address
        if url != address.url:
            return address
        self._agreed[project] = (url, since)
        return None

    def agree(self, project: str, labeler: str, address: BackendAddress) -> None:
        """The labeler agrees that images of the project are sent to this backend, and to no other."""
        agreed = (address.url, self._clock())
        with self._database.write() as tx:
            key = _agreement_key(projects.project(tx, project), labeler)
            key_value.write(tx, key, msgspec.json.encode(agreed).decode())
        self._agreed[project] = agreed

    def agreed_at(self, project: str) -> float:
        """Since when images may be sent to the project's backend from here, in seconds since 1970; 0 if they may not."""
        url, since = self._agreed.get(project, ("", 0.0))
        if not url or url != backend_address(self._projects.specification(project).assist.model).url:
            return 0.0
        return since

    def training(self, project: str) -> Training | None:
        """The last training of the project's model in Azure ML, as it was when Azure was last asked."""
        with self._database.read() as tx:
            text = key_value.read(tx, f"{_key(projects.project(tx, project))}/training")
        try:
            return msgspec.json.decode(text, type=Training) if text else None
        except msgspec.DecodeError:
            return None  # another version wrote it

    def keep_training(self, project: str, training: Training | None) -> None:
        text = msgspec.json.encode(training).decode() if training is not None else None
        with self._database.write() as tx:
            key_value.write(tx, f"{_key(projects.project(tx, project))}/training", text)

    def may_assist(self, project: str) -> bool:
        """Whether this process is the one that assists the project: the first that asks and has its model, until it ends or
        is silent."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
        holder = Holder(self._database, self._clock, self.process, f"{_key(row)}/by")
        return holder.is_fresh() or (not self._models.elsewhere(row.spec.assist.model) and holder.take())

    def use(self, project: str) -> AssistUse:
        """What proposals were good for so far."""
        with self._database.read() as tx:
            return prelabels.use(tx, projects.project(tx, project).id)

    def stop(self) -> None:
        with self._assistants_lock:
            assistants, self._assistants = self._assistants, {}
            segmenters, self._segmenters = self._segmenters, {}
        for assistant in assistants.values():
            assistant.stop()
        for _, segmenter in segmenters.values():
            segmenter.stop()


def _agreement_key(row: ProjectRow, labeler: str) -> str:
    return f"{_key(row)}/agreed/{labeler}"


def _key(row: ProjectRow) -> str:
    """What is remembered of a project's assistance goes with this very project, not with its name."""
    return f"assist/{row.id}/{row.created}"
