"""The dashboard's part on ML assist: what the model is, how good it is, what it cost, and what it saved."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from tui_labeler.model.assist import AssistState, AssistUse, Quality
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import ago_text, beginning, padded, plural, safe_text
from tui_labeler.tui.classcolours import class_style

_NAME = 16
_MOST_CLASSES = 8


def assist_part(
    spec: ProjectSpec, state: AssistState, use: AssistUse, now: float, width: int, always: bool = False
) -> Content:
    """Within `width` cells; where ML assist is off and never was on, how it is switched on (`always`), or nothing."""
    if not spec.assist.enabled and not state.generation:
        how = Content.styled("A model could propose labels: switch it on in Details (3).", "$foreground 60%")
        return Content.assemble(("ML assist", "bold"), ("   off\n", "$foreground 60%"), how) if always else Content("")
    lines = [Content.assemble(("ML assist", "bold"), (f"   {_standing(spec, state)}", "$foreground 60%"))]
    why = state.failure or (state.reason if spec.assist.enabled else "")
    if why:
        lines.append(Content.styled(safe_text(why, 200), "$text-warning"))
    if state.trained_at:
        lines.append(_helps(state.quality, width))
        lines += _trained(state, now, width, learns=not spec.assist.model)
        lines += _classes(spec, state, width)
    if use.tasks:
        taken = f"{use.taken:,} of {plural(use.proposed, 'proposal')} taken in {plural(use.tasks, 'image')}"
        lines.append(_row("Saved", f"about {plural(use.keys_saved, 'key')}; {taken}", width))
    return Content("\n").join(lines)


def _helps(quality: Quality, width: int) -> Content:
    """Whether labeling with the model is less work, in one sentence."""
    answer = "yes" if quality.helps else "not yet"
    whole = f"{answer}: {quality.keys:.1f} keys a label, {quality.keys_without:.1f} without"
    short = f"{answer}: {quality.keys:.1f} keys, not {quality.keys_without:.1f}"
    return _row("Helps", whole if len(whole) <= width - _NAME else short, width)


def assist_line(spec: ProjectSpec, state: AssistState, width: int) -> Content:
    """The same in one line; nothing where there is no model."""
    if not state.trained_at or not spec.assist.enabled:
        return Content("")
    quality = state.quality
    keys = f"{quality.keys:.1f} keys, not {quality.keys_without:.1f}" if quality.helps else "too many keys"
    return Content(beginning(f"ML assist {'helps' if quality.helps else 'does not help'}: {keys}", width))


def _standing(spec: ProjectSpec, state: AssistState) -> str:
    if not spec.assist.enabled:
        return "off"
    if state.doing:
        return f"{safe_text(spec.assist.engine, 40)}, {state.doing}…"
    return f"{safe_text(spec.assist.engine, 40)}, {'proposing' if state.is_on else 'not proposing'}"


def _trained(state: AssistState, now: float, width: int, learns: bool) -> list[Content]:
    quality = state.quality
    cost = f"{state.seconds:.0f} s, {state.megabytes:.0f} MB"
    each = f", {state.each_seconds:.1f} s an image" if state.each_seconds else ""
    ago = ago_text(now - state.trained_at)
    what = "Trained" if learns else "Measured"
    return [
        _row(what, f"{ago} on {plural(state.images, 'image')}; again at {state.next_at:,}", width),
        _row("Cost", f"{cost}{each}, at the lowest priority", width),
        _row("Held back", f"precision {quality.precision:.2f}, recall {quality.recall:.2f} at IoU 0.5", width),
    ]


def _classes(spec: ProjectSpec, state: AssistState, width: int) -> list[Content]:
    places = {name: class_index for class_index, name in enumerate(spec.classes.names)}
    shown = state.quality.classes[:_MOST_CLASSES]
    lines = [Content.styled(" " * _NAME + "precision recall", "$foreground 60%")] if shown else []
    for class_quality in shown:
        said = f"{class_quality.precision:>9.2f} {class_quality.recall:>6.2f}   {plural(class_quality.labels, 'label')}"
        left_out = "" if class_quality.is_shown else "   not shown: costs keys"
        lines.append(
            Content.assemble(
                ("■ ", class_style(places.get(class_quality.name, -1))),
                padded(safe_text(class_quality.name, _NAME - 3), _NAME - 2),
                said,
                (beginning(left_out, max(1, width - _NAME - len(said))), "$foreground 60%"),
            )
        )
    return lines


def _row(name: str, text: str, width: int) -> Content:
    """The text's further lines begin where its first does."""
    lines = wrap(text, max(20, width - _NAME))
    return Content(name.ljust(_NAME) + ("\n" + " " * _NAME).join(lines))
