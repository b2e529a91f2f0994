"""A project's assistant: trains when there are labels enough, proposes for the tasks that come next, watches itself.

It works in a thread, and its engine in a process: whoever labels waits for neither. What it knows stands in the workspace,
so that a dashboard of another process shows it too.
"""

from __future__ import annotations

import threading
import time

import msgspec

from tui_labeler.assist import proposing
from tui_labeler.assist.engine import EngineError, EngineUnreachable, ImageRefused
from tui_labeler.assist.engine_client import EngineKilled, EngineProcess
from tui_labeler.assist.engines import engine_info
from tui_labeler.assist.failures import Failures
from tui_labeler.assist.lessons import Lessons
from tui_labeler.assist.modelfiles import taken_at
from tui_labeler.assist.neighbours import Images, Projects, Proposals, States
from tui_labeler.assist.training import fit, teach
from tui_labeler.assist.upcoming import Upcoming
from tui_labeler.model import backends
from tui_labeler.model.assist import AssistState
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import Assist, ProjectSpec, TaskOrder
from tui_labeler.model.text import are, plural

FIRST_AT = 10
# The newest labels are enough: more would only make the training longer.
MOST_EXAMPLES = 160
# So many are enough to tell how good a model is that does not learn from them.
MOST_MEASURED = 40
# How many tasks ahead of the labeler have proposals; with the unsurest first, there has to be a choice.
AHEAD, AHEAD_UNSURE = 30, 150
# After so many tasks with proposals it is looked at whether they helped.
WATCH = 8
_POLL_SECONDS = 2.0
_RETRY_SECONDS = 120.0
# An image that is on its way from a slow datastore keeps nobody from leaving.
_PATIENCE = 3.0


class Assistant:
    """`start` and `stop` it; `wake` says that something was submitted. Its state is what `states` keeps."""

    def __init__(self, projects: Projects, images: Images, proposals: Proposals, states: States, project: str) -> None:
        self._projects, self._images, self._proposals, self._states = projects, images, proposals, states
        self._project = project
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"assist {project}", daemon=True)
        self._engine: EngineProcess | None = None
        self._chosen: Assist | None = None  # what the engine was started for
        self._class_edit = 0  # the last edit of the classes that it knows
        self._source = ""  # the model that the engine holds, "" for none
        self._upcoming, self._lessons = Upcoming(proposals, project), Lessons(proposals, project)
        self._retry_at = 0.0
        self._failed_to_restore = ""  # the model whose knowledge could not be used
        self._failures = Failures()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something changed: look at once, not at the next turn."""
        self._wake.set()

    def typed(self) -> None:
        """A person pressed a key: what is slow stands aside."""
        engine = self._engine
        if engine is not None:
            engine.typed()

    def stop(self) -> None:
        """Ends its process at once, and waits a little for the thread."""
        self._end.set()
        self._wake.set()
        if (engine := self._engine) is not None:
            engine.stop()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    @property
    def engine_process(self) -> int:
        """The id of the engine's process; 0 while there is none."""
        engine = self._engine
        return engine.process_id if engine is not None and engine.is_alive else 0

    # The thread

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                busy = self._turn()
            except LabelerError as error:
                busy = False
                self._fail(error)
            except Exception as error:  # an error of this program must not end the assistance in silence
                busy = False
                self._fail(EngineError(f"ML assist failed ({type(error).__name__}); labeling goes on without it."))
            if not busy:
                self._wake.wait(_POLL_SECONDS)
                self._wake.clear()
        self._drop_engine()

    def _turn(self) -> bool:
        """One piece of work; False if there is nothing to do now."""
        project = self._project
        spec, class_edit = self._projects.known(project)
        state = self._states.state(project)
        if not spec.assist.enabled:
            self._drop_engine()
            self._chosen = None
            if state.is_on:
                self._proposals.drop_of_models(project)
                self._keep(msgspec.structs.replace(state, is_on=False, reason="ML assist is off.", doing=""))
            return False
        if time.monotonic() < self._retry_at:
            return False
        if spec.assist.engine == backends.ENGINE and not self._states.agreed_at(project):
            self._drop_engine()  # images go nowhere before whoever sits here has agreed
            return False
        if not self._states.may_assist(project):
            return False
        if (spec.assist, class_edit) != (self._chosen, self._class_edit):
            self._drop_engine()  # what it has learned are other classes
            self._class_edit = class_edit
            self._chosen, self._failures = spec.assist, Failures()
        if self._failures.given_up:
            return False
        if spec.assist.engine != state.engine:
            state = AssistState(spec.assist.engine)
        info = engine_info(spec.assist.engine, spec.details.type)
        if info.problem:
            reason = f"{info.problem} {info.mend}".rstrip()
            if reason != state.reason:
                self._keep(msgspec.structs.replace(state, is_on=False, reason=reason, doing=""))
            return False
        done = self._projects.status(project).completed
        if self._must_train(spec, state, done):
            if not self._restored(spec, state, done):
                self._train(spec, state, done)
            return True
        if state.is_on and self._source:
            return self._watch(state) or self._learn_more(state, done) or self._propose(spec, state)
        return False

    def _must_train(self, spec: ProjectSpec, state: AssistState, done: int) -> bool:
        least = 1 if spec.assist.model else FIRST_AT
        next_at = max(state.next_at, least)
        if done >= next_at:
            return True
        if done < least:
            waiting = f"It begins at {plural(least, 'labeled image')}; there {are(done)}."
            if state.reason != waiting:
                self._keep(msgspec.structs.replace(state, is_on=False, reason=waiting, next_at=least))
            return False
        # The app was started anew, or the engine was lost: its model is gone with it, its judgement is not.
        return state.is_on and (not self._source or self._engine is None or not self._engine.is_alive)

    def _restored(self, spec: ProjectSpec, state: AssistState, done: int) -> bool:
        """Whether the model that proposed before goes on: the app was started anew, and there are no more labels than the
        model waits for."""
        if not state.is_on or not state.model or done >= state.next_at or self._failed_to_restore == state.model:
            return False
        if state.class_edit not in (None, self._class_edit):
            return False  # it learned classes of which others may have the names by now
        kept = self._states.knowledge(self._project, state.model)
        if not kept:
            return False
        try:
            self._new_engine(spec).restore(kept)
        except (EngineKilled, EngineUnreachable):
            raise
        except EngineError:
            self._failed_to_restore = state.model  # it learns anew
            self._drop_engine()
            return False
        self._lessons.begin()
        self._source = state.model
        if state.failure:
            self._keep(msgspec.structs.replace(state, failure=""))
        return True

    def _train(self, spec: ProjectSpec, state: AssistState, done: int) -> None:
        project = self._project
        waited = "" if state.reason.startswith("It begins at") else state.reason
        self._keep(msgspec.structs.replace(state, doing="training", reason=waited))
        engine = self._new_engine(spec)
        if self._end.is_set():
            engine.stop()
            return
        most, since = (MOST_EXAMPLES, 0.0) if engine.least else (MOST_MEASURED, self._taken_at(spec.assist))
        began, examples = time.time(), self._proposals.training_labels(project, most, since)
        if self._is_outdated():
            return  # the labels are about other classes than the engine: at the next turn both are of now
        taught = [path for path, _, _ in examples]
        if not teach(engine, self._images, project, examples, self._end):
            return
        state, kept = fit(engine, spec, state, done, began)
        state = msgspec.structs.replace(state, class_edit=self._class_edit)
        self._proposals.drop_of_models(project)
        self._states.keep_knowledge(project, state.model, kept)
        self._keep(state)
        self._upcoming.begin()
        self._lessons.begin(taught)
        self._source = state.model
        if not state.is_on:
            self._drop_engine()  # its memory is better used

    def _learn_more(self, state: AssistState, done: int) -> bool:
        """What was labeled since the training teaches at once, if the model can learn so."""
        engine, learned = self._engine, False
        lessons = self._lessons.due(done, state.trained_at)
        if lessons and self._is_outdated():
            return True  # these labels are about other classes
        for path, labels, refused in lessons:
            if engine is None or self._end.is_set():
                return False
            try:
                learned = engine.learn_more(self._images.read_image(self._project, path), labels, refused) or learned
            except ImageRefused:
                continue
            except EngineError:
                raise
            except LabelerError:
                continue  # its file is gone or out of reach
        if learned:
            self._upcoming.learned_more()
        return learned

    def _propose(self, spec: ProjectSpec, state: AssistState) -> bool:
        """Proposes for one task; False if all that come next have their proposals."""
        engine = self._engine
        ahead = AHEAD_UNSURE if spec.assist.order is TaskOrder.UNSURE else AHEAD
        task = self._upcoming.next(self._source, ahead)
        if task is None or engine is None:
            return False
        try:
            image = self._images.read_image(self._project, task.path)
        except LabelerError:
            return True
        try:
            proposed = engine.propose(image)
        except ImageRefused:
            self._upcoming.was_refused(task)
            return True
        except EngineUnreachable:
            self._upcoming.was_lost(task)
            raise
        self._upcoming.was_answered()
        # Nothing takes away what it proposed before it learned more.
        entry = proposing.prelabel(proposed, spec, state.quality, self._source)
        self._proposals.put(self._project, [(task, entry)], self._class_edit)
        if not state.each_seconds:
            self._keep(msgspec.structs.replace(state, each_seconds=round(proposed.seconds, 3)))
        return True

    def _watch(self, state: AssistState) -> bool:
        """Compares what was proposed with what labelers made of it; off, if it cost more keys than it saved."""
        pairs = self._proposals.past(self._project, self._source, 4 * WATCH)
        if len(pairs) < WATCH:
            return False
        if not proposing.cost_more_keys(pairs, state.quality):
            return False
        reason = (
            f"In the last {plural(len(pairs), 'image')} its proposals cost more keys than they saved. "
            f"It {'is measured' if self._chosen and self._chosen.model else 'learns'} again at "
            f"{state.next_at} labeled images."
        )
        self._proposals.drop_of_models(self._project)
        self._keep(msgspec.structs.replace(state, is_on=False, reason=reason))
        self._drop_engine()
        return True

    # Small things

    def _is_outdated(self) -> bool:
        """Whether classes were edited since the engine was started."""
        return self._projects.known(self._project)[1] != self._class_edit

    def _keep(self, state: AssistState) -> None:
        self._states.keep_state(self._project, state)

    def _fail(self, error: LabelerError) -> None:
        """The labeler goes on; the state tells it, and it is tried again later."""
        self._drop_engine()
        if self._end.is_set():
            return
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        if self._chosen is not None and self._chosen.model:
            error = self._failures.of_model(error)
        try:
            state = self._states.state(self._project)
            self._keep(msgspec.structs.replace(state, failure=str(error), doing=""))
        except LabelerError:
            self._end.set()  # the project or the workspace is gone: there is nobody to tell

    def _taken_at(self, chosen: Assist) -> float:
        """Since when a model that was trained elsewhere has been here: older labels may have taught it."""
        if chosen.engine == backends.ENGINE:
            return self._states.agreed_at(self._project)
        return taken_at(self._states.model_file(chosen.model))

    def _new_engine(self, spec: ProjectSpec) -> EngineProcess:
        self._drop_engine()
        self._chosen = chosen = spec.assist
        file = self._states.model_file(chosen.model)
        self._engine = EngineProcess(chosen.engine, spec.details.type, spec.classes.names, file, chosen.classes)
        return self._engine

    def _drop_engine(self) -> None:
        engine, self._engine, self._source = self._engine, None, ""
        if engine is not None:
            engine.stop()
