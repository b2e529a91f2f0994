"""The sizes that boxes of each class had: once there are five, corners take as few letters as such boxes need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui_labeler.labeling.tools.tool import Sizes
from tui_labeler.model.regions import Region

ENOUGH = 5
# The few largest and smallest of many are left out: one outlier would make every grid coarser.
_CUT = 0.02
_MOST = 500
_TOLD = 60


class KnownSizes:
    """Widths and heights by class, in image pixels."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[float, float]]] = {}

    def learn(self, regions: Iterable[Region]) -> None:
        for region in regions:
            box = region.extent
            sizes = self._seen.setdefault(region.name, [])
            sizes.append((box.width, box.height))
            del sizes[:-_MOST]

    def rename(self, became: Mapping[str, str]) -> None:
        """Classes have other names ("": none)."""
        seen: dict[str, list[tuple[float, float]]] = {}
        for name, sizes in self._seen.items():
            if now := became.get(name, name):
                seen[now] = (seen.get(now, []) + sizes)[-_MOST:]
        self._seen = seen

    def of(self, name: str, drawn: Iterable[Region] = ()) -> Sizes | None:
        """None until there are five, those that are `drawn` and not submitted yet among them."""
        here = [(region.extent.width, region.extent.height) for region in drawn if region.name == name]
        seen = self._seen.get(name, []) + here
        if len(seen) < ENOUGH:
            return None
        widths, heights = sorted(w for w, _ in seen), sorted(h for _, h in seen)
        low = int(len(seen) * _CUT)
        high = len(seen) - 1 - low
        # So many tell how sizes are spread; the newest are the likeliest to come again.
        return Sizes((widths[low], heights[low]), (widths[high], heights[high]), tuple(seen[-_TOLD:]))
