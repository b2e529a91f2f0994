"""The sovereign clouds: where each has its login, its resource manager, its studio and its storage."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.errors import BadInput


class Cloud(msgspec.Struct, frozen=True):
    """The addresses in use. `blob` has {account} where the storage account's name goes; empty: as the datastore says."""

    name: str
    arm: str
    login: str
    studio: str
    portal: str
    storage: str
    discovery: str
    blob: str = ""
    # Whether the login is one that Microsoft's instance discovery knows; another's authority is the person's to trust.
    own_login: bool = True
    own_arm: bool = True

    @property
    def arm_scope(self) -> str:
        """What a token for the resource manager is asked for; that of the cloud, wherever the calls go."""
        return f"{_CLOUDS[self.name].arm}/.default"

    @property
    def storage_scope(self) -> str:
        """The same in every cloud (Azure Storage documentation, "Authorize with Microsoft Entra ID")."""
        return "https://storage.azure.com/.default"

    @property
    def environment(self) -> str:
        """What azure-ai-ml calls the cloud."""
        return _ENVIRONMENTS[self.name]


# From azure-ai-ml's own table of environments (1.35).
_CLOUDS = {
    "public": Cloud(
        "public",
        "https://management.azure.com",
        "https://login.microsoftonline.com",
        "https://ml.azure.com",
        "https://portal.azure.com",
        "core.windows.net",
        "https://eastus.api.azureml.ms",
    ),
    "usgovernment": Cloud(
        "usgovernment",
        "https://management.usgovcloudapi.net",
        "https://login.microsoftonline.us",
        "https://ml.azure.us",
        "https://portal.azure.us",
        "core.usgovcloudapi.net",
        "https://usgovarizona.api.ml.azure.us",
    ),
    "china": Cloud(
        "china",
        "https://management.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
        "https://ml.azure.cn",
        "https://portal.azure.cn",
        "core.chinacloudapi.cn",
        "https://chinaeast2.api.ml.azure.cn",
    ),
}
_ENVIRONMENTS = {"public": "AzureCloud", "usgovernment": "AzureUSGovernment", "china": "AzureChinaCloud"}


def find_cloud(options: AzureOptions) -> Cloud:
    """The cloud of the settings, with the addresses that they replace. Raises BadInput."""
    known = _CLOUDS.get(options.cloud)
    if known is None:
        raise BadInput(f"There is no Azure cloud “{options.cloud[:40]}”.", f"There are: {', '.join(_CLOUDS)}.")
    for url in (options.arm_url, options.login_url):
        if url and urlsplit(url).scheme != "https":
            raise BadInput(f"“{url[:80]}” is not an https:// address.", "Tokens are sent over TLS only.")
    parts = urlsplit(options.blob_url)
    if options.blob_url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput(
            f"“{options.blob_url[:80]}” is not an https:// address.", "Plain http goes to this machine only."
        )
    return msgspec.structs.replace(
        known,
        arm=options.arm_url.rstrip("/") or known.arm,
        login=options.login_url.rstrip("/") or known.login,
        blob=options.blob_url.rstrip("/"),
        own_login=not options.login_url,
        own_arm=not options.arm_url,
    )
