"""A labeler at a real terminal whose line and server break all the time: what they did has to be there once, and whole.

python -m tests.workspace.cutlabeler [BREAKS [SEED]]
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import Server
from tests.pty.person import Person
from tests.terminal import Terminal
from tests.workspace.conftest import make_images, make_spec
from tests.workspace.cutline import CutLine
from tui_labeler.labeling.draft import decode
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace

SIZE = (120, 36, "xterm-256color")
CLASSES = ("coke", "diet_coke", "sprite")
_NAME = re.compile(r"image_(\d{5})\.jpg")
# Where boxes are drawn with the mouse, in cells: from, to.
_BOXES = (((6, 8), (18, 14)), ((24, 8), (36, 14)), ((42, 18), (54, 24)))
_PATIENCE = 60.0


def wanted(number: int) -> tuple[str, int]:
    """The class and the number of boxes that the labeler gives to an image."""
    return CLASSES[number % 3], 1 + number % 3


@dataclass
class Breaks:
    """What is broken, at random moments, until `count` are done: the line is cut, or is down for a while; the server ends
    as in a power failure and starts again; the labeler's program is killed."""

    server: Server
    line: CutLine
    count: int
    draw: random.Random
    done: Counter[str] = field(default_factory=Counter)
    to_kill: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            while sum(self.done.values()) < self.count:
                time.sleep(self.draw.uniform(0.05, 2.0))
                (kind,) = self.draw.choices(("cut", "down", "restart", "kill"), (70, 20, 5, 5))
                getattr(self, f"_{kind}")()
                self.done[kind] += 1
        finally:
            self.line.come_up()
            self.is_over.set()

    def _cut(self) -> None:
        self.line.cut()

    def _down(self) -> None:
        self.line.go_down()
        time.sleep(self.draw.uniform(0.1, 3.0))
        self.line.come_up()

    def _restart(self) -> None:
        self.server.stop()
        time.sleep(self.draw.uniform(0.0, 1.0))
        self.server.start()

    def _kill(self) -> None:
        self.to_kill.set()
        while self.to_kill.is_set() and not self.is_over.is_set():
            time.sleep(0.02)


class Labeler:
    """Looks at the screen, draws what an image wants, submits, and knows what they have done."""

    def __init__(self, home: Path, url: str, breaks: Breaks) -> None:
        self._person, self._url, self._breaks = Person(home, SIZE), url, breaks
        self.done: list[int] = []
        self.unsure: list[int] = []
        """Those whose submitting a kill may have come before."""
        self._terminal = self._started()

    def _started(self) -> Terminal:
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE:
            terminal = self._person.start("--workspace", self._url, "label", "soda")
            while time.monotonic() - began < _PATIENCE:
                terminal.read(0.05, 0.3)
                if _NAME.search(terminal.text):
                    return terminal
                if os.waitpid(terminal.pid, os.WNOHANG)[0]:  # the line was down
                    os.close(terminal.fd)
                    break
        raise AssertionError(f"it did not begin:\n{terminal.text}")

    def _shown(self) -> int | None:
        match = _NAME.search(self._terminal.text)
        return int(match[1]) if match else None

    def _is_killed(self) -> bool:
        if not self._breaks.to_kill.is_set():
            return False
        os.kill(self._terminal.pid, signal.SIGKILL)
        self._terminal.end()
        self._breaks.to_kill.clear()
        self._terminal = self._started()
        return True

    def next_image(self, after: int | None) -> int | None:
        """The image on the screen, another one than `after`; None where the program was killed meanwhile."""
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE:
            if self._is_killed():
                return None
            if (shown := self._shown()) is not None and shown != after:
                return shown
            self._terminal.read(0.02, 0.1)
        raise AssertionError(f"no image came:\n{self._terminal.text}")

    def draw_boxes(self, number: int) -> None:
        name, boxes = wanted(number)
        self._type(str(CLASSES.index(name) + 1))
        for (x0, y0), (x1, y1) in _BOXES[:boxes]:
            self._type(f"\x1b[<0;{x0};{y0}M\x1b[<32;{x1};{y1}M\x1b[<0;{x1};{y1}m")

    def _type(self, text: str) -> None:
        os.write(self._terminal.fd, text.encode())
        self._terminal.read(0.02, 0.1)

    def label_until(self, is_enough: threading.Event) -> int:
        """Labels until then; the image that is open, of which a part is drawn."""
        number = self.next_image(None)
        while not is_enough.is_set():
            if number is None:
                number = self.next_image(None)
                continue
            if number in self.unsure:  # it had not been submitted
                self.unsure.remove(number)
                self._clear()
            self.draw_boxes(number)
            self._type("\r")
            following = self.next_image(number)
            (self.unsure if following is None else self.done).append(number)
            number = following
        if number is None:
            number = self.next_image(None)
        assert number is not None
        return number

    def _clear(self) -> None:
        """Takes away what was drawn before the kill: all of it is drawn anew. While letters are up, “d” is one of them."""
        for key in ("\x1b", "d", "g"):
            self._type(key)
            self._terminal.read(0.1, 0.5)

    def leave(self) -> None:
        began = time.monotonic()
        while "offline" in self._terminal.text or "not saved" in self._terminal.text:
            assert time.monotonic() - began < _PATIENCE, self._terminal.text
            self._terminal.read(0.05, 0.3)
        self._terminal.send("escape", "escape", "q")
        for _ in range(3):
            self._terminal.send("q")
        assert self._terminal.end() == 0, self._terminal.text
        self._person.sound(self._terminal)


def labeled_through(breaks: int, seed: int, folder: Path) -> str:
    """Labels through so many breaks; what happened, in words. Raises AssertionError."""
    server = Server(durable=True)
    address = server.fresh()
    line = CutLine(server.folder / ".s.PGSQL.5432")
    url = address.partition("?")[0].replace("@/", f"@127.0.0.1:{line.port}/")
    make_images(folder / "images", 60 + 4 * breaks)
    near = Workspace(address, folder / "exports", folder=folder)
    near.datasets.add_datastore("cans", str(folder / "images"))
    near.projects.create(make_spec())
    disturbance = Breaks(server, line, breaks, random.Random(seed))
    thread = threading.Thread(target=disturbance.run)
    try:
        labeler = Labeler(folder / "home", url, disturbance)
        thread.start()
        left_open = labeler.label_until(disturbance.is_over)
        labeler.draw_boxes(left_open)
        labeler.leave()
        check(near, labeler, left_open)
    finally:
        disturbance.count = 0
        disturbance.to_kill.clear()
        thread.join()
        near.close()
        line.close()
        server.close()
    kinds = ", ".join(f"{n} {kind}" for kind, n in disturbance.done.most_common())
    return f"{sum(disturbance.done.values())} breaks ({kinds}), {len(labeler.done)} submissions, each there once"


def check(near: Workspace, labeler: Labeler, left_open: int) -> None:
    """Every submission is there once, with what was drawn; the draft of the open image is whole, and there is no other."""
    tasks = {int(task.path[6:11]): task for task in near.tasks.page("soda", TaskFilter(), 0, 100_000)}
    history = {number: near.tasks.history(task) for number, task in tasks.items()}
    assert len(set(labeler.done)) == len(labeler.done), "an image was labeled twice"
    twice = [number for number, entries in history.items() if len(entries) > 1]
    assert not twice, f"submitted twice: {twice}"
    lost = [number for number in labeler.done if not history[number]]
    assert not lost, f"lost: {lost}"
    strange = {number for number, entries in history.items() if entries} - {*labeler.done, *labeler.unsure}
    assert not strange, f"nobody submitted these: {strange}"
    for number in labeler.done:
        labels = history[number][0].labels
        assert labels is not None, number
        assert _seen(labels) == wanted(number), f"image {number} has {_seen(labels)} and not {wanted(number)}"
    person = near.tasks.history(tasks[labeler.done[0]])[0].labeler
    kept = near.queue.load_draft(tasks[left_open], person)
    assert kept is not None, f"the draft of image {left_open} is lost"
    drawn = decode(kept.body)
    assert drawn is not None
    assert (drawn.regions[0].name, len(drawn.regions)) == wanted(left_open), "a part of the draft is lost"
    with near._database.read() as tx:
        kept_of = {int(path[6:11]) for (path,) in tx.all("SELECT t.path FROM draft f JOIN task t ON t.id = f.task_id")}
    strays = kept_of - {left_open} - {number for number in labeler.unsure if not history[number]}
    assert not strays, f"drafts of images that are submitted, or that nobody drew on: {strays}"
    assert near.projects.status("soda").completed == sum(bool(entries) for entries in history.values())
    assert near.upkeep.check() == ()


def _seen(labels: Labels) -> tuple[str, int]:
    names = {region.name for region in labels.regions}
    return names.pop() if len(names) == 1 else str(names), len(labels.regions)


if __name__ == "__main__":
    words = [*sys.argv[1:], *["200", "1"][len(sys.argv) - 1 :]]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        summary = labeled_through(int(words[0]), int(words[1]), Path(temporary))
        sys.stdout.write(f"{summary}, {time.monotonic() - began:.0f} s\n")
