"""A text file an image, in a folder or alone, as KITTI and DOTA have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput


def read_files(
    source: Source,
    reading: Reading,
    title: str,
    is_own: Callable[[str, bytes], bool],
    image: Callable[[str], ReadImage],
    line: str,
    folder: str,
) -> Iterator[ReadImage]:
    """What `image` reads of each file for which `is_own` (its name, its first bytes) holds; others in a folder are passed
    over. Raises BadInput where no file is of the format `title`; `line` says what a line of it is, `folder` how its folder
    is called."""
    count = 0
    for name in source.ending(".txt") if source.is_folder else source.files:
        if not is_own(name, source.head(name)):
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)}, line 1: it is not a label of {title}.", line)
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        try:
            yield image(name)
        except BadInput as error:
            reading.bad_entry(error, "bad_file")
    if not count:
        raise BadInput(f"There is no label file of {title} in {source.path}.", f"Name the folder {folder}.")
