"""What the import's screen says of a file: choices are named as they stand there, not as options of the command line."""

from __future__ import annotations

import re

import msgspec

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.tui.screens.importreadings import READINGS

_OPTION = re.compile(r"--([a-z-]+)(?: (?!or\b|and\b)([A-Za-z0-9=_]+))?")
_FORMAT = re.compile(r"^.*--format\b.*$")
_CLASSES = re.compile(r"\(--map OLD=NEW\)")
# What an option is about, where no value of it is named.
_SUBJECTS = {
    "box": "what four numbers are",
    "coordinates": "whether numbers are pixels or shares",
    "corners": "how corners are counted",
    "values": "what more numbers are",
    "rotated": "what becomes of rotated boxes",
    "listed": "what images are that are only listed",
    "strict": "whether a file with anything wrong is refused",
    "encoding": "the encoding",
    "column": "which column is what",
}


def on_screen(error: LabelerError) -> str:
    """The error's text as the import's screen says it."""
    if "--format" in error.mend:
        return f"{error.message} {_FORMAT.sub('Choose the format above, at “Format”.', error.mend)}"
    if "does not heed" in error.message:
        return f"{_named(error.message)} Choose “{READINGS[0][0]}” above, at “Read”."
    mend = _CLASSES.sub("(beside it, below)", error.mend)
    named = _named(mend)
    if named != mend and "--" not in named:
        named = named.replace("Say which: ", "Choose above, at “Read”: ")
    if "--" in named:
        named += " This takes the command line: tui-labeler import --help."
    return f"{error.message} {named}".strip()


def _named(text: str) -> str:
    return _OPTION.sub(lambda match: _words(match[1], match[2] or "") or match[0], text)


def _words(option: str, value: str) -> str:
    """How the screen calls this choice; empty where it has none."""
    if not value:
        return _SUBJECTS.get(option, "")
    known = (words for words, choices in READINGS if _chosen(choices) == (option, value))
    return next((f"“{words}”" for words in known), "")


def _chosen(choices: ImportChoices) -> tuple[str, str]:
    plain = msgspec.structs.asdict(ReadOptions())
    made = {name: value for name, value in msgspec.structs.asdict(choices.reading).items() if value != plain[name]}
    return next(((name, str(value)) for name, value in made.items()), ("", ""))
