"""What the panel beside the canvas shows, for one image and for a sheet of images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.kinds.kind import LabelKind
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.sheet import Sheet
from tui_labeler.model.text import cell_width
from tui_labeler.tui.actions import Action
from tui_labeler.tui.labelkeys import KeyRow, key_rows, sheet_rows
from tui_labeler.tui.remarks import Remark


@dataclass(frozen=True)
class PanelState:
    """`codes` are what to type for each class; `listed` the places of those that are shown, all or the ones that a code can
    still mean; `cursor` is the class that stands in the middle (-1: none in particular). `chosen` is the class for what
    comes next (-1: none); `ticked` are the tags of what one looks at; `counts` how often each class is on the screen;
    `properties` are lines of (name, value); `remark` why the image has to be looked at again; `hints` the keys of what the
    headings offer, by command."""

    kind: LabelKind
    names: tuple[str, ...]
    codes: tuple[str, ...]
    listed: tuple[int, ...]
    typed: str | None
    cursor: int
    chosen: int
    counts: dict[str, int]
    ticked: frozenset[str]
    hidden: frozenset[str]
    properties: tuple[tuple[str, str], ...]
    keys: tuple[KeyRow, ...]
    hints: dict[str, str]
    regions: tuple[RegionRow, ...] = ()
    remark: Remark | None = None


@dataclass(frozen=True)
class RegionRow:
    """A region of the draft: the place of its class, its extent in image pixels, and whether it is the selected one."""

    class_place: int
    name: str
    width: int
    height: int
    selected: bool


def class_mark(state: PanelState, class_index: int) -> str:
    """Two cells that say whether the class is chosen, or ticked, without a colour."""
    set_, unset = ("◉ ", "○ ") if state.kind.single_choice else ("☑ ", "☐ ")
    is_set = class_index == state.chosen if state.kind.has_regions else state.names[class_index] in state.ticked
    return set_ if is_set else unset


def last_segment(name: str, room: int) -> str:
    """Of a subclass that has no room the name itself, whole: `…/pointer`, never `animal…ointer`."""
    return name if cell_width(name) <= room or "/" not in name else f"…/{name.rpartition('/')[2]}"


def of_editor(
    editor: Editor, path: str, zoom: float, state: str, model: str = "", remark: Remark | None = None
) -> PanelState:
    """`path` is the image's, `zoom` dots of the canvas for an image pixel, `state` where its task stands, `model` what ML
    assist does (empty where it is off), `remark` why the image has to be looked at again."""
    size = f"{editor.size.width}×{editor.size.height} {zoom * 100:.0f}%"
    tool = "point to polygon" if editor.mode == Mode.POINT and editor.point_box.draws_polygons else editor.mode
    known = (("Tool", tool), ("File", path), ("Size", size), ("State", state), ("Model", model))
    properties = tuple(fact for fact in known if fact[1] or fact[0] != "Model")
    tags = editor.draft.tags
    counts = _counted((*(region.name for region in editor.draft.regions), *tags))
    shown = _state(
        editor, editor.chosen, counts, frozenset(tags), frozenset(editor.hidden_classes), properties, key_rows(editor)
    )
    return replace(shown, regions=_region_rows(editor), remark=remark)


def _region_rows(editor: Editor) -> tuple[RegionRow, ...]:
    places = {name: class_index for class_index, name in enumerate(editor.names)}
    return tuple(
        RegionRow(
            places.get(region.name, -1),
            region.name,
            round(region.extent.width),
            round(region.extent.height),
            index == editor.selected,
        )
        for index, region in enumerate(editor.draft.regions)
    )


def of_nothing(owner: Editor | Sheet, path: str, state: str, offers: tuple[Action, ...]) -> PanelState:
    """Where no image is shown: `path` is that of the one that cannot be, empty where no task is to be had."""
    properties = (("File", path), ("State", state)) if path else ()
    keys = tuple(KeyRow(offer.name, offer.key_text.split(" ")[0], offer.title, True) for offer in offers)
    return _state(owner, -1, {}, frozenset(), frozenset(), properties, keys)


def of_sheet(sheet: Sheet, properties: tuple[tuple[str, str], ...]) -> PanelState:
    """A class is ticked where all images that a digit would go to have it."""
    drafts = [sheet.places[index].draft for index in sheet.chosen]
    ticked = frozenset.intersection(*(frozenset(draft.tags) for draft in drafts)) if drafts else frozenset()
    counts = _counted(tag for image in sheet.places for tag in image.draft.tags)
    return _state(sheet, -1, counts, ticked, frozenset(), properties, sheet_rows(sheet))


def _state(
    owner: Editor | Sheet,
    chosen: int,
    counts: dict[str, int],
    ticked: frozenset[str],
    hidden: frozenset[str],
    properties: tuple[tuple[str, str], ...],
    keys: tuple[KeyRow, ...],
) -> PanelState:
    picker = owner.picker
    hints = {command: owner.key(command) for command in ("instructions", "find_class", "help", "select_next")}
    if picker.is_needed:
        hints["class_code"] = owner.key("class_code")
    return PanelState(
        owner.kind,
        owner.names,
        picker.codes,
        picker.listed,
        picker.typed,
        picker.cursor if picker.is_open else chosen,
        chosen,
        counts,
        ticked,
        hidden,
        properties,
        keys,
        hints,
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
