"""What is wrong with images, whatever their labels: duplicates, leaks between the parts of a split, one colour."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.formats.splitting import VALIDATION
from tui_labeler.model.errors import LabelerError, NotAllowed, StorageError, Unreachable
from tui_labeler.model.geometry import Size
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.progress import Progress, Step
from tui_labeler.patience import DaemonThreads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui_labeler.imaging.arrays import Pixels

    Network = Callable[[Pixels], NDArray[np.float64]]

# The pixels that are enough for a network to look at an image, which takes 25 ms: by itself only where there are no more
# than so many.
_ENOUGH, _SEEN = Size(256, 256), 2_000
# Of what a network sees in an image the means alone: the maxima, which follow them, tell copies less well (measured).
_MEANS = 304
# Reading and decoding leave the interpreter to others; so many images are a thread's at a time.
_THREADS, _EACH = 2, 64


class _Signs(msgspec.Struct, frozen=True):
    """What an image is compared by; `hash` is None where it has one colour."""

    path: str
    digest: bytes
    hash: int | None
    seen: NDArray[np.float16] | None = None


def network_for(wanted: bool | None, images: int) -> Network | None:
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


def image_mistakes(
    store: OpenDatastore, parts: dict[str, str], network: Network | None, progress: Progress
) -> list[Mistake]:
    """Duplicates, near duplicates, images of one colour; what is in both parts of a split is worse. `parts`: path -> part.
    An image is named with the most similar one before it, of the other part where there is one. Raises StorageError or
    Unreachable where not a single image can be read."""
    from tui_labeler.quality.duplicates import equal_groups, nearest_before

    scanned = _scanned(store, list(parts), network, progress)
    image_mistakes = [
        Mistake(image.path, MistakeKind.PLAIN, 0.9, "one colour everywhere: nothing can be on it")
        for image in scanned
        if image.hash is None
    ]
    for group in equal_groups([image.digest for image in scanned]):
        first = scanned[group[0]]
        for index in group[1:]:
            words = "the same bytes as"
            image_mistakes.append(_alike(scanned[index], first, MistakeKind.DUPLICATE, 0.97, words, parts))
    hashed = [image for image in scanned if image.hash is not None]
    is_other_part = [parts[image.path] == VALIDATION for image in hashed]
    near = nearest_before([image.hash for image in hashed if image.hash is not None], is_other_part)
    for later, earlier, bits in near:
        if hashed[later].digest != hashed[earlier].digest:
            words, score = f"shows nearly the same ({64 - bits} of 64 signs) as", 0.9 - bits * 0.05
            image_mistakes.append(
                _alike(hashed[later], hashed[earlier], MistakeKind.NEAR_DUPLICATE, score, words, parts)
            )
    if network is not None:
        image_mistakes += _alike_to_network(hashed, parts)
    return image_mistakes


def _alike_to_network(hashed: Sequence[_Signs], parts: dict[str, str]) -> Iterator[Mistake]:
    """Pairs that the hash does not see."""
    import numpy as np

    from tui_labeler.quality.duplicates import are_near
    from tui_labeler.quality.lookalikes import alike_pairs

    for left, right, cosine in alike_pairs(np.array([image.seen for image in hashed])):
        image, other = hashed[right], hashed[left]
        if not are_near(image.hash or 0, other.hash or 0):
            score, words = 0.5 + 0.35 * (cosine - 0.6) / 0.4, "shows the same, cut, mirrored or turned, as"
            yield _alike(image, other, MistakeKind.NEAR_DUPLICATE, score, words, parts)


def _scanned(store: OpenDatastore, paths: Sequence[str], network: Network | None, progress: Progress) -> list[_Signs]:
    """The signs of the images that can be opened, in the order of the paths; what cannot be is told where images are
    shown."""
    pool = DaemonThreads(_THREADS)
    waiting: deque[Future[list[_Signs | LabelerError]]] = deque()
    results: list[_Signs | LabelerError] = []
    try:
        for start in range(0, len(paths), _EACH):
            if len(waiting) >= 2 * _THREADS:
                results += waiting.popleft().result()
                progress(Step.COMPARING, len(results), len(paths))
            waiting.append(pool.submit(_signs, store, paths[start : start + _EACH], network))
        while waiting:
            results += waiting.popleft().result()
            progress(Step.COMPARING, len(results), len(paths))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    scanned = [result for result in results if isinstance(result, _Signs)]
    errors = [result for result in results if isinstance(result, StorageError | Unreachable)]
    if errors and not scanned:
        raise errors[0]
    return scanned


def _signs(store: OpenDatastore, paths: Sequence[str], network: Network | None) -> list[_Signs | LabelerError]:
    """Of each path, in order: what it is compared by, or why it cannot be."""
    import numpy as np

    from tui_labeler.imaging.decode import brightness, decode
    from tui_labeler.quality.duplicates import PLACES, difference_hash

    results: list[_Signs | LabelerError] = []
    for path, data in store.read_each(paths):
        if isinstance(data, LabelerError):
            results.append(data)
            continue
        try:
            pixels = brightness(data, PLACES) if network is None else decode(data, _ENOUGH)[0]
        except LabelerError as error:
            results.append(error)
            continue
        image_hash = difference_hash(pixels)
        # Two bytes each: 60 MB for 100,000 images.
        seen = None if network is None or image_hash is None else network(pixels).astype(np.float16)
        results.append(_Signs(path, blake2b(data, digest_size=16).digest(), image_hash, seen))
    return results


def _alike(image: _Signs, other: _Signs, kind: MistakeKind, score: float, words: str, parts: dict[str, str]) -> Mistake:
    part = parts[other.path]
    if parts[image.path] == part:
        return Mistake(image.path, kind, score, f"{words} {other.path}", other=other.path)
    where = "validation" if part == VALIDATION else "training"
    words = f"{words} {other.path}, which is for {where}"
    return Mistake(image.path, MistakeKind.LEAK, min(score + 0.05, 0.99), words, other=other.path)
