"""Where tokens are kept: in the platform's own encrypted store, or in memory; in a plain file only if a person says so."""

from __future__ import annotations

import os
import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tui_labeler.model.errors import BadInput, NotAllowed, StorageError
from tui_labeler.model.reasons import in_words

if TYPE_CHECKING:
    from azure.identity import TokenCachePersistenceOptions

CHOICES = ("encrypted", "memory", "file")
MEMORY_NOTE = (
    "This machine has no encrypted store for tokens (libsecret with a session bus), so they live in memory and end with "
    "the program. To keep them in a file that only you can read, as the Azure CLI does: "
    "tui-labeler config set azure_tokens file."
)
FILE_NOTE = "Tokens are in a plain file that only you can read, as the setting azure_tokens says."
_NAME = "tui-labeler"
# azure-identity's names for its cache on Linux and macOS (azure.identity, persistent cache).
_SUFFIX = ".nocae"


def persistence(choice: str) -> tuple[str, TokenCachePersistenceOptions | None]:
    """(where tokens are kept, azure-identity's options) for the setting. Raises BadInput."""
    from azure.identity import TokenCachePersistenceOptions

    if choice not in CHOICES:
        raise BadInput(f"azure_tokens cannot be “{choice[:40]}”.", f"It is one of {', '.join(CHOICES)}.")
    if choice == "memory":
        return "memory", None
    if encrypts():
        return "encrypted", TokenCachePersistenceOptions(name=_NAME)
    if choice == "file":
        return "file", TokenCachePersistenceOptions(name=_NAME, allow_unencrypted_storage=True)
    return "memory", None


@lru_cache(maxsize=1)
def encrypts() -> bool:
    """Whether this platform can keep tokens encrypted, tried once with a value of no worth."""
    try:
        _store(encrypted=True)
    except Exception:
        # Whatever libsecret, D-Bus or the keychain say: there is no encrypted store here.
        return False
    return True


def forget(account: str) -> None:
    """Removes the tokens of an account (azure-identity's record of it) from the store; nothing goes over the network.
    azure-identity has no way to sign out; the cache of MSAL, which it is made of, has."""
    from azure.identity import AuthenticationRecord
    from msal_extensions import PersistedTokenCache

    record = AuthenticationRecord.deserialize(account)
    try:
        cache = PersistedTokenCache(_store(encrypted=encrypts()))
        kinds = cache.CredentialType
        for kind, remove in (
            (kinds.REFRESH_TOKEN, cache.remove_rt),
            (kinds.ACCESS_TOKEN, cache.remove_at),
            (kinds.ID_TOKEN, cache.remove_idt),
            (kinds.ACCOUNT, cache.remove_account),
        ):
            for entry in list(cache.search(kind)):
                if entry.get("home_account_id") == record.home_account_id:
                    remove(entry)
    except Exception as error:
        raise StorageError(f"The tokens could not be removed from their store: {in_words(error)}.") from None


def _store(encrypted: bool) -> Any:
    """The store that azure-identity uses for the same name."""
    import msal_extensions

    path = os.path.expanduser(os.path.join("~", ".IdentityService", _NAME + _SUFFIX))
    if not encrypted:
        return msal_extensions.FilePersistence(path)
    if sys.platform == "darwin":
        return msal_extensions.KeychainPersistence(path, "Microsoft.Developer.IdentityService", _NAME + _SUFFIX)
    attributes = {"MsalClientID": "Microsoft.Developer.IdentityService"}
    return msal_extensions.LibsecretPersistence(path, _NAME + _SUFFIX, attributes, label="MSALCache")


def stoppable_transport(stopped: threading.Event, timeout: float) -> Any:
    """A transport of azure-core that sends nothing more once `stopped` is set: the only way to end a device code flow
    that a person has left."""
    from azure.core.pipeline import transport

    base: Any = transport.RequestsTransport  # untyped there

    class Stoppable(base):  # type: ignore[misc]
        def send(self, request: Any, **kwargs: Any) -> Any:
            if stopped.is_set():
                raise NotAllowed("The sign-in was stopped.")
            return super().send(request, **kwargs)

    return Stoppable(connection_timeout=min(15.0, timeout), read_timeout=timeout)
