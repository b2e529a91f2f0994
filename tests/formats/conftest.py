"""The workspace of the workspace tests."""

from tests.workspace.conftest import address, home, images, open_workspace, workspace

__all__ = ["address", "home", "images", "open_workspace", "workspace"]
