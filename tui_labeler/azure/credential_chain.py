"""The chain of credentials that sign in without a person: a service principal in variables, identities, the Azure CLI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.policies import RETRIES, token_class

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

# The ways in the order in which they are tried.
CHAIN = ("environment", "workload identity", "managed identity", "Azure CLI")
# An installed Azure CLI is no wish to sign in with it.
WEAK = frozenset({"Azure CLI"})
VARIABLES = {
    "environment": " (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH)",
    "workload identity": " (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE)",
    "managed identity": " (AZURE_CLIENT_ID names a user-assigned one)",
}
# The chassis tag of Azure's virtual machines: elsewhere nobody answers for a managed identity, and asking takes long.
_AZURE_CHASSIS = "7783-7084-3265-9085-8269-3286-77"


def common_options(cloud: Cloud, timeout: float) -> dict[str, Any]:
    """What every credential is made with: where to sign in, how long one call may take (in seconds), and what is done when
    it fails."""
    patience = {
        "retry_policy_class": token_class(),
        "connection_timeout": min(15.0, timeout),
        "read_timeout": timeout,
    }
    options: dict[str, Any] = {"authority": cloud.login, **patience, **RETRIES}
    if not cloud.own_login:
        options["disable_instance_discovery"] = True
    return options


def make_credential(method: str, tenant: str, options: dict[str, Any]) -> TokenCredential | None:
    """The credential of that kind, if there are signs that the machine has one."""
    import azure.identity as identity

    if method == "Azure CLI" and shutil.which("az"):
        return identity.AzureCliCredential(tenant_id=tenant)
    if method != offered_method(method):
        return None
    if method == "environment":
        return identity.EnvironmentCredential(**options)
    if method == "workload identity":
        return identity.WorkloadIdentityCredential(**options)
    return identity.ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"))


def offered_method(wanted: str = "") -> str:
    """The first way to sign in that the environment offers (or `wanted`, if it does)."""
    has = os.environ.get
    service = has("AZURE_CLIENT_ID") and has("AZURE_TENANT_ID")
    offers = {
        "environment": bool(service and (has("AZURE_CLIENT_SECRET") or has("AZURE_CLIENT_CERTIFICATE_PATH"))),
        "workload identity": bool(service and has("AZURE_FEDERATED_TOKEN_FILE")),
        "managed identity": bool(has("IDENTITY_ENDPOINT") or has("MSI_ENDPOINT")) or _is_azure_machine(),
    }
    return next((name for name, offered in offers.items() if offered and wanted in ("", name)), "")


def _is_azure_machine() -> bool:
    try:
        return Path("/sys/class/dmi/id/chassis_asset_tag").read_text().strip() == _AZURE_CHASSIS
    except OSError:
        return False
