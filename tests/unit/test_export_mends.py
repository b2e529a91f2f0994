"""What an export in the app says names the choices of its dialog, not options of the command line."""

from __future__ import annotations

import pytest

from tui_labeler.model.errors import BadInput, Cancelled
from tui_labeler.tui.flows.export import on_screen


@pytest.mark.parametrize(
    ("mend", "said"),
    [
        (
            "Copy them beside the labels (--images copy), or say where they are found (--image-url https://…).",
            "Copy them beside the labels (“Images”), or say where they are found (“Image URL”). E asks for it.",
        ),
        (
            "Export with --images link or copy.",
            "Export with “Images” linked or copied beside the labels. E asks for it.",
        ),
        (
            "Rename the class, or leave it out with --class.",
            "Rename the class, or leave it out with “Class”. E asks for it.",
        ),
        ("Free some space.", "Free some space."),
    ],
)
def test_choices_are_named_as_the_dialog_does(mend: str, said: str) -> None:
    assert on_screen(BadInput("No.", mend)).mend == said


def test_what_a_person_cancelled_stays_that() -> None:
    assert isinstance(on_screen(Cancelled()), Cancelled)
