"""A program on a pty whose other end shows pixels."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tests.pixelreader import PixelReader
from tests.pixelscreen import Screen
from tests.terminal import Terminal


class PixelTerminal(PixelReader, Terminal):
    """It answers the questions about itself as it is told to, and knows every pixel of its window."""

    def __init__(
        self,
        words: Sequence[str],
        columns: int,
        rows: int,
        cell: tuple[int, int],
        answers: str,
        **environment: str | None,
    ) -> None:
        """`answers`: to the questions about the terminal, the end included."""
        PixelReader.__init__(self, columns, rows, cell)
        Terminal.__init__(self, words, columns, rows, emulate=False, **environment)
        self.answers = None  # they are given here
        self._said = answers.encode()

    def took(self, chunk: bytes) -> None:
        self.take(chunk)

    def reply(self, answer: bytes) -> None:
        os.write(self.fd, answer)

    def question(self) -> bytes:
        return self._said

    def set_cell(self, cell: tuple[int, int], answers: str) -> None:
        """Another font; to be followed by another size."""
        self.shown.cell, self._said = cell, answers.encode()

    @property
    def text(self) -> str:
        return "\n".join("".join(row) for row in self.shown.chars)

    def resize(self, columns: int, rows: int) -> None:
        """Another size: what terminals keep of the cells is blank here, and of images nothing moves."""
        images, placements = self.shown.images, self.shown.placements
        self.shown = Screen(columns, rows, self.shown.cell)
        self.shown.images, self.shown.placements = images, placements
        self.set_size(columns, rows)
