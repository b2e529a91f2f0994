"""YOLO read: `data.yaml` with its folders, or a plain folder of text files with a `classes.txt` (as labelImg and Label
Studio write it). A line with four numbers is a box, one with six or more a polygon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.reading import Reading, polygon, sized_box
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image
from tui_labeler.untrusted.yamldoc import load_yaml

_CLASS_FILES = ("classes.txt", "obj.names")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """The dataset's folder, or its `data.yaml`. Raises BadInput with file and line."""
    path = source.path
    folder = path if path.is_dir() else path.parent
    names = _names(path)
    roots = [folder / "labels"] if (folder / "labels").is_dir() else [folder]
    images = _images(folder)
    found = False
    for root in roots:
        for one in sorted(root.rglob("*.txt")):
            if one.name in _CLASS_FILES or (root == folder and one.parent.name in ("images", "ImageSets")):
                continue
            found = True
            known = str(one.relative_to(root).with_suffix(""))
            yield _image(str(one.relative_to(folder)), one, names, images.get(known, ()))
    if not found:
        raise BadInput(f"There are no label files in {roots[0]}.", "Name the folder that holds data.yaml and labels.")


def _images(folder: Path) -> dict[str, tuple[str, ...]]:
    """Path of an image of the dataset without its suffix -> what it may be called: its path, with and without the folder
    of its part (train, val). Two images that differ in their suffix only are not in it."""
    root = folder / "images" if (folder / "images").is_dir() else folder
    found: dict[str, tuple[str, ...]] = {}
    for one in root.rglob("*"):
        if is_image(one.name):
            path = one.relative_to(root)
            key = str(path.with_suffix(""))
            inner = str(Path(*path.parts[1:])) if len(path.parts) > 1 else ""
            found[key] = () if key in found else tuple(filter(None, (str(path), inner)))
    return found


def _names(path: Path) -> dict[int, str]:
    """Number of a class -> its name."""
    folder = path if path.is_dir() else path.parent
    for file in (path,) if path.is_file() else (*sorted(folder.glob("*.yaml")), *sorted(folder.glob("*.yml"))):
        return _of_yaml(file)
    for name in _CLASS_FILES:
        for file in (folder / name, folder / "labels" / name):
            if file.is_file():
                lines = file.read_bytes().decode("utf-8-sig", "replace").splitlines()
                return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
    raise BadInput(f"{folder} has neither data.yaml nor classes.txt: the classes have no names.", "Add one of them.")


def _of_yaml(file: Path) -> dict[int, str]:
    data = load_yaml(file.read_bytes(), file.name)
    names = data.get("names") if isinstance(data, dict) else None
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    if isinstance(names, dict) and all(isinstance(number, int) for number in names):
        return {number: str(name) for number, name in names.items()}
    raise BadInput(f"{file.name} has no list of “names”.", "Write the classes as names: [first, second].")


def _image(shown: str, file: Path, names: dict[int, str], image: tuple[str, ...]) -> ReadImage:
    regions: list[ReadRegion] = []
    left_out: list[LeftOut] = []
    text = file.read_bytes().decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        place = Place(shown, ", line ", number)
        region = _region(place, cells, names)
        if region is not None:
            regions.append(region)
        else:
            left_out.append(LeftOut("degenerate", place))
    return ReadImage(
        image,
        Place(shown),
        tuple(regions),
        unit=Unit.SHARES,
        stem=str(Path(shown).with_suffix("")),
        left_out=tuple(left_out),
    )


def _region(place: Place, cells: list[str], names: dict[int, str]) -> ReadRegion | None:
    try:
        number, values = int(cells[0]), [float(cell) for cell in cells[1:]]
    except ValueError:
        mend = "A line is: class x y width height."
        raise BadInput(f"{place}: “{' '.join(cells)[:60]}” is no label.", mend) from None
    if number not in names:
        raise BadInput(f"{place}: there is no class {number}; there are {len(names)}.", "Correct data.yaml.")
    if len(values) in (4, 5):  # a fifth number is a model's confidence
        x, y, width, height = values[:4]
        sure = values[4] if len(values) == 5 else 1.0
        if not 0.0 <= sure <= 1.0:
            raise BadInput(f"{place}: a confidence of {sure} is not possible.", "Correct it in the file.")
        return ReadRegion(names[number], sized_box(place, x - width / 2, y - height / 2, width, height), (), sure)
    if len(values) < 4:
        raise BadInput(
            f"{place}: a label has five numbers, this one {len(cells)}.", "A line is: class x y width height."
        )
    points = polygon(place, values)
    return ReadRegion(names[number], points=points) if points else None
