"""What long work is doing, in the words that a person sees, and how it tells how far it is.

Whoever does long work names a `Step`; whoever shows it, on a command's bar or in the app's dialog, asks the step for its
words. There is no second table: a step cannot be written without its caption, and the type checker refuses a name that is
no step.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, unique

from tui_labeler.model.text import size_text


class Unit(Enum):
    """What the numbers of a step count."""

    NOTHING = "nothing"  # one waits; there is nothing to count
    THINGS = "things"  # images, tasks, files
    BYTES = "bytes"


@unique
class Step(Enum):
    """A part of long work: its caption, and what it counts."""

    DRAWING = ("Drawing photographs", Unit.THINGS)
    OTHER_DEMO = ("Waiting for the demo that is made here already", Unit.NOTHING)
    LISTING = ("Looking for images", Unit.THINGS)
    TASKS = ("Making tasks", Unit.THINGS)
    LABELING = ("Labeling", Unit.THINGS)
    WRITING = ("Writing images", Unit.THINGS)
    READING = ("Reading images", Unit.THINGS)
    COMPARING = ("Comparing images", Unit.THINGS)
    TRAINING = ("Training a model on halves of the labels", Unit.THINGS)
    CHANGING = ("Changing labels", Unit.THINGS)
    CHECKING = ("Looking at labels", Unit.THINGS)
    COPYING = ("Copying rows", Unit.THINGS)
    IMPORTING = ("Importing labels", Unit.THINGS)
    SIGN_IN = ("Waiting for the sign-in", Unit.NOTHING)
    SUBSCRIPTIONS = ("Asking subscriptions", Unit.THINGS)
    LIBRARY = ("Loading Microsoft's azure-ai-ml (a few seconds)", Unit.NOTHING)
    AZURE = ("Asking Azure", Unit.NOTHING)
    AZURE_WORKS = ("Waiting for Azure to finish", Unit.NOTHING)
    LEFTOVERS = ("Looking for exports", Unit.THINGS)
    FETCHING = ("Copying files", Unit.THINGS)
    UPLOAD = ("Uploading", Unit.BYTES)
    DOWNLOAD = ("Fetching the model", Unit.BYTES)
    TRYING = ("Trying the model on an image", Unit.NOTHING)

    def __init__(self, caption: str, unit: Unit) -> None:
        self.caption = caption
        self.unit = unit

    def amount(self, done: int, total: int) -> str:
        """`12 of 64`, `1,234` where nobody knows of how many, `1.2 MB of 3.4 MB`, or nothing."""
        if self.unit is Unit.NOTHING:
            return ""
        text = size_text if self.unit is Unit.BYTES else "{:,}".format
        return f"{text(done)} of {text(total)}" if total else text(done)

    def line(self, done: int, total: int) -> str:
        """Caption and amount: `Making tasks: 12 of 64`, `Asking Azure …`."""
        amount = self.amount(done, total)
        return f"{self.caption}: {amount}" if amount else f"{self.caption} …"


Progress = Callable[[Step, int, int], None]
"""Called with what is being done, how much of it is done, and of how much (0: unknown). It may raise `Cancelled`."""


def silent(step: Step, done: int, total: int) -> None:
    """Progress that nobody watches."""
