"""Settings: one TOML file, environment variables above it, defaults below; every value knows where it came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tui_labeler.limits import Limits, parse_amount
from tui_labeler.model.azure import AzureOptions, parse_workspace
from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput, StorageError
from tui_labeler.model.reasons import in_words
from tui_labeler.model.text import is_showable
from tui_labeler.model.workforce import labeler_problem
from tui_labeler.places import Places, workspace_address
from tui_labeler.wholefiles import make_private, read_small_file, replace_file


class Setting(msgspec.Struct, frozen=True):
    """A value, with where it came from: a file, a variable, or "default"."""

    key: str
    value: str
    source: str


# key -> what it is for. The environment variable of each is TUI_LABELER_<KEY>.
KEYS = {
    "labeler": "your name on the labels you submit",
    "theme": "colours of the app",
    "corrections": "leaving a completed image that was changed: ask, submit, or keep (as a draft)",
    "empty_images": "submitting an image without labels: submit, or ask (once a session) whether nothing is on it",
    "color": "how many colours the app draws: auto, true, 256 or 16",
    "graphics": "how images are shown: auto, kitty, iterm, sixel, or cells",
    "glyphs": "what cells of an image are made of: auto, half, quadrant, sextant or octant (the font must have them)",
    "workspace": "the workspace database, sqlite:///FILE or postgresql://HOST/DATABASE",
    "exports": "the folder that exports are written to",
    "image_bytes": "image files of more bytes are not read",
    "image_pixels": "images of more pixels are not decoded; JPEGs are shown smaller",
    "image_memory": "bytes of memory that one image may take; what takes more is shown smaller",
    "read_timeout": "seconds that a datastore may be silent before a file of it is given up",
    "passed_names": "names that are passed over in datastores, besides what systems leave there; commas between them",
    "azure_workspace": "the Azure ML workspace in use, SUBSCRIPTION/GROUP/WORKSPACE",
    "azure_cloud": "public, usgovernment or china",
    "azure_tenant": "the Entra ID tenant to sign in to, where you belong to several",
    "azure_client": "the Entra ID application to sign in with, instead of Microsoft's own for developers",
    "azure_tokens": "where tokens are kept: encrypted (else memory), memory, or file",
    "azure_timeout": "seconds that one call to Azure may take",
    "azure_arm_url": "another address of Azure Resource Manager, for private clouds",
    "azure_login_url": "another address of Entra ID, for private clouds",
    "azure_blob_url": "another address of blob storage; {account} is the storage account",
}
CHOICES = {
    "corrections": ("ask", "submit", "keep"),
    "empty_images": ("submit", "ask"),
    "azure_cloud": ("public", "usgovernment", "china"),
    "azure_tokens": ("encrypted", "memory", "file"),
    "color": ("auto", "true", "256", "16"),
    "graphics": ("auto", "kitty", "iterm", "sixel", "cells"),
    "glyphs": ("auto", "half", "quadrant", "sextant", "octant"),
}
_AMOUNTS = {"image_bytes": "bytes", "image_pixels": "pixels", "image_memory": "bytes"}
_DEFAULTS = {
    "corrections": "ask",
    # A question would take keys that are typed ahead of it: those who want it say so.
    "empty_images": "submit",
    "theme": "dark",
    "color": "auto",
    "graphics": "auto",
    "glyphs": "auto",
    "image_bytes": "512M",
    "image_pixels": "178M",
    "image_memory": "1G",
    "read_timeout": "20",
    "azure_cloud": "public",
    "azure_tokens": "encrypted",
    "azure_timeout": "60",
}


class Settings:
    """The settings in force. Reading never writes; `set` and `unset` keep the comments of the file."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        """Raises BadInput for a file that is no TOML or has an unknown key."""
        self._places = places
        self._environment = environment
        self._file = _read(places.settings_file)

    def get(self, key: str) -> Setting:
        """Raises BadInput for an unknown key."""
        _require_known(key)
        variable = f"TUI_LABELER_{key.upper()}"
        if value := self._environment.get(variable):
            return Setting(key, value, variable)
        if key in self._file:
            value = os.path.expanduser(self._file[key]) if key == "exports" else self._file[key]
            return Setting(key, value, str(self._places.settings_file))
        return Setting(key, self._default(key), "default")

    def all(self) -> tuple[Setting, ...]:
        return tuple(self.get(key) for key in KEYS)

    def set(self, key: str, value: str) -> str:
        """Writes one value to the file, whole or not at all, and gives it as it is kept: a relative path, which would be
        another place in another folder, as an absolute one. Raises BadInput for a value that cannot be."""
        _require_known(key)
        _check(key, value)
        kept = _absolute(key, value)
        self._write(key, kept)
        self._file[key] = kept
        return kept

    def unset(self, key: str) -> bool:
        """Takes one value out of the file; whether it was there. Raises BadInput for an unknown key."""
        _require_known(key)
        if key not in self._file:
            return False
        self._write(key, None)
        del self._file[key]
        return True

    def _write(self, key: str, value: str | None) -> None:
        """The file with `value` for `key`, None: without it. Whole or not at all; its comments stay."""
        import tomlkit

        path = self._places.settings_file
        try:
            document = tomlkit.parse(read_small_file(path).decode()) if path.exists() else tomlkit.document()
            if value is None:
                document.pop(key, None)
            else:
                document[key] = value
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(path, tomlkit.dumps(document).encode())
        except OSError as error:
            raise StorageError(f"The settings file {path} cannot be written: {error.strerror}.") from None

    def _default(self, key: str) -> str:
        if key == "labeler":
            return default_labeler(self._environment)
        if key == "workspace":
            return f"sqlite:///{self._places.database}"
        return str(self._places.exports) if key == "exports" else _DEFAULTS.get(key, "")

    def passed_names(self) -> tuple[str, ...]:
        """Names of files and folders that are passed over in datastores."""
        return tuple(filter(None, (name.strip().strip("/") for name in self.get("passed_names").value.split(","))))

    def azure(self) -> AzureOptions:
        """What Azure needs of them. Raises BadInput for a value that cannot be."""
        values = {key.removeprefix("azure_"): self.get(key).value for key in KEYS if key.startswith("azure_")}
        for key, value in values.items():
            refuse_credentials(value, f"The setting “azure_{key}”")
        timeout = _seconds("azure_timeout", values.pop("timeout"))
        return AzureOptions(timeout=timeout, state=str(self._places.state / "azure"), **values)

    def limits(self) -> Limits:
        """What one image may cost. Raises BadInput for a value that cannot be."""
        size, pixels, memory = (parse_amount(self.get(key).value, key, unit) for key, unit in _AMOUNTS.items())
        seconds = _seconds("read_timeout", self.get("read_timeout").value)
        return Limits(file_bytes=size, pixels=pixels, memory=memory, seconds=seconds)


def _seconds(key: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise BadInput(f"{key} cannot be “{text[:40]}”.", "It is a number of seconds from 1 to 3600.")
    return seconds


def default_labeler(environment: Mapping[str, str]) -> str:
    """The name of the person at this terminal."""
    for variable in ("LOGNAME", "USER", "USERNAME"):
        if (name := environment.get(variable, "").strip()) and not labeler_problem(name):
            return name
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user{os.getuid()}"


def _require_known(key: str) -> None:
    if key not in KEYS:
        raise BadInput(f"There is no setting “{key[:60]}”.", f"There are: {', '.join(KEYS)}.")


def _check(key: str, value: str) -> None:
    refuse_credentials(value, f"The setting “{key}”")
    if key == "labeler" and (problem := labeler_problem(value)):
        raise BadInput(problem)
    if key == "workspace":
        workspace_address(value)
    if key == "azure_workspace":
        parse_workspace(value)
    if key in ("azure_timeout", "read_timeout"):
        _seconds(key, value)
    if unit := _AMOUNTS.get(key):
        parse_amount(value, key, unit)
    if (choices := CHOICES.get(key)) and value not in choices:
        raise BadInput(f"{key} cannot be “{value[:40]}”.", f"It is one of {', '.join(choices)}.")
    if not value or not is_showable(value):
        raise BadInput(f"The setting “{key}” is one line of text.")


def _absolute(key: str, value: str) -> str:
    if key == "exports":
        return os.path.abspath(os.path.expanduser(value))
    if key == "workspace" and isinstance(file := workspace_address(value), Path):
        return f"sqlite:///{file}"
    return value


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    import tomllib

    make_private(path)
    try:
        values = tomllib.loads(read_small_file(path).decode())
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"The settings file {path}: {error}.", "Correct it, or move it away.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"The settings file {path} cannot be read: {in_words(error)}.") from None
    for key, value in values.items():
        if key not in KEYS:
            raise BadInput(f"The settings file {path}: unknown key “{key[:60]}”.", f"There are: {', '.join(KEYS)}.")
        if not isinstance(value, str):
            raise BadInput(f"The settings file {path}: “{key}” has to be a text in quotes.")
    return values
