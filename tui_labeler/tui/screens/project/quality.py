"""The dashboard's part about quality: shown where several people label an image, labels are known, or reviewed."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.quality import Quality
from tui_labeler.model.text import fitted, padded, plural, safe_text

# As wide as the names of the task queue, and as many labelers as are shown there.
_NAME, _MOST = 14, 6


def quality_part(quality: Quality, width: int) -> Content:
    """A few lines of at most `width` cells for a team lead; empty where there is nothing to say."""
    if not (quality.compared or quality.gold_images or any(_review(quality))):
        return Content("")
    lines: list[Content] = [Content.styled("Quality", "bold")]
    if quality.f1:
        alpha = "" if quality.alpha is None else f"alpha {quality.alpha:.2f}"
        lines.append(_row("Agreement", f"{quality.f1['0.5']:.0%}", alpha))
        lines.append(_row("Compared", plural(quality.compared, "image")))
    if quality.gold_images:
        lines.append(_row("Known", plural(quality.gold_images, "image")))
    judged = [labeler for labeler in quality.labelers if labeler.gold.f1 is not None]
    for labeler in judged[:_MOST]:
        lines.append(_row(f" {fitted(labeler.name, _NAME - 2)}", f"{labeler.gold.f1:.0%}", "of what is known"))
    if len(judged) > _MOST:
        lines.append(Content.styled(f" and {len(judged) - _MOST:,} more", "$foreground 60%"))
    waiting, accepted, corrected, returned = _review(quality)
    if waiting or accepted or corrected or returned:
        long = f"{waiting:,} waiting  v looks them over"
        does = "v looks them over" if _NAME + len(long) <= width else "v: review"
        lines.append(_row("Review", f"{waiting:,} waiting", does if waiting else ""))
        lines.append(_row("", f"{accepted:,} right, {corrected:,} corrected"))
        if returned:
            lines.append(_row("", f"{returned:,} given back"))
    lines += [Content.styled(safe_text(line), "$text-warning") for line in quality.advice[:5]]
    return Content("\n").join(lines)


def _row(what: str, value: str, more: str = "") -> Content:
    """As the rows of the task queue, which stands above."""
    return Content.assemble(padded(what, _NAME), value, (f"  {more}" if more else "", "$foreground 60%"))


def _review(quality: Quality) -> tuple[int, int, int, int]:
    review = quality.review
    return review.waiting, review.accepted, review.corrected, review.returned
