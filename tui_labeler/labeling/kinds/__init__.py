"""Kinds of labels, one module for those of the same nature: where drawing differs by kind, it differs here."""

from __future__ import annotations

from collections.abc import Mapping

from tui_labeler.labeling.kinds.kind import LabelKind
from tui_labeler.labeling.kinds.regions import Boxes, Polygons
from tui_labeler.labeling.kinds.tags import ManyTags, OneTag
from tui_labeler.model.project import TaskType

LABEL_KINDS: Mapping[TaskType, LabelKind] = {
    TaskType.CLASSIFICATION: OneTag(),
    TaskType.MULTILABEL: ManyTags(),
    TaskType.DETECTION: Boxes(),
    TaskType.SEGMENTATION: Polygons(),
}
