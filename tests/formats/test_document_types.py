"""XML that names a document type: read where it declares nothing, and never anything fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import XML, boxes, write
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box

TEXT = XML.format(head="", x=11)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE annotation SYSTEM "voc.dtd">',
        '<?xml version="1.0"?>\n<!DOCTYPE annotation SYSTEM "file:///etc/hostname">\n',
        "<!-- made by > hand -->\n<!DOCTYPE annotation PUBLIC '-//x//y' 'http://192.0.2.1/voc.dtd' >",
        "\ufeff<!DOCTYPE annotation>",
    ],
)
def test_a_document_type_that_declares_nothing(prolog: str, tmp_path: Path) -> None:
    assert boxes(write(tmp_path, {"a.xml": prolog + TEXT}), "voc") == [Box(10, 20, 30, 40)]


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ('[<!ENTITY b SYSTEM "file:///etc/hostname">]', "declares entities"),
        ('SYSTEM "voc.dtd" [<!ENTITY b "cat">]', "declares entities"),
        ('SYSTEM "voc.dtd"', "undefined entity"),
    ],
)
def test_no_entity_is_resolved(declared: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.xml": f"<!DOCTYPE annotation {declared}>" + TEXT.replace("cat", "&b;")}) / "a.xml"
    with pytest.raises(BadInput, match=message):
        read("voc", path)
