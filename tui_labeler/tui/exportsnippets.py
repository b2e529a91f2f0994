"""What loads a dataset, in the words of a library that reads its format."""

from __future__ import annotations

# format -> what to install, and lines in which {path} and {part} stand for the dataset's folder and “train”, as literals
SNIPPETS = {
    "cvat": (
        "labelformat",
        "from pathlib import Path\n\nfrom labelformat.formats import CVATObjectDetectionInput\n\n"
        "dataset = CVATObjectDetectionInput(Path({path}) / 'annotations.xml')",
    ),
}
