"""Likely mistakes of a project, from its labels, what models proposed, and its images."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.formats.splitting import splitter
from tui_labeler.model.backends import ENGINE
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.regions import Labels
from tui_labeler.model.transfers import Split
from tui_labeler.quality.suspicion import suspicions
from tui_labeler.store import exports, projects
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.imagescan import image_mistakes, network_for

# So many images a model learns from at most, the newest labels, and at least.
_TAUGHT, _LEAST_TAUGHT = 60, 16


class Evidence(msgspec.Struct, frozen=True):
    """What mistakes are looked for with: `model` learns on halves of the labels, each tested on the other; `images` are
    opened and compared; `network` has one look at each as well, which finds crops and mirrored copies (None: where one is
    installed, and the images are few); `split` says which are for training and which for validation."""

    model: bool = False
    images: bool = True
    network: bool | None = None
    split: Split = Split()


def mistakes(
    database: Database,
    open_datastore: Callable[..., OpenDatastore],
    project: str,
    evidence: Evidence,
    progress: Progress,
) -> tuple[int, tuple[Mistake, ...]]:
    """The last edit of classes before the labels were read, and the mistakes, the likeliest first. Raises NotAllowed where
    nothing is labeled, or where a model has too little to learn from."""
    with database.read() as tx:
        row = projects.project(tx, project)
        rows = list(exports.with_proposals(tx, row.id))
    if not rows:
        raise NotAllowed(f"Nothing of “{project}” is labeled yet.", f"Label some: tui-labeler label {project}.")
    store = open_datastore(row.datastore)
    labeled = {path: (labels, proposed) for path, labels, proposed, _ in rows}
    if evidence.model:
        for path, proposed in _cross_validated(row, store, rows, progress):
            labeled[path] = (labeled[path][0], proposed)
    every = suspicions(labeled)
    every += [
        Mistake(path, MistakeKind.DISAGREEMENT, 0.9 * (1 - agreement), f"labelers agree by {agreement:.0%}")
        for path, _, _, agreement in rows
        if agreement is not None and agreement < 0.8
    ]
    if evidence.images:
        part_of = splitter(evidence.split, lambda: ((path, labels) for path, labels, _, _ in rows))
        parts = {path: part_of(path, labels) for path, labels, _, _ in rows}
        every += image_mistakes(store, parts, network_for(evidence.network, len(parts)), progress)
    ranked = sorted(every, key=lambda mistake: (-mistake.score, mistake.path, mistake.region))
    return row.class_edit, tuple(ranked)


_Row = tuple[str, Labels, Labels | None, float | None]


def _cross_validated(
    project: ProjectRow, store: OpenDatastore, rows: Sequence[_Row], progress: Progress
) -> Iterator[tuple[str, Labels]]:
    """(path, what a model proposes that has not learned from this image) of the newest labeled images."""
    from tui_labeler.assist.engine import Example, Subject
    from tui_labeler.assist.engines import engine_info, load_engine
    from tui_labeler.assist.reading import read_pixels

    assist = project.spec.assist
    if assist.engine == ENGINE:
        mend = "Choose an engine that learns here, or look without --model."
        raise NotAllowed("Images are sent to a backend only while someone labels who agreed to it.", mend)
    info = engine_info(assist.engine, project.spec.details.type)
    if info.problem:
        raise NotAllowed(info.problem, info.mend)
    engine = load_engine(assist.engine, assist.model, assist.classes)
    examples: list[Example] = []
    paths: list[str] = []
    for path, labels, _, _ in rows[-_TAUGHT:]:
        progress(Step.READING, len(paths), min(len(rows), _TAUGHT))
        pixels, _ = read_pixels(store.read(path), engine.side)
        examples.append(Example(pixels, labels))
        paths.append(path)
    if len(examples) < _LEAST_TAUGHT:
        mend = "Label more, or look without --model."
        raise NotAllowed(f"A model needs {_LEAST_TAUGHT} labeled images to learn from halves of them.", mend)
    subject = Subject(project.spec.details.type, project.spec.classes.names, thorough=True)
    model = engine.fit(examples, subject, lambda what, done, total: progress(Step.TRAINING, done, total))
    if model.held_back is not None:
        yield from zip(paths, model.held_back, strict=True)
        return
    if not engine.least:  # it was trained elsewhere, and has learned from none of these
        yield from (
            (path, model.propose(example.pixels, example.labels.size))
            for path, example in zip(paths, examples, strict=True)
        )
        return
    halves = (range(0, len(paths), 2), range(1, len(paths), 2))
    for taught, tested in (halves, halves[::-1]):
        half = engine.fit([examples[index] for index in taught], subject, lambda what, done, total: None)
        for index in tested:
            yield paths[index], half.propose(examples[index].pixels, examples[index].labels.size)
