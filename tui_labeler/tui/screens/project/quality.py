"""The dashboard's part about quality: shown where several people label an image, labels are known, or reviewed."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.quality import Quality
from tui_labeler.model.text import fitted, safe_text


def quality_part(quality: Quality) -> Content:
    """A few lines for a team lead; empty where there is nothing to say."""
    if not (quality.compared or quality.gold_images or any(_review(quality))):
        return Content("")
    lines: list[Content] = [Content.styled("Quality", "bold")]
    if quality.f1:
        alpha = "" if quality.alpha is None else f" · alpha {quality.alpha:.2f}"
        lines.append(Content(f"Agreement {quality.f1['0.5']:.0%} over {quality.compared:,} images{alpha}"))
    for labeler in quality.labelers:
        if labeler.gold.f1 is not None:
            lines.append(Content(f"  {fitted(labeler.name, 14)}: {labeler.gold.f1:.0%} of known objects right"))
    waiting, accepted, corrected, returned = _review(quality)
    if waiting or accepted or corrected or returned:
        text = f"Review: {waiting:,} waiting (v), {accepted:,} accepted, {corrected:,} corrected, {returned:,} returned"
        lines.append(Content(text))
    lines += [Content.styled(safe_text(line), "$text-warning") for line in quality.advice[:5]]
    return Content("\n").join(lines)


def _review(quality: Quality) -> tuple[int, int, int, int]:
    review = quality.review
    return review.waiting, review.accepted, review.corrected, review.returned
