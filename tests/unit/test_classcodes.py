"""Codes for classes beyond the ninth, and why they and not the search."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_labeler.labeling.classcodes import ALPHABET, ClassPicker, class_codes

_COCO = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,"
    "parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,"
    "handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,"
    "surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,"
    "broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,"
    "mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,"
    "teddy bear,hair drier,toothbrush"
)
COCO = tuple(_COCO.split(","))
NESTED = tuple(
    f"{family}/{kind}/{colour}"
    for family, kind, colour in itertools.product(
        ("animal", "vehicle", "plant", "tool", "food"),
        ("small", "large", "broken", "old", "new", "wet"),
        ("red", "green", "blue", "white", "black", "grey", "brown", "pink", "orange", "violet"),
    )
)


def keys_by_code(names: tuple[str, ...], class_index: int) -> int:
    """A digit; or the key that opens the codes, and the code."""
    code = class_codes(names)[class_index]
    return 1 if code.isdigit() else 1 + len(code)


def keys_by_search(names: tuple[str, ...], class_index: int) -> int:
    """`/`, the shortest part of the name by which it is the first that is found, Enter."""
    name = names[class_index]
    parts = (name[at : at + n] for n in range(1, len(name) + 1) for at in range(len(name) - n + 1))
    typed = next(part for part in parts if next(x for x in names if part in x) == name)
    return 1 + len(typed) + 1


@pytest.mark.parametrize(("names", "by_code"), [(COCO[:60], 2.29), (COCO, 2.48), (NESTED, 2.9)])
def test_codes_need_fewer_keys_than_the_search(names: tuple[str, ...], by_code: float) -> None:
    codes = sum(keys_by_code(names, class_index) for class_index in range(len(names))) / len(names)
    search = sum(keys_by_search(names, class_index) for class_index in range(len(names))) / len(names)
    assert codes <= by_code
    assert codes < search * 0.65, (codes, search)


@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=700))
@settings(max_examples=60, deadline=None)
def test_every_class_has_a_code_that_begins_no_other(names: list[str]) -> None:
    codes = class_codes(tuple(names))
    assert len(codes) == len(names)
    known = [code for code in codes if code]
    assert len(known) == min(len(names), 9 + 26 * 26)
    assert len(set(known)) == len(known)
    assert all(set(code) <= set(ALPHABET) and len(code) <= 2 for code in known[9:])
    singles = {code for code in known if len(code) == 1}
    assert not any(code[0] in singles for code in known if len(code) == 2)


def test_codes_are_letters_of_the_name() -> None:
    codes = dict(zip(COCO[:30], class_codes(COCO[:30]), strict=True))
    assert (codes["person"], codes["boat"]) == ("1", "9")
    assert (codes["traffic light"], codes["fire hydrant"], codes["zebra"]) == ("t", "f", "z")


def test_names_in_any_script_have_codes() -> None:
    names = (*(str(n) for n in range(9)), "車", "자전거", "🍎", "собака")
    assert class_codes(names)[9:] == ("a", "b", "c", "d")


def test_the_cursor_goes_through_the_list() -> None:
    picker = ClassPicker(COCO)
    picker.open(0)
    picker.press("pagedown")
    picker.press("down")
    assert picker.cursor == 11
    picker.press("end")
    assert picker.press("enter")[0] == 79
    assert not picker.is_open
    picker.open(0)
    picker.press("s")
    assert {picker.codes[class_index][0] for class_index in picker.listed} == {"s"}
    picker.press("backspace")
    assert len(picker.listed) == 80
    picker.press("backspace")
    assert not picker.is_open
