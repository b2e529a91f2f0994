"""Step 3: which images: an existing dataset, or a new one from a datastore and a path."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Select, Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.problem import Problem
from tui_labeler.model.project import DatasetChoice, ProjectSpec
from tui_labeler.model.tasks import Dataset, DatasetFiles, Datastore
from tui_labeler.model.text import plural, safe_text, size_text
from tui_labeler.tui.jobs import Job
from tui_labeler.tui.screens.azure import choices
from tui_labeler.tui.screens.fieldorder import NEEDED, UNANSWERABLE
from tui_labeler.tui.screens.wizard.browse import AddDatastore, FolderBrowser
from tui_labeler.tui.screens.wizard.matches import Matches
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.toggle import Toggle
from tui_labeler.tui.workers import work
from tui_labeler.workspace import silent

_NEW = "\0new"
_FOLLOW = 1.0  # seconds between two looks at what others have added
_CREATE = "Create a new dataset"


class DatasetStep(StepPane):
    """A list of datasets; for a new one a name, a datastore and a path, with what matches as one types."""

    NAME = "Select or create a dataset"
    LEAD = "Select a dataset, or create a new one."
    FIELDS = ("dataset.name", "dataset.datastore", "dataset.path")
    _TALL = 34

    def __init__(self) -> None:
        super().__init__()
        self._datasets: tuple[Dataset, ...] = ()
        self._datastores: tuple[Datastore, ...] = ()
        self._wanted = DatasetChoice()
        self._loaded = False
        self._mark: Hashable | None = None
        self._remote = choices.Choices()
        self._azure: Job[choices.Choices] | None = None
        self._azure_answered = False

    def compose_fields(self) -> ComposeResult:
        with Horizontal(classes="line", id="choose"):
            yield Static("Dataset")
            yield Select[str]([(_CREATE, _NEW)], allow_blank=False, value=_NEW, id="choice", compact=True)
        with Vertical(id="new"):
            with Horizontal(classes="line"):
                yield Static("1 Name")
                yield Field(placeholder="for example sodaObjects", id="dataset-name")
            yield self.error_line("dataset.name")
            with Horizontal(classes="line"):
                yield Static("2 Datastore")
                yield Select[str]([], prompt="Choose one", id="datastore", compact=True)
                yield Button("Add…", id="add-datastore")
            yield self.error_line("dataset.datastore")
            with Horizontal(classes="line"):
                yield Static("  Path")
                yield Field("/", placeholder="/", id="path")
                yield Button("Browse", id="browse")
            yield Static("/ everything · folder/** · *.jpg", classes="hint")
            yield self.error_line("dataset.path")
            with Horizontal(classes="line", id="register-line"):
                yield Static("  Register")
                yield Toggle(id="register")
                yield Static("it in Azure ML as a data asset, too", classes="hint")
        yield Static("", classes="hint", id="azure-note")
        yield Matches()

    def fill(self, spec: ProjectSpec) -> None:
        self._wanted, self._loaded = spec.dataset, False
        self.query_one("#dataset-name", Input).value = spec.dataset.name
        self.query_one("#path", Input).value = spec.dataset.path
        self.show_problems(())
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        """Reads what there is to choose from, then chooses what the specification says."""
        wizard = self.wizard
        datasets = await wizard.ask(wizard.workspace.datasets.all)
        datastores = await wizard.ask(wizard.workspace.datasets.datastores)
        if datasets is None or datastores is None or not self.is_attached:
            return
        self._datasets, self._datastores = datasets, datastores
        choice, stores = self.query_one("#choice", Select), self.query_one("#datastore", Select)
        wanted = self._wanted
        with self.prevent(Select.Changed):
            known = [
                (Content(f"{safe_text(d.name, 40)}  ({safe_text(d.datastore, 30)}, {safe_text(d.path, 40)})"), d.name)
                for d in datasets
            ]
            choice.set_options([(_CREATE, _NEW), *known, *self._remote.assets])
            names = {dataset.name for dataset in datasets}
            choice.value = wanted.name if not wanted.datastore and wanted.name in names else _NEW
            own = [(Content(f"{safe_text(s.name, 40)}  {safe_text(s.url, 60)}"), s.name) for s in datastores]
            stores.set_options([*own, *self._remote.stores])
            has_stores = bool(own or self._remote.stores)
            stores.prompt = "Choose one" if has_stores else "None yet"
            stores.set_class(not has_stores, UNANSWERABLE)
            self.query_one("#add-datastore").set_class(not has_stores, NEEDED)
            if wanted.datastore in {store.name for store in datastores}:
                stores.value = wanted.datastore
            elif len(datastores) == 1 and datastores[0].kind != "azureml":
                stores.value = datastores[
                    0
                ].name  # one of Azure's is a person's own choice: things follow from it there
        self._loaded = True
        self._show()
        if self.wizard.is_at(self):
            self.wizard.reread()
        if self._azure is None:
            self._load_azure()

    def _follow(self) -> None:
        """Datastores and datasets that others add meanwhile stand in the lists; not in one that is open."""
        if not self._loaded or not self.wizard.is_at(self) or any(field.expanded for field in self.query(Select)):
            return
        if (mark := self.wizard.change_mark()) is not None and mark != self._mark:
            self._mark = mark
            self._look_again()

    @work(exclusive=True, group="load")
    async def _look_again(self) -> None:
        kept = self.wizard.workspace.datasets
        now = await self.wizard.ask(kept.all), await self.wizard.ask(kept.datastores)
        if self.is_attached and None not in now and now != (self._datasets, self._datastores):
            self.read(self.wizard.spec)
            self._load()

    @work(exclusive=True, group="azure")
    async def _load_azure(self) -> None:
        """Asks Azure for its datastores and data assets, once, while one goes on here."""
        workspace, known = self.wizard.workspace, self._datastores
        self._azure = job = Job(lambda tell: choices.load(workspace, known, tell))
        note = self.query_one("#azure-note", Static)
        note.display = True
        watch = self.set_interval(0.3, lambda: note.update(choices.loading(job)))
        try:
            self._remote = await asyncio.to_thread(job.run)
        except LabelerError:
            return  # the wizard was left
        finally:
            watch.stop()
        if self.is_attached:
            note.update(Content.styled(safe_text(self._remote.problem, 300), "$text-warning"))
            note.display = bool(self._remote.problem)
            self._azure_answered = True
            if self._remote.stores or self._remote.assets:
                self.read(self.wizard.spec)
                self._load()
            else:
                self._show()

    @work(exclusive=True, group="azure")
    async def _bring(self, value: str) -> None:
        """Takes one of Azure's datastores or data assets among our own, and chooses it."""
        workspace, wanted = self.wizard.workspace, self._wanted
        matches = self.query_one(Matches)
        matches.say("Asking Azure ML…")
        try:
            self._wanted = await asyncio.to_thread(choices.bring, workspace, value, wanted, silent)
        except LabelerError as error:
            matches.say(str(error))
            return
        if self.is_attached:
            with self.prevent(Input.Changed):
                self.query_one("#dataset-name", Input).value = self._wanted.name
                self.query_one("#path", Input).value = self._wanted.path
            self._load()

    @property
    def registers(self) -> bool:
        """Whether the new dataset is to be a data asset, too."""
        return self.is_of_azure and self.query_one("#register", Toggle).value

    @property
    def is_of_azure(self) -> bool:
        """Whether a new dataset is made on one of Azure ML's datastores."""
        chosen, store = self.query_one("#choice", Select).value, self.query_one("#datastore", Select).value
        return chosen == _NEW and any(
            datastore.name == store and datastore.kind == "azureml" for datastore in self._datastores
        )

    def on_unmount(self) -> None:
        if self._azure is not None:
            self._azure.cancel()

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        if not self._loaded:
            return spec  # the lists to choose from are on their way
        chosen = self.query_one("#choice", Select).value
        store = self.query_one("#datastore", Select).value
        if isinstance(chosen, str) and chosen != _NEW and not choices.is_remote(chosen):
            self._wanted = DatasetChoice(chosen)
        else:
            name, path = self.query_one("#dataset-name", Input).value, self.query_one("#path", Input).value
            self._wanted = DatasetChoice(
                name, store if isinstance(store, str) and not choices.is_remote(store) else "", path or "/"
            )
        return msgspec.structs.replace(spec, dataset=self._wanted)

    def problems(self, spec: ProjectSpec) -> tuple[Problem, ...]:
        problems = list(super().problems(spec))
        choice = spec.dataset
        names = {dataset.name: dataset for dataset in self._datasets}
        if not choice.datastore and choice.name not in names:
            problems.append(Problem("dataset.datastore", "Choose the datastore that holds the images, or add one."))
        known = names.get(choice.name)
        if choice.datastore and known and (known.datastore, known.path) != (choice.datastore, choice.path):
            problems.append(Problem("dataset.name", "There is a dataset of that name already: choose it above."))
        seen = self.query_one(Matches).found(*self._place(choice))
        if isinstance(seen, LabelerError):
            problems.append(Problem("dataset.datastore", str(seen)))
        elif seen and not seen.files:
            problems.append(Problem("dataset.path", "No image matches this path."))
        return tuple(problems)

    def _place(self, choice: DatasetChoice) -> tuple[str, str]:
        """The datastore and the path that the choice means."""
        known = next((dataset for dataset in self._datasets if dataset.name == choice.name), None)
        return (choice.datastore, choice.path) if choice.datastore or not known else (known.datastore, known.path)

    @property
    def matched(self) -> str:
        """What the path matches, in a few words."""
        matched = self.query_one(Matches).found(*self._place(self._wanted))
        if not isinstance(matched, DatasetFiles):
            return "are counted when the project is created"
        return f"{plural(matched.files, 'image')}, {size_text(matched.bytes)}"

    @on(Select.Changed)
    @on(Input.Changed)
    def _typed(self, event: Select.Changed | Input.Changed) -> None:
        if isinstance(event.value, str) and choices.is_remote(event.value):
            self._bring(event.value)
            return
        self._show()
        self.changed()

    def _show(self) -> None:
        """The new dataset's fields where one is made, and what its pattern matches."""
        chosen = self.query_one("#choice", Select).value
        self.query_one("#new").display = chosen == _NEW
        known = next((dataset for dataset in self._datasets if dataset.name == chosen), None)
        store = self.query_one("#datastore", Select).value
        self.query_one("#register-line").display = self.is_of_azure
        matches = self.query_one(Matches)
        if known:
            matches.look(self.wizard.workspace, known.datastore, known.path)
        elif isinstance(store, str):
            matches.look(self.wizard.workspace, store, self.query_one("#path", Input).value or "/")
        else:
            matches.say(self._what_to_choose())
        matches.set_title("3 Confirm" if chosen == _NEW else "Images")

    def _what_to_choose(self) -> str:
        if self._datastores or self._remote.stores:
            return "Choose the datastore that holds the images."
        if self.wizard.workspace.azure.account.configured and not self._azure_answered:
            return ""  # Azure ML may have some
        return "There is no datastore yet. Add… names a folder that holds images."

    @on(Matches.Looked)
    def _looked(self) -> None:
        self.wizard.refresh_problems()

    def on_mount(self) -> None:
        self.query_one("#azure-note").display = False  # until there is something to say
        self.set_interval(_FOLLOW, self._follow)

    def on_resize(self) -> None:
        self.set_class(self.screen.size.height >= self._TALL, "-tall")

    @on(Button.Pressed, "#add-datastore")
    @work(exclusive=True, group="dialog")
    async def _add_datastore(self) -> None:
        made = await self.app.push_screen_wait(AddDatastore(self.wizard.workspace))
        if made and self.is_attached:
            self._wanted = msgspec.structs.replace(self._wanted, datastore=made.name)
            self._load()
            self.query_one("#path", Input).focus()

    @on(Button.Pressed, "#browse")
    @work(exclusive=True, group="dialog")
    async def _browse(self) -> None:
        store = self.query_one("#datastore", Select).value
        if not isinstance(store, str):
            self.wizard.warn("Choose a datastore first.")
            return
        folder = await self.app.push_screen_wait(FolderBrowser(self.wizard.workspace, "", store))
        if folder is not None:
            self.query_one("#path", Input).value = f"{folder}/**" if folder else "/"
