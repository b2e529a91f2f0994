"""The project file: TOML text to a `ProjectSpec` and back. Every complaint names the line and the key."""

from __future__ import annotations

import re
import tomllib

import msgspec

from tui_labeler.model.errors import BadInput
from tui_labeler.model.problem import Problem
from tui_labeler.model.project import ProjectSpec, TaskType

TEMPLATE = f"""\
# A labeling project. Create it with:  tui-labeler project create FILE

[details]
name = "soda"               # letters, digits, - and _
type = "object-detection"   # {" | ".join(kind.value for kind in TaskType)}

[workforce]                 # optional
labelers = []               # names; empty: anyone who can open the workspace
vendor = ""
labels = 1                  # how many different people label an image, 1 to 9
labels_share = 1.0          # the share of the images that so many label; the others are labeled by one
review = 0.0                # the share of completed images that someone else looks over
reviewers = []              # who does; empty: whoever did not label it
gold_every = 0              # about every so many-th image is one whose labels are known; 0: none
quota = 0                   # the most images a labeler; 0: no limit

[dataset]
name = "sodaObjects"        # an existing dataset; or, with the next two, one that is created
datastore = "cans"
path = "/"                  # / is everything; or folder/** or folder/*.jpg

[refresh]                   # look for new, changed and vanished images
enabled = false
every = "1h"                # 30s, 15m, 1h, 1d

[classes]
names = ["coke", "diet_coke", "sprite"]   # subclasses: "animal/dog/poodle", up to six levels

[instructions]
url = ""
text = ""                   # Markdown

[assist]                    # proposals of a model that learns from the labels
enabled = false
engine = "pretrained"       # learns here, on the CPU; or fewshot; or onnx or ml-backend (tui-labeler assist use)
order = "given"             # or "unsure": the images that the model is least sure of come first
least = 0.0                 # proposals below this confidence are never shown
compute = ""                # where Azure ML trains on exports (tui-labeler azure computes, azure train)
"""


def parse_project(text: str, source: str) -> ProjectSpec:
    """The specification in `text`; `source` names it in messages. Raises BadInput."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also what the parser lets through: dates, depth
        raise BadInput(f"{source}: {error}.", "`tui-labeler project template` prints a file to start from.") from None
    try:
        spec = msgspec.convert(raw, ProjectSpec, strict=True)
    except msgspec.ValidationError as error:
        raise _located(str(error), text, source) from None
    if problems := spec.problems():
        lines = [f"{_place(source, text, problem.field)}: {problem.message}" for problem in problems]
        raise BadInput("\n".join(lines))
    return spec


def _located(message: str, text: str, source: str) -> BadInput:
    """A complaint of the validator in a person's words, with file, line and key."""
    match = re.search(r" - at `\$\.?([^`]*)`$", message)
    where = re.sub(r"\[.*", "", match[1]) if match else ""
    what = message[: match.start()] if match else message
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what, re.S)
    if unknown:
        field = f"{where}.{unknown[1]}" if where else unknown[1]
        known = known_keys(where)
        location = _place(source, text, field)
        mend = f"Known {'here' if where else 'sections'}: {', '.join(known)}." if known else ""
        return BadInput(f"{location}: unknown key “{unknown[1][:80]}”.", mend)
    return BadInput(f"{_place(source, text, where)}: {what}.")


def known_keys(section: str) -> tuple[str, ...]:
    """The keys of a section of the project file; of the file itself for ""."""
    if not section:
        return ProjectSpec.__struct_fields__
    default = getattr(ProjectSpec(), section, None)
    return default.__struct_fields__ if isinstance(default, msgspec.Struct) else ()


def _place(source: str, text: str, field: str) -> str:
    line = _line_of(text, field)
    return f"{source}, line {line}, {field}" if line else f"{source}, {field}" if field else source


def _line_of(text: str, field: str) -> int:
    """The line (from 1) of `section.key`, or of the section where the key is not written; 0 if neither is."""
    section, _, key = field.partition(".")
    at, here = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            here = header[1].strip("\"'")
            if here == section:
                at = at or number
        elif (not here and not key and re.match(rf"\s*[\"']?{re.escape(section)}[\"']?\s*[=.]", line)) or (
            here == section and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line)
        ):
            return number
    return at


def problem_line(problem: Problem) -> str:
    """A problem for a message that has no file: `classes.names, row 3: …`."""
    row = f", row {problem.row + 1}" if problem.row >= 0 else ""
    return f"{problem.field}{row}: {problem.message}"
