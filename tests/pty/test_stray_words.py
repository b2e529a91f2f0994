"""Libraries in C complain past Python, on the number of standard error: never on the app's screen."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from tests.pty.person import Person

_PROJECT = """
[details]
name = "scans"
type = "object-detection"
[dataset]
name = "scans"
datastore = "scans"
path = "/"
[classes]
names = ["stain"]
"""


def broken_scan(seed: int) -> bytes:
    """A TIFF that libtiff reads with complaints of its own."""
    content = io.BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(content, "TIFF", compression="tiff_lzw")
    broken, draw = bytearray(content.getvalue()), random.Random(seed)
    for _ in range(40):
        broken[draw.randrange(200, len(broken) - 400)] = draw.randrange(256)
    return bytes(broken)


@pytest.mark.slow
def test_what_libtiff_says_of_a_broken_image_is_not_on_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans").mkdir()
    for number in range(3):
        (tmp_path / "scans" / f"scan_{number}.tif").write_bytes(broken_scan(number))
    with pytest.raises(OSError, match="decoder"):
        Image.open(tmp_path / "scans" / "scan_0.tif").load()
    assert "tempfile.tif" in capfd.readouterr().err, "libtiff is silent here: this shows nothing"
    project = tmp_path / "project.toml"
    project.write_text(_PROJECT)
    person = Person(tmp_path / "home")
    person.run("datastore", "add", "scans", str(tmp_path / "scans"))
    person.run("project", "create", str(project))
    terminal = person.start("label", "scans")
    terminal.wait_for("scan_0.tif")
    terminal.wait_for("damaged")
    terminal.read(quiet=1.0, limit=20.0)  # keys that come before this can have been seen are dropped
    terminal.type("\x11")  # Ctrl+Q
    assert terminal.end(30) == 0
    person.sound(terminal)
    assert b"tempfile.tif" not in terminal.raw
