"""Labels from other tools' files: matched, looked at, and taken in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.errors import BadInput, Cancelled
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskState
from tui_labeler.model.transfers import ImportChoices
from tui_labeler.workspace import Workspace

FRUIT = Path(__file__).parents[3] / "shared" / "data" / "fruit_ms"


def coco(path: Path, entries: Mapping[str, Sequence[tuple[str, list[float]]]], **image: Any) -> Path:
    """A COCO file: image -> (class, bbox) of each box."""
    classes = sorted({name for boxes in entries.values() for name, _ in boxes})
    images = [{"id": f"i{n}", "file_name": name, "width": 64, "height": 48} | image for n, name in enumerate(entries)]
    boxes = [(f"i{n}", name, bbox) for n, annotations in enumerate(entries.values()) for name, bbox in annotations]
    annotations = [
        {"id": 10 * n, "image_id": image_id, "category_id": classes.index(name) * 7, "bbox": bbox}
        for n, (image_id, name, bbox) in enumerate(boxes)
    ]
    categories = [{"id": n * 7, "name": name} for n, name in enumerate(classes)]
    path.write_text(json.dumps({"annotations": annotations, "images": images, "categories": categories}))
    return path


def current(workspace: Workspace, image: str, project: str = "soda") -> Labels | None:
    entry = workspace.tasks.current_labels(workspace.tasks.get(project, image))
    return entry.labels if entry else None


@pytest.fixture
def nested(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With a project `deep` whose images lie in folders; two have the same name."""
    root = tmp_path / "deep"
    for folder, count in (("a", 2), ("b", 1)):
        make_images(root / folder, count)
    workspace.datasets.add_datastore("deep", str(root))
    workspace.projects.create(
        ProjectSpec(Details("deep"), dataset=DatasetChoice("deep", "deep"), classes=Classes(("coke", "sprite")))
    )
    return workspace


def test_by_path_and_by_unique_base_name(nested: Workspace, tmp_path: Path) -> None:
    box = ("coke", [1.0, 2.0, 3.0, 4.0])
    file = coco(
        tmp_path / "a.json",
        {
            "a/image_00000.jpg": [box],  # the path
            "elsewhere/image_00001.jpg": [box],  # the only one of this name
            "elsewhere/image_00000.jpg": [box],  # there are two of this name
            "none.jpg": [box],
        },
    )
    preview = nested.exchange.preview_import("deep", file)
    assert (preview.read, preview.matched, preview.unmatched, preview.ambiguous) == (4, 2, 1, 1)
    assert preview.unmatched_names == ("none.jpg",)
    assert preview.ambiguous_names == ("elsewhere/image_00000.jpg",)
    assert nested.projects.status("deep").completed == 0
    result = nested.exchange.import_labels("deep", file)
    assert (result.imported, result.labels) == (2, 2)
    assert current(nested, "a/image_00001.jpg", "deep") == Labels(Size(64, 48), (Region("coke", Box(1, 2, 4, 6)),))
    assert current(nested, "b/image_00000.jpg", "deep") is None
    status = nested.projects.status("deep")
    assert (status.completed, status.classes, status.labelers) == (2, {"coke": 2, "sprite": 0}, {"import": 2})


def test_an_exact_path_wins_over_a_base_name(nested: Workspace, tmp_path: Path) -> None:
    """Two entries that could mean one task by its base name, and say different things, get none of it; a path does."""
    box = ("coke", [1.0, 2.0, 3.0, 4.0])
    for order in (["x/image_00001.jpg", "a/image_00001.jpg"], ["a/image_00001.jpg", "x/image_00001.jpg"]):
        preview = nested.exchange.preview_import("deep", coco(tmp_path / "a.json", dict.fromkeys(order, (box,))))
        assert (preview.matched, preview.ambiguous_names) == (1, ("x/image_00001.jpg",))
    order = ["x/image_00001.jpg", "y/image_00001.jpg", "z/image_00001.jpg"]
    preview = nested.exchange.preview_import("deep", coco(tmp_path / "a.json", dict.fromkeys(order, (box,))))
    assert (preview.matched, preview.ambiguous, preview.left_out) == (1, 0, {})  # they say the same
    boxes = {name: (("coke", [1.0, 2.0, 3.0, 4.0 + n]),) for n, name in enumerate(order)}
    preview = nested.exchange.preview_import("deep", coco(tmp_path / "a.json", boxes))
    assert (preview.matched, preview.left_out) == (0, {"several_entries": 1})


def test_classes_leave_their_colours_behind(workspace: Workspace, tmp_path: Path) -> None:
    """Names that a tool wrote as it had coloured them for a terminal are the project's; and are named, renamed and added
    without that."""
    boxes = [(f"\x1b[3{n}m{name}\x1b[0m", [1.0, 2.0, 3.0 + n, 4.0]) for n, name in enumerate(("coke", "red", "can"))]
    file = coco(tmp_path / "a.json", {"image_00000.jpg": boxes})
    preview = workspace.exchange.preview_import("soda", file)
    assert (preview.classes, preview.unknown) == ({"coke": 1}, {"red": 1, "can": 1})
    result = workspace.exchange.import_labels("soda", file, choices=ImportChoices({"can": "sprite"}, add=True))
    assert result.added == ("red",)
    labels = current(workspace, "image_00000.jpg")
    assert labels is not None
    assert [region.name for region in labels.regions] == ["coke", "red", "sprite"]


def test_unknown_classes_are_added_renamed_or_dropped(workspace: Workspace, tmp_path: Path) -> None:
    boxes = [("can", [1.0, 2.0, 3.0, 4.0]), ("fly", [5.0, 5.0, 9.0, 9.0]), ("bottle", [5.0, 5.0, 9.0, 9.0])]
    file = coco(tmp_path / "a.json", {"image_00000.jpg": boxes})
    assert workspace.exchange.preview_import("soda", file).unknown == {"can": 1, "fly": 1, "bottle": 1}
    with pytest.raises(BadInput, match="“can” \\(1\\), “fly” \\(1\\), “bottle” \\(1\\)"):
        workspace.exchange.import_labels("soda", file)
    choices = ImportChoices({"can": "coke", "fly": ""}, add=True)
    result = workspace.exchange.import_labels("soda", file, choices=choices)
    assert (result.added, result.labels) == (("bottle",), 2)
    assert workspace.projects.specification("soda").classes.names == ("coke", "diet_coke", "sprite", "bottle")
    labels = current(workspace, "image_00000.jpg")
    assert labels is not None
    assert [region.name for region in labels.regions] == ["coke", "bottle"]


def test_labels_are_kept_unless_they_are_to_be_replaced(workspace: Workspace, tmp_path: Path) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    open_task = workspace.queue.claim("soda", "ann", "t")
    assert open_task
    names = ["image_00000.jpg", open_task.task.path, "image_00002.jpg"]
    file = coco(tmp_path / "a.json", {name: [("sprite", [1.0, 1.0, 5.0, 5.0])] for name in names})
    assert workspace.exchange.preview_import("soda", file).labeled == 1
    result = workspace.exchange.import_labels("soda", file)
    assert (result.matched, result.imported, result.kept, result.busy) == (3, 1, 1, 1)
    assert current(workspace, "image_00000.jpg") == COKE
    workspace.queue.give_back("t")
    result = workspace.exchange.import_labels("soda", file, choices=ImportChoices(replace=True, labeler="bob"))
    assert (result.imported, result.kept) == (3, 0)
    history = workspace.tasks.history(workspace.tasks.get("soda", "image_00000.jpg"))
    assert [entry.labeler for entry in history] == ["bob", "ann"]
    status = workspace.projects.status("soda")
    assert (status.completed, status.classes["sprite"], status.classes["coke"]) == (3, 3, 0)
    assert status.labelers == {"bob": 3}


def test_as_prelabels(workspace: Workspace, tmp_path: Path) -> None:
    file = coco(tmp_path / "a.json", {"image_00000.jpg": [("sprite", [1.0, 1.0, 5.0, 5.0])]})
    result = workspace.exchange.import_labels("soda", file, choices=ImportChoices(prelabel=True))
    assert (result.imported, result.labels) == (1, 1)
    status = workspace.projects.status("soda")
    assert (status.completed, status.queue.prelabeled) == (0, 1)
    prelabel = workspace.proposals.get(workspace.tasks.get("soda", "image_00000.jpg"))
    assert prelabel is not None
    assert (prelabel.source, prelabel.by_model, len(prelabel.labels.regions)) == ("coco import", False, 1)


def test_stopping_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    file = coco(tmp_path / "a.json", {"image_00000.jpg": [("bottle", [1.0, 1.0, 5.0, 5.0])]})
    before = workspace.projects.status("soda"), workspace.projects.specification("soda")

    for stage in (Step.READING, Step.IMPORTING):

        def stop(what: Step, done: int, total: int, stage: Step = stage) -> None:
            if what == stage:
                raise Cancelled

        with pytest.raises(Cancelled):
            workspace.exchange.import_labels("soda", file, choices=ImportChoices(add=True), progress=stop)
        assert (workspace.projects.status("soda"), workspace.projects.specification("soda")) == before


def test_degenerate_boxes_are_counted_and_others_clipped(workspace: Workspace, tmp_path: Path) -> None:
    boxes = [("coke", [60.0, 40.0, 50.0, 50.0]), ("coke", [5.0, 5.0, 0.0, 9.0]), ("coke", [100.0, 1.0, 5.0, 5.0])]
    file = coco(tmp_path / "a.json", {"image_00000.jpg": boxes, "image_00001.jpg": boxes[1:], "image_00002.jpg": []})
    result = workspace.exchange.import_labels("soda", file)
    # An image whose boxes are all gone is no background image, nor is one that is only listed; one of which a box is gone
    # needs review.
    assert result.left_out == {"degenerate": 4, "nothing_left": 1, "listed": 1}
    assert (result.review, workspace.projects.status("soda").stale) == (1, 1)
    assert current(workspace, "image_00000.jpg") == Labels(Size(64, 48), (Region("coke", Box(60, 40, 64, 48)),))
    assert current(workspace, "image_00001.jpg") is None
    assert current(workspace, "image_00002.jpg") is None


def test_a_file_of_smaller_copies_is_scaled_and_one_of_another_shape_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    boxes = [("coke", [1.0, 2.0, 3.0, 4.0])]
    half = coco(tmp_path / "half.json", {"image_00000.jpg": boxes}, width=32, height=24)
    assert workspace.exchange.import_labels("soda", half).imported == 1
    assert current(workspace, "image_00000.jpg") == Labels(Size(64, 48), (Region("coke", Box(2, 4, 8, 12)),))
    turned = coco(tmp_path / "turned.json", {"image_00001.jpg": boxes}, width=48, height=64)
    assert workspace.exchange.import_labels("soda", turned).left_out == {"size_differs": 1}


def test_exif_orientation_is_the_images_size(workspace: Workspace, images: Path, tmp_path: Path) -> None:
    """Shares of the size mean the upright image."""
    turned = Image.new("RGB", (64, 48))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(images / "image_00000.jpg", exif=exif)
    workspace.projects.refresh("soda")
    row = {
        "image_url": "image_00000.jpg",
        "label": [{"label": "coke", "topX": 0, "topY": 0, "bottomX": 0.5, "bottomY": 1}],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    workspace.exchange.import_labels("soda", tmp_path / "a.jsonl")
    assert current(workspace, "image_00000.jpg") == Labels(Size(48, 64), (Region("coke", Box(0, 0, 24, 64)),))


# Files of other tools


def test_azure_ml_coco_is_normalised(workspace: Workspace, tmp_path: Path) -> None:
    """As the retired service exported it: sizes 0, boxes in shares, `coco_url` with the path in the datastore."""
    url = "AmlDatastore://cans/image_00003.jpg"
    data = {
        "images": [
            {"id": 1, "width": 0.0, "height": 0.0, "file_name": "raw/3.jpg", "coco_url": url, "absolute_url": "x"}
        ],
        "annotations": [{"id": 1, "category_id": 1, "image_id": 1, "area": 0.0, "bbox": [0.25, 0.5, 0.5, 0.25]}],
        "categories": [{"id": 1, "name": "coke"}],
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    workspace.exchange.import_labels("soda", tmp_path / "a.json")
    assert current(workspace, "image_00003.jpg") == Labels(Size(64, 48), (Region("coke", Box(16, 24, 48, 36)),))


URLS = (
    "AmlDatastore://cans/image_00001.jpg",
    "azureml://datastores/cans/paths/image_00001.jpg",
    "azureml://subscriptions/S/resourcegroups/R/workspaces/W/datastores/cans/paths/image_00001.jpg",
    "https://account.blob.core.windows.net/container/image_00001.jpg",
    "image_00001.jpg",
)


@pytest.mark.parametrize("url", URLS)
def test_azure_ml_json_lines(url: str, workspace: Workspace, tmp_path: Path) -> None:
    label = {"label": "coke", "topX": 0.25, "topY": 0.5, "bottomX": 0.75, "bottomY": 0.75, "isCrowd": "false"}
    row = {"image_url": url, "label": [label], "label_confidence": [0.5]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\r\n\n")
    workspace.exchange.import_labels("soda", tmp_path / "a.jsonl")
    assert current(workspace, "image_00001.jpg") == Labels(
        Size(64, 48), (Region("coke", Box(16, 24, 48, 36), confidence=0.5),)
    )


def test_our_own_export_comes_back_by_its_file_urls(nested: Workspace, tmp_path: Path) -> None:
    boxes = (("coke", [1.0, 2.0, 3.0, 4.0]),)
    names = ["a/image_00000.jpg", "a/image_00001.jpg", "b/image_00000.jpg"]
    nested.exchange.import_labels("deep", coco(tmp_path / "a.json", dict.fromkeys(names, boxes)))
    for format_name in ("azureml", "coco", "csv", "voc", "yolo"):
        result = nested.exchange.export("deep", format_name, tmp_path / "out")
        back = nested.exchange.import_labels("deep", Path(result.path), choices=ImportChoices(replace=True))
        assert (back.format, back.imported, back.ambiguous) == (format_name, 3, 0)


def test_custom_vision_fruit(tmp_path: Path) -> None:
    if not FRUIT.is_dir():
        pytest.skip("the fruit photographs (../shared/data/fruit_ms) are not here")
    workspace = Workspace(tmp_path / "w.db", tmp_path / "exports")
    workspace.datasets.add_datastore("fruit", str(FRUIT))
    workspace.projects.create(
        ProjectSpec(Details("fruit"), dataset=DatasetChoice("fruit", "fruit", "/**"), classes=Classes(("apple",)))
    )
    preview = workspace.exchange.preview_import("fruit", FRUIT / "tagged-images.json")
    assert (preview.format, preview.read, preview.matched, preview.ambiguous) == ("customvision", 23, 23, 0)
    assert set(preview.unknown) == {"banana", "orange"}
    result = workspace.exchange.import_labels("fruit", FRUIT / "tagged-images.json", choices=ImportChoices(add=True))
    assert result.imported == 23
    assert result.labels == preview.labels == sum(workspace.projects.status("fruit").classes.values())
    workspace.close()


def test_labelme(workspace: Workspace, tmp_path: Path) -> None:
    shapes = [
        {"label": "coke", "points": [[30, 20], [10, 5]], "shape_type": "rectangle"},
        {"label": "sprite", "points": [[1, 1], [9, 1], [9, 7]], "shape_type": "polygon"},
        {"label": "sprite", "points": [[1, 1], [9, 1]], "shape_type": "circle"},
    ]
    file = {"shapes": shapes, "imagePath": "..\\shots\\image_00002.jpg", "imageWidth": 64, "imageHeight": 48}
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "image_00002.json").write_text(json.dumps(file | {"imageData": "A" * 100_000}))
    result = workspace.exchange.import_labels("soda", tmp_path / "labels")
    assert (result.format, result.left_out) == ("labelme", {"shape": 1})
    assert current(workspace, "image_00002.jpg") == Labels(
        Size(64, 48), (Region("coke", Box(10, 5, 30, 20)), Region("sprite", Box(1, 1, 9, 7)))
    )


def test_label_studio(workspace: Workspace, tmp_path: Path) -> None:
    def result(**value: Any) -> dict[str, Any]:
        return {"type": "x", "original_width": 64, "original_height": 48, "value": value}

    box = {"x": 25, "y": 50, "width": 50, "height": 25, "rectanglelabels": ["coke"]}
    kept = [result(**box, rotation=0), result(**box, rotation=30), result(format="rle", brushlabels=["coke"])]
    tasks = [
        {
            "data": {"image": "/data/upload/1/0a1b2c3d-image_00004.jpg"},
            "annotations": [{"result": []}, {"result": kept}, {"result": [], "was_cancelled": True}],
            "predictions": [],
        },
        {"data": {"image": "/data/local-files/?d=shots/image_00005.jpg"}, "annotations": [{"result": [kept[0]]}]},
        {"data": {"image": "image_00001.jpg"}, "annotations": []},
    ]
    (tmp_path / "a.json").write_text(json.dumps(tasks))
    done = workspace.exchange.import_labels("soda", tmp_path / "a.json")
    assert (done.format, done.read, done.imported, done.review) == ("labelstudio", 3, 2, 1)
    assert done.left_out == {"rotated": 1, "shape": 1, "listed": 1}
    for image in ("image_00004.jpg", "image_00005.jpg"):
        assert current(workspace, image) == Labels(Size(64, 48), (Region("coke", Box(16, 24, 48, 36)),))
    assert workspace.tasks.get("soda", "image_00001.jpg").state is TaskState.INCOMPLETE


def test_yolo_without_images_matches_by_stem(workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "darknet"
    root.mkdir()
    (root / "classes.txt").write_text("coke\nsprite\n")
    (root / "image_00000.txt").write_text("1 0.5 0.5 0.5 0.5\n")
    (root / "unknown.txt").write_text("")
    result = workspace.exchange.import_labels("soda", root)
    assert (result.format, result.imported, result.unmatched_names) == ("yolo", 1, ("unknown",))
    assert current(workspace, "image_00000.jpg") == Labels(Size(64, 48), (Region("sprite", Box(16, 12, 48, 36)),))


def test_yolo_in_folders(nested: Workspace, tmp_path: Path) -> None:
    """The labels' folders are those of the images: with and without the part's own folder."""
    root = tmp_path / "yolo"
    for number, name in enumerate(("a/image_00000", "b/image_00000")):
        for kind, suffix in (("images", "jpg"), ("labels", "txt")):
            file = root / kind / "train" / f"{name}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{number} 0.5 0.5 0.5 0.5\n")
    (root / "data.yaml").write_text("names: {0: coke, 1: sprite}\n")
    result = nested.exchange.import_labels("deep", root)
    assert (result.imported, result.ambiguous) == (2, 0)
    for image, name in (("a/image_00000.jpg", "coke"), ("b/image_00000.jpg", "sprite")):
        labels = current(nested, image, "deep")
        assert labels is not None
        assert [region.name for region in labels.regions] == [name]


def test_a_url_of_another_folder_is_no_path(nested: Workspace, tmp_path: Path) -> None:
    """`…/x/image_00000.jpg` says neither a/ nor b/: it is not guessed."""
    for url in ("https://example.org/x/image_00000.jpg", "file:///x/image_00000.jpg"):
        (tmp_path / "a.jsonl").write_text(json.dumps({"image_url": url, "label": []}))
        assert nested.exchange.preview_import("deep", tmp_path / "a.jsonl").ambiguous == 1


def test_tables_of_others(workspace: Workspace, tmp_path: Path) -> None:
    """Other column names, rows of one image apart from each other, blanks after commas."""
    lines = [
        "filename,cell_type,xmin,xmax,ymin,ymax",
        "image_00000.jpg, coke,1,9,2,8",
        "image_00001.jpg,sprite,1,9,2,8",
        "image_00000.jpg,sprite,10,19,20,28",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert workspace.exchange.import_labels("soda", tmp_path / "a.csv").labels == 3
    labels = current(workspace, "image_00000.jpg")
    assert labels is not None
    assert [region.box for region in labels.regions] == [Box(1, 2, 9, 8), Box(10, 20, 19, 28)]


@pytest.mark.parametrize("kind", [TaskType.CLASSIFICATION, TaskType.MULTILABEL])
def test_classes_of_whole_images(kind: TaskType, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w.db", tmp_path / "exports")
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 3)))
    workspace.projects.create(make_spec("tags", kind))
    label = "coke" if kind is TaskType.CLASSIFICATION else ["coke", "sprite"]
    rows = [{"image_url": f"image_0000{n}.jpg", "label": label if n else []} for n in range(3)]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    result = workspace.exchange.import_labels("tags", tmp_path / "a.jsonl")
    assert (result.imported, result.left_out) == (2, {"no_tags": 1})
    labels = current(workspace, "image_00001.jpg", "tags")
    assert labels is not None
    assert labels.tags == (("coke",) if kind is TaskType.CLASSIFICATION else ("coke", "sprite"))
    workspace.close()
