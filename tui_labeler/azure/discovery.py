"""Which Azure ML workspaces a person can see, over all subscriptions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui_labeler.azure import resources, wire
from tui_labeler.azure.arm import ArmClient
from tui_labeler.model.azure import WorkspaceRef, parse_workspace
from tui_labeler.model.errors import LabelerError

_SUBSCRIPTIONS = "2022-12-01"
_WORKSPACES = "2024-04-01"
# So many subscriptions are asked at a time.
_AT_ONCE = 8


async def workspaces(arm: ArmClient, tell: Callable[[int, int], None]) -> tuple[WorkspaceRef, ...]:
    """By subscription, group and name; `tell` gets how many subscriptions were asked, of how many. A subscription that
    refuses is passed over, unless all do."""
    what = "list the subscriptions"
    rows = [row async for row in arm.pages(what, resources.subscriptions(), {"api-version": _SUBSCRIPTIONS})]
    known = [wire.read(what, row, wire.Subscription) for row in rows]
    gate, done, failures = asyncio.Semaphore(_AT_ONCE), 0, list[LabelerError]()

    async def ask(subscription: str, title: str) -> list[WorkspaceRef]:
        nonlocal done
        async with gate:
            try:
                return await _of_subscription(arm, subscription, title)
            except LabelerError as error:
                failures.append(error)
                return []
            finally:
                done += 1
                tell(done, len(rows))

    asked = [ask(subscription.subscription_id, subscription.display_name or "") for subscription in known]
    visible = sorted(workspace for part in await asyncio.gather(*asked) for workspace in part)
    if not visible and failures:
        raise failures[0]
    return tuple(visible)


async def _of_subscription(arm: ArmClient, subscription: str, title: str) -> list[WorkspaceRef]:
    what, listed = "list the workspaces", []
    async for row in arm.pages(what, resources.workspaces(subscription), {"api-version": _WORKSPACES}):
        facts = wire.read(what, row, wire.WorkspaceRow)
        if (facts.kind or "").lower() in ("hub", "project", "featurestore"):
            continue  # relatives of a workspace, without datastores of images
        where = parse_workspace(facts.id)
        listed.append(WorkspaceRef(where.subscription, where.group, where.name, facts.location or "", title))
    return listed


async def check(arm: ArmClient, workspace: WorkspaceRef) -> WorkspaceRef:
    """The workspace as Azure knows it. Raises NotFound, NotAllowed."""
    what = f"find the workspace “{workspace.name}”"
    answer = await arm.call(what, "GET", resources.workspace(workspace), {"api-version": _WORKSPACES})
    facts = wire.read(what, answer.body, wire.WorkspaceRow)
    return WorkspaceRef(workspace.subscription, workspace.group, workspace.name, facts.location or "")
