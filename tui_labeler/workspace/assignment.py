"""Which task a labeler is given where more than one person has a say, and what of it they see: several labelers an image,
known labels, review, quotas. Each labeler sees their own answer only."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tui_labeler.model.review import TAKEN_OVER, ReviewEvent
from tui_labeler.model.tasks import Lease, Task, TaskState
from tui_labeler.model.text import plural
from tui_labeler.store import answers, gold, leases, queue, reviews, task_rows, team
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow

# Whether the next image is one whose labels are known is drawn anew for each, so that nobody can count on it.
_SPREAD = 2654435761
# So far behind, what somebody has open for long is left for the end: else each claim would look through all in between.
_LOOKED_BACK = 200


def claim(
    tx: Transaction, project: ProjectRow, holder: tuple[str, str, str], now: float, seconds: float, left: Sequence[int]
) -> Lease | None:
    """The next task for a labeler: their unfinished one, what review gave back, now and then one whose labels are known,
    then the next image that they have not labeled. None where there is none, or their quota is done."""
    rules, labeler, name = project.spec.workforce, holder[0], project.name
    leases.shorten(tx, project.id, now + seconds)
    first, answered = answers.place(tx, project.id, labeler)
    begun = queue.begun(tx, project.id, name, labeler, now, left)
    task = begun or _task(answers.returned(tx, project.id, labeler, now), name)
    # What they have open already, ahead or beside each other, counts as answered.
    turn = answered + (answers.held(tx, project.id, labeler, now) if task is None else 0)
    if task is None and rules.quota and turn >= rules.quota:
        return None
    if task is None and rules.gold_every and (turn + 1) * _SPREAD % 2**32 // 64 % rules.gold_every == 0:
        task = _task(answers.gold_for(tx, project.id, labeler, now), name)
    if task is None:
        task = _next_open(tx, project, labeler, first, now)
    if task is None:
        task = _taken_over(tx, project, labeler, now) or _task(answers.stale(tx, project.id, now), name)
    if task is None:
        return None
    return as_seen(tx, project, leases.lease(tx, task, holder, now + seconds))


def _task(row: tuple[object, ...] | None, project: str) -> Task | None:
    return task_rows.task_of(row, project) if row is not None else None


def _taken_over(tx: Transaction, project: ProjectRow, labeler: str, now: float) -> Task | None:
    """What review gave back to somebody who has left the workforce, or the team. The review's history says who has it."""
    members = {member.name for member in team.members(tx)}
    named = set(project.spec.workforce.labelers)
    present = named & members if named and members else named or members
    if not present:
        return None  # anyone may be back
    passed_on = answers.returned_to_others(tx, project.id, sorted(present), now)
    if passed_on is None:
        return None
    task, had = task_rows.task_of(passed_on[0], project.name), passed_on[1]
    newest = next(iter(reviews.events(tx, task.id)), None)
    if newest is None or (newest.who, newest.action) != (labeler, TAKEN_OVER):
        event = ReviewEvent(
            labeler, now, TAKEN_OVER, f"It was given back to {had}, who is not of the workforce any more."
        )
        reviews.log(tx, task.id, event, task.label_id)
    return task


def _next_open(tx: Transaction, project: ProjectRow, labeler: str, first: int, now: float) -> Task | None:
    """Behind where the labeler is; at the end once more from the beginning, for what others gave back.

    What others have open is passed over, and comes as soon as they have answered it: images that have one answer come
    before those that have none. Else quotas would be used up with every image half labeled."""
    for after in (first, 0) if first else (0,):
        found = answers.next_open(tx, project.id, labeler, after, now, _LOOKED_BACK)
        if found is not None:
            task, passed = task_rows.task_of(found[0], project.name), found[1]
            place = (task.id if passed is None else passed) - 1
            if place != first:
                answers.move(tx, project.id, labeler, place)
            return task
    return None


def upcoming(tx: Transaction, project: ProjectRow, labeler: str, now: float, count: int) -> tuple[Task, ...]:
    """What `claim` would give out next, but for known images, which come as a surprise."""
    first, _ = answers.place(tx, project.id, labeler)
    rows = answers.open_after(tx, project.id, labeler, first, now, count)
    return tuple(task_rows.task_of(row, project.name) for row in rows)


def done_with(tx: Transaction, project: ProjectRow, labeler: str) -> str:
    """Why the labeler gets no more images though some are open, in words; empty where it is for another reason."""
    rules = project.spec.workforce
    if rules.is_plain:
        return ""
    first, answered = answers.place(tx, project.id, labeler)
    if rules.quota and answered >= rules.quota:
        return f"You have labeled {plural(answered, 'image')}: nobody labels more than {rules.quota:,} here. Thank you."
    if rules.labels > 1 and not answers.has_unanswered(tx, project.id, labeler, first):
        return "You have labeled all that is for you. What is open waits for other people's labels."
    return ""


def as_seen(tx: Transaction, project: ProjectRow, lease: Lease) -> Lease:
    """A lease as its labeler sees the task: with their own answer, and not with what others said."""
    if not is_blind(tx, project, lease.task, lease.labeler):
        return lease
    own = answers.answer_id(tx, lease.task.id, lease.labeler)
    state = lease.task.state if own is not None else TaskState.INCOMPLETE
    return msgspec.structs.replace(lease, task=msgspec.structs.replace(lease.task, label_id=own, state=state))


def is_blind(tx: Transaction, project: ProjectRow, task: Task, labeler: str) -> bool:
    """Whether what this labeler submits for the task is one answer among others, made without a look at those. Somebody who
    opens a completed image that they never answered corrects what counts."""
    rules = project.spec.workforce
    if rules.is_plain:
        return False
    if answers.answer_id(tx, task.id, labeler) is not None or gold.contains(tx, task.id):
        return True
    return rules.labels_of(task.id) > 1 and task.state is TaskState.INCOMPLETE
