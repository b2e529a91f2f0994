"""How near a photograph in 256 and in 16 colours is to the true one, dithered and not.

python -m tests.bench.bench_colour DATA     DATA: a folder with photographs, searched through

Ten photographs on 174x46 cells: the generator's cans, and pictures from DATA, evenly chosen. “dots” compares dot by dot,
where any dither loses; “afar” after a blur by one dot, as eyes see that do not make out single dots. The peer takes the
nearest colour in red, green and blue, as the app did before it dithered.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.bench.measure import median_seconds, shown
from tests.colourscience import delta_e, from_afar, ssim
from tui_labeler.demo.scenes import draw_scene
from tui_labeler.imaging.palette import STANDARD, Palette, palette_of

Pixels = NDArray[np.uint8]
_DOTS = (174, 92)
_FROM_DEMO, _ALL = 3, 10


def photographs(data: Path) -> list[Pixels]:
    found = sorted(path for path in data.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    wanted = _ALL - _FROM_DEMO
    images = [draw_scene(number)[0] for number in range(_FROM_DEMO)]
    for path in found[:: max(1, len(found) // wanted)][:wanted]:
        with Image.open(path) as image:
            images.append(ImageOps.exif_transpose(image).convert("RGB"))
    return [np.asarray(ImageOps.contain(image, _DOTS, Image.Resampling.BOX)) for image in images]


def nearest_rgb(palette: Palette, dots: Pixels) -> Pixels:
    """Each dot as the colour at the least distance in red, green and blue."""
    known = palette.nominal.astype(np.int32)
    flat = dots.reshape(-1, 3).astype(np.int32)
    picked = ((flat[:, None, :] - known[None]) ** 2).sum(axis=2).argmin(axis=1)
    return palette.nominal[picked].reshape(dots.shape)


def main() -> None:
    pictures = photographs(Path(sys.argv[1]))
    print(f"{len(pictures)} photographs: means")
    print(f"{'':<34}{'SSIM dots':>11}{'ΔE dots':>9}{'SSIM afar':>11}{'ΔE afar':>9}")
    for name, palette in (
        ("256", palette_of("256")),
        ("16, palette unknown", palette_of("16")),
        ("16, palette told", palette_of("16", STANDARD)),
    ):
        assert palette is not None
        for way, draw in (
            ("nearest RGB", lambda dots, p=palette: nearest_rgb(p, dots)),
            ("dithered", palette.dithered),
        ):
            rows = []
            for picture in pictures:
                drawn = draw(picture)
                far, drawn_far = from_afar(picture), from_afar(drawn)
                rows.append(
                    (ssim(picture, drawn), delta_e(picture, drawn), ssim(far, drawn_far), delta_e(far, drawn_far))
                )
            dots, dots_e, afar, afar_e = np.mean(rows, axis=0)
            print(f"{name + ', ' + way:<34}{dots:>11.3f}{dots_e:>9.2f}{afar:>11.3f}{afar_e:>9.2f}")
    palette = palette_of("256")
    assert palette is not None
    seconds = median_seconds(lambda: palette.dithered(pictures[0]))
    print(f"dithering {pictures[0].shape[1]}x{pictures[0].shape[0]} dots: {shown(seconds)}")


if __name__ == "__main__":
    main()
