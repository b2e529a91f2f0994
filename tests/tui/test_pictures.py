"""Images that are prepared in threads: the one that someone waits for comes first."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from tui_labeler.imaging.decode import BrokenImage
from tui_labeler.model.geometry import Size
from tui_labeler.tui.pictures import Pictures


class Files:
    """Reads of paths that begin with "slow" wait until `go` is set."""

    def __init__(self) -> None:
        buffer = io.BytesIO()
        Image.new("RGB", (60, 40)).save(buffer, "PNG")
        self._data = buffer.getvalue()
        self.read_paths: list[str] = []
        self.go = threading.Event()

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        if path.startswith("slow"):
            self.go.wait(10)
        return b"" if path.startswith("broken") else self._data


@pytest.fixture
def files() -> Iterator[Files]:
    files = Files()
    yield files
    files.go.set()


async def test_what_is_waited_for_overtakes_what_is_prepared(files: Files) -> None:
    pictures = Pictures(files.read)
    pictures.keep([*(f"slow{number}" for number in range(4)), "wanted"])
    picture = await asyncio.wait_for(pictures.get("wanted"), 5)
    assert picture.size == Size(60, 40)
    assert {"slow2", "slow3"}.isdisjoint(files.read_paths), "those wait for a thread"
    other_picture = await asyncio.wait_for(pictures.get("other"), 5)
    assert other_picture.size == Size(60, 40)
    pictures.close()


async def test_what_has_begun_is_neither_read_twice_nor_forgotten(files: Files) -> None:
    pictures = Pictures(files.read)
    pictures.begin("slow")
    pictures.keep(["another"])
    waiting = asyncio.create_task(pictures.get("slow"))
    await asyncio.sleep(0.05)
    files.go.set()
    assert (await waiting).size == Size(60, 40)
    assert await pictures.get("slow") is waiting.result()
    assert sorted(files.read_paths) == ["another", "slow"]
    pictures.close()


async def test_a_broken_image_is_read_again_when_it_is_asked_for_again(files: Files) -> None:
    pictures = Pictures(files.read)
    pictures.keep(["broken"])
    for _ in range(2):
        with pytest.raises(BrokenImage):
            await pictures.get("broken")
    assert files.read_paths == ["broken", "broken"]
    pictures.close()


async def test_after_the_end_nothing_begins(files: Files) -> None:
    pictures = Pictures(files.read)
    pictures.close()
    pictures.begin("late")
    pictures.keep(["late"])
    with pytest.raises(asyncio.CancelledError):
        await pictures.get("late")
    assert files.read_paths == []
