"""Crash reports: where it happened and what was raised, without values, locals or secrets."""

from __future__ import annotations

import os
import platform
import re
import time
import traceback
from itertools import pairwise
from pathlib import Path

from tui_labeler import __version__
from tui_labeler.model.text import safe_text

# What a token, a key or a password looks like inside a message: SAS signatures, account keys, bearer tokens, URLs with
# a password, JSON Web Tokens, and long runs of base64 (of which only those are taken that look drawn by chance: a
# resource's path is such a run, too).
_SECRETS = re.compile(
    r"(?i)((?:sig|signature|accountkey|sharedaccesskey|password|passwd|pwd|secret|token|api[_-]?key)\s*[=:]\s*)[^\s&;,\"']+"
    r"|(bearer\s+)\S+|(://[^/\s:@]+:)[^@\s]+(?=@)|(\bey[\w-]{8,}\.[\w-]{8,})[\w.-]*|([A-Za-z0-9+/_-]{40,}={0,2})"
)


_SEPARATORS = re.compile(r"[/_-]")
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def redact(text: str) -> str:
    """`text` with everything that looks like a secret replaced by ***."""
    return _SECRETS.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    if match[5] and not _looks_drawn(match[5]):
        return match[0]
    return next((part for part in match.groups()[:3] if part), "") + "***"


def _looks_drawn(run: str) -> bool:
    """Whether a long run of base64's characters holds a piece that chance made, and no person: in names small letters,
    capitals and digits seldom take turns (resourceGroups: twice), by chance at more than half of all places. Ids, whose
    form is known, are no secrets."""
    if run.endswith("="):
        return True
    pieces = [piece for piece in _SEPARATORS.split(_UUID.sub("", run)) if piece]
    turns = [sum(_class_of(left) != _class_of(right) for left, right in pairwise(piece)) for piece in pieces]
    drawn = any(len(piece) >= 20 and count >= 0.35 * len(piece) for piece, count in zip(pieces, turns, strict=True))
    return drawn or sum(turns) >= 0.27 * sum(map(len, pieces)) > 0


def _class_of(char: str) -> int:
    return 0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3


def describe(error: BaseException) -> str:
    """The report's text: versions, the chain of exceptions, and the places in the code, innermost last."""
    lines = [
        f"tui-labeler {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"at {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC",
        "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        for frame in traceback.extract_tb(seen.__traceback__):
            location = "/".join(Path(frame.filename).parts[-3:])
            lines.append(f"  {location}:{frame.lineno} in {frame.name}")
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}: {safe_text(redact(str(seen)), 500)}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        if seen is not None:
            lines.append("caused by")
    return "\n".join(lines) + "\n"


def write_report(folder: Path, error: BaseException) -> Path | None:
    """Writes the report into `folder`, readable for this user alone; None where even that is impossible."""
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(describe(error))
    except OSError:
        return None
    return path
