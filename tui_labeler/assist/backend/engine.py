"""`ml-backend`: a model behind Label Studio's ML backend protocol, asked image by image.

The image is offered for fetching, as the backends that are built with Label Studio's SDK expect; one that does not fetch it
is sent the image within the request (a `data:` URL). Image files themselves do not leave the machine: what is sent is a
JPEG of the upright pixels, without place, time or camera.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tui_labeler.assist.backend import client, texts
from tui_labeler.assist.backend.answers import StrangeAnswer, labels_of
from tui_labeler.assist.backend.client import BackendClient, Refused
from tui_labeler.assist.backend.imageserver import ImageServer
from tui_labeler.assist.backend.wording import IMAGE, label_config, texts_config
from tui_labeler.assist.engine import EngineError, EngineUnreachable, Example, ImageRefused, Model, Subject, Tell
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.backends import ENGINE, BackendAddress, backend_address
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

_PROJECT = "1.1"  # an id and a time; backends read the number before the point
_QUALITY = 92
# So many images in a row that it could do nothing with: it is not the images.
_MOST_REFUSED = 3
_MOST_BOTH_WAYS = 2  # images that are sent both ways, until one is known to work


class MlBackend:
    """The backend at an address. Raises BadInput for one that is none."""

    name = ENGINE
    version = "1"
    side = 1600
    least = 0

    def __init__(self, url: str) -> None:
        self._address = backend_address(url)

    def fit(self, examples: Sequence[Example], subject: Subject, tell: Tell) -> Model:
        """Looks whether it is there, and tells it what the project is. Raises EngineUnreachable."""
        backend = BackendClient(self._address)
        config = label_config(subject.kind, subject.classes)
        announce(backend, config)
        return BackendModel(backend, config, subject)

    def restored(self, kept: bytes, subject: Subject) -> Model:
        """Raises EngineError where another backend was measured."""
        if kept != self._address.url.encode():
            raise EngineError("Another backend was measured.")
        return self.fit((), subject, lambda what, done, total: None)


def announce(backend: BackendClient, config: str) -> None:
    """Looks whether it is there, and tells it what the project is. Raises EngineUnreachable."""
    try:
        backend.get("health")
        said = {"project": _PROJECT, "schema": config, "hostname": "", "access_token": ""}
        backend.post("setup", said, client.SETUP_SECONDS)
    except Refused as error:
        raise _unusable(backend.address, error) from None


@dataclass(frozen=True)
class Question:
    """What is asked about an image: `context` is what of it is meant (Label Studio's interactive context, None for all of
    it), `read` gives the labels in an answer (raises StrangeAnswer), `seconds` is what one answer may take."""

    context: dict[str, Any] | None
    read: Callable[[bytes, Size], Labels]
    seconds: float


class BackendModel:
    """Asks by one call for an image."""

    held_back: Sequence[Labels] | None = None

    def __init__(self, backend: BackendClient, config: str, subject: Subject) -> None:
        self.client, self.config, self.subject = backend, config, subject
        self._images: ImageServer | None = None
        self._fetches = self._takes_inline = False  # which way is known to work
        self._by_texts = False  # whether it looks for what a text names, and for nothing else
        self._asked = self._refused = 0

    def kept(self) -> bytes:
        """It knows nothing here; that this one was measured is worth keeping."""
        return self.client.address.url.encode()

    def close(self) -> None:
        """Offers nothing any more."""
        if self._images is not None:
            self._images.close()
            self._images = None

    def propose(self, pixels: Pixels, size: Size) -> Labels:
        """What it sees in the whole image. Raises as `ask` does."""
        subject = self.subject

        def read(content: bytes, size: Size) -> Labels:
            return labels_of(content, subject.kind, subject.classes, size)

        return self.ask(Question(None, read, client.PREDICT_SECONDS), pixels, size)

    def ask(self, question: Question, pixels: Pixels, size: Size) -> Labels:
        """Raises ImageRefused for an image that it can do nothing with, EngineUnreachable where it is not there, or does
        so again and again."""
        image = _jpeg(pixels)
        self._asked += 1
        try:
            labels = self._answered(question, image, size)
            if not labels.regions and not self._by_texts and self._may_want_texts(question):
                labels = self._tried_by_texts(question, image, size)
        except (Refused, StrangeAnswer) as error:
            self._refused += 1
            if self._refused >= _MOST_REFUSED:
                raise _unusable(self.client.address, error, self._unfetched) from None
            raise ImageRefused(f"The backend {self.client.address.host} answers with {error}.") from None
        self._refused = 0
        return labels

    def _may_want_texts(self, question: Question) -> bool:
        is_whole = question.context is None
        return is_whole and self.subject.kind is TaskType.DETECTION and self._asked <= _MOST_BOTH_WAYS

    def _tried_by_texts(self, question: Question, image: bytes, size: Size) -> Labels:
        """It saw nothing by itself. Where it does not know such questions, their answers say nothing about it."""
        self._by_texts = True
        try:
            labels = self._answered(question, image, size)
        except (Refused, StrangeAnswer):
            labels = Labels(size)
        self._by_texts = bool(labels.regions)
        return labels

    @property
    def _unfetched(self) -> str:
        """Where images are offered, if none was ever fetched there."""
        return self._images.base if self._images is not None and not self._fetches else ""

    def _answered(self, question: Question, image: bytes, size: Size) -> Labels:
        if self._takes_inline:
            return self._asked_inline(question, image, size)
        trying = not self._fetches and self._asked <= _MOST_BOTH_WAYS
        try:
            labels = self._asked_to_fetch(question, image, size)
        except (Refused, StrangeAnswer):
            if not trying or self._fetches:
                raise
            labels = Labels(size)
        if self._fetches or not trying or labels.regions or labels.tags:
            return labels
        labels = self._asked_inline(question, image, size)
        self._takes_inline = bool(labels.regions or labels.tags)
        return labels

    def _asked_to_fetch(self, question: Question, image: bytes, size: Size) -> Labels:
        if self._images is None:
            parts = urlsplit(self.client.address.url)
            try:
                self._images = ImageServer(parts.hostname or "", parts.port or 80)
            except OSError as error:
                host = self.client.address.host
                raise EngineUnreachable(f"The backend {host} cannot be reached: {error.strerror or error}.") from None
        try:
            return self._predicted(question, self._images.offer(image), size)
        finally:
            self._fetches = self._fetches or self._images.was_fetched
            self._images.withdraw()

    def _asked_inline(self, question: Question, image: bytes, size: Size) -> Labels:
        return self._predicted(question, "data:image/jpeg;base64," + base64.b64encode(image).decode("ascii"), size)

    def _predicted(self, question: Question, url: str, size: Size) -> Labels:
        """Raises Refused, StrangeAnswer, EngineUnreachable."""
        if self._by_texts:
            return self._looked_for(question, url, size)
        return question.read(self._post(url, self.config, question.context, question.seconds), size)

    def _looked_for(self, question: Question, url: str, size: Size) -> Labels:
        """What it sees of each class, one question after the other; all of them together have the time of one."""
        config = texts_config(self.subject.kind, self.subject.classes)
        end = time.monotonic() + question.seconds
        regions: list[Region] = []
        for name, text in texts.asked_for(self.subject.classes):
            left = max(end - time.monotonic(), 1.0)
            regions += texts.regions_of(self._post(url, config, texts.context_of(text, size), left), name, size)
        return Labels(size, tuple(regions))

    def _post(self, url: str, config: str, context: dict[str, Any] | None, seconds: float) -> bytes:
        body = {
            "tasks": [{"id": self._asked, "data": {IMAGE: url}, "annotations": [], "predictions": []}],
            "model_version": None,
            "project": _PROJECT,
            "label_config": config,
            "params": {"login": None, "password": None, "context": context},
        }
        return self.client.post("predict", body, seconds)


def _unusable(address: BackendAddress, error: Exception, unfetched: str = "") -> EngineUnreachable:
    mend = "Look whether it is a Label Studio ML backend, and what it writes in its log."
    if unfetched:
        mend = f"It never fetched an image from {unfetched}, where this machine offers it: can it get there? {mend}"
    return EngineUnreachable(f"The backend {address.host} answers with {error}.", mend)


def _jpeg(pixels: Pixels) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
