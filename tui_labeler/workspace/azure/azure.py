"""The parts of `Workspace.azure`, put together."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.model.azure import AzureOptions
from tui_labeler.workspace.assist import Assist
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.azure.catalog import Catalog
from tui_labeler.workspace.azure.exports import RegisteredExports
from tui_labeler.workspace.azure.leftovers import Leftovers
from tui_labeler.workspace.azure.retired import RetiredProjects
from tui_labeler.workspace.azure.training import AzureTraining
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.memory import Memory
from tui_labeler.workspace.projects import Projects


class Azure:
    """A workspace's side of Azure ML.

    account            who is signed in, and which Azure ML workspace is in use
    catalog            datastores, data assets and computes of that workspace
    exports            exports, uploaded and registered
    training           models, trained on them
    retired_projects   projects of the retired labeling service
    leftovers          labels that the service left
    """

    def __init__(
        self,
        options: AzureOptions,
        clock: Callable[[], float],
        datasets: Datasets,
        projects: Projects,
        exchange: Exchange,
        assist: Assist,
        memory: Memory,
    ) -> None:
        self.account = Account(options)
        self.catalog = Catalog(self.account, datasets)
        self.exports = RegisteredExports(self.account, self.catalog, datasets, projects, exchange, memory)
        self.training = AzureTraining(self.account, self.exports, projects, exchange, assist, clock)
        self.retired_projects = RetiredProjects(self.account, self.catalog)
        self.leftovers = Leftovers(self.account, self.catalog, datasets, exchange)

    def close(self) -> None:
        self.account.close()

    def stop(self) -> None:
        """Gives up what is under way in other threads: the program ends."""
        self.account.stop()
