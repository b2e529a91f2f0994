"""What a model proposes for the open image, until the labeler has decided on each: taken, refused, or drawn over.

Where a box is right and its class is not, a digit before the letter takes it as that class.

The draft's history is the memory: what was taken or refused stands there, so that undo brings a proposal back, and a draft
that is opened again tomorrow knows what was decided. A proposal never changes a region of the draft.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tui_labeler.imaging.overlay import Mark
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.tool import NOT_MINE, Outcome, Scene, Sketch
from tui_labeler.model.prelabels import confirmed
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.text import plural

# Easy to reach first. The same letter with Shift refuses, so no others serve.
LETTERS = "fjdkslagheiruwoqptynvmcxbz"
# A proposal that a region of the draft overlaps by so much stands for the same object: the person's region counts.
_SAME = 0.6


class Proposals:
    """A letter takes the box that bears it, with Shift it refuses it; Space takes all that are left. With a class chosen by
    its digit before, a letter takes the box as that class, and Space all that are proposed as that class."""

    mode = Mode.PROPOSALS

    def __init__(self, draft: Callable[[], Draft]) -> None:
        self._draft = draft
        self._offered: tuple[Region, ...] = ()
        self.sure_tags: tuple[tuple[str, float], ...] = ()
        self._page = 0
        self._named = ""  # the class of the next one taken; empty: as proposed

    def offer(self, labels: Labels | None) -> None:
        """Another image; `labels` is what is proposed for it. Letters follow the reading order."""
        regions = labels.regions if labels else ()
        self._offered = tuple(sorted(regions, key=lambda region: (region.extent.y0 // 40, region.extent.x0)))
        self.sure_tags = labels.sure_tags if labels else ()
        self._page = 0
        self._named = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """What is proposed for the whole image."""
        return tuple(tag for tag, _ in self.sure_tags)

    @property
    def open(self) -> tuple[Region, ...]:
        """The proposals on which nothing is decided yet."""
        return tuple(self._offered[index] for index in self._open_indices())

    def _open_indices(self) -> list[int]:
        draft = self._draft()
        decided = draft.decided()
        boxes = [region.extent for region in draft.regions]
        return [
            index
            for index, proposal in enumerate(self._offered)
            if confirmed(proposal) not in decided and not any(proposal.extent.iou(box) >= _SAME for box in boxes)
        ]

    def hints(self) -> dict[str, Region]:
        """letter -> proposal. Letters stay while others are decided. Where there are more than 26, Tab gives the letters to
        the next ones; so does deciding on the last of these."""
        pages: dict[int, list[int]] = {}
        for index in self._open_indices():
            pages.setdefault(index // len(LETTERS), []).append(index)
        if not pages:
            return {}
        known = sorted(pages)
        page = next((number for number in known if number >= self._page), known[0])
        return {LETTERS[index % len(LETTERS)]: self._offered[index] for index in pages[page]}

    def marks(self, hinted: bool, hidden: Callable[[Region], bool]) -> tuple[Mark, ...]:
        """Dashed regions, with letters while this tool is in use."""
        letters = {proposal: letter for letter, proposal in self.hints().items()} if hinted else {}
        return tuple(
            Mark(proposal, dashed=True, hint=letters.get(proposal, "").upper(), hidden=hidden(proposal))
            for proposal in self.open
        )

    # Keys

    def name_next(self, name: str) -> None:
        """The next one taken gets this class, whatever is proposed."""
        self._named = name

    def press(self, key: str, scene: Scene) -> Outcome:
        if key == "tab" and len(self.open) > len(self.hints()):
            last = -(-len(self._offered) // len(LETTERS))
            self._page = (self._page + 1) % last
            return Outcome()
        named, self._named = self._named, ""
        if key == "space":
            return Outcome(take=tuple(confirmed(proposal) for proposal in self.open if named in ("", proposal.name)))
        proposal = self.hints().get(key.lower()) if len(key) == 1 else None
        if proposal is None:
            # A letter without a box is a slip of the finger; as a command it would surprise.
            return Outcome() if len(key) == 1 and key.lower() in LETTERS else NOT_MINE
        if not key.islower():
            return Outcome(refuse=confirmed(proposal))
        taken = confirmed(proposal)
        return Outcome(take=(msgspec.structs.replace(taken, name=named) if named else taken,))

    def as_placed(self, scene: Scene) -> Outcome:
        return NOT_MINE

    def sketch(self, scene: Scene) -> Sketch:
        return Sketch()

    @property
    def enter(self) -> str:
        return ""

    def prompt(self, scene: Scene) -> str:
        count = len(self.open)
        more = " · Tab: more letters" if count > len(self.hints()) else ""
        if self._named:
            return f"As “{self._named}”: a letter takes one box, Space all that are proposed as it · Esc draws{more}"
        keys = "Space takes all, a letter one, ⇧letter refuses it"
        return f"{plural(count, 'proposal')}: {keys} · Esc draws{more} · a digit before a letter: its class"

    @property
    def is_begun(self) -> bool:
        return False

    def take_back(self) -> bool:
        return False

    def reset(self) -> bool:
        return False
