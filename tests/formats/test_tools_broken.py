"""Whatever is done to a file of another tool, its reader ends with labels or with a message: never with a traceback."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import test_other_texts, toolfiles
from tests.formats.golden import placed
from tests.formats.test_fuzz import edits
from tui_labeler.exchange.normalize import Normalizer
from tui_labeler.formats import jsonstream, registry
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ImportChoices, ReadOptions

GOLDEN = toolfiles.GOLDEN | test_other_texts.GOLDEN
ENCLOSE = ReadOptions(rotated="enclose")


def read_all(format_name: str, folder: Path) -> None:
    """As an import does it."""
    for image in registry.reader(format_name).read(open_source(folder), Reading(ENCLOSE)):
        assert image.name
        assert str(image.place)
        for kind in TaskType:
            Normalizer(Reading(ENCLOSE, kind), ImportChoices(reading=ENCLOSE)).fit(image, Size(64, 48))


@pytest.mark.parametrize("case", GOLDEN)
def test_edited_files(case: str) -> None:
    format_name, files, _ = GOLDEN[case]

    @settings(max_examples=25, deadline=None)
    @given(st.sampled_from(sorted(files)), edits)
    def run(name: str, changes: list[tuple[float, int, bytes]]) -> None:
        with tempfile.TemporaryDirectory() as made:
            path = placed(Path(made), files) / name
            data = path.read_bytes()
            for where, cut, text in changes:
                at = int(where * len(data))
                data = data[:at] + text + data[at + cut :]
            path.write_bytes(data)
            try:
                read_all(format_name, Path(made))
            except LabelerError as error:
                assert error.message  # noqa: PT017 - any message will do

    run()


values = st.recursive(
    st.one_of(st.none(), st.integers(-9, 9), st.sampled_from(["", "}},", '"', "\\", "a]"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("ab}", max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.one_of(st.lists(values), st.dictionaries(st.text(max_size=2), values))))
@pytest.mark.slow
def test_entries_of_an_object_are_all_of_them(whole: dict[str, Any]) -> None:
    """However its elements lie in the blocks."""
    data = json.dumps({"before": 1, "all": whole, "after": [2]}).encode()
    before = jsonstream.BLOCK
    jsonstream.BLOCK = 16
    try:
        stream = JsonStream(io.BytesIO(data), "a.json")
        members: dict[str, Any] = {}
        keys = []
        for key in stream.members():
            keys.append(key)
            if key == "all":
                for first, block in stream.entries(msgspec.json.Decoder(dict[str, Any]).decode, key):
                    assert first == len(members)
                    members |= block
    finally:
        jsonstream.BLOCK = before
    assert (members, keys) == (whole, ["before", "all", "after"])
