"""The names of classes in a dataset card: README.md begins with YAML, whose `dataset_info` says what each column is."""

from __future__ import annotations

from typing import Any

from tui_labeler.formats.source import Source
from tui_labeler.formats.values import fields_of, list_of, text_of
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.yamldoc import load_yaml

_MOST = 4 << 20


def class_names(source: Source) -> dict[str, list[str]]:
    """Column -> names of its classes by number. Nothing where the card has none, or is none."""
    try:
        text = source.read("README.md", _MOST).decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if not text.startswith("---\n"):
            return {}
        card = fields_of(load_yaml(text[4:].partition("\n---")[0], "README.md", texts=True))
    except BadInput:
        return {}  # a card is text for people: it may hold anything
    classes: dict[str, list[str]] = {}
    about = card.get("dataset_info")
    for info in about if isinstance(about, list) else [about]:
        for feature in map(fields_of, list_of(fields_of(info).get("features"))):
            names = _names(feature)
            if names:
                classes[text_of(feature.get("name"))] = names
    return classes


def _names(value: Any) -> list[str]:
    """The first list of names anywhere in a feature."""
    if isinstance(value, list):
        return next((inner for item in value if (inner := _names(item))), [])
    fields = fields_of(value)
    names = fields_of(fields.get("class_label")).get("names")
    if isinstance(names, dict):
        return [text_of(names.get(str(at), names.get(at))) for at in range(len(names))]
    if isinstance(names, list):
        return [text_of(name) for name in names]
    return next((inner for key, value in fields.items() if key != "class_label" and (inner := _names(value))), [])
