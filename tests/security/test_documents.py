"""YAML and XML that others wrote: small files stay small, and nothing in them is obeyed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.measured import peak_megabytes
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.xmldoc import load_xml
from tui_labeler.untrusted.yamldoc import MOST_VALUES, load_yaml

PACKAGE = Path(__file__).parents[2] / "tui_labeler"

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
BOMB += "names: *h\n"

REFUSED = {
    "aliases": (BOMB, "alias"),
    "merge": ("a: &a {b: 1}\nnames: {<<: *a}", "alias"),
    "deep": ("names: " + "[" * 10_000, "levels"),
    "deep blocks": ("".join(" " * level + "a:\n" for level in range(300)), "levels"),
    "many": ("names: [" + "a," * (MOST_VALUES + 1) + "]", "values"),
    "large": ("#" * (5 << 20), "larger"),
    "object": ("names: !!python/object/apply:os.system [ls]", "not valid YAML"),
    "module": ("names: !!python/name:os.system", "not valid YAML"),
    "date": ("names: !!timestamp 2001-99-99", "not valid YAML"),
    "number": ("names: !!int x", "not valid YAML"),
    "digits": (f"names: {'1' * 10_000}", "not valid YAML"),
    "key": ("? [a]\n: b", "not valid YAML"),
    "two documents": ("a: 1\n---\nb: 2", "not valid YAML"),
    "bytes": (b"names: [\xff]", "not valid YAML"),
    "control": ("names: [\x00]", "not valid YAML"),
    "half a surrogate": (b"\xff\xfe\x00\xd8", "not valid YAML"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "many" else ()) for name in REFUSED]
)
def test_yaml_that_is_refused(name: str) -> None:
    text, says = REFUSED[name]
    with pytest.raises(BadInput) as raised:
        load_yaml(text if isinstance(text, bytes) else text.encode(), "data.yaml")
    assert says in raised.value.message
    assert raised.value.message.startswith("data.yaml ")
    assert len(raised.value.message) < 300


def test_yaml_as_it_is_meant() -> None:
    document = load_yaml("# classes\nnc: 3\nnames: {0: coke, 1: 2001-99-99, 2: 2001-01-01}\ntrain: images/train\n", "x")
    assert document == {"nc": 3, "names": {0: "coke", 1: "2001-99-99", 2: "2001-01-01"}, "train": "images/train"}
    many = load_yaml("names:\n" + "".join(f"  {number}: n{number}\n" for number in range(21_841)), "x")
    assert len(many["names"]) == 21_841


@pytest.mark.slow
def test_a_bomb_of_aliases_stays_small(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text(BOMB)
    (tmp_path / "a.txt").write_text("")
    code = (
        "import sys; from pathlib import Path\n"
        "from tui_labeler.model.errors import BadInput\n"
        "from tui_labeler.untrusted.yamldoc import load_yaml\n"
        "try: print(len(str(load_yaml(Path(sys.argv[1]).read_bytes(), 'data.yaml'))))\n"
        "except BadInput as error: print(error)\n"
    )
    peak, said = peak_megabytes(code, tmp_path / "data.yaml")
    assert "alias" in said
    assert peak < 120
    (tmp_path / "data.yaml").write_text("names: [" + "a," * (MOST_VALUES - 10) + "]")
    assert peak_megabytes(code, tmp_path / "data.yaml")[0] < 500


ENTITIES = '<?xml version="1.0" encoding="{}"?><!DOCTYPE a [<!ENTITY b "{}">{}]><a>&b;</a>'
LAUGHS = "".join(f'<!ENTITY {new} "{"".join([f"&{old};"] * 9)}">' for old, new in zip("bcdef", "cdefg", strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8-sig"])
@pytest.mark.parametrize("entity", ["b", "SYSTEM", "none"])
def test_xml_with_a_document_type_is_refused(encoding: str, entity: str) -> None:
    text = ENTITIES.format(encoding.removesuffix("-sig"), "x", LAUGHS)
    if entity == "SYSTEM":
        text = text.replace('b "x"', 'b SYSTEM "file:///etc/passwd"')
    elif entity == "none":
        text = '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>'
    with pytest.raises(BadInput):
        load_xml(text.encode(encoding), "a.xml")


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a>\x00</a>", b'<?xml version="1.0" encoding="x"?><a/>', b"\xff\xfe<"])
def test_xml_that_is_none(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"a\.xml is not complete XML"):
        load_xml(data, "a.xml")


def test_xml_in_utf_16_without_a_document_type_is_read() -> None:
    assert load_xml('<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16"), "a.xml").text == "ä"


def test_xml_stays_within_bounds(tmp_path: Path) -> None:
    (tmp_path / "deep").write_bytes(b"<a>" * 1_000_000 + b"</a>" * 1_000_000)
    (tmp_path / "many").write_bytes(b"<a>" + b"<a/>" * (4 << 20) + b"</a>")
    code = (
        "import sys; from pathlib import Path\n"
        "from tui_labeler.model.errors import BadInput\n"
        "from tui_labeler.untrusted.xmldoc import load_xml\n"
        "try: load_xml(Path(sys.argv[1]).read_bytes(), 'a.xml')\n"
        "except BadInput as error: print(error)\n"
    )
    for name in ("deep", "many"):
        peak, said = peak_megabytes(code, tmp_path / name)
        assert peak < 200, name
        assert "elements" in said or "larger" in said, name


def test_nothing_else_reads_yaml_or_xml() -> None:
    """One loader for each, and one for XML larger than memory: no caller has to think of what a document could do."""
    readers = re.compile(
        r"^\s*(import|from) (yaml|xml(?!\.sax\.saxutils)|lxml|defusedxml|ruamel)\b|safe_load\(|expat", re.MULTILINE
    )
    typing_only = re.compile(r"^if TYPE_CHECKING:\n(    .*\n|\n)+", re.MULTILINE)
    parsing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if readers.search(typing_only.sub("", path.read_text("utf-8")))
    }
    assert parsing == {"untrusted/yamldoc.py", "untrusted/xmldoc.py", "untrusted/xmlstream.py"}
