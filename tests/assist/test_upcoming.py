"""Which task a model looks at next, after its server refused, went away and came back."""

from __future__ import annotations

from tui_labeler.assist.upcoming import Upcoming
from tui_labeler.model.tasks import Task, TaskState


class Waiting:
    """Open tasks, by number; those that have a proposal are taken out."""

    def __init__(self, count: int) -> None:
        self.left = list(range(1, count + 1))

    def tasks_without(self, project: str, source: str, count: int) -> tuple[Task, ...]:
        return tuple(Task(number, project, f"{number}.png", TaskState.INCOMPLETE) for number in self.left[:count])


class Server:
    """Refuses what it is told to; three refusals one after the other count as its absence, as in the backend's engine."""

    def __init__(self, waiting: Waiting, upcoming: Upcoming) -> None:
        self.waiting, self.upcoming = waiting, upcoming
        self.looks, self.ill_until = 0, 0

    def turn(self, refuses: set[int]) -> None:
        """Until all is looked at, or it is away."""
        in_a_row = 0
        while (task := self.upcoming.next("model", 100)) is not None:
            self.looks += 1
            if task.id not in refuses and self.looks > self.ill_until:
                in_a_row = 0
                self.upcoming.was_answered()
                self.waiting.left.remove(task.id)
            elif (in_a_row := in_a_row + 1) == 3:
                self.upcoming.was_lost(task)
                return
            else:
                self.upcoming.was_refused(task)


def _server(count: int) -> Server:
    waiting = Waiting(count)
    return Server(waiting, Upcoming(waiting, "toys"))


def test_what_an_ill_server_refused_is_looked_at_when_it_is_well() -> None:
    server = _server(12)
    for _ in range(20):
        server.turn(set(range(1, 13)))
    server.turn(set())
    assert server.waiting.left == []


def test_what_it_refused_for_a_moment_is_asked_again() -> None:
    server = _server(9)
    server.ill_until = 2
    server.turn(set())
    assert server.waiting.left == []


def test_what_it_refused_alone_is_asked_a_few_times() -> None:
    server = _server(9)
    for number in range(10, 20):
        server.turn({2, 5})
        server.waiting.left.append(number)
    server.turn({2, 5})
    assert server.waiting.left == [2, 5]
    assert server.looks == 17 + 2 * 3


def test_images_that_it_never_takes_do_not_keep_it_from_the_others() -> None:
    server, bad = _server(12), {1, 2, 3, 4, 21}
    for _ in range(3):
        server.turn(bad)
    assert server.waiting.left == [1, 2, 3, 4], "the others are answered at the second turn"
    for number in range(13, 61):  # a labeler goes on: others come
        server.waiting.left.append(number)
        server.turn(bad)
    assert server.waiting.left == [1, 2, 3, 4, 21]
    looks = server.looks
    server.turn(bad)
    assert server.looks == looks, "and are not asked about for ever"
