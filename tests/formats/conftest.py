"""The workspace of the workspace tests."""

from tests.workspace.conftest import home, images, open_workspace, workspace

__all__ = ["home", "images", "open_workspace", "workspace"]
