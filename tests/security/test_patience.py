"""Reads that never return: given up after a limit, and left at once when the app is."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_labeler import limits, patience
from tui_labeler.datastores.listing import Seen
from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.model.errors import Cancelled, LabelerError, StorageError, Unreachable
from tui_labeler.model.tasks import Datastore
from tui_labeler.patience import DaemonThreads, Late, Patience


@pytest.fixture(autouse=True)
def _short_limits() -> Iterator[None]:
    before = limits.in_force()
    limits.use(limits.Limits(file_bytes=1_000_000, seconds=0.3))
    yield
    limits.use(before)
    patience.begin()


def local(folder: Path) -> OpenDatastore:
    return OpenDatastore(Datastore("cans", f"file://{folder}", "local"))


def listed(store: OpenDatastore) -> tuple[list[str], list[str]]:
    listing = store.list("/")
    return sorted(entry[0] for batch in listing for entry in batch), sorted(listing.unusable.examples)


def test_what_never_returns_is_given_up_and_the_next_call_is_not_held_up() -> None:
    never = threading.Event()
    patience = Patience()
    with pytest.raises(Late):
        patience.within(0.05, lambda beat: never.wait())
    assert patience.within(5, lambda beat: 7) == 7
    never.set()


def test_signs_of_life_prolong_the_wait() -> None:
    def slow(beat: patience.Beat) -> str:
        for _ in range(8):
            time.sleep(0.1)
            beat()
        return "done"

    assert Patience().within(0.5, slow) == "done"


def test_a_place_that_is_stuck_is_not_asked_for_ever() -> None:
    never = threading.Event()
    patience = Patience()
    before = threading.active_count()
    for _ in range(50):
        with pytest.raises(Late):
            patience.within(0.01, lambda beat: never.wait())
    assert threading.active_count() - before < 12
    never.set()


def test_leaving_wakes_whoever_waits() -> None:
    never = threading.Event()
    told: list[str] = []

    def ask() -> None:
        try:
            Patience().within(60, lambda beat: never.wait())
        except Cancelled:
            told.append("cancelled")

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.05)
    patience.give_up()
    asking.join(5)
    assert told == ["cancelled"]
    never.set()


def test_a_pool_ends_although_one_of_its_threads_is_stuck() -> None:
    never = threading.Event()
    pool = DaemonThreads(2)
    pool.submit(never.wait)
    assert pool.submit(lambda: 3).result(5) == 3
    pool.shutdown(wait=True)
    never.set()


def test_pipes_sockets_devices_and_folders_are_named_without_being_opened(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "folder.jpg" / "inside.jpg").write_bytes(b"y")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "socket.jpg"))
    store = local(tmp_path)
    files, unusable = listed(store)
    assert files == ["folder.jpg/inside.jpg", "good.jpg"]
    assert unusable == ["pipe.jpg", "socket.jpg"]
    for name, kind in (("pipe.jpg", "a named pipe"), ("socket.jpg", "a socket"), ("folder.jpg", "a folder")):
        with pytest.raises(StorageError, match=kind):
            store.read(name)
        (_, refused), (_, data) = store.read_each([name, "good.jpg"], 10)
        assert isinstance(refused, StorageError)
        assert re.search(kind, str(refused))
        assert data == b"x"


def test_a_device_is_named(tmp_path: Path) -> None:
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    with pytest.raises(StorageError, match="leads out"):
        local(tmp_path).read("zero.jpg")
    with pytest.raises(StorageError, match="a device"):
        local(Path("/dev")).read("zero")


def test_links_that_lead_to_themselves_do_not_fail_the_rest(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(b"x")
    (tmp_path / "self.jpg").symlink_to("self.jpg")
    (tmp_path / "one.jpg").symlink_to("two.jpg")
    (tmp_path / "two.jpg").symlink_to("one.jpg")
    (tmp_path / "nowhere.jpg").symlink_to("gone.jpg")
    (tmp_path / "up").symlink_to(".")
    (tmp_path / "deep").symlink_to("deep/deep")
    files, unusable = listed(local(tmp_path))
    assert files == ["good.jpg"]
    assert set(unusable) == {"self.jpg", "one.jpg", "two.jpg", "nowhere.jpg"}


def test_a_sparse_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(6_000_000_000)
    with pytest.raises(StorageError, match=r"6\.0 GB"):
        local(tmp_path).read("huge.jpg")
    ((_, head),) = local(tmp_path).read_each(["huge.jpg"], 100)
    assert head == bytes(100)


def test_a_file_that_changes_while_it_is_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x" * 1000)

    class Growing(patience.Beat):
        def __call__(self) -> None:
            super().__call__()
            with path.open("ab") as file:
                file.write(b"more")

    monkeypatch.setattr("tui_labeler.patience.Beat", Growing)
    with pytest.raises(StorageError, match="changed while it was read"):
        local(tmp_path).read("a.jpg")


@pytest.mark.parametrize("where", ["read", "list", "stat"])
def test_a_disk_that_hangs_is_given_up(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a dead mount does: the call stays in the kernel."""
    (tmp_path / "a.jpg").write_bytes(b"x")
    never = threading.Event()
    store = local(tmp_path)
    if where == "read":
        monkeypatch.setattr("tui_labeler.datastores.store.read_file", lambda *_: never.wait())
    elif where == "list":
        monkeypatch.setattr("os.scandir", lambda *_: never.wait())
    else:
        monkeypatch.setattr("os.path.realpath", lambda *_: never.wait())
    with pytest.raises(Unreachable, match=r"“cans” has not answered for 0\.3 seconds: it cannot be ") as told:
        store.read("a.jpg") if where == "read" else list(store.list("/"))
    assert told.value.mend
    never.set()


def test_a_service_that_takes_the_call_and_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for key, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": "x",
            "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        }.items():  # fmt: skip
            monkeypatch.setenv(key, value)
        store = OpenDatastore(Datastore("cans", "s3://bucket/folder", "s3"))
        for call in (lambda: store.read("a.jpg"), lambda: store.folders(""), lambda: list(store.walk("", Seen()))):
            with pytest.raises(Unreachable, match="not answered"):
                call()


STUCK = """
import sys, threading
from tui_labeler import limits
limits.use(limits.Limits(seconds=0.3))
from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import Datastore
import os
os.fstat = lambda *_: open(sys.argv[2]).read()
try:
    OpenDatastore(Datastore("cans", "file://" + sys.argv[1], "local")).read("a.jpg")
except LabelerError as error:
    print(error)
"""


def test_the_interpreter_ends_although_a_read_is_stuck(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run(
        [sys.executable, "-c", STUCK, str(tmp_path), str(tmp_path / "pipe")], capture_output=True, text=True, timeout=60
    )
    assert "not answered" in done.stdout
    assert done.returncode == 0


def test_errors_pass_through_the_thread(tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match=r"“cans” is empty"):
        local(tmp_path).read("gone.jpg")
    (tmp_path / "a.jpg").write_bytes(b"x")
    with pytest.raises(LabelerError, match="no longer in the datastore"):
        local(tmp_path).read("gone.jpg")
    closed = tmp_path / "closed"
    closed.mkdir()
    if os.getuid() != 0:
        closed.chmod(0)
        with pytest.raises(StorageError, match="cannot be read"):
            listed(local(tmp_path))
