"""The text of a project file that a command is given: a path, a pipe, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_labeler.model.errors import BadInput
from tui_labeler.wholefiles import SMALL_FILE_BYTES, read_small_file


def read_project_text(file: str) -> str:
    """Of the path `file` (`-` is standard input). Raises BadInput."""
    try:
        raw = sys.stdin.buffer.read(SMALL_FILE_BYTES) if file == "-" else read_small_file(Path(file), pipes=True)
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Name a file made by `project template`.") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 (byte {error.start}).") from None
    except ValueError as error:
        raise BadInput(f"{file} cannot be read: {error}.") from None
