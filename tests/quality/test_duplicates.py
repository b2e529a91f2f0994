"""Images that are there twice: what is compared, and that it takes little of a machine."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.imaging.decode import brightness, decode
from tui_labeler.model.errors import StorageError, Unreachable
from tui_labeler.model.mistakes import MistakeKind
from tui_labeler.model.progress import silent
from tui_labeler.model.tasks import Datastore
from tui_labeler.patience import Beat, Late
from tui_labeler.quality.duplicates import NEAR, PLACES, difference_hash, nearest_before
from tui_labeler.quality.lookalikes import alike_pairs
from tui_labeler.workspace import imagescan


def test_the_nearest_of_the_other_part_comes_before_nearer_ones_of_the_same() -> None:
    draw = random.Random(4)
    hashes = [draw.getrandbits(64) for _ in range(200)]
    for _ in range(3):
        hashes += [
            image_hash ^ sum(1 << bit for bit in draw.sample(range(64), draw.randint(0, 9)))
            for image_hash in hashes[:120]
        ]
    parts = [draw.random() < 0.3 for _ in hashes]

    def every_comparison(later: int) -> tuple[int, int, int] | None:
        ranked = [
            (parts[earlier] == parts[later], bits, earlier)
            for earlier in range(later)
            if (bits := (hashes[earlier] ^ hashes[later]).bit_count()) <= NEAR
        ]
        return (later, min(ranked)[2], min(ranked)[1]) if ranked else None

    expected = [nearest for later in range(len(hashes)) if (nearest := every_comparison(later)) is not None]
    assert list(nearest_before(hashes, parts)) == expected
    assert 300 < len(expected) < len(hashes), "those that are like none before them are not named"


def test_many_images_that_are_all_alike_are_each_named_once() -> None:
    hashes = [0x5555 ^ (1 << number % 3) for number in range(3000)]
    assert len(list(nearest_before(hashes, [False] * len(hashes)))) == 2999


def test_a_copy_of_another_size_has_the_same_hash(tmp_path: Path) -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (12, 16, 3), np.uint8)).resize((640, 480))
    image.save(tmp_path / "a.png")
    image.resize((320, 240)).save(tmp_path / "b.jpg", quality=70)
    png_hash, jpeg_hash = (difference_hash(decode((tmp_path / name).read_bytes())[0]) for name in ("a.png", "b.jpg"))
    assert png_hash is not None
    assert jpeg_hash is not None
    assert (png_hash ^ jpeg_hash).bit_count() <= 3
    assert difference_hash(np.full((40, 40, 3), 90, np.uint8)) is None


def test_copies_stand_out_from_images_that_are_all_alike() -> None:
    draw = np.random.default_rng(3)
    usual = draw.normal(5, 1, (400, 120)) * draw.uniform(0.1, 3, 120)
    copies = usual[:12] + draw.normal(0, 0.02, (12, 120))
    features = np.concatenate([usual, copies, usual[:1] * 1.001]).astype(np.float16)
    pairs = list(alike_pairs(features))
    assert {(0, 400), (0, 412)} & {(i, j) for i, j, _ in pairs}, "one of two copies of the first"
    assert {(i, j) for i, j, _ in pairs if i and j < 412} == {(n, 400 + n) for n in range(1, 12)}
    assert all(i < j and cosine > 0.9 for i, j, cosine in pairs)
    assert not list(alike_pairs(usual[:300])), "nothing among what is no copy"
    assert not list(alike_pairs(features[:8])), "too few to know how far apart images are"


def photograph(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """In colours that no format has to cut off."""
    places = np.random.default_rng(seed).integers(70, 180, (12, 16, 3), np.uint8)
    return Image.fromarray(places).resize(size)


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_the_brightness_of_places_is_that_of_the_whole_image(turn: int, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    file = io.BytesIO()
    photograph(1).save(file, name, exif=exif)
    whole = Image.fromarray(decode(file.getvalue())[0]).convert("L").resize((9, 8), Image.Resampling.BOX)
    places = brightness(file.getvalue(), PLACES)
    assert places.shape == (8, 9)
    assert np.abs(places.astype(int) - np.asarray(whole, int)).max() <= 3


def local(folder: Path) -> OpenDatastore:
    return OpenDatastore(Datastore("images", f"file://{folder}", "local"))


def test_files_that_are_read_in_turns_are_those_that_are_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_labeler.datastores.store._TURN_BYTES", 5000)
    names = [f"{number}.jpg" for number in range(150)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(bytes([number]) * (100 + number * 7))
    (tmp_path / names[70]).unlink()
    (tmp_path / names[71]).unlink()
    (tmp_path / names[71]).symlink_to("/etc/hostname")
    store = local(tmp_path)
    results = list(store.read_each(names))
    assert [path for path, _ in results] == names
    for path, result in results:
        if isinstance(result, bytes):
            assert result == store.read(path)
        else:
            with pytest.raises(StorageError) as told:
                store.read(path)
            assert (type(result), str(result)) == (told.type, str(told.value))
    assert [path for path, result in results if not isinstance(result, bytes)] == names[70:72]


def test_a_file_that_never_comes_is_told_and_the_next_ones_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["0.jpg", "1.jpg", "2.jpg"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    read_alone = OpenDatastore._bytes

    def stuck(store: OpenDatastore, path: str, most: int | None, beat: Beat) -> bytes:
        if path == "1.jpg":
            raise Late
        return read_alone(store, path, most, beat)

    monkeypatch.setattr(OpenDatastore, "_bytes", stuck)
    (_, first), (path, late), (_, last) = local(tmp_path).read_each(names)
    assert (first, path, last) == (b"0.jpg", "1.jpg", b"2.jpg")
    assert isinstance(late, Unreachable)


def test_what_cannot_be_read_is_passed_over_unless_it_is_everything(tmp_path: Path) -> None:
    for number in (0, 1, 0):
        photograph(number).save(tmp_path / f"{len(list(tmp_path.iterdir()))}.jpg", quality=90)
    photograph(0, (320, 240)).save(tmp_path / "3.png")
    (tmp_path / "4.jpg").write_bytes(b"no image")
    parts = {f"{number}.jpg": "train" for number in (0, 1, 2, 4, 5)} | {"3.png": "train"}
    mistakes = imagescan.image_mistakes(local(tmp_path), parts, None, silent)
    assert {(one.kind, one.path, one.other) for one in mistakes} == {
        (MistakeKind.DUPLICATE, "2.jpg", "0.jpg"),
        (MistakeKind.NEAR_DUPLICATE, "3.png", "0.jpg"),
    }
    with pytest.raises(Unreachable, match="is away"):
        imagescan.image_mistakes(local(tmp_path / "gone"), parts, None, silent)
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "6.jpg").write_bytes(b"no image")
    with pytest.raises(StorageError, match="is no longer in the datastore"):
        imagescan.image_mistakes(local(tmp_path / "others"), parts, None, silent)
