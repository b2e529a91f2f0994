"""How far labels can be trusted: agreement in figures, images whose labels are known, and review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.model.errors import BadInput, NewerLabels, NotAllowed, NotFound
from tui_labeler.model.labelrules import check_labels
from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.progress import Progress, silent
from tui_labeler.model.project import Workforce
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import MERGED, ReviewEvent, ReviewItem, ReviewStanding, ReviewState
from tui_labeler.model.tasks import Basis, Submission, Task
from tui_labeler.model.team import Role
from tui_labeler.store import answers, figures, gold, key_value, projects, reviews, submissions, task_queries, task_rows
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace import answering
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.returned import with_returns
from tui_labeler.workspace.team import require_owner

if TYPE_CHECKING:
    from tui_labeler.model.quality import Quality
    from tui_labeler.workspace.mistakes import Evidence

# So long a reviewer keeps what is before them to themselves, in seconds.
_HELD_SECONDS = 600.0
# About every so many-th image is a known one, if the project does not say it.
GOLD_EVERY = 10
# So many likely mistakes are kept at most.
_KEPT = 5_000


class QualityRoom:
    """Agreement, gold and review of a workspace's projects."""

    def __init__(self, database: Database, clock: Callable[[], float], datasets: Datasets) -> None:
        self._database, self._clock, self._datasets = database, clock, datasets

    def figures(self, project: str) -> Quality:
        """How good the labels are, as far as anything was compared, known or reviewed."""
        from tui_labeler.quality.figures import quality

        with self._database.read() as tx:
            row = projects.project(tx, project)
            counts = figures.read(tx, row.id)
            known = gold.count(tx, row.id)
        return quality(project, row.spec.classes.names, counts, known)

    # Likely mistakes

    def find_mistakes(
        self, project: str, evidence: Evidence | None = None, progress: Progress = silent
    ) -> tuple[Mistake, ...]:
        """Likely mistakes, the most probable first; kept, so that review begins with them. Raises NotAllowed where there
        is nothing to look at."""
        from tui_labeler.workspace import mistakes

        suspects = mistakes.mistakes(
            self._database, self._datasets.open, project, evidence or mistakes.Evidence(), progress
        )
        with self._database.write() as tx:
            key_value.write(tx, mistakes_memo(project), msgspec.json.encode(suspects[:_KEPT]).decode())
        return suspects

    def mistakes(self, project: str) -> tuple[Mistake, ...]:
        """Those that were found last, the most probable first; at most 5,000."""
        with self._database.read() as tx:
            kept = key_value.read(tx, mistakes_memo(project))
        return msgspec.json.decode(kept, type=tuple[Mistake, ...]) if kept else ()

    def ask_for_review(self, project: str, mistakes: Sequence[Mistake]) -> int:
        """Puts the images of likely mistakes into the review queue, each as doubtful as its likeliest one; how many."""
        by_path: dict[str, Mistake] = {}
        for mistake in mistakes:
            if mistake.path not in by_path or by_path[mistake.path].score < mistake.score:
                by_path[mistake.path] = mistake
        asked = 0
        with self._database.write() as tx:
            row = projects.project(tx, project)
            for path, mistake in by_path.items():
                task = task_rows.task_by_path(tx, row.id, project, path)
                counting = task_queries.current_labels(tx, task.id)
                if counting is None or counting.labels is None:
                    continue
                whose = "" if counting.labeler in MERGED else counting.labeler
                reviews.begin(
                    tx, row.id, task.id, whose, task.label_id, mistake.score, f"{mistake.kind.value}: {mistake.words}"
                )
                asked += 1
        return asked

    # Known labels

    def gold(self, project: str) -> tuple[tuple[str, str, float, int], ...]:
        """(path, who added it, when, how many labelers answered it) of each image whose labels are known. Raises NotAllowed
        for whoever has the role labeler."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            if (standing := self._database.team) is not None:
                self._require_may_know(row, standing.person)
            return gold.listed(tx, row.id)

    def may_know(self, workforce: Workforce, who: str) -> bool:
        """Whether somebody may see and set which images are known: a reviewer of the project; where there are roles, an
        owner too, and nobody who is a labeler."""
        standing = self._database.team
        if standing is not None and standing.is_owner:
            return True
        may = standing is None or (standing.role is Role.REVIEWER and standing.person == who)
        return may and workforce.may_review(who)

    def _require_may_know(self, row: ProjectRow, who: str) -> None:
        if self.may_know(row.spec.workforce, who):
            return
        standing = self._database.team
        if standing is not None and standing.role is not Role.REVIEWER:
            role = standing.role or "not of the team"
            raise NotAllowed(
                f"Known images are for reviewers and owners; “{standing.person}” is {role}.", "Ask an owner."
            )
        if standing is not None and standing.person != who:
            raise NotAllowed(f"You are signed in as “{standing.person}”, and set known images under that name alone.")
        answering.require_reviewer(row, who)

    def is_gold(self, task: Task) -> bool:
        """Whether the labels of this image are known."""
        with self._database.read() as tx:
            return gold.get(tx, task.id) is not None

    def set_gold(self, project: str, path: str, who: str, labels: Labels | None = None) -> None:
        """Makes `labels` (None: those that count) the known ones of an image; what labelers said of it is held against them
        at once. Raises NotAllowed where it has none, and for whoever `may_know` refuses."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            self._require_may_know(row, who)
            if not row.spec.workforce.gold_every:
                require_owner(self._database, f"Mixing the first known image into “{project}”")
            task = answering.require_task(tx, row, path)
            if labels is None:
                counting = task_queries.current_labels(tx, task.id)
                labels = counting.labels if counting else None
            if labels is None:
                raise NotAllowed(f"“{path}” has no labels that could be known.", "Label it first.")
            check_labels(row.spec, labels)
            self._change_gold(tx, row, task, labels, lambda: gold.put(tx, row.id, task.id, labels, who, self._clock()))
            if not row.spec.workforce.gold_every:
                force = msgspec.structs.replace(row.spec.workforce, gold_every=GOLD_EVERY)
                projects.update_spec(tx, row.id, msgspec.structs.replace(row.spec, workforce=force))

    def withdraw_gold(self, project: str, path: str, who: str) -> None:
        """The image is like any other from now on. Raises NotFound where it is no known one, NotAllowed as `set_gold`."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            self._require_may_know(row, who)
            task = task_rows.task_by_path(tx, row.id, project, path)
            if gold.get(tx, task.id) is None:
                raise NotFound(f"“{path}” is not an image with known labels.")
            self._change_gold(tx, row, task, None, lambda: gold.drop(tx, task.id))

    def _change_gold(
        self, tx: Transaction, row: ProjectRow, task: Task, labels: Labels | None, change: Callable[[], object]
    ) -> None:
        given = answers.answers(tx, task.id)
        before = gold.get(tx, task.id)
        change()
        answering.recount(tx, row, task.id, given, given, before, labels)

    def answers(self, task: Task) -> dict[str, Labels | None]:
        """What each labeler said of an image, side by side; only where several label it, or its labels are known."""
        with self._database.read() as tx:
            return answers.answers(tx, task.id)

    # Review

    def waiting(self, project: str, reviewer: str, count: int) -> tuple[ReviewItem, ...]:
        """The images that wait for this reviewer, the most doubted first: never their own. Nobody else is given them while
        they are before the reviewer (ten minutes). Raises NotAllowed for who is no reviewer."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            answering.require_reviewer(row, reviewer)
            named = bool(row.spec.workforce.reviewers)
            items = reviews.waiting(tx, row.id, reviewer, named, self._clock(), count)
            reviews.hold(tx, tuple(item.task_id for item in items), reviewer, self._clock() + _HELD_SECONDS)
            return with_returns(tx, items)

    def leave(self, project: str, reviewer: str) -> None:
        """The reviewer ends: what is undecided is open to others."""
        with self._database.write() as tx:
            reviews.release(tx, projects.project(tx, project).id, reviewer)

    def item(self, project: str, path: str, doubt: float = 1.0, reason: str = "") -> ReviewItem:
        """Any labeled image, to be reviewed without having waited for it. Raises NotFound where it has no labels."""
        with self._database.read() as tx:
            task = task_rows.task_by_path(tx, projects.project(tx, project).id, project, path)
            counting = task_queries.current_labels(tx, task.id)
            if counting is None or counting.labels is None or task.label_id is None:
                raise NotFound(f"“{path}” has no labels to review.")
            whose = "" if counting.labeler in MERGED else counting.labeler
            item = ReviewItem(task.id, path, task.label_id, counting.labels, whose, doubt, reason)
            return with_returns(tx, (item,))[0]

    def accept(self, project: str, items: Sequence[ReviewItem], reviewer: str) -> int:
        """These are right. Images that got other labels meanwhile are passed over; returns how many were accepted."""
        accepted = 0
        with self._database.write() as tx:
            row = projects.project(tx, project)
            for item in items:
                task = task_rows.task(tx, row.id, project, item.task_id)
                if task.label_id != item.label_id:
                    continue
                self._decide(tx, row, item, reviewer, ReviewState.ACCEPTED, item.label_id, item.labeler)
                accepted += 1
        return accepted

    def correct(self, project: str, item: ReviewItem, labels: Labels, reviewer: str, comment: str = "") -> None:
        """The reviewer's labels count from now on; the earlier ones stay in the history. Raises BadInput for labels that
        the project does not take, NewerLabels where others count by now."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            check_labels(row.spec, labels)
            task = self._undecided(tx, row, item)
            entry = Submission(reviewer, self._clock(), labels)
            submissions.submit(tx, row.id, task, entry, "", Basis(item.label_id))
            label_id = task_rows.task(tx, row.id, project, item.task_id).label_id or item.label_id
            self._decide(tx, row, item, reviewer, ReviewState.CORRECTED, label_id, item.labeler, comment)

    def give_back(
        self, project: str, item: ReviewItem, reviewer: str, comment: str, labeler: str = "", region: int = -1
    ) -> str:
        """The image goes back to who labeled it, with a comment (about the region at a place, if given); returns who that
        is. For merged labels it is `labeler`, or whoever agrees least with what they came to."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            task = self._undecided(tx, row, item)
            whose = labeler or item.labeler or self._least_agreeing(tx, item)
            if not whose:
                raise BadInput(f"Nobody in particular labeled “{item.path}”.", "Correct it instead.")
            submissions.reopen(tx, row.id, task)
            self._decide(tx, row, item, reviewer, ReviewState.RETURNED, item.label_id, whose, comment, region)
            return whose

    def _least_agreeing(self, tx: Transaction, item: ReviewItem) -> str:
        from tui_labeler.quality.counting import agreement

        given = answers.answers(tx, item.task_id)
        if not given:
            return ""
        return min(given, key=lambda who: agreement({who: given[who], "": item.labels}) or 0.0)

    def _undecided(self, tx: Transaction, row: ProjectRow, item: ReviewItem) -> Task:
        task = task_rows.task(tx, row.id, row.name, item.task_id)
        if task.label_id != item.label_id:
            raise NewerLabels(f"“{item.path}” got other labels meanwhile.", "Look at it again.")
        return task

    def _decide(
        self,
        tx: Transaction,
        row: ProjectRow,
        item: ReviewItem,
        reviewer: str,
        state: ReviewState,
        label_id: int,
        whose: str,
        comment: str = "",
        region: int = -1,
    ) -> None:
        """One decision, in the review's history and in the figures of who is reviewed for the first time with it."""
        answering.require_reviewer(row, reviewer)
        if item.labeler == reviewer:
            raise NotAllowed(f"“{item.path}” was labeled by you.", "Someone else has to look it over.")
        standing = reviews.standing(tx, item.task_id)
        if standing is None:
            reviews.begin(tx, row.id, item.task_id, item.labeler, item.label_id, item.doubt, item.reason)
        if item.labeler and (standing is None or not standing.reviews):
            passed = int(state is ReviewState.ACCEPTED)
            figures.add(tx, row.id, {("first", item.labeler, "reviewed"): 1, ("first", item.labeler, "passed"): passed})
        reviews.decide(tx, row.id, item.task_id, state, label_id, whose, comment)
        event = ReviewEvent(reviewer, self._clock(), state.value, comment, region)
        reviews.log(tx, item.task_id, event, label_id)

    def standing(self, task: Task) -> ReviewStanding | None:
        """Where an image is in review; None where it never was."""
        with self._database.read() as tx:
            return reviews.standing(tx, task.id)

    def events(self, task: Task) -> tuple[ReviewEvent, ...]:
        """What was decided about an image, newest first."""
        with self._database.read() as tx:
            return reviews.events(tx, task.id)


def mistakes_memo(project: str) -> str:
    """Under which name the likely mistakes of a project are kept."""
    return f"mistakes/{project}"
