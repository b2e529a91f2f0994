"""Work that waits on this machine for a workspace that is not open here is told when the app begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import MakeApp, settle
from tui_labeler.labeling.journal import KeptSubmission
from tui_labeler.labeling.kept import Here, open_journal
from tui_labeler.model.tasks import Basis, Task, TaskState
from tui_labeler.workspace import Workspace


@pytest.mark.parametrize("start", ["projects", "label"])
async def test_what_waits_for_another_workspace_is_told(
    make_app: MakeApp, soda: Workspace, home: Path, start: str
) -> None:
    far = Here("0a1b", "postgresql://db/labels", "postgresql://ann@db/labels")
    for here, labeler, count in ((far, "ann", 3), (soda.sessions.here, "bob", 1)):
        journal = open_journal(home / "state", here, labeler)
        for number in range(count):
            task = Task(number, "soda", f"{number}.jpg", TaskState.INCOMPLETE)
            journal.add(KeptSubmission(task, labeler, None, "token", 1.0, Basis(None, f"{number}")))
        journal.close()
    app = make_app(start, "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        for _ in range(400):
            told = [toast.message for toast in app._notifications]
            if any("ann" in text for text in told):
                break
            await pilot.pause(0.02)
        await settle(pilot)
        whole = (
            "3 submissions of ann's, kept for postgresql://db/labels: not sent yet. "
            "Open it: tui-labeler --workspace postgresql://ann@db/labels label soda"
        )
        assert any(whole in text for text in told)
        assert any("1 submission of bob's" in text for text in told) is (start == "projects")
