"""What object stores answer when they refuse, in a person's words: each in its own, with its own roles and credentials.

obstore gives one error whose text holds the status and the service's XML; the codes are those of the services' published
lists of errors.
"""

from __future__ import annotations

import re

from tui_labeler.model.errors import LabelerError, NotAllowed, NotFound, StorageError, Unreachable
from tui_labeler.model.reasons import in_words
from tui_labeler.model.tasks import Datastore
from tui_labeler.reports import redact

_CODE = re.compile(r"<Code>(\w{1,80})</Code>")
_STATUS = re.compile(r"status code: (\d{3}) ([A-Za-z ]{0,40})")
# The address at which machines in a cloud are given credentials: asked where no others were found.
_METADATA = ("169.254.169.254", "metadata.google.internal", "169.254.170.2")

_GONE = frozenset({"NoSuchBucket", "ContainerNotFound", "FilesystemNotFound", "ContainerBeingDeleted"})
_KEYS = {
    "s3": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN); profiles in ~/.aws are not read.",
    "gcs": "Set GOOGLE_SERVICE_ACCOUNT to a key file, or sign in: gcloud auth application-default login.",
    "azure": "Set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_STORAGE_SAS_KEY.",
    "azureml": "Sign in again, or give the datastore a key that is still valid.",
}
_ROLES = {
    "s3": "Listing needs s3:ListBucket on the bucket, reading s3:GetObject on what is in it.",
    "gcs": "It needs the role “Storage Object Viewer” (roles/storage.objectViewer) on the bucket.",
    "azure": "Reading needs the role “Storage Blob Data Reader”, or a key that is still valid.",
    "azureml": "Reading needs the role “Storage Blob Data Reader”, or a key that is still valid.",
}
_REGION = "Set AWS_REGION to the bucket's region."
# Code of the answer -> (what it means, what to do; empty: as for the service's credentials).
_CODES: dict[str, tuple[str, str]] = {
    "InvalidAccessKeyId": ("the access key is not known there", ""),
    "SignatureDoesNotMatch": ("the secret key is wrong", ""),
    "ExpiredToken": ("the session token has ended", ""),
    "InvalidToken": ("the session token is wrong", ""),
    "InvalidSecurity": ("the credentials are wrong", ""),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", _REGION),
    "PermanentRedirect": ("the bucket is in another region", _REGION),
    "RequestTimeTooSkewed": ("the clock of this machine is wrong", "Set it (timedatectl shows it)."),
    "AuthenticationFailed": (
        "the signature is not accepted: a SAS that has ended, a wrong key, or a clock that is wrong",
        "",
    ),
    "InvalidAuthenticationInfo": ("the sign-in has ended, or is of another tenant", ""),
    "NoAuthenticationInformation": ("no credentials were sent", ""),
    "KeyBasedAuthenticationNotPermitted": (
        "the storage account takes no keys",
        "Have the datastore set to identity-based access.",
    ),
    "AuthorizationFailure": (
        "the storage account's firewall, or its private endpoint, does not let this machine in",
        "Ask for this machine's address to be let in (Networking, in the portal), or work inside the network.",
    ),
    "AccountIsDisabled": ("the storage account is switched off", "Ask its owner."),
    "InvalidObjectState": ("it lies in an archive, and has to be restored first", "Restore it, then refresh."),
    "BlobArchived": ("it lies in an archive, and has to be rehydrated first", "Rehydrate it, then refresh."),
}


def no_container(error: Exception) -> bool:
    """Whether the bucket or container itself is not there: which does not mean that a file in it has gone."""
    match = _CODE.search(str(error))
    return match is not None and match[1] in _GONE


def explain(datastore: Datastore, what: str, error: Exception) -> LabelerError:
    """The error of a datastore that is none of local folders. `what`: “listed”, “read: …”."""
    text, kind = str(error), datastore.kind
    code = match[1] if (match := _CODE.search(text)) else ""
    status, phrase = (int(match[1]), match[2].strip()) if (match := _STATUS.search(text)) else (0, "")
    shown = " ".join(str(part) for part in (status or "", code or phrase) if part)
    about = f"The datastore “{datastore.name}” cannot be {what}"
    if code in _GONE:
        container = datastore.url.partition("://")[2].partition("/")[0]
        return NotFound(f"{about}: there is no “{container}” ({shown}).", "Check the name of the bucket or container.")
    if code in _CODES:
        means, mend = _CODES[code]
        return NotAllowed(f"{about}: {means} ({shown}).", mend or _KEYS.get(kind, ""))
    if any(address in text.partition("Debug source")[0] for address in _METADATA):
        return NotAllowed(f"{about}: no credentials for it were found on this machine.", _KEYS.get(kind, ""))
    if "credential error" in text or "Account must be specified" in text:
        first = redact(text.splitlines()[0]).partition("error: ")[2]
        return NotAllowed(f"{about}: its credentials cannot be used ({first[:160]}).", _KEYS.get(kind, ""))
    if kind == "s3" and (status in (301, 307) or "incorrectly configured region" in text):
        return NotAllowed(f"{about}: the bucket is in another region{f' ({shown})' if shown else ''}.", _REGION)
    if status == 407:
        return Unreachable(f"{about}: the proxy wants a name and a password ({shown}).", "They belong in HTTPS_PROXY.")
    if status in (401, 403):
        mend = _ROLES.get(kind, "") if status == 403 else _KEYS.get(kind, "")
        return NotAllowed(f"{about}: access was refused ({shown}).", mend)
    if status in (429, 500, 502, 503, 504):
        return Unreachable(f"{about}: the service is busy, or has a problem of its own ({shown}).", "Try again later.")
    if "builder error" in text and "http://" in text:
        mend = "Give an https:// address, or set AWS_ALLOW_HTTP=true for a service of your own."
        return NotAllowed(f"{about}: its address is http://, where credentials would be sent in the clear.", mend)
    if "certificate" in text.lower():
        return Unreachable(f"{about}: its certificate is not trusted.", "Behind a proxy, set SSL_CERT_FILE.")
    if "error sending request" in text or "timed out" in text or not status:
        first = redact(in_words(error, 2000))
        return Unreachable(f"{about} ({_short(first)}).", "Check the network (proxy, VPN, firewall), and try again.")
    return StorageError(f"{about} ({shown}).", "Check its address.")


def _short(first: str) -> str:
    """The reason at the end of obstore's line, which begins with the address."""
    return first.rpartition(" - ")[2][:200] or first[:200]
