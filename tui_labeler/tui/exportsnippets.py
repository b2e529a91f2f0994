"""What loads a dataset, in the words of a library that reads its format."""

from __future__ import annotations

# format -> what to install, and lines in which {path} and {part} stand for the dataset's folder and “train”, as literals
SNIPPETS = {
    "cvat": (
        "labelformat",
        "from pathlib import Path\n\nfrom labelformat.formats import CVATObjectDetectionInput\n\n"
        "dataset = CVATObjectDetectionInput(Path({path}) / 'annotations.xml')",
    ),
    "labelstudio": (
        "label-studio-sdk",
        "import json\nfrom pathlib import Path\n\nfrom label_studio_sdk import LabelStudio\n\n"
        "client = LabelStudio(base_url='http://localhost:8080', api_key='…')\n"
        "config = (Path({path}) / 'config.xml').read_text('utf-8')\n"
        "project = client.projects.create(title='imported', label_config=config)\n"
        "tasks = json.loads(next(Path({path}).glob('t*.json')).read_text('utf-8'))\n"
        "client.projects.import_tasks(id=project.id, request=tasks)",
    ),
    "createml": (
        "pandas",
        "import pandas\n\nframe = pandas.read_json({path} + '/train/annotations.json')",
    ),
    "huggingface": (
        "datasets pillow",
        "from datasets import load_dataset\n\ndataset = load_dataset({path})",
    ),
    "folders": (
        "torchvision",
        "from torchvision.datasets import ImageFolder\n\ndataset = ImageFolder({path} + '/' + {part})",
    ),
    "kitti": (
        "datumaro",
        "from datumaro import Dataset\n\ndataset = Dataset.import_from({path}, 'kitti')",
    ),
    "openimages": (
        "datumaro",
        "from datumaro import Dataset\n\ndataset = Dataset.import_from({path}, 'open_images')",
    ),
}
SNIPPETS["labelstudio-predictions"] = SNIPPETS["labelstudio"]
SNIPPETS["huggingface-parquet"] = SNIPPETS["huggingface"]
