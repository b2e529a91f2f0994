"""Long-running operations of Resource Manager, in both of its manners: `Azure-AsyncOperation`, and `Location`."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.azure.arm import Answer, ArmClient, Json, retry_after
from tui_labeler.model.errors import LabelerError

_DONE, _OVER = ("succeeded",), ("failed", "canceled", "cancelled")
# Between two looks, where the service names no time.
_LOOK_EVERY = 2.0


async def finish(
    arm: ArmClient, what: str, answer: Answer, again: str, params: dict[str, str], tell: Callable[[str], None]
) -> Json:
    """Waits for the operation that `answer` began, and returns what it ends with. `again`: the path of the resource, read
    at the end where the operation is followed by `Azure-AsyncOperation`. `tell` gets the service's words for its state.
    Raises LabelerError with the operation's own error."""
    follow = _header(answer, "azure-asyncoperation")
    if follow:
        await _by_status(arm, what, answer, follow, tell)
        return (await arm.call(what, "GET", again, params)).body
    location = _header(answer, "location")
    while answer.status == 202 and location:
        tell("waiting")
        await arm.pause(retry_after(answer.headers, _LOOK_EVERY))
        answer = await arm.call(what, "GET", location, good=(200, 201, 202, 204))
        location = _header(answer, "location") or location
    return answer.body


async def _by_status(arm: ArmClient, what: str, answer: Answer, follow: str, tell: Callable[[str], None]) -> None:
    while True:
        await arm.pause(retry_after(answer.headers, _LOOK_EVERY))
        answer = await arm.call(what, "GET", follow, good=(200, 201, 202))
        status = str(answer.body.get("status", ""))
        tell(status)
        if status.lower() in _DONE:
            return
        if status.lower() in _OVER:
            inner = answer.body.get("error") or {}
            code, message = str(inner.get("code", "")), str(inner.get("message", ""))
            shown = f"{status.lower()}{f' ({code})' if code else ''}"
            raise LabelerError(
                f"Azure began to {what}, but it {shown}: {message or 'no reason given'}",
                "Look at the project in the studio, then try again.",
            )


def _header(answer: Answer, name: str) -> str:
    return answer.headers.get(name, "")
