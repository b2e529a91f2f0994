"""Addresses of resources: the one place where names become a part of a call's URL.

A name that is a path (`..`, `../computes/gpu`), that ends the path (`x?api-version=1#`) or that is empty reaches another
resource, down to the workspace itself. So every name is held against the pattern that the published API description has
for creating such a resource, and percent-encoded; `ArmClient` takes nothing but what is made here.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec

from tui_labeler.model.azure import WorkspaceRef, workspace_problem
from tui_labeler.model.errors import BadInput

PROVIDER = "Microsoft.MachineLearningServices"
_ASSET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}")
# Versions have no published pattern: a number as a rule, a date or a word where a person chose it.
_VERSION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_.+]{0,254}")
_SUBSCRIPTION = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# What an address may hold: (what a person calls it, its pattern, what the pattern says).
_KINDS = {
    "labelingJobs": ("labeling project", _ASSET),
    "jobs": ("job", _ASSET),
    "data": ("data asset", _ASSET),
    "datastores": ("datastore", _ASSET),
    "versions": ("version", _VERSION),
    "computes": ("compute", re.compile(r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+\Z)[a-zA-Z0-9\-]{2,23}")),
}
_RULES = {
    "versions": "A version is letters, digits, - _ . and +, and begins with a letter or a digit.",
    "computes": "It is 3 to 24 letters, digits and dashes, begins with a letter, and does not end with a dash and digits.",
}
_RULE = "It is 1 to 255 letters, digits, dashes and underscores, and begins with a letter or a digit."
_ACTIONS = frozenset({"pause", "resume", "exportLabels", "listSecrets", "cancel"})


class ResourcePath(msgspec.Struct, frozen=True):
    """The path of a call below the resource manager's address, encoded. Made by the functions of this module only."""

    text: str

    def __truediv__(self, action: str) -> ResourcePath:
        """The path of an action on the resource."""
        if action not in _ACTIONS:
            raise ValueError(action)
        return ResourcePath(f"{self.text}/{action}")


def require_name(kind: str, name: str) -> str:
    """`name`, which can be that of a resource of the kind (`labelingJobs`, `data`, …). Raises BadInput."""
    title, pattern = _KINDS[kind]
    if not pattern.fullmatch(name):
        shown = name[:60] or "an empty name"
        raise BadInput(f"“{shown}” cannot be the name of a {title}.", _RULES.get(kind, _RULE))
    return name


def subscriptions() -> ResourcePath:
    return ResourcePath("/subscriptions")


def workspaces(subscription: str) -> ResourcePath:
    """The workspaces of a subscription."""
    if not _SUBSCRIPTION.fullmatch(subscription):
        raise BadInput(f"“{subscription[:60]}” is not a subscription id.", "Give the id, a UUID, not the name.")
    return ResourcePath(f"/subscriptions/{subscription}/providers/{PROVIDER}/workspaces")


def workspace(where: WorkspaceRef) -> ResourcePath:
    """Raises BadInput for an address that cannot be one."""
    if problem := workspace_problem(where):
        raise BadInput(problem)
    return ResourcePath(
        f"/subscriptions/{where.subscription}/resourceGroups/{quote(where.group, safe='')}"
        f"/providers/{PROVIDER}/workspaces/{where.name}"
    )


def collection(where: WorkspaceRef, kind: str) -> ResourcePath:
    """All resources of a kind in the workspace."""
    _ = _KINDS[kind]
    return ResourcePath(f"{workspace(where).text}/{kind}")


def resource(where: WorkspaceRef, kind: str, name: str, version: str | None = None) -> ResourcePath:
    """One resource of the workspace, or one version of it. Raises BadInput for a name that cannot be."""
    path = f"{collection(where, kind).text}/{quote(require_name(kind, name), safe='')}"
    if version is None:
        return ResourcePath(path)
    return ResourcePath(f"{path}/versions/{quote(require_name('versions', version), safe='')}")


def resource_id(where: WorkspaceRef, kind: str, name: str, version: str | None = None) -> str:
    """The same as an id inside a body, which is not encoded."""
    resource(where, kind, name, version)
    path = f"{where.id}/{kind}/{name}"
    return path if version is None else f"{path}/versions/{version}"
