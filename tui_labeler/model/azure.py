"""Azure ML in this program's words: which cloud and workspace, what is in it, and projects of the retired service."""

from __future__ import annotations

import re

import msgspec

from tui_labeler.model.errors import BadInput

# The rules of Azure's own API descriptions for the three parts of a workspace's address.
_SUBSCRIPTION = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GROUP = re.compile(r"[-\w._()]{0,89}[-\w_()]")  # a group's name never ends with a period (Azure's naming rules)
_WORKSPACE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}")
_LONG_URI = re.compile(
    r"azureml://subscriptions/(?P<subscription>[^/]+)/resource[gG]roups/(?P<group>[^/]+)"
    r"(/providers/Microsoft\.MachineLearningServices)?/workspaces/(?P<name>[^/]+)"
    r"/datastores/(?P<datastore>[^/]+)(/paths/(?P<path>.*))?"
)
_SHORT_URI = re.compile(r"azureml://datastores/(?P<datastore>[^/]+)(/paths/(?P<path>.*))?")


class AzureOptions(msgspec.Struct, frozen=True):
    """The settings that Azure needs. Empty URLs are the cloud's own; `state` is the folder for the sign-in's record and
    the log; `timeout` is what one call may take, in seconds."""

    cloud: str = "public"
    tenant: str = ""
    client: str = ""
    workspace: str = ""
    tokens: str = "encrypted"
    arm_url: str = ""
    login_url: str = ""
    blob_url: str = ""
    timeout: float = 60.0
    state: str = ""


class WorkspaceRef(msgspec.Struct, frozen=True, order=True):
    """The address of an Azure ML workspace."""

    subscription: str
    group: str
    name: str
    location: str = ""
    subscription_name: str = ""

    @property
    def address(self) -> str:
        """As a person writes it: SUBSCRIPTION/GROUP/WORKSPACE."""
        return f"{self.subscription}/{self.group}/{self.name}"

    @property
    def id(self) -> str:
        """The resource id, which is also the path of its calls."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{self.name}"
        )

    def datastore_url(self, datastore: str) -> str:
        """The long form, which `mltable` opens and which works in every workspace."""
        return (
            f"azureml://subscriptions/{self.subscription}/resourcegroups/{self.group}"
            f"/workspaces/{self.name}/datastores/{datastore}"
        )


def parse_workspace(address: str) -> WorkspaceRef:
    """The workspace of SUBSCRIPTION/GROUP/WORKSPACE, or of a resource id. Raises BadInput."""
    text = address.strip()
    parts = text.strip("/").split("/")
    if len(parts) == 8 and parts[0].lower() == "subscriptions" and parts[6].lower() == "workspaces":
        parts = [parts[1], parts[3], parts[7]]
    if len(parts) != 3 or not all(parts):
        raise BadInput(
            f"“{text[:120]}” is not an Azure ML workspace.",
            "Write SUBSCRIPTION/GROUP/WORKSPACE; tui-labeler azure workspaces lists them.",
        )
    workspace = WorkspaceRef(*parts)
    if problem := workspace_problem(workspace):
        raise BadInput(problem, "tui-labeler azure workspaces lists them; give the subscription's id, not its name.")
    return workspace


def workspace_problem(where: WorkspaceRef) -> str:
    """Why that cannot be a workspace's address; empty if it can."""
    if not _SUBSCRIPTION.fullmatch(where.subscription):
        return f"“{where.subscription[:60]}” is not a subscription id."
    if not _GROUP.fullmatch(where.group):
        return f"“{where.group[:60]}” cannot be the name of a resource group."
    if not _WORKSPACE.fullmatch(where.name):
        return f"“{where.name[:60]}” cannot be the name of a workspace."
    return ""


class DataUri(msgspec.Struct, frozen=True):
    """A place in a datastore; `workspace` is None in the short form, which means the workspace at hand."""

    workspace: WorkspaceRef | None
    datastore: str
    path: str


def parse_uri(uri: str) -> DataUri | None:
    """The parts of an `azureml://` URI, percent signs decoded; None for any other URI."""
    from urllib.parse import unquote

    if match := _LONG_URI.fullmatch(uri):
        workspace = WorkspaceRef(match["subscription"], match["group"], match["name"])
        return DataUri(workspace, match["datastore"], unquote(match["path"] or ""))
    if match := _SHORT_URI.fullmatch(uri):
        return DataUri(None, match["datastore"], unquote(match["path"] or ""))
    return None


class DeviceCode(msgspec.Struct, frozen=True):
    """What a person types at `url` to sign in, until `expires` (seconds since 1970)."""

    code: str
    url: str
    expires: float


class SignInStatus(msgspec.Struct, frozen=True):
    """Who is signed in, and how. `method` is empty where nobody is; `kept` says where the tokens are: "encrypted",
    "file", "memory" or "elsewhere" (the Azure CLI, a managed identity); `note` is for a person to know."""

    signed_in: bool
    method: str = ""
    username: str = ""
    tenant: str = ""
    cloud: str = "public"
    kept: str = ""
    note: str = ""


class RemoteDatastore(msgspec.Struct, frozen=True):
    """A datastore of the Azure ML workspace. `access`: how its files are reached (AccountKey, Sas, ServicePrincipal with
    the client `principal` of `tenant`, None for the person's own sign-in); `usable` is false, with `why`, where they
    cannot be."""

    name: str
    kind: str
    account: str = ""
    container: str = ""
    endpoint: str = ""
    protocol: str = "https"
    access: str = ""
    default: bool = False
    url: str = ""
    why: str = ""
    principal: str = ""
    tenant: str = ""

    @property
    def usable(self) -> bool:
        return not self.why


class DataAsset(msgspec.Struct, frozen=True):
    """A registered dataset: `type` is uri_folder, uri_file or mltable, `uri` where it lies (of one version)."""

    name: str
    version: str
    type: str
    uri: str = ""
    description: str = ""


class Compute(msgspec.Struct, frozen=True):
    """A place to train at."""

    name: str
    type: str
    size: str = ""
    least: int = 0
    most: int = 0
    state: str = ""


class RemoteProject(msgspec.Struct, frozen=True):
    """A project of the retired labeling service. `status`, `media` and `annotation` are the service's own words, also
    those that this program does not know; counts are None where it tells none."""

    name: str
    display_name: str
    status: str
    provisioning: str
    media: str
    annotation: str
    total: int | None = None
    completed: int | None = None
    skipped: int | None = None
    classes: tuple[str, ...] = ()
    data_id: str = ""
    instructions: str = ""
    incremental_refresh: bool = False
    last_refresh: str = ""
    created: str = ""
    messages: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        """Completed of total, in percent."""
        return 100 * (self.completed or 0) / self.total if self.total else None


class RemoteExport(msgspec.Struct, frozen=True):
    """What the retired service wrote: a registered dataset (`asset`), or files in a container (`container`, `path`)."""

    format: str
    rows: int | None = None
    asset: str = ""
    container: str = ""
    path: str = ""


class Registered(msgspec.Struct, frozen=True):
    """An export that is in the workspace: the data asset, where its files lie, and the page in the studio. `uploaded`
    names the files that were sent this time, `kept` those that were there already. An export that was split is a data
    asset for each part: the first one's name, and `more`."""

    name: str
    version: str
    workspace: str
    datastore: str
    uri: str
    studio: str
    uploaded: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    new: bool = True
    more: tuple[str, ...] = ()


class Leftover(msgspec.Struct, frozen=True):
    """Something that the retired service left and that holds labels: a data asset, or files under `Labeling/export`."""

    name: str
    kind: str
    uri: str
    files: int = 0
    bytes: int = 0


def notebook_snippet(registered: Registered) -> str:
    """Python that loads the registered dataset in a notebook, and hands it to AutoML."""
    subscription, group, workspace = registered.workspace.split("/")
    return (
        "# pip install azure-ai-ml azure-identity mltable pandas\n"
        "from azure.ai.ml import Input, MLClient\n"
        "from azure.identity import DefaultAzureCredential\n"
        "import mltable\n\n"
        f'workspace = ("{subscription}", "{group}", "{workspace}")\n'
        "ml = MLClient(DefaultAzureCredential(), *workspace)\n"
        f'asset = ml.data.get("{registered.name}", version="{registered.version}")\n'
        'frame = mltable.load(f"azureml:/{asset.id}").to_pandas_dataframe()\n'
        'training_data = Input(type="mltable", path=f"azureml:{asset.name}:{asset.version}")  # for automl.image_*\n'
    )
