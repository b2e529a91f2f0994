"""Review: labeled images that wait for a second pair of eyes, and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tui_labeler.model.errors import BadInput, NewerLabels, NotAllowed, NotFound
from tui_labeler.model.labelrules import check_labels
from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import MERGED, ReviewEvent, ReviewItem, ReviewStanding, ReviewState
from tui_labeler.model.tasks import Basis, Submission, Task
from tui_labeler.store import answers, edits, figures, projects, reviews, submissions, task_queries, task_rows
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.permissions import require_reviewer
from tui_labeler.workspace.returned import with_returns

# So long a reviewer keeps what is before them to themselves, in seconds.
_HELD_SECONDS = 600.0
_ADDED_AT_ONCE = 250


class ReviewQueue:
    """The images of a workspace's projects that wait for review."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def add(self, project: str, mistakes: Sequence[Mistake]) -> int:
        """Puts the images of likely mistakes into the review queue, each as doubtful as its likeliest one; how many. A few
        at a time: whoever labels meanwhile does not wait for all of them, and what was interrupted is done by doing it
        again."""
        by_path: dict[str, Mistake] = {}
        for mistake in mistakes:
            if mistake.path not in by_path or by_path[mistake.path].score < mistake.score:
                by_path[mistake.path] = mistake
        likeliest = list(by_path.values())
        asked = 0
        for at in range(0, len(likeliest), _ADDED_AT_ONCE):
            with self._database.write() as tx:
                row = projects.project(tx, project)
                asked += sum(self._add(tx, row, mistake) for mistake in likeliest[at : at + _ADDED_AT_ONCE])
        return asked

    def _add(self, tx: Transaction, row: ProjectRow, mistake: Mistake) -> bool:
        """Whether it has labels to look at."""
        task = task_rows.task_by_path(tx, row.id, row.name, mistake.path)
        counting = task_queries.current_labels(tx, task.id)
        if counting is None or counting.labels is None:
            return False
        whose = "" if counting.labeler in MERGED else counting.labeler
        reason = f"{mistake.kind.value}: {mistake.words}"
        reviews.begin(tx, row.id, task.id, whose, task.label_id, mistake.score, reason)
        return True

    def waiting(self, project: str, reviewer: str, count: int) -> tuple[ReviewItem, ...]:
        """The images that wait for this reviewer, the most doubted first: never their own. Nobody else is given them while
        they are before the reviewer (ten minutes). Raises NotAllowed for who is no reviewer."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            require_reviewer(row, reviewer)
            named = bool(row.spec.workforce.reviewers)
            items = reviews.waiting(tx, row.id, reviewer, named, self._clock(), count)
            reviews.hold(tx, tuple(item.task_id for item in items), reviewer, self._clock() + _HELD_SECONDS)
            return with_returns(tx, row, tuple(_as_known(item, row) for item in items))

    def is_waiting(self, project: str, reviewer: str) -> bool:
        """Whether an image waits that `waiting` would give this reviewer; nobody is kept from it by asking."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            named = bool(row.spec.workforce.reviewers)
            return bool(reviews.waiting(tx, row.id, reviewer, named, self._clock(), 1))

    def leave(self, project: str, reviewer: str) -> None:
        """The reviewer ends: what is undecided is open to others."""
        with self._database.write() as tx:
            reviews.release(tx, projects.project(tx, project).id, reviewer)

    def item(self, project: str, path: str, doubt: float = 1.0, reason: str = "") -> ReviewItem:
        """Any labeled image, to be reviewed without having waited for it. Raises NotFound where it has no labels."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            task = task_rows.task_by_path(tx, row.id, project, path)
            counting = task_queries.current_labels(tx, task.id)
            if counting is None or counting.labels is None or task.label_id is None:
                raise NotFound(f"“{path}” has no labels to review.")
            whose = "" if counting.labeler in MERGED else counting.labeler
            item = ReviewItem(task.id, path, task.label_id, counting.labels, whose, doubt, reason)
            return with_returns(tx, row, (_as_known(item, row),))[0]

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
        """The reviewer's labels, with the names of classes that `item` has, count from now on; the earlier ones stay in the
        history. Raises BadInput for labels that
        the project does not take, NewerLabels where others count by now."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            labels = edits.as_now(tx, row, labels, item.class_edit)
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
        require_reviewer(row, reviewer)
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


def _as_known(item: ReviewItem, row: ProjectRow) -> ReviewItem:
    return msgspec.structs.replace(item, class_edit=row.class_edit)
