"""tui-labeler: label images with bounding boxes in a terminal, and export datasets for Azure AutoML."""

__version__ = "0.1.0"
