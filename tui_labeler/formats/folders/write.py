"""A folder a class, as torchvision's ImageFolder, Keras and Create ML read it: `CLASS/image`, or `train/CLASS/image` and
`val/CLASS/image` for a split.

Images have names of their own over all folders. A class without images has no folder: torchvision refuses empty ones.
"""

from __future__ import annotations

from pathlib import Path

from tui_labeler.formats.files import flush_below
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Raises BadInput where images are to stay where they are, and for a class that no folder can be called."""
    if rows.place is None:
        raise BadInput("A folder a class consists of the images themselves.", "Export with --images link or copy.")
    tally = Tally()
    names = UniqueNames(rows.paths())
    made: dict[Path, str] = {}
    for image in told(rows, progress):
        for tag in image.labels.tags[:1]:
            target = folder / part_name(image, "train", "val") / tag if rows.is_split else folder / tag
            if target not in made:
                _require_folder_name(tag)
                target.mkdir(parents=True)
                made[target] = tag
            rows.place(image.path, target / names.name(image.path))
        tally.row(image, len(image.labels.tags[:1]))
    flush_below(folder)
    if rows.is_split:
        return tally.written(*(f"{part}/" for part in ("train", "val") if (folder / part).exists()))
    return tally.written(*(f"{tag}/" for tag in sorted(made.values())))


def _require_folder_name(name: str) -> None:
    if "/" in name or name.startswith(".") or len(name.encode()) > 255:
        mend = "Rename the class, or leave it out with --class."
        raise BadInput(f"A folder cannot be called “{name[:80]}”, as this class is.", mend)
