"""Whatever a person or a file says to the command line, it answers with an exit code of the contract and a message.

`TUI_LABELER_FUZZ=50000` tries as many command lines; without it a few hundred.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.cli.conftest import project_file
from tui_labeler.cli import main as command_line
from tui_labeler.model.projectfile import parse_project
from tui_labeler.workspace import Workspace

COUNT = int(os.environ.get("TUI_LABELER_FUZZ", "200"))
# Hypothesis remembers every example of a run: a long one is parted, or it takes all memory.
_MOST = 2000

_ODD = (
    "", " ", ".", "..", "-", "--", "-1", "0", "1e999", "nan", "soda", "cans", "set", "a[b", "[/red]", "%s", "%00",
    "~", "~x", "/",
    "//", "//[x", "*", "**", "[", "[]", "[!", "{a,b}", "a/../b", "\\", "'", '"', "$(x)", "\n", "\t", "\x1b[31m",
    "\x07",
    "\u202e", "\u200b", "\udcff", "é", "日本", "\U0001f600", "a" * 300, "/dev/null", "/dev/full", "/proc/self/mem",
    "/etc/shadow",
    "file://", "file:///", "file://host/x", "az://", "az://a[b", "az://a]b/", "az://[::1", "az://[::1]/x",
    "s3://k:p@b/x", "s3://b?sig=x",
    "gs://b/../..", "azureml://", "azureml://[", "azureml:x:1", "http://[", "https://x:99999/", "https://x:y/",
    "sqlite:///",
    "sqlite:///\udcff", "sqlite:////dev/null", "postgresql://[", "1h", "-5m", "99999999999999999999d", "2001-99-99",
    "0x10", "train/**",
    "[a-", "?" * 50, "a=b", "=", "a=", "=b", "coke=sprite", "coke", "1.5", "-0.5", "9" * 5000,
)  # fmt: skip
_WORD = st.one_of(
    st.sampled_from(_ODD),
    st.text(st.characters(exclude_characters="\0"), max_size=12),
    st.tuples(
        st.sampled_from(("az://", "s3://", "gs://", "file://", "azureml://", "https://", "/")), st.text(max_size=8)
    )
    .map("".join)
    .filter(lambda text: "\0" not in text),
)
_PROJECT = st.one_of(st.just("soda"), _WORD)
_FILE = st.sampled_from(
    ("odd.json", "odd.jsonl", "odd.csv", "odd.xml", "odd.toml", "data.yaml", "odd.txt", "odd", "images", "none")
)

_LINES = (
    ("datastore", "add", _WORD, _WORD), ("datastore", "remove", _WORD), ("datastore", "list"),
    ("dataset", "create", _WORD, "--datastore", st.one_of(st.just("cans"), _WORD), "--path", _WORD), ("dataset",
    "show", _WORD),
    ("project", "create", st.one_of(_FILE, _WORD)), ("project", "show", _PROJECT), ("project", "pause", _WORD),
    ("project", "resume", _PROJECT), ("project", "delete", _WORD.filter(lambda name: name != "soda"), "--yes"),
    ("project", "list"),
    ("status", _PROJECT), ("refresh", _PROJECT), ("export", _PROJECT, "--format", st.one_of(st.sampled_from(("coco",
    "csv")), _WORD)),
    ("export", _PROJECT, "--split", _WORD, "--seed", _WORD), ("export", _PROJECT, "--split-path", _WORD,
    "--image-url", _WORD),
    ("export", _PROJECT, "--class", _WORD, "--labeler", _WORD), ("exports", _WORD),
    ("import", "soda", _FILE), ("import", "soda", _FILE, "--dry-run"), ("import", "soda", _FILE, "--format", _WORD),
    ("import", "soda", _FILE, "--map", _WORD, "--drop", _WORD, "--labeler", _WORD), ("import", _PROJECT, _WORD),
    ("show", _WORD), ("show", st.one_of(_FILE, _WORD), "--regions", _PROJECT), ("config", "set", _WORD, _WORD),
    ("config", "show"), ("config", "get", _WORD), ("config", "unset", _WORD),
    ("config", "path"), ("label", _PROJECT), ("assist", _WORD), ("assist", "use", _WORD), (_WORD,), (_WORD, _WORD),
    ("demo", _WORD, _WORD),
    ("--workspace", _WORD, "project", "list"), ("--workspace", _WORD, "status"), ("azure", _WORD), ("azure", "use",
    _WORD),
)  # fmt: skip
_COMMAND = st.sampled_from(_LINES).flatmap(
    lambda line: st.tuples(*(word if isinstance(word, st.SearchStrategy) else st.just(word) for word in line))
)

_VALUE = st.one_of(
    st.sampled_from(
        ('"a"', "1", "true", "[]", "{}", "2001-99-99", "1979-05-27", "[[[[", "nan", '""', '"\\u0000"', "'''")
    ),
    st.integers().map(str),
    st.text(max_size=8).map(json.dumps),
)
_TOML = st.lists(
    st.one_of(
        st.sampled_from(project_file().splitlines()),
        st.tuples(
            st.sampled_from(("name", "type", "names", "every", "enabled", "labelers", "path", "x.y")), _VALUE
        ).map(" = ".join),
        st.text(max_size=20),
    ),
    max_size=14,
).map("\n".join)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(("images", "annotations", "categories", "id", "file_name", "bbox", "image_id",
            "category_id", "width",
                             "height", "name", "names", "segmentation", "image_url", "label", "shapes", "points",
                             "imagePath")),
            inner, max_size=5),
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value))  # fmt: skip
_CONTENT = st.one_of(
    _TOML.map(lambda text: text.encode("utf-8", "surrogatepass")),
    _JSON.map(str.encode),
    st.binary(max_size=60),
    st.sampled_from((b"names: [2001-99-99]\ntrain: images\n", b"names: {1: a, b: 2}\n", b"[" * 3000, b"{" * 3000,
    b'{"a":' * 3000,
                     b"a = " + b"[" * 3000, b"- " * 3000, b"<a>" * 3000, b"image,xmin\n1,\x00\n",
                     b"\xff\xfe<\x00a\x00", b"\xef\xbb\xbf")),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with the project `soda`, and the folder that the commands run in."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "images").mkdir()
    for name in ("a.jpg", "b.jpg", "c.png"):
        Image.new("RGB", (16, 12)).save(folder / "images" / name)
    workspace = Workspace(folder / "home" / "workspace.db", folder / "home" / "exports")
    workspace.datasets.add_datastore("cans", str(folder / "images"))
    workspace.projects.create(parse_project(project_file(), "a file"))
    workspace.close()
    before = os.getcwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.fixture
def unforeseen_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw fails the test with its own traceback, instead of a report."""

    def fail(error: Exception, state: dict[str, object]) -> int:
        raise error

    monkeypatch.setattr(command_line, "_unforeseen", fail)
    for name in ("CI", "TUI_LABELER_HOME", "TUI_LABELER_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


def says(folder: Path, words: tuple[str, ...], stdin: bytes = b"") -> tuple[int, str]:
    """The exit code, and all that was printed."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = command_line.main(["--home", str(folder / "home"), *words])
    finally:
        sys.stdin = before
    return code, out.getvalue() + err.getvalue()


@pytest.mark.slow
@pytest.mark.usefixtures("unforeseen_raises")
@pytest.mark.parametrize("part", range(max(1, COUNT // _MOST)))
@settings(
    max_examples=min(COUNT, _MOST),
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(words=_COMMAND, content=_CONTENT, as_json=st.booleans())
def test_any_words_get_an_answer(
    folder: Path, part: int, words: tuple[str, ...], content: bytes, as_json: bool
) -> None:
    if "azure" in words and "login" in words:
        return  # would ask Azure
    for name in ("odd.json", "odd.jsonl", "odd.csv", "odd.xml", "odd.toml", "data.yaml", "odd.txt", "odd"):
        if name in words:
            (folder / name).write_bytes(content)
    (folder / "home" / "config.toml").unlink(missing_ok=True)
    code, text = says(folder, (*words, *(["--json"] if as_json else [])), content)
    assert code in (0, 1, 2, 3), text
    assert "\x1b" not in text
    assert code == 0 or text.strip()


@pytest.mark.usefixtures("unforeseen_raises")
@pytest.mark.parametrize(
    ("words", "code", "says_so"),
    [
        (("datastore", "add", "x", "az://a[b"), 2, "is not a URL"),
        (("datastore", "add", "x", "s3://[::1"), 2, "is not a URL"),
        (("datastore", "add", "x", "a[b"), 1, "no folder"),
        (("project", "create", "deep.toml"), 2, "deep.toml"),
        (("import", "soda", "yolo/data.yaml", "--dry-run"), 0, "2001-99-99"),
        (("import", "soda", "~no-such-user/labels"), 1, "~no-such-user"),
        (("datastore", "remove", "caf\udce9"), 2, "is not UTF-8"),
        (("project", "show", "\udcff"), 2, "is not UTF-8"),
    ],
)
def test_what_was_unforeseen_once(folder: Path, words: tuple[str, ...], code: int, says_so: str) -> None:
    (folder / "deep.toml").write_bytes(b"a = " + b"[" * 5000)
    (folder / "yolo" / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "yolo" / "labels" / "a.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (folder / "yolo" / "data.yaml").write_bytes(b"names: [2001-99-99]\ntrain: images\n")
    exit_code, text = says(folder, words)
    assert (exit_code, says_so in text) == (code, True), text
