"""COCO: one file of images, annotations and categories, written in a stream and read in whatever order it stands."""
