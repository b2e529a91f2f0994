"""Reading CVAT's XML and VIA's JSON: time and memory beside datumaro and `json.load`.

    python -m tests.bench.bench_labels [IMAGES]

IMAGES (100,000) carry five boxes each. Datumaro is asked through the interpreter in TUI_LABELER_READERS_PYTHON; it reads no
VIA, so that what it takes for the same boxes in CVAT's XML stands there. Each run is a process of its own, without the
import of the library; memory is the peak of the process, and is also taken at a quarter of the images.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench_formats import BOXES, CLASSES, _peak, box_of, name_of
from tests.bench.measure import print_table, shown

FILES = {"cvat": "annotations.xml", "via": "via.json"}


def make_cvat(path: Path, images: int) -> None:
    labels = "".join(f"<label><name>{name}</name><attributes></attributes></label>" for name in CLASSES)
    with path.open("w") as file:
        file.write(f"<annotations><version>1.1</version><meta><task><labels>{labels}</labels></task></meta>\n")
        for image in range(images):
            file.write(f'<image id="{image}" name="{name_of(image)}" width="1280" height="960">\n')
            for n in range(BOXES):
                x, y, width, height = box_of(image, n)
                corners = f'xtl="{x:.2f}" ytl="{y:.2f}" xbr="{x + width:.2f}" ybr="{y + height:.2f}"'
                file.write(
                    f'  <box label="{CLASSES[n % 3]}" source="manual" occluded="0" {corners} z_order="0"></box>\n'
                )
            file.write("</image>\n")
        file.write("</annotations>\n")


def make_via(path: Path, images: int) -> None:
    with path.open("w") as file:
        for image in range(images):
            regions = [
                {
                    "shape_attributes": dict(
                        zip(("x", "y", "width", "height"), box_of(image, n), strict=True), name="rect"
                    ),
                    "region_attributes": {"class": CLASSES[n % 3]},
                }
                for n in range(BOXES)
            ]
            name = name_of(image)
            about = {"filename": name, "size": 1, "regions": regions, "file_attributes": {}}
            file.write(f"{',' if image else '{'}{json.dumps(name + '1')}:{json.dumps(about)}")
        file.write("}")


def place_images(folder: Path, images: int) -> None:
    """Datumaro looks whether they are there, and opens none."""
    for image in range(images):
        path = folder / name_of(image)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def ours(format_name: str, folder: Path) -> Callable[[], int]:
    from tui_labeler.formats import registry
    from tui_labeler.formats.opening import open_source
    from tui_labeler.formats.reading import Reading

    gc.set_threshold(50_000, 20, 20)  # as our command line does
    read, path = registry.reader(format_name).read, folder / FILES[format_name]
    return lambda: sum(len(image.regions) for image in read(open_source(path), Reading()))


def datumaro(format_name: str, folder: Path) -> Callable[[], int]:
    from datumaro.components.dataset import Dataset

    return lambda: sum(len(item.annotations) for item in Dataset.import_from(str(folder), format_name))


def json_load(format_name: str, folder: Path) -> Callable[[], int]:
    def run() -> int:
        with (folder / FILES[format_name]).open() as file:
            return sum(len(image["regions"]) for image in json.load(file).values())

    return run


def in_a_process(who: str, format_name: str, folder: Path, images: int) -> None:
    """Runs one thing, and prints (seconds of processor time, megabytes at the peak)."""
    run = globals()[who](format_name, folder)
    began = time.process_time()
    count = run()
    took = time.process_time() - began
    assert count == images * BOXES, (who, count)
    print(json.dumps([took, _peak()]))


def measured(who: str, format_name: str, images: int, python: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        globals()[f"make_{format_name}"](folder / FILES[format_name], images)
        if who == "datumaro":
            place_images(folder / "images", images)
        command = [
            python,
            "-W",
            "ignore",
            "-m",
            "tests.bench.bench_labels",
            "--run",
            who,
            format_name,
            made,
            str(images),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took, peak = json.loads(done.stdout.splitlines()[-1])
        return took, peak


def main(images: int) -> None:
    heavy = os.environ.get("TUI_LABELER_READERS_PYTHON", "")
    peer = measured("datumaro", "cvat", images, heavy) if heavy else None
    json_seconds, json_peak = measured("json_load", "via", images, sys.executable)
    rows = []
    for format_name in FILES:
        quarter, whole = (measured("ours", format_name, count, sys.executable) for count in (images // 4, images))
        print(f"{format_name}: peak {quarter[1]:.0f} MB at {images // 4:,} images, {whole[1]:.0f} MB at {images:,}")
        if peer is not None:
            rows.append((f"{format_name} against datumaro", shown(whole[0]), shown(peer[0]), whole[0] / peer[0], 1.0))
        if format_name == "via":
            rows.append(("via against json.load", shown(whole[0]), shown(json_seconds), whole[0] / json_seconds, 3.0))
    print(f"json.load: peak {json_peak:.0f} MB; datumaro: {f'{peer[1]:.0f} MB' if peer else 'left out, none is named'}")
    print_table(f"{images:,} images and {images * BOXES:,} boxes", rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        in_a_process(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
