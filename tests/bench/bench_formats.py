"""Writing and reading COCO beside labelformat, datumaro and `json.load`, each in a process of its own.

    python -m tests.bench.bench_formats [IMAGES]

IMAGES (100,000) carry five boxes each. Datumaro is asked through the interpreter in TUI_LABELER_READERS_PYTHON, and left
out where there is none. Times are without the import of the library; memory is the peak of the process, and is also taken
at a quarter of the images, so that growth can be told from what a process takes anyway. `ours_mixed` reads the
same file with its annotations in no order, as COCO 2017 has them; to the others the order makes no difference.
"""

from __future__ import annotations

import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import print_table, shown

BOXES = 5
CLASSES = ("coke", "diet_coke", "sprite")
REPEAT = 5
FILE = "annotations/instances_train.json"


def box_of(image: int, number: int) -> tuple[float, float, float, float]:
    """A box that depends on the numbers alone: x, y, width, height with two digits."""
    seed = (image * 7919 + number * 104729) % 100_003
    return seed % 60_000 / 100, seed * 3 % 40_000 / 100, seed * 7 % 30_000 / 100 + 5, seed * 11 % 30_000 / 100 + 5


def name_of(image: int) -> str:
    return f"folder_{image % 50}/image_{image:06d}.jpg"


# What runs in a process of its own. Each gives a function to be timed, after its imports.


def ours_write(folder: Path, images: int) -> Callable[[], int]:
    """From labels that are in memory already, as the others are asked to."""
    return _ours_write(folder, images, keep=True)


def ours_export(folder: Path, images: int) -> Callable[[], int]:
    """As an export does it: labels are decoded row by row, as they come from the database, and nothing is kept."""
    return _ours_write(folder, images, keep=False)


def _ours_write(folder: Path, images: int, keep: bool) -> Callable[[], int]:
    import msgspec

    from tui_labeler.formats.coco import write as coco
    from tui_labeler.formats.writing import LabeledImage, Rows
    from tui_labeler.model.geometry import Box, Size
    from tui_labeler.model.project import Classes, Details, ProjectSpec
    from tui_labeler.model.regions import Labels, Region

    decode = msgspec.json.Decoder(Labels).decode
    stored = []
    for image in range(1000):
        boxes = (box_of(image, number) for number in range(BOXES))
        regions = [Region(CLASSES[n % 3], Box(x, y, x + w, y + h)) for n, (x, y, w, h) in enumerate(boxes)]
        stored.append(msgspec.json.encode(Labels(Size(1280, 960), tuple(regions))))

    def rows() -> Iterator[LabeledImage]:
        for image in range(images):
            yield LabeledImage(name_of(image), f"file:///data/{name_of(image)}", decode(stored[image % 1000]))

    spec = ProjectSpec(Details("bench"), classes=Classes(CLASSES))
    kept = list(rows()) if keep else []
    source = Rows(lambda: kept) if keep else Rows(rows)
    return lambda: coco.write(_new(folder), spec, source, lambda done: None).regions


def ours_read(folder: Path, images: int) -> Callable[[], int]:
    from tui_labeler.formats import registry
    from tui_labeler.formats.opening import open_source
    from tui_labeler.formats.reading import Reading

    def run() -> int:
        coco = registry.reader("coco")
        return sum(len(image.regions) for image in coco.read(open_source(folder / FILE), Reading()))

    return run


def ours_mixed(folder: Path, images: int) -> Callable[[], int]:
    """The annotations of its file stand in no order."""
    return ours_read(folder, images)


def json_read(folder: Path, images: int) -> Callable[[], int]:
    def run() -> int:
        with (folder / FILE).open() as file:
            return len(json.load(file)["annotations"])

    return run


def labelformat_read(folder: Path, images: int) -> Callable[[], int]:
    from labelformat.formats import COCOObjectDetectionInput

    def run() -> int:
        read = COCOObjectDetectionInput(input_file=folder / FILE)
        return sum(len(label.objects) for label in read.get_labels())

    return run


def labelformat_write(folder: Path, images: int) -> Callable[[], int]:
    from labelformat.formats import COCOObjectDetectionOutput
    from labelformat.model.bounding_box import BoundingBox, BoundingBoxFormat
    from labelformat.model.category import Category
    from labelformat.model.image import Image
    from labelformat.model.object_detection import ImageObjectDetection, SingleObjectDetection

    categories = [Category(number, name) for number, name in enumerate(CLASSES, 1)]
    kept = [Image(image, name_of(image), 1280, 960) for image in range(images)]
    labels = [
        ImageObjectDetection(
            region,
            [
                SingleObjectDetection(
                    categories[n % 3], BoundingBox.from_format(list(box_of(region.id, n)), BoundingBoxFormat.XYWH)
                )
                for n in range(BOXES)
            ],
        )
        for region in kept
    ]

    class Source:
        def get_categories(self) -> list[Category]:
            return categories

        def get_images(self) -> list[Image]:
            return kept

        def get_labels(self) -> list[ImageObjectDetection]:
            return labels

    def run() -> int:
        COCOObjectDetectionOutput(output_file=folder / "labelformat.json").save(label_input=Source())
        return images * BOXES

    return run


def datumaro_read(folder: Path, images: int) -> Callable[[], int]:
    from datumaro.components.dataset import Dataset

    return lambda: sum(len(item.annotations) for item in Dataset.import_from(str(folder), "coco_instances"))


def datumaro_write(folder: Path, images: int) -> Callable[[], int]:
    from datumaro.components.annotation import Bbox
    from datumaro.components.dataset import Dataset
    from datumaro.components.dataset_base import DatasetItem
    from datumaro.components.media import Image

    items = [
        DatasetItem(
            name_of(image)[:-4],
            subset="train",
            media=Image.from_file(path=name_of(image), size=(960, 1280)),
            annotations=[Bbox(*box_of(image, n), label=n % 3) for n in range(BOXES)],
        )
        for image in range(images)
    ]
    data = Dataset.from_iterable(items, categories=list(CLASSES))

    def run() -> int:
        data.export(str(folder / "datumaro"), "coco_instances", save_media=False)
        return images * BOXES

    return run


def _new(folder: Path) -> Path:
    made = folder / "out"
    made.mkdir()
    return made


# Around them


def in_a_process(what: str, folder: Path, images: int) -> None:
    """Runs one thing, and prints (seconds, megabytes before, megabytes at the peak)."""
    if what.startswith("ours"):
        gc.set_threshold(50_000, 20, 20)  # as our command line does; the others as they come
    run = globals()[what](folder, images)
    before = _peak()
    began = time.perf_counter()
    count = run()
    seconds = time.perf_counter() - began
    assert count == images * BOXES, (what, count)
    print(json.dumps([seconds, before, _peak()]))


def _peak() -> float:
    """Of this process alone: what `getrusage` says counts the parent's memory from before the program began."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def measured(runs: dict[str, tuple[str, Path]], images: int) -> dict[str, tuple[float, float]]:
    """(median seconds, megabytes at the peak) of each: what to run -> (interpreter, file). They take turns, so that a noisy
    machine disturbs all alike; each run is in a new process and a new folder."""
    seconds: dict[str, list[float]] = {what: [] for what in runs}
    peaks: dict[str, list[float]] = {what: [] for what in runs}
    for turn in range(REPEAT):
        for what, (python, source) in runs.items():
            if what.startswith("datumaro") and turn:
                continue
            took, peak = one_run(what, images, python, source)
            seconds[what].append(took)
            peaks[what].append(peak)
    return {what: (statistics.median(seconds[what]), max(peaks[what])) for what in runs}


def one_run(what: str, images: int, python: str, source: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / FILE
        file.parent.mkdir()
        (file.parent.parent / "images").mkdir()  # datumaro asks for it
        os.link(source, file)
        command = [python, "-W", "ignore", "-m", "tests.bench.bench_formats", "--run", what, made, str(images)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took, _, peak = json.loads(done.stdout.splitlines()[-1])
        return took, peak


def make_file(path: Path, images: int, is_mixed: bool = False) -> None:
    rows = [{"id": n + 1, "file_name": name_of(n), "width": 1280, "height": 960} for n in range(images)]
    boxes = [
        {
            "id": image * BOXES + n + 1,
            "image_id": image + 1,
            "category_id": n % 3 + 1,
            "bbox": box_of(image, n),
            "area": 1.0,
            "iscrowd": 0,
            "segmentation": [],
        }
        for image in range(images)
        for n in range(BOXES)
    ]
    if is_mixed:
        random.Random(images).shuffle(boxes)
    classes = [{"id": n, "name": name, "supercategory": ""} for n, name in enumerate(CLASSES, 1)]
    path.write_text(json.dumps({"images": rows, "annotations": boxes, "categories": classes}))


def main(images: int) -> None:
    heavy = os.environ.get("TUI_LABELER_READERS_PYTHON", "")
    peers = [("labelformat", sys.executable), *((("datumaro", heavy),) if heavy else ())]
    with tempfile.TemporaryDirectory() as made:
        sizes = (images // 4, images)
        for count in sizes:
            make_file(Path(made) / f"{count}.json", count)
            make_file(Path(made) / f"{count}_mixed.json", count, is_mixed=True)

        def source(name: str, count: int) -> Path:
            return Path(made) / f"{count}{'_mixed' if name == 'ours_mixed' else ''}.json"

        figures: dict[str, tuple[float, float, float]] = {}
        for what in ("write", "read"):
            runs = {f"ours_{what}": sys.executable, **{f"{name}_{what}": python for name, python in peers}}
            others = ("json_read", "ours_mixed") if what == "read" else ("ours_export",)
            runs |= dict.fromkeys(others, sys.executable)
            small, large = (
                measured({name: (python, source(name, count)) for name, python in runs.items()}, count)
                for count in sizes
            )
            figures |= {name: (*large[name], small[name][1]) for name in runs}
        rows = [
            (f"{what} against {name}", shown(figures[f"ours_{what}"][0]), shown(figures[f"{name}_{what}"][0]),
             figures[f"ours_{what}"][0] / figures[f"{name}_{what}"][0], 0.2)
            for what in ("write", "read") for name, _ in peers
        ]  # fmt: skip
        rows += [
            (f"export against {name}", shown(figures["ours_export"][0]), shown(figures[f"{name}_write"][0]),
             figures["ours_export"][0] / figures[f"{name}_write"][0], 0.2)
            for name, _ in peers
        ]  # fmt: skip
        rows += [
            (f"read in no order, against {name}", shown(figures["ours_mixed"][0]), shown(figures[f"{name}_read"][0]),
             figures["ours_mixed"][0] / figures[f"{name}_read"][0], 0.2)
            for name, _ in peers
        ]  # fmt: skip
        ratio = figures["ours_read"][0] / figures["json_read"][0]
        rows.append(
            ("read against json.load", shown(figures["ours_read"][0]), shown(figures["json_read"][0]), ratio, 2.0)
        )
        print_table(f"COCO, {images:,} images and {images * BOXES:,} boxes", rows)
        print(f"\nPeak memory, MB, at {images // 4:,} and at {images:,} images")
        for name, (_, peak, small) in figures.items():
            print(f"{name:<20} {small:>8.0f} {peak:>8.0f}  ×{peak / small:.2f}")
    if not heavy:
        print("\ndatumaro: left out, TUI_LABELER_READERS_PYTHON names no interpreter that has it")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        in_a_process(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
