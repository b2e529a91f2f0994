"""The Azure ML workspace's datastores and data assets among the choices of the wizard's dataset step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tui_labeler.model.azure import Compute
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.project import DatasetChoice
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.text import safe_text
from tui_labeler.tui.jobs import Job
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.workspace import Workspace

# Values of choices that are not here yet; names hold no NUL.
_STORE, _ASSET = "\0store:", "\0asset:"
Option = tuple[Content, str]


@dataclass(frozen=True)
class Choices:
    """What Azure has to choose from, as options of a Select."""

    stores: tuple[Option, ...] = ()
    assets: tuple[Option, ...] = ()
    problem: str = ""


def is_remote(value: object) -> bool:
    """Whether the value of a Select is one of Azure's."""
    return isinstance(value, str) and value.startswith((_STORE, _ASSET))


def load(workspace: Workspace, known: tuple[Datastore, ...], progress: Progress) -> Choices:
    """Asks Azure, in a thread; nothing where no workspace is in use or nobody is signed in. `known`: the datastores that
    are attached already, which stand among our own."""
    azure = workspace.azure
    try:
        if not azure.account.configured or not azure.account.status().signed_in:
            return Choices()
        urls = {store.url for store in known}
        stores = [
            (
                Content(
                    f"{safe_text(datastore.name, 40)}  (Azure ML: {safe_text(datastore.account, 24)}/"
                    f"{safe_text(datastore.container, 40)})"
                ),
                datastore.name,
            )
            for datastore in azure.catalog.datastores(progress)
            if datastore.usable and datastore.url not in urls
        ]
        assets = [
            (
                Content(
                    f"{safe_text(asset.name, 50)}  (Azure ML data asset: {asset.type}, "
                    f"version {safe_text(asset.version)})"
                ),
                f"{asset.name}:{asset.version}",
            )
            for asset in azure.catalog.assets(progress)
        ]
    except LabelerError as error:
        return Choices(problem=str(error))
    return Choices(
        tuple((text, f"{_STORE}{name}") for text, name in stores),
        tuple((text, f"{_ASSET}{name}") for text, name in assets),
    )


def loading(job: Job[Choices]) -> str:
    """What a person is told while Azure is asked."""
    loads = job.at is not None and job.at[0] is Step.LIBRARY
    library = "loading Microsoft's azure-ai-ml, a few seconds" if loads else "asking"
    return f"Azure ML: {library}…"


def bring(workspace: Workspace, value: str, wanted: DatasetChoice, progress: Progress) -> DatasetChoice:
    """Attaches what was chosen, in a thread: the specification's dataset with it. Raises LabelerError."""
    import msgspec

    if value.startswith(_STORE):
        store = workspace.azure.catalog.attach(value.removeprefix(_STORE), progress=progress)
        return msgspec.structs.replace(wanted, datastore=store.name)
    name, _, version = value.removeprefix(_ASSET).rpartition(":")
    return workspace.azure.catalog.asset_images(name, version, progress)


async def computes(screen: LabelerScreen[Any]) -> tuple[str, tuple[Compute, ...]]:
    """The workspace's computes in a line and as they are, for ML assist; nothing without a workspace in use or a
    sign-in."""
    azure = screen.workspace.azure

    def ask() -> tuple[str, tuple[Compute, ...]]:
        if not azure.account.configured or not azure.account.status().signed_in:
            return "", ()
        available = azure.catalog.computes()
        names = ", ".join(
            f"{compute.name} ({compute.size or compute.type}, up to {compute.most or 1})" for compute in available
        )
        return f"Computes of the Azure ML workspace, for training on exports: {names or 'none'}.", available

    try:
        text, available = await asyncio.to_thread(ask)
    except LabelerError as error:
        return safe_text(f"Computes of the Azure ML workspace: {error}", 300), ()
    return safe_text(text, 400), available


async def register_dataset(screen: LabelerScreen[str | None], name: str) -> None:
    """Registers a new dataset as a data asset, and says so; a failure takes nothing back."""
    made = await screen.ask(screen.workspace.azure.catalog.register_dataset, name)
    if made is not None:
        screen.tell(f"The dataset is registered in Azure ML as “{made.name}”, version {made.version}.")
