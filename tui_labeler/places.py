"""Where this program keeps things: settings, the workspace database, exports, logs and crash reports."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput

APP = "tui-labeler"
# A user with a password before the host, or one among the parameters; also of the key that a certificate needs.
_PASSWORD = re.compile(r"(?i)^\w+://[^/?#@]*:[^/?#@]*@|[?&]\s*(?:ssl)?password\s*=")


@dataclass(frozen=True)
class Places:
    """The folders in use. None of them has to exist yet."""

    config: Path
    data: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def database(self) -> Path:
        return self.data / "workspace.db"

    @property
    def exports(self) -> Path:
        return self.data / "exports"

    @property
    def themes(self) -> Path:
        """Themes of the person's own."""
        return self.config / "themes"

    @property
    def reports(self) -> Path:
        """Crash reports."""
        return self.state / "reports"


def find_places(home: str | None) -> Places:
    """Everything below `home` where it is given (`--home`, TUI_LABELER_HOME), else the XDG base directories."""
    if home:
        root = Path(os.path.expanduser(home)).absolute()
        return Places(root, root, root / "state")
    import platformdirs

    return Places(
        platformdirs.user_config_path(APP), platformdirs.user_data_path(APP), platformdirs.user_state_path(APP)
    )


def workspace_address(url: str) -> Path | str:
    """The file of `sqlite:///FILE`, or the URL of a PostgreSQL as it is. Raises BadInput for anything else, and for a
    password in the URL."""
    if url.startswith("sqlite:///"):
        name = url.removeprefix("sqlite:///")
        if name and "\0" not in name:
            return Path(os.path.abspath(os.path.expanduser(name)))
    if url.startswith(("postgresql://", "postgres://")):
        if not url.isprintable():
            raise BadInput("The workspace's URL holds signs that cannot be shown.", "Write postgresql://HOST/DATABASE.")
        if _PASSWORD.search(unquote(url)):
            raise BadInput(
                "The workspace's URL holds a password, and would be kept.",
                "Give it without; passwords come from ~/.pgpass, PGPASSWORD or a service file.",
            )
        return url
    refuse_credentials(url, "The workspace's URL")
    raise BadInput(f"“{url[:80]}” is not a workspace.", "Write sqlite:///FILE or postgresql://HOST/DATABASE.")
