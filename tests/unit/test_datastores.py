"""Local folders: odd names, links, folders that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.datastores.urls import parse_datastore
from tui_labeler.model.errors import BadInput, LabelerError, StorageError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.jpg", "sub/b.PNG", "sub/c d#%20é.jpg", "notes.txt", "noending"):
        (folder / name).write_bytes(b"x" * 7)
    return folder


def open_store(folder: Path) -> OpenDatastore:
    return OpenDatastore(parse_datastore("d", str(folder)))


def listed(store: OpenDatastore, path: str = "/") -> tuple[list[str], int, int]:
    listing = store.list(path)
    names = [name for batch in listing for name, _, _ in batch]
    return sorted(names), listing.others.count, listing.unusable.count


def test_images_are_listed_and_the_rest_is_counted(root: Path) -> None:
    assert listed(open_store(root)) == (["a.jpg", "sub/b.PNG", "sub/c d#%20é.jpg"], 2, 0)
    assert listed(open_store(root), "sub/*.PNG")[0] == ["sub/b.PNG"]


def test_names_that_cannot_be_addressed_are_counted(root: Path) -> None:
    (root / "esc\x1b]52;c;aGk=\x07.jpg").write_bytes(b"x")
    with open(os.fsencode(root) + b"/\xff\xfe.jpg", "wb") as file:
        file.write(b"x")
    names, _, unusable = listed(open_store(root))
    assert names == ["a.jpg", "sub/b.PNG", "sub/c d#%20é.jpg"]
    assert unusable == 2


def test_links_out_of_the_root_are_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jpg").write_bytes(b"s")
    (root / "out.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (root / "outdir").symlink_to(tmp_path / "outside")
    (root / "in.jpg").symlink_to(root / "a.jpg")
    (root / "loop").symlink_to(root)
    names, _, unusable = listed(open_store(root))
    assert names == ["a.jpg", "in.jpg", "sub/b.PNG", "sub/c d#%20é.jpg"]
    assert unusable == 2


def test_reading_goes_by_the_listed_name(root: Path) -> None:
    store = open_store(root)
    for name in listed(store)[0]:
        assert store.read(name) == b"x" * 7


@pytest.mark.parametrize("path", ["gone.jpg", "sub", "../root/a.jpg", "/etc/passwd"])
def test_what_cannot_be_read_is_told(root: Path, path: str) -> None:
    with pytest.raises(LabelerError) as told:
        open_store(root).read(path)
    assert told.value.message


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises((BadInput, StorageError)) as told:
        list(open_store(tmp_path / "gone").list("/"))
    assert "gone" in told.value.message


@pytest.mark.parametrize("url", ["", "ftp://x/y", "az://", "relative\0"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(LabelerError):
        parse_datastore("d", url)
