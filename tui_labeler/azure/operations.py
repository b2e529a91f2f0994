"""Long-running operations of Resource Manager, in both of its manners: `Azure-AsyncOperation`, and `Location`."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.azure import wire
from tui_labeler.azure.arm import Answer, ArmClient, Json, look_after
from tui_labeler.azure.errors import strange
from tui_labeler.azure.resources import ResourcePath
from tui_labeler.model.errors import LabelerError, Unreachable

_DONE, _OVER = ("succeeded",), ("failed", "canceled", "cancelled")
# Between two looks, where the service names no time; and how long is looked at all, in seconds.
_LOOK_EVERY = 2.0
LONGEST = 3600.0


async def finish(
    arm: ArmClient,
    what: str,
    answer: Answer,
    again: ResourcePath,
    params: dict[str, str],
    tell: Callable[[str], None],
) -> Json:
    """Waits for the operation that `answer` began, and returns what it ends with. `again`: the path of the resource, read
    at the end where the operation is followed by `Azure-AsyncOperation`. `tell` gets the service's words for its state.
    Raises LabelerError with the operation's own error, Unreachable where it takes longer than an hour."""
    looks = _Looks(arm, what)
    follow = _header(answer, "azure-asyncoperation")
    if follow:
        await _by_status(looks, answer, follow, tell)
        return (await arm.call(what, "GET", again, params)).body
    location = _header(answer, "location")
    while answer.status == 202:
        if not location:
            raise strange(what, "202, without a word where it goes on")
        tell("waiting")
        answer = await looks.next(answer, location, (200, 201, 202, 204))
        location = _header(answer, "location") or location
    return answer.body


class _Looks:
    """Looks at an operation, with the waits between them."""

    def __init__(self, arm: ArmClient, what: str) -> None:
        self.what = what
        self._arm = arm
        self._waited = 0.0

    async def next(self, before: Answer, link: str, good: tuple[int, ...]) -> Answer:
        seconds = look_after(before.headers, _LOOK_EVERY)
        self._waited += seconds
        if self._waited > LONGEST:
            raise Unreachable(
                f"Azure began to {self.what}, and is not done after {LONGEST / 60:.0f} minutes.",
                "It goes on there; look at it in the studio.",
            )
        await self._arm.pause(seconds)
        return await self._arm.follow(self.what, link, good)


async def _by_status(looks: _Looks, answer: Answer, follow: str, tell: Callable[[str], None]) -> None:
    while True:
        answer = await looks.next(answer, follow, (200, 201, 202))
        state = wire.read(looks.what, answer.body, wire.OperationState)
        tell(state.status)
        if state.status.lower() in _DONE:
            return
        if state.status.lower() in _OVER:
            problem = state.error or wire.OperationError()
            shown = f"{state.status.lower()}{f' ({problem.code})' if problem.code else ''}"
            raise LabelerError(
                f"Azure began to {looks.what}, but it {shown}: {problem.message or 'no reason given'}",
                "Look at the project in the studio, then try again.",
            )


def _header(answer: Answer, name: str) -> str:
    return answer.headers.get(name, "")
