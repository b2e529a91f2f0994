"""Likely mistakes of a project, from its labels, what models proposed, and its images."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.formats.splitting import VALIDATION, splitter
from tui_labeler.model.backends import ENGINE
from tui_labeler.model.errors import LabelerError, NotAllowed
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.regions import Labels
from tui_labeler.model.transfers import Split
from tui_labeler.quality.suspicion import suspicions
from tui_labeler.store import exports, projects
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui_labeler.imaging.arrays import Pixels

# The side in pixels at which images are compared, and at which a network looks at them, which takes 25 ms an image: by
# itself only where there are no more than so many. As many images a model learns from, the newest labels.
_SIDE, _SEEN_SIDE, _SEEN, _TAUGHT = 64, 256, 2_000, 60
_LEAST_TAUGHT = 16
# Of what a network sees in an image the means alone: the maxima, which follow them, tell copies less well (measured).
_MEANS = 304


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
) -> tuple[Mistake, ...]:
    """The likeliest first. Raises NotAllowed where nothing is labeled, or where a model has too little to learn from."""
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
        every += _of_images(store, parts, _network(evidence.network, len(parts)), progress)
    return tuple(sorted(every, key=lambda mistake: (-mistake.score, mistake.path, mistake.region)))


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
    subject = Subject(project.spec.details.type, project.spec.classes.names)
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


def _network(wanted: bool | None, images: int) -> Callable[[Pixels], NDArray[np.float64]] | None:
    """What sees an image as a whole; None where it is not wanted, or is not there. Raises NotAllowed where it is asked for
    and is not there."""
    from tui_labeler.assist.engine import EngineError

    if wanted is False or (wanted is None and images > _SEEN):
        return None
    try:
        from tui_labeler.assist.pretrained.backbone import Backbone

        backbone = Backbone()
        return lambda pixels: backbone.whole(pixels)[:_MEANS]
    except (EngineError, ImportError):
        if wanted:
            raise NotAllowed(
                "The network that looks at images is not installed.", "Install the extra `assist`."
            ) from None
        return None


def _of_images(
    store: OpenDatastore,
    parts: dict[str, str],
    network: Callable[[Pixels], NDArray[np.float64]] | None,
    progress: Progress,
) -> list[Mistake]:
    """Duplicates, near duplicates, images of one colour; what is in both parts of a split is worse."""
    import numpy as np

    from tui_labeler.imaging.decode import decode
    from tui_labeler.model.geometry import Size
    from tui_labeler.quality.duplicates import difference_hash, equal_groups, near_pairs
    from tui_labeler.quality.lookalikes import alike_pairs

    paths: list[str] = []
    digests: list[bytes] = []
    hashes: list[int] = []
    hashed: list[int] = []  # the place in `paths` of each hash, and of what the network saw
    seen: list[NDArray[np.float16]] = []
    side = _SIDE if network is None else _SEEN_SIDE
    image_mistakes: list[Mistake] = []
    for path in parts:
        progress(Step.COMPARING, len(paths), len(parts))
        try:
            data = store.read(path)
            pixels, _ = decode(data, Size(side, side))
        except LabelerError:  # what cannot be opened is told where images are shown
            continue
        digests.append(blake2b(data, digest_size=16).digest())
        shown = difference_hash(pixels)
        if shown is None:
            image_mistakes.append(Mistake(path, MistakeKind.PLAIN, 0.9, "one colour everywhere: nothing can be on it"))
        else:
            hashed.append(len(paths))
            hashes.append(shown)
            if network is not None:
                seen.append(network(pixels).astype(np.float16))  # two bytes each: 100 MB for 100,000 images
        paths.append(path)
    near = set()
    for group in equal_groups(digests):
        first = paths[group[0]]
        for index in group[1:]:
            image_mistakes.append(_alike(paths[index], first, MistakeKind.DUPLICATE, 0.97, "the same bytes as", parts))
    for left, right, bits in near_pairs(hashes):
        pair = (hashed[left], hashed[right])
        if digests[pair[0]] != digests[pair[1]]:
            near.add(pair)
            words = f"shows nearly the same ({64 - bits} of 64 signs) as"
            image_mistakes.append(
                _alike(paths[pair[1]], paths[pair[0]], MistakeKind.NEAR_DUPLICATE, 0.9 - bits * 0.05, words, parts)
            )
    for left, right, cosine in alike_pairs(np.array(seen)):
        pair = (hashed[left], hashed[right])
        if pair not in near and digests[pair[0]] != digests[pair[1]]:
            score, words = 0.5 + 0.35 * (cosine - 0.6) / 0.4, "shows the same, cut, mirrored or turned, as"
            image_mistakes.append(
                _alike(paths[pair[1]], paths[pair[0]], MistakeKind.NEAR_DUPLICATE, score, words, parts)
            )
    return image_mistakes


def _alike(path: str, other: str, kind: MistakeKind, score: float, words: str, parts: dict[str, str]) -> Mistake:
    if parts[path] == parts[other]:
        return Mistake(path, kind, score, f"{words} {other}", other=other)
    where = "validation" if parts[other] == VALIDATION else "training"
    return Mistake(
        path, MistakeKind.LEAK, min(score + 0.05, 0.99), f"{words} {other}, which is for {where}", other=other
    )
