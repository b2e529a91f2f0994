"""Which labels a project takes: the rules for a submission, the same wherever labels come from."""

from __future__ import annotations

from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region

MAX_SIDE = 1_000_000


def check_labels(spec: ProjectSpec, labels: Labels) -> None:
    """Raises BadInput if `labels` cannot be submitted to a project of this specification."""
    problem = labels_problem(spec, labels)
    if problem:
        raise BadInput(problem)


def labels_problem(spec: ProjectSpec, labels: Labels) -> str:
    """Why these labels cannot be submitted; empty if they can. Boxes may reach over the border: exports clip them."""
    return counting_problem(spec.details.type, frozenset(spec.classes.names), labels)


def counting_problem(kind: TaskType, classes: frozenset[str], labels: Labels) -> str:
    """Why a project of this kind, with these classes, cannot have such labels; empty if it can."""
    if not (0 < labels.size.width <= MAX_SIDE and 0 < labels.size.height <= MAX_SIDE):
        return f"The image size {labels.size.width}×{labels.size.height} is not possible."
    for name in (*(region.name for region in labels.regions), *labels.tags):
        if name not in classes:
            return f"“{name[:60]}” is not a label class of this project."
    return kind_problem(kind, labels)


def kind_problem(kind: TaskType, labels: Labels) -> str:
    """Why a project of this kind cannot have such labels, whatever its classes are; empty if it can."""
    if kind.has_regions:
        if labels.tags:
            return f"{kind.caption} takes regions, not tags."
        return next((text for region in labels.regions if (text := _region_problem(kind, region))), "")
    if labels.regions:
        return f"{kind.caption} takes tags, not regions."
    if not labels.tags:
        return "Choose a class before submitting."
    if kind.is_multiclass and len(labels.tags) != 1:
        return "Multi-class takes exactly one class for an image."
    if len(set(labels.tags)) != len(labels.tags):
        return "A class is given twice."
    return ""


def _region_problem(kind: TaskType, region: Region) -> str:
    if not kind.has_polygons and (region.box is None or region.points):
        return "Object identification takes boxes."
    if kind.has_polygons and len(region.points) < 3:
        return f"The polygon of “{region.name[:60]}” has fewer than three points."
    extent = region.extent
    if not extent.is_finite() or not 0.0 <= region.confidence <= 1.0:
        return f"A region of “{region.name[:60]}” holds a number that is none."
    if max(map(abs, (extent.x0, extent.y0, extent.x1, extent.y1))) > 2 * MAX_SIDE:
        return f"A region of “{region.name[:60]}” lies far outside of any image."
    if region.area <= 0 or extent.x0 >= extent.x1 or extent.y0 >= extent.y1:
        return f"A region of “{region.name[:60]}” has no extent."
    return ""
