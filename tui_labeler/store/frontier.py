"""Where a process begins to look for the next task.

Tasks that were claimed or submitted stay in the queue's index until the server has cleaned up, which an old transaction
of anyone's can hold up for hours: every claim from the beginning would step over all of them. So a process begins behind
what it was given last, and looks from the beginning now and then, for what others gave back.
"""

from __future__ import annotations

import random

_SHORTEST, _LONGEST = 30.0, 90.0
"""A look from the beginning comes after so many seconds, at random, so that a thousand processes do not look at once."""


class Frontier:
    """The last task that was given out, by project and state. Threads may share it: a wrong guess costs a second look."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[int, float]] = {}

    def after(self, project_id: int, state: str, now: float) -> int:
        """The id behind which to look; 0 for the beginning. `now` is by the clock that leases end by."""
        task_id, until = self._known.get((project_id, state), (0, 0.0))
        return task_id if until - _LONGEST <= now < until else 0

    def reached(self, project_id: int, state: str, task_id: int, now: float) -> None:
        """This task was the first free one."""
        _, until = self._known.get((project_id, state), (0, 0.0))
        if not until - _LONGEST <= now < until:
            until = now + random.uniform(_SHORTEST, _LONGEST)
        self._known[project_id, state] = (task_id, until)

    def reset(self) -> None:
        """This process gave something back: the next look is from the beginning."""
        self._known.clear()
