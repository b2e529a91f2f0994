"""How the labeling screen looks at an image: which part, how near, how bright."""

from __future__ import annotations

from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import HALVES, Grid, View
from tui_labeler.model.geometry import Box, Point

_PAN = 0.25
_PANS = {"pan_left": (-_PAN, 0.0), "pan_right": (_PAN, 0.0), "pan_up": (0.0, -_PAN), "pan_down": (0.0, _PAN)}
_TONES = {"brighter": (1, 0), "darker": (-1, 0), "more_contrast": (0, 1), "less_contrast": (0, -1)}
_FARTHEST_TONE = 8


class Viewing:
    """The picture, the view on it, and brightness and contrast in steps."""

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self.full: Picture | None = None
        self.view: View | None = None
        self.tone = (0, 0)

    def open(self, picture: Picture, columns: int, rows: int, grid: Grid = HALVES) -> None:
        """Another image, whole, on so many cells with the dots that `grid` says. Brightness and contrast stay:
        images of one project are alike."""
        self.picture = picture
        self.full = picture if picture.is_full else None
        self.view = View.fit(picture.size, columns, rows, grid)

    def close(self) -> None:
        """No image."""
        self.picture = self.full = self.view = None

    def resize(self, columns: int, rows: int, grid: Grid = HALVES) -> None:
        if self.view is not None and columns and rows:
            self.view = self.view.resized(columns, rows, grid)

    def wheel(self, steps: int, point: Point) -> None:
        if self.view is not None:
            self.view = self.view.stepped(steps, *point)

    def change(self, command: str, point: Point, selected: Box | None) -> bool:
        """A command of the group "View", around `point`; False where it needs a selected region and there is none."""
        view = self.view
        if view is None:
            return True
        if command in _PANS:
            self.view = view.panned(*_PANS[command])
        elif command in _TONES:
            brightness, contrast = (old + by for old, by in zip(self.tone, _TONES[command], strict=True))
            limit = _FARTHEST_TONE
            self.tone = (min(max(brightness, -limit), limit), min(max(contrast, -limit), limit))
        elif command == "reset_tone":
            self.tone = (0, 0)
        elif command == "zoom_in":
            self.view = view.stepped(1, *point)
        elif command == "zoom_out":
            self.view = view.stepped(-1, *point)
        elif command == "fit":
            self.view = View.fit(view.size, view.columns, view.rows, view.grid)
        elif command == "actual":
            self.view = view.zoomed(1.0, *point)
        elif command == "zoom_selection":
            if selected is None:
                return False
            self.view = view.around(selected)
        return True

    def tone_text(self, command: str) -> str:
        """Where brightness and contrast stand, after a command that concerns them; empty after any other."""
        if command not in (*_TONES, "reset_tone"):
            return ""
        brightness, contrast = (f"{step:+d}".replace("-", "−") if step else "0" for step in self.tone)
        return f"Brightness {brightness}, contrast {contrast}" + (" · \\ resets both" if any(self.tone) else "")

    @property
    def shown(self) -> Picture | None:
        """The prepared copy while it has enough pixels for the view (the same picture, so that nothing is painted again
        when the full one arrives); all pixels when one looks nearer."""
        if self.picture is None or self.view is None or self.full is None:
            return self.picture
        return self.picture if self.view.is_whole else self.full
