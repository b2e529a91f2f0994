"""AWS' augmented manifests, of SageMaker Ground Truth and Rekognition Custom Labels."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.awsmanifest.signature import SUFFIXES, is_manifest
from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class AwsManifest(Format):
    name = "aws"
    title = "AWS manifest"
    text = "output.manifest of Ground Truth or Rekognition"
    reads = EVERY_KIND
    cannot = ("Masks of semantic segmentation are other files, and not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(*SUFFIXES)[:64]:
            if is_manifest(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has source-ref and a job's metadata in its lines")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.awsmanifest.read import read

        return read(source, reading)
