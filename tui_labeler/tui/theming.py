"""Themes from TOML files: the three that come along, and a person's own from the config folder.

Textual accepts any text as a colour and dies later, when a stylesheet uses it; so every value is parsed here first, and
a file with a wrong one is named and passed over.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_labeler.model.text import safe_text

_COLOURS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface",
            "panel", "boost")  # fmt: skip
_KEYS = frozenset({*_COLOURS, "name", "title", "dark", "variables"})


class ThemeProblem(ValueError):
    """A theme file that cannot be used; the message names the file and the key."""


def shipped_themes() -> list[Path]:
    """The theme files of this program: inside the package when it is installed, beside it in a checkout."""
    inside = Path(str(files("tui_labeler"))) / "themes"
    folder = inside if inside.is_dir() else inside.parents[1] / "themes"
    return sorted(folder.glob("*.toml"))


def load_themes(own: Path) -> tuple[list[Theme], list[str]]:
    """Every usable theme, shipped ones first, and a message for each file that is not."""
    themes: dict[str, Theme] = {}
    problems = []
    for path in [*shipped_themes(), *(sorted(own.glob("*.toml")) if own.is_dir() else [])]:
        try:
            theme = read_theme(path)
            themes[theme.name] = theme
        except ThemeProblem as problem:
            problems.append(str(problem))
    return list(themes.values()), problems


def read_theme(path: Path) -> Theme:
    """Raises ThemeProblem."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ThemeProblem(f"The theme {path.name}: {error}.") from None
    for key, value in found.items():
        if key not in _KEYS:
            raise ThemeProblem(
                f"The theme {path.name}: unknown key “{key[:40]}”. There are: {', '.join(sorted(_KEYS))}."
            )
        if key in _COLOURS:
            _require_colour(path, key, value)
    variables = found.get("variables", {})
    if not isinstance(variables, dict):
        raise ThemeProblem(f"The theme {path.name}: “variables” is a table.")
    for key, value in variables.items():
        if not key.endswith("-style"):
            _require_colour(path, f"variables.{key}", value)
        elif not isinstance(value, str) or not set(value.split()) <= _STYLES:
            raise ThemeProblem(f"The theme {path.name}: {key} is one of {', '.join(sorted(_STYLES))}.")
    name = found.get("name", path.stem)
    if not isinstance(name, str) or not name.isprintable() or "primary" not in found:
        raise ThemeProblem(f"The theme {path.name} needs a name and a primary colour.")
    chosen: dict[str, Any] = {key: found[key] for key in _COLOURS if key in found}
    return Theme(
        name=safe_text(name, 60), dark=bool(found.get("dark", True)), variables=_quiet(found) | variables, **chosen
    )


def _quiet(found: dict[str, Any]) -> dict[str, str]:
    """Scrollbars that do not shout, in the colours that the theme has."""
    panel, back = found.get("boost", found.get("panel", "")), found.get("background", "")
    variables: dict[str, str] = {}
    if panel:
        variables |= {"scrollbar": panel, "scrollbar-hover": panel, "scrollbar-active": found["primary"]}
    if back:
        names = ("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active")
        variables |= dict.fromkeys((*names, "scrollbar-corner-color"), back)
    return variables


_STYLES = frozenset({"none", "bold", "dim", "italic", "reverse", "underline"})


def _require_colour(path: Path, key: str, value: object) -> None:
    try:
        Color.parse(value if isinstance(value, str) else "")
    except ColorParseError:
        shown = safe_text(value, 40)
        raise ThemeProblem(f"The theme {path.name}: {key} = “{shown}” is no colour. Write #rrggbb.") from None
