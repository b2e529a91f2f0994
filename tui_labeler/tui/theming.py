"""Themes from TOML files: the three that come along, and a person's own from the config folder.

Textual accepts any text as a colour and dies later, when a stylesheet uses it; so every value is parsed here first, and
a file with a wrong one is named and passed over.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_labeler.imaging.colours import Inks
from tui_labeler.model.reasons import in_words
from tui_labeler.model.text import safe_text
from tui_labeler.terminal.depth import DEPTHS, INDEXED, SIXTEEN
from tui_labeler.wholefiles import read_small_file

_COLOURS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface",
            "panel", "boost")  # fmt: skip
_MARKS = ("letters", "letters-ink", "beside")
_TABLES = {INDEXED: "colours-256", SIXTEEN: "colours-16"}
_KEYS = frozenset({*_COLOURS, *_MARKS, *_TABLES.values(), "classes", "name", "title", "dark", "variables"})


@dataclass(frozen=True)
class Look:
    """A theme for one number of colours: of the widgets, and of what stands over images."""

    theme: Theme
    inks: Inks


@dataclass(frozen=True)
class ThemeFile:
    """A theme for every number of colours."""

    name: str
    looks: dict[str, Look]


class ThemeProblem(ValueError):
    """A theme file that cannot be used; the message names the file and the key."""


def shipped_themes() -> list[Path]:
    """The theme files of this program: inside the package when it is installed, beside it in a checkout."""
    inside = Path(str(files("tui_labeler"))) / "themes"
    folder = inside if inside.is_dir() else inside.parents[1] / "themes"
    return sorted(folder.glob("*.toml"))


def load_themes(own: Path) -> tuple[list[ThemeFile], list[str]]:
    """Every usable theme, shipped ones first, and a message for each file that is not."""
    themes: dict[str, ThemeFile] = {}
    problems = []
    for path in [*shipped_themes(), *(sorted(own.glob("*.toml")) if own.is_dir() else [])]:
        try:
            theme = read_theme(path)
            themes[theme.name] = theme
        except ThemeProblem as problem:
            problems.append(str(problem))
    return list(themes.values()), problems


def read_theme(path: Path) -> ThemeFile:
    """Raises ThemeProblem."""
    try:
        contents = tomllib.loads(read_small_file(path).decode())
    except (OSError, ValueError) as error:
        raise ThemeProblem(f"The theme {path.name}: {in_words(error)}.") from None
    for key in contents:
        if key not in _KEYS:
            raise ThemeProblem(
                f"The theme {path.name}: unknown key “{key[:40]}”. There are: {', '.join(sorted(_KEYS))}."
            )
    name = contents.get("name", path.stem)
    if not isinstance(name, str) or not name.isprintable() or "primary" not in contents:
        raise ThemeProblem(f"The theme {path.name} needs a name and a primary colour.")
    name = safe_text(name, 60)
    looks = {colours: _look(path, name, contents, colours) for colours in DEPTHS}
    return ThemeFile(name, looks)


def _look(path: Path, name: str, contents: dict[str, Any], colours: str) -> Look:
    """The theme for so many colours: the table for them, if there is one, is above the rest of the file."""
    table = contents.get(_TABLES.get(colours, ""), {})
    variables = contents.get("variables", {})
    for kind, part in ((_TABLES.get(colours, ""), table), ("variables", variables)):
        if not isinstance(part, dict):
            raise ThemeProblem(f"The theme {path.name}: “{kind}” is a table.")
    merged = {key: value for key, value in contents.items() if key in (*_COLOURS, *_MARKS, "classes", "dark")} | table
    variables = {**variables, **{key: merged.pop(key) for key in tuple(merged) if _is_variable(key)}}
    for key in (*_COLOURS, *_MARKS):
        if key in merged:
            _require_colour(path, key, merged[key])
    for key, value in variables.items():
        if not key.endswith("-style"):
            _require_colour(path, f"variables.{key}", value)
        elif not isinstance(value, str) or not set(value.split()) <= _STYLES:
            raise ThemeProblem(f"The theme {path.name}: {key} is one of {', '.join(sorted(_STYLES))}.")
    chosen: dict[str, Any] = {key: merged[key] for key in _COLOURS if key in merged}
    theme = Theme(name=name, dark=bool(merged.get("dark", True)), variables=_quiet(merged) | variables, **chosen)
    return Look(theme, _inks(path, merged))


def _is_variable(key: str) -> bool:
    return key not in (*_COLOURS, *_MARKS, "classes", "dark")


def _inks(path: Path, merged: dict[str, Any]) -> Inks:
    """What stands over images; a theme that does not say it has that of the default one."""
    default = Inks()
    classes = merged.get("classes", [])
    if not isinstance(classes, list):
        raise ThemeProblem(f"The theme {path.name}: “classes” is a list of colours.")
    for value in classes:
        _require_colour(path, "classes", value)
    beside = merged.get("beside", merged.get("background"))
    return Inks(
        tuple(Color.parse(value).rgb for value in classes) or default.classes,
        Color.parse(merged["letters"]).rgb if "letters" in merged else default.letters,
        Color.parse(merged["letters-ink"]).rgb if "letters-ink" in merged else default.letters_ink,
        Color.parse(beside).rgb if beside else default.beside,
    )


def _quiet(values: dict[str, Any]) -> dict[str, str]:
    """Scrollbars that do not shout, in the colours that the theme has."""
    panel, back = values.get("boost", values.get("panel", "")), values.get("background", "")
    variables: dict[str, str] = {}
    if panel:
        variables |= {"scrollbar": panel, "scrollbar-hover": panel, "scrollbar-active": values["primary"]}
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
        raise ThemeProblem(f"The theme {path.name}: {key} = “{shown}” is not a colour. Write #rrggbb.") from None
