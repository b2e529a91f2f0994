"""An augmented manifest read: a line an image, `source-ref` its URL, and for each job its labels under the job's name and
what they mean under NAME-metadata.

Of several jobs of a kind the last one with labels that can be read counts (others verified or adjusted). What no human
looked at (`human-annotated: no`) is proposed. An image on which the workers drew nothing is empty: its job says that
they saw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from tui_labeler.formats.awsmanifest.signature import SUFFIXES, is_manifest
from tui_labeler.formats.jsonlines import json_lines
from tui_labeler.formats.reading import Reading, polygon, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, numbers_of, share_of, text_of
from tui_labeler.model.errors import BadInput

_SIDES = ("left", "top", "width", "height")
_METADATA = "-metadata"
_REGIONS = frozenset({"object-detection", "semantic-segmentation"})


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is a manifest."""
    count = 0
    for name in source.ending(*SUFFIXES) if source.is_folder else source.files:
        if source.is_folder and not is_manifest(source.head(name)):
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        for place, row in json_lines(source, name, reading):
            try:
                yield _image(place, row, reading)
            except BadInput as error:
                reading.bad_entry(error)
    if not count:
        raise BadInput(f"There is no manifest in {source.path}.", "Name the file output.manifest.")


def _image(place: Place, row: Fields, reading: Reading) -> ReadImage:
    entry = Entry(place, reading).named(text_of(row.get("source-ref")) or text_of(row.get("source")))
    jobs: dict[bool, list[tuple[str, Fields]]] = {}  # those about whole images, and those about regions, that count
    for key, metadata in row.items():
        name = key.removesuffix(_METADATA)
        if name != key and isinstance(metadata, dict) and name in row and (kind := _kind(row[name], metadata)):
            before = jobs.get(kind in _REGIONS, [])
            kept = [job for job in before if _is_beside(job[1], metadata)]
            older = [other for other, about in before if not _is_beside(about, metadata)]
            if count := sum(bool(fields_of(row[other]).get("annotations", True)) for other in older):
                reading.report.add("older_answer", place, count)
            jobs[kind in _REGIONS] = [*kept, (name, metadata)]
    if not jobs:
        failed = any("failure-reason" in fields_of(row[key]) for key in row if key.endswith(_METADATA))
        if failed:
            raise BadInput(f"{place}: its job failed.", "Label it again.")
        return entry.image()
    for name, metadata in chain.from_iterable(jobs.values()):
        _add(entry, _kind(row[name], metadata), row[name], metadata)
    about = jobs.get(reading.kind.has_regions) or next(iter(jobs.values()))  # those that the project is about
    name, metadata = about[-1]
    by_human = text_of(metadata.get("human-annotated")).lower() != "no"
    empty = Stated.EMPTY if by_human and _kind(row[name], metadata) != "image-classification" else Stated.LISTED
    return entry.image(empty, Stated.LABELED if by_human else Stated.PROPOSED)


def _is_beside(older: Fields, newer: Fields) -> bool:
    """Whether a later job labeled other things, so that both count: other classes, and not the older one's adjusted."""
    if text_of(newer.get("adjustment-status")):
        return False
    names = ({text_of(name) for name in fields_of(job.get("class-map")).values()} for job in (older, newer))
    first, second = names
    both_regions = all("object-detection" in text_of(job.get("type")) for job in (older, newer))
    return both_regions and bool(first and second) and not first & second


def _add(entry: Entry, kind: str, labels: Any, metadata: Fields) -> None:
    """The labels of a job."""
    if kind == "object-detection":
        _boxes(entry, fields_of(labels), metadata)
    elif kind == "image-classification-multilabel":
        _classes(entry, list_of(labels), metadata)
    elif kind == "image-classification":
        entry.tags += filter(None, (text_of(metadata.get("class-name")) or text_of(labels),))
    else:
        entry.leave("mask", entry.place)


def _kind(labels: Any, metadata: Fields) -> str:
    """The job's kind, as it says itself, or as its labels look; nothing for kinds that say nothing of the image."""
    said = text_of(metadata.get("type")).lower().rpartition("/")[2]
    if said in ("object-detection", "image-classification", "image-classification-multilabel", "semantic-segmentation"):
        return said
    if isinstance(labels, dict) and isinstance(labels.get("annotations"), list):
        return "object-detection"
    if "class-name" in metadata and not said:
        return "image-classification"
    return ""


def _boxes(entry: Entry, labels: Fields, metadata: Fields) -> None:
    sizes = list_of(labels.get("image_size"))
    size = fields_of(sizes[0]) if sizes else {}
    entry.sized(size.get("width"), size.get("height"))
    names = fields_of(metadata.get("class-map"))
    objects = list_of(metadata.get("objects"))
    machine = text_of(metadata.get("human-annotated")).lower() == "no"
    for number, item in enumerate(list_of(labels.get("annotations")), 1):
        where = Place(entry.place, ", annotation ", number)
        annotation = fields_of(item)
        key = text_of(annotation.get("class_id"))
        name = text_of(names.get(key)) or text_of(annotation.get("class-name"))
        if not name:
            entry.leave("unknown_class" if key else "no_class", where)
            continue
        # What Ground Truth calls confidence is, for people, how much they agreed.
        about = fields_of(objects[number - 1]) if machine and number <= len(objects) else {}
        sure = share_of(about.get("confidence"))
        with entry.part(where, "bad_box"):
            entry.regions.append(_region(where, name, annotation, sure))


def _region(place: Place, name: str, annotation: Fields, sure: float) -> ReadRegion:
    vertices = list_of(annotation.get("vertices"))
    if vertices:
        flat = [value for vertex in vertices for value in numbers_of(place, fields_of(vertex), ("x", "y"))]
        return ReadRegion(name, points=polygon(place, flat), confidence=sure)
    return ReadRegion(name, sized_box(place, *numbers_of(place, annotation, _SIDES)), confidence=sure)


def _classes(entry: Entry, labels: list[Any], metadata: Fields) -> None:
    names = fields_of(metadata.get("class-map"))
    for label in labels:
        key = text_of(label)
        if name := text_of(names.get(key)):
            entry.tags.append(name)
        else:
            entry.leave("unknown_class", entry.place)
