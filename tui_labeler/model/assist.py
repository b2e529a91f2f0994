"""What is known of a project's model: how it was trained, how good it is, and whether its proposals are used."""

from __future__ import annotations

import msgspec

from tui_labeler.model.regions import Labels

# Keys that a person needs for one box by grid jump, once sizes are known; and for one class of a whole image.
KEYS_A_BOX = 5.0
KEYS_A_TAG = 1.0


class EngineInfo(msgspec.Struct, frozen=True):
    """`problem` says why it cannot be used (empty: it can), `mend` what to do about it."""

    name: str
    summary: str
    problem: str = ""
    mend: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What a model file proposed for one image. `nonsense` counts what of it could not be used."""

    labels: Labels
    nonsense: int
    seconds: float


class ClassQuality(msgspec.Struct, frozen=True):
    """Proposals of one class against labels held back from training, at IoU 0.5. `least` is the confidence from which
    they are shown; above 1.0, they never are."""

    name: str
    precision: float
    recall: float
    labels: int
    least: float = 0.0

    @property
    def is_shown(self) -> bool:
        return self.least <= 1.0


class Quality(msgspec.Struct, frozen=True):
    """Proposals against labels held back. `keys` is the estimate of keys a label with them, `keys_without` by hand."""

    images: int
    classes: tuple[ClassQuality, ...] = ()
    precision: float = 0.0
    recall: float = 0.0
    keys: float = 0.0
    keys_without: float = 0.0

    @property
    def helps(self) -> bool:
        """Whether proposals cost fewer keys than they save."""
        return self.keys < self.keys_without


class AssistState(msgspec.Struct, frozen=True):
    """Where a project's assistance stands.

    `is_on` says whether proposals are made; `reason` why not, or what is waited for. `model` names engine and generation
    ("fewshot 3"); `trained_at` is in seconds since 1970; `seconds` and `megabytes` are what the training cost. `failure` is
    the last thing that went wrong, empty after a success. `next_at` is the number of labeled images of the next training.
    `class_edit` is the last edit of classes before the model learned (None: an earlier version wrote it).
    """

    engine: str = ""
    is_on: bool = False
    reason: str = ""
    model: str = ""
    generation: int = 0
    trained_at: float = 0.0
    images: int = 0
    next_at: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    each_seconds: float = 0.0
    quality: Quality = Quality(0)
    failure: str = ""
    doing: str = ""
    class_edit: int | None = None


class AssistUse(msgspec.Struct, frozen=True):
    """What proposals were good for so far: tasks submitted that had any, proposals shown, taken over, and keys saved."""

    tasks: int = 0
    proposed: int = 0
    taken: int = 0
    keys_saved: int = 0


def keys_with(right: int, wrong: int, missed: int, by_hand: float = KEYS_A_BOX, renamed: int = 0) -> float:
    """Keys for one image by the cheapest way: refuse what is wrong and take the rest with one key; take what is right by
    its letter (then leave the proposals with a key, if something is left to draw); or leave them at once. `renamed` boxes
    are right but for their class: a digit and a letter take each."""
    drawn = missed * by_hand
    useful = right + renamed
    by_hand_only = (useful + missed) * by_hand + (1 if useful + wrong and useful + missed else 0)
    if not useful:
        return by_hand_only if wrong else drawn
    refusing = wrong + (1 if right else 0) + 2 * renamed + drawn
    taking = right + 2 * renamed + (1 if wrong and missed else 0) + drawn
    return min(refusing, taking, by_hand_only)
