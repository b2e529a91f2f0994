"""Where this program keeps things: settings, the workspace database, exports, logs and crash reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput

APP = "tui-labeler"


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


def workspace_file(url: str) -> Path:
    """The file of `sqlite:///FILE`. Raises BadInput for anything else."""
    if url.startswith("sqlite:///"):
        name = url.removeprefix("sqlite:///")
        if name and "\0" not in name:
            return Path(os.path.abspath(os.path.expanduser(name)))
    if url.startswith(("postgresql://", "postgres://")):
        raise BadInput("PostgreSQL workspaces are not built into this version yet.", "Use sqlite:///FILE.")
    refuse_credentials(url, "The workspace's URL")
    raise BadInput(f"“{url[:80]}” is not a workspace.", "Write sqlite:///FILE, for example sqlite:////data/labels.db.")
