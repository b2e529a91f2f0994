"""The URL of a datastore: which kind of place it is, in one canonical form without secrets."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from tui_labeler.model.azure import parse_uri
from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput, StorageError
from tui_labeler.model.tasks import Datastore

KINDS = {
    "azureml": "azureml",
    "file": "local",
    "az": "azure",
    "abfs": "azure",
    "abfss": "azure",
    "s3": "s3",
    "gs": "gcs",
}


def parse_datastore(name: str, url: str) -> Datastore:
    """The datastore of a folder or URL that a person typed. A folder has to exist now.

    Raises BadInput for a URL of an unknown kind or one that holds a secret, StorageError for a folder that is gone.
    """
    refuse_credentials(url, "The datastore's URL")
    try:
        parts = urlsplit(url if "://" in url else "")
    except ValueError as error:  # “az://a[b”: brackets belong to addresses of IPv6
        raise BadInput(f"“{url[:80]}” is not a URL: {error}.", "Write brackets in a path as %5B and %5D.") from None
    scheme = parts.scheme
    if scheme in ("", "file"):
        folder = local_folder(url)
        return Datastore(name, f"file://{folder}", "local")
    if scheme not in KINDS:
        known = "a folder, file://…, azureml://…, az://…, s3://… or gs://…"
        raise BadInput(f"“{url[:80]}” is no place that can be a datastore.", f"Give {known}.")
    if parts.query or parts.fragment:
        mend = "Give the plain URL; credentials come from the environment."
        raise BadInput("The datastore's URL has a query, which may be a secret and would be kept.", mend)
    if scheme == "azureml":
        return _of_azure_ml(name, url)
    if not parts.netloc:
        raise BadInput(f"“{url[:80]}” names no container or bucket.", f"For example {scheme}://container/folder.")
    return Datastore(name, url.rstrip("/"), KINDS[scheme])


def _of_azure_ml(name: str, url: str) -> Datastore:
    """A datastore of an Azure ML workspace, in the long form: which workspace is at hand changes."""
    parsed = parse_uri(url)
    if parsed is None or parsed.workspace is None or parsed.path:
        form = "azureml://subscriptions/S/resourcegroups/G/workspaces/W/datastores/D"
        raise BadInput(f"“{url[:160]}” is not a datastore of an Azure ML workspace.", f"Write {form}.")
    return Datastore(name, parsed.workspace.datastore_url(parsed.datastore), "azureml")


def local_folder(url: str) -> Path:
    """The absolute folder of `file:///…` or of a plain path (`~` is expanded). Raises StorageError if it is none."""
    text = url.removeprefix("file://")
    if not text.strip():
        raise BadInput("Name the folder that holds the images.", "For example: /data/images.")
    if "\0" in text:
        raise BadInput("The folder's name holds a control character.")
    folder = Path(os.path.abspath(os.path.expanduser(text)))
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.") from None
    if not exists:
        raise StorageError(f"There is no folder {folder}.", "Check its name, or mount the disk that it lies on.")
    if not is_folder:
        raise StorageError(f"{folder} is a file, not a folder.", "Name the folder that holds the images.")
    return folder
