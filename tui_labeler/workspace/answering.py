"""Submitting where more than one person has a say: several labelers an image, known labels, review, quotas.

A task stays incomplete until it has its answers; then what they come to is submitted in nobody's name, and counts.
Everything happens in the transaction of the submission.
"""

from __future__ import annotations

from collections import Counter

from tui_labeler.model.errors import NewerLabels, NotFound
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import CONSENSUS, GOLD, ReviewEvent, ReviewStanding, ReviewState
from tui_labeler.model.tasks import Basis, Submission, Task, TaskState
from tui_labeler.model.workforce import Workforce
from tui_labeler.quality.consensus import Consensus, consensus
from tui_labeler.quality.counting import GOLD_FIT, Counts, agreement, counts_of, gold_weight
from tui_labeler.store import (
    answers,
    counters,
    edits,
    figures,
    gold,
    leases,
    reviews,
    submissions,
    task_queries,
    task_rows,
)
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace import assignment


def submit(
    tx: Transaction,
    project: ProjectRow,
    task: Task,
    entry: Submission,
    token: str,
    basis: Basis | None,
    may_decide: bool = True,
) -> bool:
    """Submits under the project's rules; False where it had arrived before. `may_decide`: what the labeler submits of an
    image that waits for review is a review of it. Raises what `submissions.submit` raises."""
    tx.lock_task(task.id)
    now_there = task_rows.task(tx, project.id, project.name, task.id)
    if now_there.path != task.path:
        raise task_rows.gone(task)
    standing = reviews.standing(tx, task.id)
    first = basis is None or not basis.sent_as or not submissions.is_sent(tx, basis.sent_as)
    if not first:
        return False
    if assignment.is_blind(tx, project, now_there, entry.labeler):
        _answer(tx, project, now_there, entry, token, basis)
    else:
        submissions.submit(tx, project.id, task, entry, token, basis)
        _count_work(tx, project.id, entry)
        _to_review(tx, project, task.id, entry, standing, may_decide)
    answers.count_answer(tx, project.id, entry.labeler)
    return True


def _to_review(
    tx: Transaction,
    project: ProjectRow,
    task_id: int,
    entry: Submission,
    standing: ReviewStanding | None,
    may_decide: bool,
) -> None:
    """What a labeler submits waits for review, if it is drawn for it or was in it before; somebody else who labels an image
    anew that waits has thereby reviewed it."""
    rules = project.spec.workforce
    may_decide = may_decide and rules.may_review(entry.labeler)
    waits = standing is not None and standing.state is ReviewState.WAITING
    if waits and standing is not None and entry.labeler != standing.labeler and may_decide:
        label_id = task_rows.task(tx, project.id, project.name, task_id).label_id or 0
        reviews.decide(tx, project.id, task_id, ReviewState.CORRECTED, label_id, standing.labeler, "")
        reviews.log(tx, task_id, ReviewEvent(entry.labeler, entry.at, ReviewState.CORRECTED.value), label_id)
    elif entry.labels is not None and (rules.is_reviewed(task_id) or standing is not None):
        begin_review(tx, project, task_id, entry.labeler, 0.0, "")


def begin_review(tx: Transaction, project: ProjectRow, task_id: int, labeler: str, doubt: float, reason: str) -> None:
    label_id = task_rows.task(tx, project.id, project.name, task_id).label_id
    reviews.begin(tx, project.id, task_id, labeler, label_id, doubt, reason)


def _count_work(tx: Transaction, project_id: int, entry: Submission) -> None:
    """What the labeler did, for boxes an hour."""
    who, objects = entry.labeler, len(entry.labels.regions or entry.labels.tags) if entry.labels else 0
    if entry.seconds > 0:
        milliseconds = round(entry.seconds * 1000)
        worked: dict[tuple[str, ...], int] = {("work", who, "timed"): 1, ("work", who, "ms"): milliseconds}
        figures.add(tx, project_id, worked | {("work", who, "objects"): objects})


def _answer(
    tx: Transaction, project: ProjectRow, task: Task, entry: Submission, token: str, basis: Basis | None
) -> None:
    """Adds one labeler's answer; with the last one that is wanted the task is completed."""
    known = gold.get(tx, task.id)
    before = answers.answers(tx, task.id)
    own = answers.answer_id(tx, task.id, entry.labeler)
    is_known = basis is None or basis.label_id in (own, task.label_id)
    if basis is not None and not is_known and not edits.is_newer_only_by_edits(tx, task.id, own, basis.label_id):
        raise NewerLabels(f"“{task.path}” was answered by you elsewhere.", "Yours are kept as a draft; choose.")
    leases.require_lease(tx, task, token, entry.at)
    is_new = answers.put(tx, project.id, task.id, entry, basis.sent_as if basis else "")
    submissions.end_work(tx, task.id, entry.labeler)
    after = before | {entry.labeler: entry.labels}
    changes: list[tuple[str, str, int]] = [counters.of_hour(entry.at)]
    if is_new and entry.labels is not None:
        changes.append(("labeler", entry.labeler, 1))
    counters.add(tx, project.id, changes)
    _count_work(tx, project.id, entry)
    recount(tx, project, task.id, before, after, known, known)
    settle(tx, project, task, after, known, entry.at)


def recount(
    tx: Transaction,
    project: ProjectRow,
    task_id: int,
    before: dict[str, Labels | None],
    after: dict[str, Labels | None],
    known_before: Labels | None,
    known_after: Labels | None,
) -> None:
    """The figures of an image whose answers, or whose known labels, changed."""
    needed = project.spec.workforce.labels_of(task_id)
    changes: Counts = Counter(_counts(after, known_after, needed))
    changes.subtract(_counts(before, known_before, needed))
    figures.add(tx, project.id, changes)
    figures.set_agreement(tx, project.id, task_id, agreement(after))


def _counts(given: dict[str, Labels | None], known: Labels | None, needed: int) -> Counts:
    references = {"gold": known} if known is not None else {}
    if len(given) >= max(needed, 2):
        merged = consensus(given).labels
        references |= {"consensus": merged} if merged is not None else {}
    return counts_of(given, references)


def settle(
    tx: Transaction, project: ProjectRow, task: Task, given: dict[str, Labels | None], known: Labels | None, now: float
) -> None:
    """Completes the task once it has its answers: with the known labels where there are some, else with what the answers
    come to. What they do not agree on waits for review. A person's correction stays."""
    rules = project.spec.workforce
    needed = rules.labels_of(task.id)
    if len(given) < needed or not given:
        return
    standing = reviews.standing(tx, task.id)
    if standing is not None and standing.state is ReviewState.CORRECTED:
        return
    if known is not None:
        if task.label_id is None:
            submissions.submit(tx, project.id, task, Submission(GOLD, now, known))
        return
    _complete(tx, project, task, given, now)


def known_changed(
    tx: Transaction, project: ProjectRow, task: Task, given: dict[str, Labels | None], known: Labels | None, now: float
) -> None:
    """The image has other known labels, or none any more: where the former ones are what counts, they no longer are."""
    counting = task_queries.current_labels(tx, task.id)
    if counting is None or counting.labeler != GOLD:
        return
    if known is not None:
        submissions.submit(tx, project.id, task, Submission(GOLD, now, known))
    elif given:
        _complete(tx, project, task, given, now)


def _complete(tx: Transaction, project: ProjectRow, task: Task, given: dict[str, Labels | None], now: float) -> None:
    """With what the answers come to."""
    rules, standing = project.spec.workforce, reviews.standing(tx, task.id)
    # More than are wanted by now, where fewer are wanted than before.
    several = rules.labels_of(task.id) > 1 or len(given) > 1
    merged = merge(tx, project.id, given) if several else Consensus(next(iter(given.values())))
    whose = CONSENSUS if several else next(iter(given))
    submissions.submit(tx, project.id, task, Submission(whose, now, merged.labels))
    share = agreement(given)
    doubt = 0.0 if share is None else 1 - share
    if merged.labels is not None and (merged.doubts or rules.is_reviewed(task.id)):
        begin_review(tx, project, task.id, "" if several else whose, doubt, "; ".join(merged.doubts[:6]))
    elif standing is not None:
        reviews.end(tx, project.id, task.id)


def apply_rules(tx: Transaction, project: ProjectRow, before: Workforce, now: float) -> None:
    """The project asks for another number of labels per image than `before`: images that have enough answers by now are
    completed, and the figures hold what they come to under these rules. What is completed stays so."""
    rules = project.spec.workforce
    for task_id in answers.answered(tx, project.id):
        wanted = before.labels_of(task_id), rules.labels_of(task_id)
        if wanted[0] == wanted[1]:
            continue
        given, known = answers.answers(tx, task_id), gold.get(tx, task_id)
        changes: Counts = Counter(_counts(given, known, wanted[1]))
        changes.subtract(_counts(given, known, wanted[0]))
        figures.add(tx, project.id, changes)
        task = task_rows.task(tx, project.id, project.name, task_id)
        if task.state is TaskState.INCOMPLETE and not task.missing and not leases.is_leased(tx, task_id, now):
            settle(tx, project, task, given, known, now)


# A labeler who was held against so many known objects has a weight of their own.
_ENOUGH = 20


def merge(tx: Transaction, project_id: int, given: dict[str, Labels | None]) -> Consensus:
    """What the answers come to; each one's corners count as much as their boxes were right where labels are known."""
    keys = [("fit", "gold", who, what) for who in given for what in GOLD_FIT]
    known = figures.some(tx, project_id, keys)
    weights = {who: gold_weight({what: known["fit", "gold", who, what] for what in GOLD_FIT}, _ENOUGH) for who in given}
    return consensus(given, weights)


def require_task(tx: Transaction, project: ProjectRow, path: str) -> Task:
    """Raises NotFound."""
    task = task_rows.task_by_path(tx, project.id, project.name, path)
    if task.missing:
        raise NotFound(f"The image “{path}” is gone from the datastore.")
    return task
