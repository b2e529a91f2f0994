"""Datasets as libraries that this project did not write read them. As a script: `others.py READER FORMAT FOLDER` prints
what is found as JSON, so that readers in an environment of their own can be asked; it imports nothing of the project.

Every function gives (image, class, x0, y0, x1, y1) of each box in pixels, and the images; an image's name is what the
library knows it by.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BoxesByImage = dict[str, list[tuple[str, float, float, float, float]]]
COCO = "annotations/instances_train.json"


def pycocotools_coco(folder: Path) -> BoxesByImage:
    import contextlib
    import io

    from pycocotools import coco

    with contextlib.redirect_stdout(io.StringIO()):
        data = coco.COCO(str(folder / COCO))
    names = {category["id"]: category["name"] for category in data.loadCats(data.getCatIds())}
    by_image: BoxesByImage = {}
    for image in data.loadImgs(data.getImgIds()):
        boxes = by_image.setdefault(image["file_name"], [])
        for annotation in data.loadAnns(data.getAnnIds(imgIds=[image["id"]])):
            x, y, width, height = annotation["bbox"]
            assert annotation["area"] > 0
            boxes.append((names[annotation["category_id"]], x, y, x + width, y + height))
    return by_image


def _labelformat(labels: Iterable[Any], images: Iterable[Any] = ()) -> BoxesByImage:
    by_image: BoxesByImage = {image.filename: [] for image in images}
    for label in labels:
        boxes = by_image.setdefault(label.image.filename, [])
        for annotation in label.objects:
            box = annotation.box
            boxes.append((annotation.category.name, box.xmin, box.ymin, box.xmax, box.ymax))
    return by_image


def labelformat_coco(folder: Path) -> BoxesByImage:
    from labelformat.formats import COCOObjectDetectionInput

    data = COCOObjectDetectionInput(input_file=folder / COCO)
    return _labelformat(data.get_labels(), data.get_images())


def labelformat_yolo(folder: Path) -> BoxesByImage:
    from labelformat.formats import YOLOv8ObjectDetectionInput

    data = YOLOv8ObjectDetectionInput(input_file=folder / "data.yaml", input_split="train")
    return _labelformat(data.get_labels(), data.get_images())


def labelformat_voc(folder: Path) -> BoxesByImage:
    from labelformat.formats import PascalVOCObjectDetectionInput

    lines = (folder / "labelmap.txt").read_text("utf-8").splitlines()[2:]
    names = ",".join(line.removesuffix(":::") for line in lines)
    data = PascalVOCObjectDetectionInput(input_folder=folder / "Annotations", category_names=names)
    return _labelformat(data.get_labels(), data.get_images())


def labelformat_cvat(folder: Path) -> BoxesByImage:
    from labelformat.formats import CVATObjectDetectionInput

    data = CVATObjectDetectionInput(input_file=folder / "annotations.xml")
    return _labelformat(data.get_labels(), data.get_images())


def labelformat_kitti(folder: Path) -> BoxesByImage:
    from labelformat.formats import KittiObjectDetectionInput

    labels = folder / "training" / "label_2"
    lines = [line for path in labels.iterdir() for line in path.read_text("utf-8").splitlines()]
    names = ",".join(sorted({line.split(" ")[0] for line in lines}))
    data = KittiObjectDetectionInput(input_folder=labels, category_names=names, images_rel_path="../image_2")
    return _labelformat(data.get_labels(), data.get_images())


def _globox(annotations: Any, rename: Callable[[str], str] = str) -> BoxesByImage:
    return {
        image.image_id: [(rename(str(box.label)), box.xmin, box.ymin, box.xmax, box.ymax) for box in image.boxes]
        for image in annotations
    }


def globox_coco(folder: Path) -> BoxesByImage:
    from globox import AnnotationSet

    return _globox(AnnotationSet.from_coco(file_path=folder / COCO))


def globox_yolo(folder: Path) -> BoxesByImage:
    """It reads no names: a label is the number of its class."""
    from globox import AnnotationSet

    lines = (folder / "data.yaml").read_text("utf-8").splitlines()
    names = [json.loads(line.split(": ", 1)[1]) for line in lines if line.startswith("  ")]
    read = AnnotationSet.from_yolo_v5(folder=folder / "labels/train", image_folder=folder / "images/train")
    return _globox(read, lambda label: str(names[int(label)]))


def globox_voc(folder: Path) -> BoxesByImage:
    from globox import AnnotationSet

    return _globox(AnnotationSet.from_pascal_voc(folder=folder / "Annotations"))


def _supervision(data: Any, root: Path) -> BoxesByImage:
    by_image: BoxesByImage = {}
    for path in data.image_paths:
        boxes = data.annotations[path]
        by_image[str(Path(path).relative_to(root))] = [
            (data.classes[int(number)], *map(float, box))
            for box, number in zip(boxes.xyxy, boxes.class_id if boxes.class_id is not None else (), strict=True)
        ]
    return by_image


def supervision_coco(folder: Path) -> BoxesByImage:
    from supervision import DetectionDataset

    root = folder / "images/train"
    return _supervision(DetectionDataset.from_coco(str(root), str(folder / COCO)), root)


def supervision_yolo(folder: Path) -> BoxesByImage:
    from supervision import DetectionDataset

    root = folder / "images/train"
    data = DetectionDataset.from_yolo(str(root), str(folder / "labels/train"), str(folder / "data.yaml"))
    return _supervision(data, root)


def supervision_voc(folder: Path) -> BoxesByImage:
    from supervision import DetectionDataset

    root = folder / "JPEGImages"
    return _supervision(DetectionDataset.from_pascal_voc(str(root), str(folder / "Annotations")), root)


def _datumaro(folder: Path, name: str) -> BoxesByImage:
    from datumaro.components.annotation import AnnotationType, Bbox
    from datumaro.components.dataset import Dataset

    data = Dataset.import_from(str(folder), name)
    names = [label.name for label in data.categories()[AnnotationType.label]]
    by_image: BoxesByImage = {}
    for item in data:
        boxes = [annotation for annotation in item.annotations if isinstance(annotation, Bbox)]
        by_image[item.id] = [(names[bbox.label], *map(float, bbox.points)) for bbox in boxes]
    return by_image


def datumaro_coco(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "coco")


def datumaro_yolo(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "yolo")


def datumaro_voc(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "voc")


def datumaro_cvat(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "cvat")


def datumaro_kitti(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "kitti")


def datumaro_openimages(folder: Path) -> BoxesByImage:
    return _datumaro(folder, "open_images")


def _datasets(folder: Path) -> BoxesByImage:
    """Its images are opened, too."""
    from datasets import Image, load_dataset

    rows = load_dataset(str(folder), cache_dir=str(folder.parent / "cache"))["train"]
    labels = rows.features["objects"]["categories"].feature
    by_image: BoxesByImage = {}
    for row in rows:
        assert row["image"].size == (row["width"], row["height"])
    for row in rows.cast_column("image", Image(decode=False)):
        boxes = by_image.setdefault(row["image"]["path"].split("/train/", 1)[-1], [])
        for (x, y, width, height), name in zip(row["objects"]["bbox"], row["objects"]["categories"], strict=True):
            boxes.append((name if isinstance(name, str) else labels.int2str(name), x, y, x + width, y + height))
    return by_image


def datasets_huggingface(folder: Path) -> BoxesByImage:
    return _datasets(folder)


def datasets_parquet(folder: Path) -> BoxesByImage:
    return _datasets(folder)


def mltable_azureml(folder: Path) -> BoxesByImage:
    """Opens every image, too, and takes the size of the image from it."""
    import io

    import mltable
    from PIL import Image

    frame = mltable.load(str(folder)).to_pandas_dataframe()
    by_image: BoxesByImage = {}
    for url, labels in zip(frame["image_url"], frame["label"], strict=True):
        with url.open() as file:
            width, height = Image.open(io.BytesIO(file.read())).size
        by_image[str(url).split("/images/", 1)[-1]] = [
            (
                label["label"],
                label["topX"] * width,
                label["topY"] * height,
                label["bottomX"] * width,
                label["bottomY"] * height,
            )
            for label in labels
        ]
    return by_image


def read(reader: str, format_name: str, folder: Path) -> BoxesByImage:
    function: Callable[[Path], BoxesByImage] = globals()[f"{reader}_{format_name.removeprefix('huggingface-')}"]
    return function(folder)


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))  # noqa: T201
