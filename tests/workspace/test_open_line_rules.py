"""Sheets, several labelers an image, quotas and known images over a line that breaks: as over one that does not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, SIZE, make_spec
from tests.workspace.farworkspace import Far, begun, eventually, label
from tui_labeler.labeling.open_line import AHEAD
from tui_labeler.model.errors import Unreachable
from tui_labeler.model.project import TaskType
from tui_labeler.model.workforce import Workforce


def test_sheets_go_on_without_a_line_and_arrive_once(postgres: Server, tmp_path: Path) -> None:
    far = Far(postgres, tmp_path, 14, make_spec(kind=TaskType.CLASSIFICATION))
    _, line = far.sit()
    session = far.far.sessions.sheet("soda", "ann", line)
    line.ahead = 6
    opened = session.claim(4)
    eventually(lambda: len(line._ahead) == 6)
    far.line.go_down()
    untagged, *tagged = opened
    session.save(tagged[0], opened[tagged[0]].tagged(("coke",)))
    session.submit({path: (opened[path].tagged(("sprite",)), SIZE) for path in tagged[1:]})
    again = session.claim(4)
    assert list(again)[:2] == [untagged, tagged[0]], "what is open stays in its place"
    assert again[tagged[0]].tags == ("coke",), "and what was given to it"
    session.submit({path: (draft.tagged(("sprite",)), SIZE) for path, draft in again.items()})
    session.skip(next(iter(session.claim(9))))
    last = session.claim(9)
    assert len(last) == 3, "ten were at hand"
    session.submit({path: (draft.tagged(("sprite",)), SIZE) for path, draft in last.items()})
    with pytest.raises(Unreachable):
        session.claim(9)
    assert "10 submissions kept" in session.why_empty()
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert len(session.claim(9)) == 4
    status = far.near.projects.status("soda")
    assert (status.completed, status.skipped) == (9, 1)
    assert len(set(far.submitted())) == len(far.submitted()) == 10
    assert far.told == []
    session.end()
    assert far.near.projects.losses("soda").drafts == 0
    assert far.near.upkeep.check() == ()
    far.close()


@pytest.mark.slow
def test_several_labelers_an_image_go_on_without_a_line(postgres: Server, tmp_path: Path) -> None:
    spec = msgspec.structs.replace(make_spec(), workforce=Workforce(labels=2, review=1.0, reviewers=("rae",)))
    far = Far(postgres, tmp_path, 12, spec)
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    done = [label(session) for _ in range(3)]
    assert far.submitted() == []
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert far.submitted() == done
    session.end()
    assert far.near.projects.status("soda").completed == 0, "somebody else's answer is missing"
    bob, others_line = far.sit("bob")
    begun(bob, others_line)
    assert bob.task is not None
    assert bob.task.label_id is None, "what Ann said is not Bob's to see"
    far.line.go_down()
    assert [label(bob) for _ in range(3)] == done
    far.line.come_up()
    eventually(lambda: others_line.waiting == 0)
    bob.end()
    assert far.near.projects.status("soda").completed == 3
    assert len(far.near.review.waiting("soda", "rae", 9)) == 3
    assert far.told == []
    assert far.near.upkeep.check() == ()
    far.close()


def test_what_is_claimed_ahead_counts_for_quotas_and_known_images(postgres: Server, tmp_path: Path) -> None:
    """One labeler at a time and one with four images ahead get the same images in the same order."""
    spec = msgspec.structs.replace(make_spec(), workforce=Workforce(gold_every=3, quota=7))
    far = Far(postgres, tmp_path, 12, spec)
    for number in (9, 10, 11):
        far.near.gold.add("soda", f"image_{number:05d}.jpg", "lead", COKE)
    session, line = far.sit()
    session.begin()
    ahead = []
    while session.task is not None:
        eventually(lambda: len(line._ahead) == AHEAD or len(ahead) + len(line._ahead) >= 6)
        ahead.append(label(session))
    session.end()
    eventually(lambda: line.waiting == 0)
    assert len(ahead) == 7
    assert "nobody labels more than 7" in session.why_empty()
    straight = far.near.sessions.labeling("soda", "bob")
    straight.begin()
    one_by_one = []
    while straight.task is not None:
        one_by_one.append(label(straight))
    straight.end()
    gold = {f"image_{number:05d}.jpg" for number in (9, 10, 11)}
    assert [path in gold for path in ahead] == [path in gold for path in one_by_one]
    assert any(path in gold for path in ahead)
    far.close()


def test_what_was_claimed_ahead_is_next_again_after_the_end(postgres: Server, tmp_path: Path) -> None:
    spec = msgspec.structs.replace(make_spec(), workforce=Workforce(labels=2))
    far = Far(postgres, tmp_path, 12, spec)
    session, line = far.sit()
    begun(session, line)
    done = [label(session)]
    eventually(lambda: line.waiting == 0 and len(line._ahead) == AHEAD)
    session.end()
    line._converse(line._tend)  # the background's turn: what was given back was claimed ahead again
    assert far.near.queue.leased_by_others("soda", "") == ()
    again, _ = far.sit()
    again.begin()
    for _ in range(3):
        done.append(label(again))
    assert done == sorted(done) == [f"image_{number:05d}.jpg" for number in range(4)]
    far.close()
