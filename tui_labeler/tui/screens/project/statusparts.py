"""What a dashboard says of a project's status, part by part, each in a given width."""

from __future__ import annotations

from textual.content import Content

from tui_labeler.model.pace import HOURS, about_text, hour_key, hours_left, left_to_do
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.model.text import ago_text, padded, plural, safe_text, whole_parts
from tui_labeler.model.training import LEAST_IMAGES
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.states import COLOURS, counts
from tui_labeler.tui.widgets.bars import share_bar

# So many labeled images Microsoft's documentation of AutoML for images recommends.
_RECOMMENDED = 50
_NAME = 14


def legend(status: Status) -> Content:
    lines = []
    for state, count in counts(status):
        share = 100 * count / status.total if status.total else 0
        lines.append(
            Content.assemble(
                ("■ ", f"${COLOURS[state]}"),
                f"{state.caption:<14}{count:>9,}",
                (f"{share:>7.1f}%", "$foreground 60%"),
            )
        )
    if status.missing:
        lines.append(Content.assemble(("□ Missing files", "$text-warning"), f"{status.missing:>10,}"))
    return Content("\n").join(lines)


def advice_part(status: Status) -> str:
    if status.status is ProjectState.PAUSED:
        return "Paused: nobody is given tasks. p starts it."
    if not status.type.has_regions or status.completed >= _RECOMMENDED:
        return ""
    if status.completed < LEAST_IMAGES:
        return (
            f"A detector cannot be trained yet: AutoML wants {LEAST_IMAGES} labeled images, and {_RECOMMENDED} are "
            "recommended."
        )
    return f"Enough for a first training; {_RECOMMENDED} labeled images are recommended."


def _head(text: str) -> Content:
    return Content.styled(text, "bold")


def _rows(rows: list[tuple[str, int, str]], total: int, width: int) -> list[Content]:
    """Name, bar, count and share, one a line; each row is (name, count, colour)."""
    names = [safe_text(name) for name, _, _ in rows]
    room = min(max(_NAME, *map(len, names)) + 1, width // 3) if names else _NAME
    bar = max(6, width - room - 15)
    lines = []
    for name, count, colour in rows:
        share = count / total if total else 0
        drawn = share_bar(share, bar)
        filled = drawn.rstrip(" ")
        lines.append(
            Content.assemble(
                padded(safe_text(name, room - 1), room - 1) + " ",
                (filled, colour),
                ("─" * (bar - len(filled)), "$foreground 15%"),
                f"{count:>7,}",
                (f"{share * 100:>7.1f}%", "$foreground 60%"),
            )
        )
    return lines


def pace_part(status: Status, spec: ProjectSpec, an_hour: float, width: int) -> Content:
    """How many images are left, how fast they are labeled, and how long the rest takes."""
    left = left_to_do(status)
    hours = hours_left(status, spec.workforce, an_hour)
    rows = [Content.assemble("Left to do".ljust(_NAME), (f"{left:,}", "bold"))]
    if left and hours is not None:
        rows.append(Content.assemble("Pace".ljust(_NAME), f"{_pace_text(an_hour)} images an hour"))
        rows.append(Content.assemble("To finish".ljust(_NAME), f"about {about_text(hours)}"))
    elif left:
        rows.append(Content.assemble("To finish".ljust(_NAME), ("nobody labeled in 24 hours", "$foreground 60%")))
    return Content("\n").join(rows)


def pace_line(status: Status, spec: ProjectSpec, an_hour: float, width: int) -> Content:
    """The same in one line, as much of it as `width` cells hold."""
    left = left_to_do(status)
    hours = hours_left(status, spec.workforce, an_hour)
    known = f" · about {about_text(hours)} · {_pace_text(an_hour)} an hour" if left and hours is not None else ""
    return Content(whole_parts(f"{left:,} left{known}", width))


def why_no_export(status: Status) -> str:
    """What one has to do for the first one, in a few words."""
    return "No export yet: e writes one" if status.completed else "Nothing to export: l labels images"


def _pace_text(an_hour: float) -> str:
    return f"{an_hour:,.0f}" if an_hour >= 10 else f"{an_hour:.1f}"


def classes_part(status: Status, spec: ProjectSpec, width: int, most: int) -> Content:
    """Each class in its order; where there are more than `most`, those with the most labels, and how many others."""
    total = sum(status.classes.values())
    count, title = f"   {plural(total, 'label')}", "Label class distribution"
    head = Content.assemble(_head(title if len(title + count) <= width else "Classes"), (count, "$foreground 60%"))
    if not total:
        how = "Submit labels to see it" + (": l labels images." if status.status is ProjectState.RUNNING else ".")
        return Content("\n").join([head, Content.styled(how, "$foreground 60%")])
    names = list(spec.classes.names)
    rows = [(name, status.classes.get(name, 0), class_style(class_index)) for class_index, name in enumerate(names)]
    if len(rows) <= most:
        return Content("\n").join([head, *_rows(rows, total, width)])
    shown = sorted(range(len(rows)), key=lambda index: -rows[index][1])[: most - 1]
    more = Content.styled(f"and {len(rows) - len(shown):,} more with fewer labels", "$foreground 60%")
    return Content("\n").join([head, *_rows([rows[index] for index in sorted(shown)], total, width), more])


def queue_part(status: Status, spec: ProjectSpec, now: float, width: int) -> Content:
    count = status.queue.prelabeled
    prelabeled = f"{count:,}" if spec.assist.enabled or count else "–  (ML assist is off)"
    refreshed = "never" if status.last_refresh is None else ago_text(now - status.last_refresh)
    room = width - _NAME - len(refreshed)
    ways = (
        (f", every {safe_text(spec.refresh.every, 20)}",) if spec.refresh.enabled else (", r looks again", ", r: again")
    )
    every = next((words for words in ways if len(words) <= room), "")
    return Content("\n").join(
        [
            _head("Task queue"),
            Content.assemble("Manual".ljust(_NAME), (f"{status.queue.manual:,}", "bold")),
            Content.assemble("Prelabeled".ljust(_NAME), prelabeled),
            Content.assemble("Last refresh".ljust(_NAME), refreshed, (every, "$foreground 60%")),
        ]
    )


def labelers_part(status: Status, width: int) -> Content:
    labelers = sorted(((n, name) for name, n in status.labelers.items() if n), reverse=True)
    if not labelers:
        return Content.assemble(_head("Labelers"), ("   nobody yet", "$foreground 60%"))
    total = sum(count for count, _ in labelers)
    shown = _rows([(name, count, "$primary") for count, name in labelers[:6]], total, width)
    if len(labelers) > 6:
        shown.append(Content.styled(f"and {len(labelers) - 6} more", "$foreground 60%"))
    return Content("\n").join([_head("Labelers"), *shown])


def activity_part(status: Status, width: int, now: float) -> Content:
    """Submissions in each of the last hours, as little columns."""
    last = int(now // 3600)
    times = [hour_key(hour * 3600) for hour in range(last - HOURS + 1, last + 1)]
    each = [status.activity.get(hour, 0) for hour in times]
    total = sum(each)
    head = Content.assemble(_head("Activity"), (f"   {total:,} submitted in {HOURS} hours", "$foreground 60%"))
    if not total:
        return head
    top, wide = max(each), max(1, width // HOURS)
    columns = "".join(("▁▂▃▄▅▆▇█"[min(7, count * 8 // (top + 1))] if count else "·") * wide for count in each)
    scale = "24 h ago".ljust(wide * HOURS - 3) + "now"
    return Content("\n").join([head, Content.styled(columns, "$primary"), Content.styled(scale, "$foreground 60%")])
