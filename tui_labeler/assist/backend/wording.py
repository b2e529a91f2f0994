"""What a backend is told about a project: a labeling configuration in Label Studio's XML, from which it reads the names of
controls and classes."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from tui_labeler.model.project import TaskType

IMAGE = "image"  # the name of the image, and its key in a task's data
PROMPT = "prompt"  # the name of the text area that says what to look for
_CONTROLS = {
    TaskType.DETECTION: ("RectangleLabels", "Label", ""),
    TaskType.SEGMENTATION: ("PolygonLabels", "Label", ""),
    TaskType.CLASSIFICATION: ("Choices", "Choice", ' choice="single"'),
    TaskType.MULTILABEL: ("Choices", "Choice", ' choice="multiple"'),
}


def label_config(kind: TaskType, classes: Sequence[str]) -> str:
    control, entry, more = _CONTROLS[kind]
    entries = "".join(f"<{entry} value={quoteattr(name)}/>" for name in classes)
    image = f'<Image name="{IMAGE}" value="${IMAGE}"/>'
    return f'<View>{image}<{control} name="label" toName="{IMAGE}"{more}>{entries}</{control}></View>'


def texts_config(kind: TaskType, classes: Sequence[str]) -> str:
    """With the text area into which a person types what to look for."""
    area = f'<TextArea name="{PROMPT}" toName="{IMAGE}" editable="true" smart="true"/>'
    return label_config(kind, classes).replace("</View>", f"{area}</View>")


def interactive_config(kind: TaskType, classes: Sequence[str]) -> str:
    """With the controls that a person points with, and those that an answer may be of."""
    names = "".join(f"<Label value={quoteattr(name)}/>" for name in classes)
    smart = ("KeyPointLabels", "point"), ("RectangleLabels", "box")
    answers = (("BrushLabels", "brush"), (_CONTROLS[kind][0], "label"))
    controls = [(control, name, ' smart="true"') for control, name in smart]
    controls += [(control, name, "") for control, name in answers]
    parts = (f'<{control} name="{name}" toName="{IMAGE}"{more}>{names}</{control}>' for control, name, more in controls)
    return f'<View><Image name="{IMAGE}" value="${IMAGE}"/>{"".join(parts)}</View>'
