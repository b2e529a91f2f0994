"""Which column of a table is what: by its title, by the shape of a table without titles, or as a person says."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from enum import Enum

import msgspec

from tui_labeler.formats.csvtable.cells import COLUMNS
from tui_labeler.formats.values import is_number
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image

# What columns of others are called, the surest first; compared in small letters, with underscores.
_TITLES = {
    "image": "filename file_name img_filename image_name imagename image image_path path img_path filepath file_path file "
    "img photo image_file path image_url imageurl url uri image_uri image_id imageid img_id id frame",
    "label": "label class class_name classname label_name labelname category category_name cell_type cat_name tag "
    "region_label object species labels classes tags target name choice class_id classid category_id label_id",
    "x_min": "x_min xmin x1 left x0 topx min_x minx bbox_xmin ann_bbox_xmin bbox_x1 xtl box_xmin roi_x1",
    "y_min": "y_min ymin y1 top y0 topy min_y miny bbox_ymin ann_bbox_ymin bbox_y1 ytl box_ymin roi_y1",
    "x_max": "x_max xmax x2 right bottomx max_x maxx bbox_xmax ann_bbox_xmax bbox_x2 xbr box_xmax roi_x2",
    "y_max": "y_max ymax y2 bottom bottomy max_y maxy bbox_ymax ann_bbox_ymax bbox_y2 ybr box_ymax roi_y2",
    "x": "x bbox_x bbox_left box_x left xmin x_min x1 x0",
    "y": "y bbox_y bbox_top box_y top ymin y_min y1 y0",
    "x_center": "x_center xcenter center_x cx x_centre xc bbox_cx",
    "y_center": "y_center ycenter center_y cy y_centre yc bbox_cy",
    "box_width": "bbox_width bbox_w box_width box_w w width",
    "box_height": "bbox_height bbox_h box_height box_h h height",
    "width": "width image_width img_width imagewidth",
    "height": "height image_height img_height imageheight",
    "box": "bbox box bounding_box boundingbox bndbox bboxes boxes boxesstring boxes_string",
    "polygon": "polygon points segmentation",
    "confidence": "confidence score label_confidence labelconfidence probability",
}
_FLAGS = frozenset({"0", "1", "0.0", "1.0", "", "true", "false"})
_CORNERS = ("x_min", "y_min", "x_max", "y_max")
_SIZE = ("x", "y", "box_width", "box_height")
_CENTER = ("x_center", "y_center", "box_width", "box_height")
NAMES = tuple(_TITLES)
_BOX_IS_CORNERS = frozenset({"boxesstring", "boxes_string"})  # Global Wheat
_OF_IMAGES = ("image", "width", "height")
_OF_REGIONS = ("label", "polygon", "confidence")
# Zeros and ones below these are no class.
_NO_CLASSES = frozenset(
    {"index", "idx", "fold", "kfold", "split", "subset", "is_train", "is_val", "is_valid", "is_test", "annotator"}
)


class BoxKind(Enum):
    """What the four numbers of a box are."""

    CORNERS = "corners"
    SIZE = "size"
    CENTER = "center"


class Table(msgspec.Struct):
    """How a table is read: what separates its cells, whether its first row holds titles, which column (from 0) is what,
    which four are a box and what kind, and, where each class has a column of its own, which these are. `kind_is_known` is
    False where one cell holds four numbers that may be both. `states_empty` says that a row without a label is a person's
    statement that there is nothing; `ours` that this program wrote it. `titles` are those of the columns, if there are
    any."""

    delimiter: str
    has_titles: bool
    columns: dict[str, int]
    box: tuple[str, ...] = ()
    kind: BoxKind = BoxKind.CORNERS
    kind_is_known: bool = True
    classes: dict[str, int] = {}
    states_empty: bool = False
    ours: bool = False
    titles: tuple[str, ...] = ()

    def unread(self) -> dict[int, str]:
        """The titles of the columns from which nothing is taken, by their places."""
        names = _OF_IMAGES if self.classes else (*_OF_IMAGES, *_OF_REGIONS, *self.box)
        taken = {*self.classes.values(), *(self.columns[name] for name in names if name in self.columns)}
        part = COLUMNS[-1] if self.ours else ""  # which images are for training is no label
        return {at: title for at, title in enumerate(self.titles) if at not in taken and title not in ("", part)}


def table_of(head: list[str], shown: str, chosen: tuple[tuple[str, str], ...], known: tuple[str, ...]) -> Table:
    """From the first lines of a file; `chosen` are a person's (what, title or number from 1), `known` the project's
    classes. Raises BadInput where there is no column for the image."""
    try:
        delimiter, rows = _rows(head)
    except csv.Error as error:
        raise BadInput(f"{shown}: its first lines cannot be read: {error}.", "Correct the file.") from None
    if not rows:
        raise BadInput(f"{shown} is empty.", "Name another file.")
    titles = [_plain_title(title) for title in rows[0]]
    columns = {name: at for name in NAMES if (at := _find(titles, name)) >= 0}
    known_titles = len(set(columns.values())) > 1  # of several columns: then others may be called alike
    can_be_titles = (len(set(titles)) == len(titles) or "" in titles or known_titles) and not _is_row(rows[0])
    has_titles = "image" in columns and can_be_titles
    if has_titles and "label" in columns:
        columns["label"] = _named_classes(rows, titles, columns["label"])
    if chosen:
        has_titles = has_titles or not all(value.isdecimal() for _, value in chosen)
        columns = _chosen(rows[0], titles, chosen, columns if has_titles and can_be_titles else {}, shown)
        table = _with_box(Table(delimiter, has_titles, columns), titles)
        table.titles = tuple(_shown_titles(rows[0], has_titles))
        return table
    if not has_titles:
        return _without_titles(delimiter, rows, shown)
    table = _with_box(Table(delimiter, True, columns), titles)
    table.titles = tuple(_shown_titles(rows[0], True))
    table.ours = tuple(titles[: len(COLUMNS) - 1]) == COLUMNS[:-1]
    table.states_empty = table.ours
    if "label" not in columns or (not table.box and columns["label"] == columns["image"]):
        table.classes = _class_columns(rows, columns, known)
        if not table.classes:
            raise _no_columns(shown, rows[0], columns)
    return table


def _shown_titles(first: list[str], has_titles: bool) -> Iterator[str]:
    """What columns are called in messages; one without a title numbers the rows."""
    return (cell.lstrip("\ufeff").strip() if has_titles else f"column {at}" for at, cell in enumerate(first, 1))


def _plain_title(title: str) -> str:
    return title.lstrip("\ufeff").strip().lower().replace(" ", "_").replace(".", "_")


def _rows(head: list[str]) -> tuple[str, list[list[str]]]:
    """What separates the cells: what makes the most columns, the same number in nearly all lines."""
    best: tuple[float, str, list[list[str]]] = (0.0, ",", [])
    for delimiter in (",", ";", "\t", "|"):
        try:
            rows = [row for row in csv.reader(head, delimiter=delimiter, skipinitialspace=skips_blanks(head)) if row]
        except csv.Error:
            continue
        if not rows:
            continue
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        score = alike * min(len(rows[0]) - 1, 12)
        if score > best[0]:
            best = (score, delimiter, rows)
    if not best[2]:
        return ",", [row for row in csv.reader(head) if row]
    return best[1], best[2]


def skips_blanks(head: list[str]) -> bool:
    """Whether quotes stand behind a blank (`"a", "b"`), so that blanks before cells are none of theirs."""
    return any(mark in head[0] for mark in (', "', '; "')) if head else False


def _named_classes(rows: list[list[str]], titles: list[str], at: int) -> int:
    """The column of the class: where that at `at` holds numbers, another one that names classes beside them."""
    beside = [titles.index(title) for title in _TITLES["label"].split() if title in titles and title.endswith("name")]
    for other in beside if _are_numbers(rows, at) else ():
        if other != at and not _are_numbers(rows, other):
            return other
    return at


def _are_numbers(rows: list[list[str]], at: int) -> bool:
    """Whether all cells of a column are numbers or empty."""
    return all(is_number(row[at].strip() or "0") for row in rows[1:] if at < len(row))


def _find(titles: list[str], name: str) -> int:
    return next((titles.index(title) for title in _TITLES[name].split() if title in titles), -1)


def _is_row(cells: list[str]) -> bool:
    """Whether the first row is one of the table's, without titles: it names an image, or has a number."""
    return any(is_image(cell.strip()) for cell in cells) or sum(is_number(cell) for cell in cells) >= 2


def _with_box(table: Table, titles: Sequence[str] = ()) -> Table:
    """With the columns of its box. A width beside corners is the image's."""
    have = table.columns
    if set(_CORNERS) <= have.keys():
        table.box, table.kind = _CORNERS, BoxKind.CORNERS
    elif set(_CENTER) <= have.keys():
        table.box, table.kind = _CENTER, BoxKind.CENTER
    elif set(_SIZE) <= have.keys():
        table.box, table.kind = _SIZE, BoxKind.SIZE
    elif "box" in have:
        table.box, table.kind_is_known = ("box",), titles[have["box"]] in _BOX_IS_CORNERS
    if len(table.box) == 4 and table.kind is not BoxKind.CORNERS:
        for size, side in (("width", "box_width"), ("height", "box_height")):
            if have.get(size) == have[side]:
                del have[size]
    return table


def _without_titles(delimiter: str, rows: list[list[str]], shown: str) -> Table:
    """The shapes that are well known: keras-retinanet's (also with the image's size), make-sense's, and an image with its
    class."""
    first = rows[0]
    numbers = [at for at, cell in enumerate(first) if is_number(cell)]
    files = [at for at, cell in enumerate(first) if is_image(cell.strip())]
    empty = all(not cell.strip() for cell in first[1:])
    if len(first) == 6 and files[:1] == [0] and (set(numbers) >= {1, 2, 3, 4} or empty):
        names = ("image", *_CORNERS, "label")
        return _with_box(Table(delimiter, False, dict(zip(names, range(6), strict=True)), states_empty=True))
    if len(first) == 8 and files == [5] and set(numbers) >= {1, 2, 3, 4}:
        wide = ("label", *_SIZE, "image", "width", "height")
        return _with_box(Table(delimiter, False, dict(zip(wide, range(8), strict=True))))
    if len(first) == 8 and files[:1] == [0] and set(numbers) >= {1, 2, 3, 4, 6, 7}:
        sized = ("image", *_CORNERS, "label", "width", "height")
        return _with_box(Table(delimiter, False, dict(zip(sized, range(8), strict=True))))
    if len(first) == 2 and files[:1] == [0]:
        return Table(delimiter, False, {"image": 0, "label": 1})
    raise _no_columns(shown, () if _is_row(first) else first)


def _no_columns(shown: str, titles: Sequence[str] = (), columns: Collection[str] = ()) -> BadInput:
    """What is said of a table with these titles, of whose columns only `columns` are known."""
    missing = [name for name in ("image", "label") if name not in columns] or ["label"]
    listed = ", ".join(title.strip()[:40] for title in titles[:12] if title.strip())
    there = f"; there are: {listed}{' …' * (len(titles) > 12)}" if listed else ""
    options = " ".join(f"--column {name}=TITLE" for name in missing)
    mend = f"Name the columns in the first line ({','.join(COLUMNS[:8])}), or with {options}."
    if titles and "image" in columns:
        mend += " Zeros and ones below a title are a class where the project has one of that name."
    return BadInput(f"{shown}, line 1: there is no column for the {' and for the '.join(missing)}{there}.", mend)


def _chosen(
    first: list[str], titles: list[str], chosen: tuple[tuple[str, str], ...], columns: dict[str, int], shown: str
) -> dict[str, int]:
    assigned = dict(columns)
    for name, value in chosen:
        title = _plain_title(value)
        at = titles.index(title) if title in titles else int(value) - 1 if value.isdecimal() else -1
        if name not in NAMES or not 0 <= at < len(first):
            what = f"{shown} has no column “{value[:40]}” for “{name[:40]}”."
            raise BadInput(what, f"There are for it: {', '.join(NAMES)}; columns are named, or counted from 1.")
        assigned[name] = at
    if "image" not in assigned:
        raise _no_columns(shown, first, assigned)
    return assigned


def _class_columns(rows: list[list[str]], columns: dict[str, int], known: tuple[str, ...]) -> dict[str, int]:
    """Where each class has a column of zeros and ones: those columns. A single one, or some beside columns of something
    else, can be anything (“is_train”, “sex”): then only those count that are called like a class of the project."""
    taken = {at for name, at in columns.items() if name in _OF_IMAGES}
    rest = {name: at for at, title in enumerate(rows[0]) if at not in taken and (name := title.strip())}
    named = {name: at for name, at in rest.items() if name in known}
    rest = {name: at for name, at in rest.items() if name in named or _plain_title(name) not in _NO_CLASSES}
    cells = {row[at].strip().lower() for row in rows[1:] for at in rest.values() if at < len(row)}
    return rest if len(rest) > 1 and cells and cells <= _FLAGS else named


def head_lines(lines: Iterator[str], count: int = 50) -> list[str]:
    """The first lines that hold something."""
    head: list[str] = []
    for line in lines:
        if line.strip():
            head.append(line)
        if len(head) >= count:
            break
    return head
