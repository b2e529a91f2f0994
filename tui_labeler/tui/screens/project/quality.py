"""The dashboard's part about quality: shown where several people label an image, labels are known, or reviewed."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.quality import Quality
from tui_labeler.model.text import fitted, safe_text


def quality_part(found: Quality) -> Content:
    """A few lines for a team lead; empty where there is nothing to say."""
    if not (found.compared or found.gold_images or any(_review(found))):
        return Content("")
    lines: list[Content] = [Content.styled("Quality", "bold")]
    if found.f1:
        alpha = "" if found.alpha is None else f" · alpha {found.alpha:.2f}"
        lines.append(Content(f"Agreement {found.f1['0.5']:.0%} over {found.compared:,} images{alpha}"))
    for one in found.labelers:
        if one.gold.f1 is not None:
            lines.append(Content(f"  {fitted(one.name, 14)}: {one.gold.f1:.0%} of known objects right"))
    waiting, accepted, corrected, returned = _review(found)
    if waiting or accepted or corrected or returned:
        text = f"Review: {waiting:,} waiting (v), {accepted:,} accepted, {corrected:,} corrected, {returned:,} returned"
        lines.append(Content(text))
    lines += [Content.styled(safe_text(line), "$text-warning") for line in found.advice[:5]]
    return Content("\n").join(lines)


def _review(found: Quality) -> tuple[int, int, int, int]:
    review = found.review
    return review.waiting, review.accepted, review.corrected, review.returned
