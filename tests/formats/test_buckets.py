"""Rows come out of buckets whole, with their numbers, in the order in which they went in."""

from __future__ import annotations

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.coco.merge_join import lengths


def test_rows_of_many_blocks_come_out_with_their_keys_together_and_in_order() -> None:
    keys = [key * 7919 % 1013 for key in range(20_000)]
    rows = [msgspec.Raw(b'{"key": %d, "number": %d}' % (key, number)) for number, key in enumerate(keys)]
    with Buckets(8 << 20) as buckets:
        for first in range(0, len(rows), 700):
            buckets.add_all(zip(keys[first : first + 700], rows[first : first + 700], strict=True), first)
        filled = [
            (msgspec.json.decode(text), list(numbers)) for text, numbers in zip(buckets, buckets.numbers, strict=True)
        ]
    assert len(filled) > 10
    assert all([row["number"] for row in some] == numbers == sorted(numbers) for some, numbers in filled)
    assert all(row["key"] == keys[row["number"]] for some, _ in filled for row in some)
    assert sum(len(numbers) for _, numbers in filled) == len(rows)
    places: dict[int, set[int]] = {}
    for index, (some, _) in enumerate(filled):
        for row in some:
            places.setdefault(row["key"], set()).add(index)
    assert all(len(several) == 1 for several in places.values())


def test_an_id_that_stands_at_two_places_is_two_runs() -> None:
    assert list(lengths([1, 1, 2, 3, 3])) == [(1, 2), (2, 1), (3, 2)]
    assert list(lengths([1, 1, 2, 1])) == [(1, 2), (2, 1), (1, 1)]
    assert list(lengths([])) == []
