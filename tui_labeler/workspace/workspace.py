"""A workspace: what a person can do, by what it is done to. Long work tells a progress callback, which may raise
`Cancelled`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_labeler import log
from tui_labeler.model.azure import AzureOptions
from tui_labeler.store.opening import open_database
from tui_labeler.workspace.assist import Assist
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.edits import Edits
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.gold import Gold
from tui_labeler.workspace.memory import Memory
from tui_labeler.workspace.projects import Projects
from tui_labeler.workspace.proposals import Proposals
from tui_labeler.workspace.quality import LabelQuality
from tui_labeler.workspace.review import ReviewQueue
from tui_labeler.workspace.sessions import Sessions
from tui_labeler.workspace.task_queue import TaskQueue
from tui_labeler.workspace.tasks import Tasks
from tui_labeler.workspace.team import Team
from tui_labeler.workspace.upkeep import Upkeep, identify

if TYPE_CHECKING:
    from tui_labeler.workspace.azure.azure import Azure


class Workspace:
    """A database of projects with its datastores and datasets.

    projects    made, listed, changed, paused, refreshed, deleted
    tasks       looked at, counted; their labels and images
    queue       claimed, drafted, submitted
    sessions    of labelers at the queue
    edits       many labels changed at once, and classes
    datasets    where images come from
    proposals   what models propose
    assist      the models, and the assistant at work
    exchange    exports and imports
    quality     agreement, likely mistakes
    gold        images whose labels are known
    review      labels looked over by someone else
    team        who may do what, where several share it
    upkeep      the whole of it: checked, backed up
    memory      small things that the app remembers
    azure       Azure ML
    """

    def __init__(
        self,
        database: Path | str,
        exports_folder: Path,
        create: bool = True,
        clock: Callable[[], float] | None = None,
        azure: AzureOptions = AzureOptions(),  # noqa: B008 - frozen
        passed_names: tuple[str, ...] = (),
        folder: Path | None = None,
    ) -> None:
        """Opens the workspace in the file `database`, or at the URL of a PostgreSQL, and makes it where it is not there
        (`create`). `passed_names` are passed over in datastores, besides what systems leave behind. `folder` is where this
        machine keeps what does not stand in a PostgreSQL. Times are those of `clock`, else of the database."""
        self._database = open_database(database, folder, create)
        log.write("workspace", "opens %s", self._database.address)
        try:
            who = identify(self._database)
        except BaseException:
            self._database.close()
            raise
        clock = clock or self._database.clock
        self._clock, self._azure_options = clock, azure
        self.memory = Memory(self._database)
        self.datasets = Datasets(
            self._database, clock, lambda datastore: self.azure.catalog.connect(datastore), passed_names
        )
        self.projects = Projects(self._database, clock, self.datasets)
        self.tasks = Tasks(self._database, self.datasets, self.projects)
        self.queue = TaskQueue(self._database, clock)
        self.sessions = Sessions(self._database, clock, self.queue, self.tasks, who)
        self.edits = Edits(self._database, clock)
        self.proposals = Proposals(self._database, clock)
        self.assist = Assist(self._database, clock, self.queue.process, self.projects, self.tasks, self.proposals)
        self.quality = LabelQuality(self._database, self.datasets)
        self.gold = Gold(self._database, clock)
        self.review = ReviewQueue(self._database, clock)
        self.team = Team(self._database)
        self.upkeep = Upkeep(self._database, who)
        self.exchange = Exchange(self._database, clock, self.datasets, self.edits, exports_folder)

    @cached_property
    def azure(self) -> Azure:
        """Azure ML; nothing of it is imported before it is asked for something."""
        from tui_labeler.workspace.azure.azure import Azure

        return Azure(
            self._azure_options,
            self._clock,
            self.datasets,
            self.projects,
            self.exchange,
            self.assist,
            self.memory,
        )

    def clean_up(self) -> None:
        """Removes what exports and engines that were killed left behind."""
        from tui_labeler.exchange.partial import remove_leftovers
        from tui_labeler.processes import ENGINE_FOLDER, remove_dead

        remove_leftovers(self.exchange.exports_folder)
        remove_dead(Path(tempfile.gettempdir()), ENGINE_FOLDER)

    def close(self) -> None:
        self.assist.stop()
        if "azure" in self.__dict__:
            self.azure.close()
        self._database.close()

    def pause_writes(self, seconds: float) -> AbstractContextManager[None]:
        """Inside, no write of this process is under way: who stops it there holds up nobody else. Waits so many seconds at
        most."""
        return self._database.pause_writes(seconds)

    def now(self) -> float:
        """Seconds since 1970 by the clock that this workspace writes times with."""
        return self._clock()

    def change_mark(self) -> Hashable:
        """A value that differs from the one before if anyone has written to the workspace since: the cheap question of a
        dashboard that follows others. Ask always from the same thread."""
        return self._database.change_mark()
