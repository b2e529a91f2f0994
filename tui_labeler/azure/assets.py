"""Registering an export as a data asset, and where a data asset's images lie."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from tui_labeler.azure import resources, wire
from tui_labeler.azure.arm import ArmClient
from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.datastores import VERSION
from tui_labeler.azure.errors import strange
from tui_labeler.model.azure import DataAsset, DataUri, WorkspaceRef, parse_uri
from tui_labeler.model.errors import AlreadyExists, BadInput, NotFound
from tui_labeler.untrusted.yamldoc import load_yaml


async def register_table(
    arm: ArmClient, workspace: WorkspaceRef, asset: DataAsset, referenced: tuple[str, ...], tags: dict[str, str]
) -> bool:
    """Registers an uploaded MLTable folder; False where that very version was registered before.

    Not through azure-ai-ml: before it registers a table it reads it back with the storage account's key and fetches a
    schema from the internet, and waits for both where they are out of reach (86 s here); what is uploaded was checked
    already. Raises AlreadyExists where the name and version are another folder's."""
    what = f"register the data asset “{asset.name}”"
    path = resources.resource(workspace, "data", asset.name, asset.version)
    try:
        known = wire.read(what, (await arm.call(what, "GET", path, VERSION)).body, wire.DataVersion)
    except NotFound:
        known = None
    if known is not None:
        if same_place(known.properties.data_uri, asset.uri):
            return False
        raise AlreadyExists(
            f"The workspace has a data asset “{asset.name}” version {asset.version} already, of another folder.",
            "Export again: a new export has a new name.",
        )
    properties = {
        "dataType": "mltable",
        "dataUri": asset.uri,
        "description": asset.description,
        "tags": tags,
        "properties": {},
        "isAnonymous": False,
        "isArchived": False,
        "referencedUris": list(referenced),
    }
    answer = await arm.call(what, "PUT", path, VERSION, {"properties": properties}, good=(200, 201))
    made = wire.read(what, answer.body, wire.DataVersion)
    if not same_place(made.properties.data_uri, asset.uri):
        raise strange(what, f"it is another folder's ({made.properties.data_uri})")
    return True


def same_place(uri: str, other_uri: str) -> bool:
    """Whether two `azureml://` URIs name the same folder: Azure writes some parts of them in its own case."""
    first, second = parse_uri(uri), parse_uri(other_uri)
    if first is None or second is None:
        return uri.rstrip("/") == other_uri.rstrip("/")
    return (first.datastore, first.path.strip("/")) == (second.datastore, second.path.strip("/"))


def studio_page(cloud: Cloud, workspace: WorkspaceRef, name: str, version: str, tenant: str) -> str:
    """The data asset's page in Azure ML studio."""
    address = workspace.id.replace("/resourceGroups/", "/resourcegroups/")
    return (
        f"{cloud.studio}/data/{quote(name)}/{quote(version)}/details?wsid={address}{f'&tid={tenant}' if tenant else ''}"
    )


def job_page(cloud: Cloud, workspace: WorkspaceRef, job: str, tenant: str) -> str:
    """A job's page in Azure ML studio."""
    address = workspace.id.replace("/resourceGroups/", "/resourcegroups/")
    return f"{cloud.studio}/runs/{quote(job)}?wsid={address}{f'&tid={tenant}' if tenant else ''}"


class Images(msgspec.Struct, frozen=True):
    """Where the images of a data asset lie: a datastore, and a path pattern below its root."""

    place: DataUri
    pattern: str


def images_of(
    asset: DataAsset, read: Callable[[DataUri], bytes], datastore_of: Callable[[str], DataUri | None]
) -> Images:
    """Where the asset's images lie. `read` reads a file of a datastore, `datastore_of` finds the place of an https URL.

    A folder is everything below it. A table is its folder, pattern, or, where it lists images line by line, the folder
    that all of them lie in: a dataset here is a pattern. Raises BadInput for what is no place of images."""
    location = _place(asset.uri, None, datastore_of)
    if location is None:
        raise BadInput(f"The data asset “{asset.name}” does not lie in a datastore ({asset.uri[:120]}).")
    if asset.type != "mltable":
        return Images(location, _below(location.path))
    entries = _table_paths(
        asset, read(msgspec.structs.replace(location, path=posixpath.join(location.path, "MLTable")))
    )
    parts = [_entry(asset, kind, target, location, read, datastore_of) for kind, target in entries]
    stores = {part.place.datastore for part in parts}
    if len(stores) != 1:
        raise BadInput(f"The images of “{asset.name}” lie in several datastores.", "Create a dataset of each.")
    if len(parts) == 1:
        return parts[0]
    return Images(parts[0].place, _below(_common([part.pattern for part in parts])))


def _entry(
    asset: DataAsset,
    kind: str,
    target: str,
    location: DataUri,
    read: Callable[[DataUri], bytes],
    datastore_of: Callable[[str], DataUri | None],
) -> Images:
    where = _place(target, location, datastore_of)
    if where is None:
        raise BadInput(f"“{target[:120]}” in the data asset “{asset.name}” is not a place in a datastore.")
    if kind == "folder":
        return Images(where, _below(where.path))
    if kind == "pattern":
        return Images(where, where.path)
    if not where.path.endswith((".jsonl", ".json")):
        return Images(where, where.path)
    urls = [line.get("image_url") for line in _lines(asset, read(where))]
    images = [_place(str(url), None, datastore_of) for url in urls if url]
    kept = [image for image in images if image is not None]
    if not kept:
        raise BadInput(f"The table of “{asset.name}” names no image in a datastore.")
    if len({image.datastore for image in kept}) != 1:
        raise BadInput(f"The images of “{asset.name}” lie in several datastores.", "Create a dataset of each.")
    return Images(kept[0], _below(_common([image.path for image in kept])))


def _table_paths(asset: DataAsset, content: bytes) -> list[tuple[str, str]]:
    try:
        table = load_yaml(content, "The MLTable file")
        entries = [(str(kind), str(target)) for entry in table["paths"] for kind, target in entry.items()]
    except (BadInput, KeyError, TypeError, AttributeError) as error:
        why = f" {error}" if isinstance(error, BadInput) else ""
        raise BadInput(f"The MLTable file of the data asset “{asset.name}” cannot be read.{why}") from None
    known = [entry for entry in entries if entry[0] in ("file", "folder", "pattern")]
    if not known:
        raise BadInput(f"The MLTable file of the data asset “{asset.name}” names no files.")
    return known


def _lines(asset: DataAsset, content: bytes) -> list[dict[str, Any]]:
    try:
        return [msgspec.json.decode(line, type=dict[str, Any]) for line in content.splitlines() if line.strip()]
    except msgspec.DecodeError:
        raise BadInput(f"The table of the data asset “{asset.name}” is not JSON Lines.") from None


def _place(uri: str, base: DataUri | None, datastore_of: Callable[[str], DataUri | None]) -> DataUri | None:
    """`azureml://…`, version 1's `AmlDatastore://store/path`, an https URL of a known account, or a path below `base`."""
    if parsed := parse_uri(uri):
        return parsed
    if uri.startswith("AmlDatastore://"):
        parts = urlsplit(uri)
        return DataUri(None, parts.netloc, unquote(parts.path).lstrip("/"))
    if "://" in uri:
        return datastore_of(uri)
    if base is None:
        return None
    return msgspec.structs.replace(base, path=posixpath.normpath(posixpath.join(base.path, uri)).lstrip("/"))


def _below(folder: str) -> str:
    return f"{folder.strip('/')}/**" if folder.strip("/") else "/"


def _common(paths: list[str]) -> str:
    """The folder that all the paths lie in."""
    folders = [path.split("/")[:-1] for path in paths]
    shared = folders[0]
    for folder in folders[1:]:
        length = next((i for i, (a, b) in enumerate(zip(shared, folder, strict=False)) if a != b), None)
        shared = shared[: length if length is not None else min(len(shared), len(folder))]
    return "/".join(shared)
