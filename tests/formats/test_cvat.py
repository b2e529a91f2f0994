"""CVAT's XML: images, tracks frame by frame, masks, and what is wrong with one of them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_labeler.formats import registry
from tui_labeler.formats.masks import row_runs
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage, Stated
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.transfers import ReadOptions

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'


def read(path: Path, reading: Reading | None = None) -> list[ReadImage]:
    source = open_source(path)
    answer = registry.detect(path, source)
    assert answer.format.name == "cvat"
    return list(answer.format.read(source, reading or Reading()))


def written(folder: Path, body: str, name: str = "annotations.xml") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}{body}</annotations>\n", "utf-8")
    return path


def box(x0: float, y0: float, x1: float, y1: float, more: str = 'label="cat"') -> str:
    corners = f'xtl="{x0}" ytl="{y0}" xbr="{x1}" ybr="{y1}"'
    return f'<box {more} {corners} occluded="0"><attribute name="label">x</attribute></box>'


def test_images_with_and_without_shapes(tmp_path: Path) -> None:
    body = (
        f'<image id="0" name="sub/a.jpg" width="100" height="80">{box(10, 20, 30, 40)}'
        '<polygon label="dog" points="1.5,2;30,2;30,40"/><tag label="night" source="manual"></tag></image>'
        '<image id="1" name="b.jpg" width="100" height="80"/>'
    )
    first, second = read(written(tmp_path, body))
    assert (first.names, first.width, first.height, first.stated) == (("sub/a.jpg",), 100, 80, Stated.LABELED)
    assert [region.box for region in first.regions] == [Box(10, 20, 30, 40), None]
    assert first.regions[1].points == ((1.5, 2.0), (30.0, 2.0), (30.0, 40.0))
    assert first.tags == ("night",)
    assert second.stated is Stated.LISTED


def test_a_bad_shape_costs_itself(tmp_path: Path) -> None:
    bad = '<box label="cat" xtl="a" ytl="1" xbr="2" ybr="3"/><box xtl="0" ytl="1" xbr="2" ybr="3"/>'
    bad += '<polygon label="cat" points="1,2;3"/><skeleton label="p"><points label="eye" points="1,1"/></skeleton>'
    body = f'<image name="a.jpg">{bad}{box(1, 2, 3, 4)}</image><image id="7">{box(1, 2, 3, 4)}</image>'
    reading = Reading()
    (image,) = read(written(tmp_path, body), reading)
    assert [region.box for region in image.regions] == [Box(1, 2, 3, 4)]
    assert [left.reason for left in image.left_out] == ["bad_box", "no_class", "bad_polygon", "keypoints"]
    assert reading.report.counts == {"bad_entry": 1}
    with pytest.raises(BadInput, match="a corner of the box is missing"):
        read(written(tmp_path, body), Reading(ReadOptions(strict=True)))


def test_rotated_boxes(tmp_path: Path) -> None:
    turns = "label='c' rotation='30.0'", "label='c' rotation='90'"
    body = "".join(box(20, 30, 80, 40, more) for more in turns)
    body = f'<image name="a.jpg">{body}</image>'
    (image,) = read(written(tmp_path, body))
    turned, upright = image.regions
    assert (turned.rotated, len(turned.points)) == (True, 4)
    assert (upright.rotated, upright.box) == (False, Box(45, 5, 55, 65))


META = (
    "<meta><task><id>3</id><name>t</name><frame_filter>{step}</frame_filter>"
    "<original_size><width>64</width><height>48</height></original_size><source>clip.mp4</source></task></meta>"
)


def track(frames: list[tuple[int, float, int]], label: str = "car") -> str:
    shapes = "".join(
        box(x, 2, x + 10, 12, f'frame="{frame}" outside="{outside}" keyframe="1"') for frame, x, outside in frames
    )
    return f'<track id="0" label="{label}" source="manual">{shapes}</track>'


def test_tracks_frame_by_frame(tmp_path: Path) -> None:
    """A box moves evenly between key frames, and is not seen from `outside` on."""
    body = META.format(step="") + track([(0, 0, 0), (4, 8, 0), (5, 8, 1), (9, 20, 0)]) + track([(4, 30, 0)], "bus")
    reading = Reading()
    images = read(written(tmp_path, body), reading)
    seen = {
        image.names[-1]: [(region.name, region.box.x0) for region in image.regions if region.box] for image in images
    }
    assert seen == {
        "frame_000000": [("car", 0)],
        "frame_000001": [("car", 2)],
        "frame_000002": [("car", 4)],
        "frame_000003": [("car", 6)],
        "frame_000004": [("car", 8), ("bus", 30)],
        "frame_000009": [("car", 20)],
    }
    assert images[0].names[0] == "clip/frame_000000"
    assert (images[0].width, images[0].height) == (64, 48)
    assert reading.report.counts == {"outside": 1}


def test_every_fifth_frame(tmp_path: Path) -> None:
    images = read(written(tmp_path, META.format(step="step=5") + track([(0, 0, 0), (10, 10, 0)])))
    assert [image.names[-1] for image in images] == ["frame_000000", "frame_000005", "frame_000010"]


def test_frames_that_no_video_has(tmp_path: Path) -> None:
    reading = Reading()
    images = read(written(tmp_path, META.format(step="") + track([(0, 0, 0), (10**9, 10, 0)])), reading)
    assert len(images) == 2
    assert reading.report.counts == {"bad_entry": 1}


def test_masks_are_rows_of_runs(tmp_path: Path) -> None:
    """Two pixels in the first row, the left one in the second."""
    body = '<image name="a.jpg"><mask label="c" rle="0, 2, 0, 1, 1" left="10" top="20" width="2" height="2"/></image>'
    (image,) = read(written(tmp_path, body))
    mask = image.regions[0].mask
    assert mask is not None
    assert mask.box() == Box(10, 20, 12, 22)
    (outline,) = mask.outlines()
    assert set(outline) == {(10, 20), (12, 20), (12, 21), (11, 21), (11, 22), (10, 22)}


@given(st.lists(st.booleans(), min_size=1, max_size=48), st.integers(1, 8))
def test_masks_cover_their_pixels(pixels: list[bool], width: int) -> None:
    pixels = pixels[: len(pixels) // width * width] or [True] * width
    runs, current = [0], False
    for pixel in pixels:
        if pixel != current:
            runs.append(0)
            current = pixel
        runs[-1] += 1
    mask = row_runs(3, 5, width, len(pixels) // width, runs, "here")
    inside = [(3 + at % width, 5 + at // width) for at, pixel in enumerate(pixels) if pixel]
    if not inside:
        assert (mask.box(), mask.outlines()) == (None, [])
        return
    xs, ys = zip(*inside, strict=True)
    assert mask.box() == Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
    corners = {point for outline in mask.outlines() for point in outline}
    assert corners <= {(x + dx, y + dy) for x, y in inside for dx in (0, 1) for dy in (0, 1)}


def test_a_zip_and_a_mark(tmp_path: Path) -> None:
    path = written(tmp_path, f'<image name="ä.jpg">{box(1, 2, 3, 4)}</image>'.replace("\n", "\r\n"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [image.name for image in read(path)] == ["ä.jpg"]
    with zipfile.ZipFile(tmp_path / "task.zip", "w") as packed:
        packed.write(path, "annotations.xml")
        packed.writestr("images/ä.jpg", b"")
    assert [image.name for image in read(tmp_path / "task.zip")] == ["ä.jpg"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<annotations><image name="a.jpg">', "not complete XML"),
        ('<annotations/><!DOCTYPE a [<!ENTITY b "c">]>', "not complete XML"),
        ("<project/>", "does not begin with <annotations>"),
        ("<annotations>" + "<a>" * 100 + "</a>" * 100 + "</annotations>", "levels deep"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text)
    with pytest.raises(BadInput, match=says):
        list(registry.reader("cvat").read(open_source(path), Reading()))


def test_document_types_are_refused_where_they_stand() -> None:
    import io

    from tui_labeler.untrusted.xmlstream import events

    bomb = b'<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    with pytest.raises(BadInput, match="declares entities"):
        list(events(io.BytesIO(bomb), "a.xml"))
