"""Signing in, made for SSH: what the machine already has, or a code that is typed into any browser."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tui_labeler.azure import tokens
from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.errors import SIGN_IN, explained
from tui_labeler.azure.waiting import Tell, in_thread
from tui_labeler.model.azure import AzureOptions, DeviceCode, SignInStatus
from tui_labeler.model.errors import BadInput, NotAllowed, StorageError
from tui_labeler.wholefiles import replace_file

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

_DEVICE = "device code"
_CHAIN = ("environment", "workload identity", "managed identity", "Azure CLI")
# The chassis tag of Azure's virtual machines: elsewhere nobody answers for a managed identity, and asking takes long.
_AZURE_CHASSIS = "7783-7084-3265-9085-8269-3286-77"
# A token is asked for again when less of its life is left, in seconds.
_EARLY = 300


class _Record(msgspec.Struct):
    """The file that remembers a sign-in. No secret is in it: tokens are in the platform's store."""

    method: str
    cloud: str
    login: str
    tenant: str = ""
    username: str = ""
    kept: str = ""
    account: str = ""


class SignIn:
    """The sign-in of this person. May be used from any thread."""

    def __init__(self, options: AzureOptions, cloud: Cloud) -> None:
        self._options = options
        self._cloud = cloud
        self._file = Path(options.state) / "signin.json" if options.state else None
        self._credential: TokenCredential | None = None
        self._tokens: dict[str, AccessToken] = {}
        self._lock = threading.RLock()

    # Who

    def status(self) -> SignInStatus:
        """Without asking anybody."""
        record = self._read()
        if record is None:
            if method := _from_environment():
                note = "Found in the environment; nothing was asked yet."
                return SignInStatus(True, method, cloud=self._cloud.name, kept="elsewhere", note=note)
            return SignInStatus(False, cloud=self._cloud.name)
        lost = record.kept == "memory" and self._credential is None
        note = tokens.MEMORY_NOTE if record.kept == "memory" else tokens.FILE_NOTE if record.kept == "file" else ""
        if lost:
            note = f"The sign-in ended with the program that it was made in. {note}"
        return SignInStatus(
            not lost, record.method, record.username, record.tenant, self._cloud.name, record.kept, note
        )

    def token(self, scope: str, fresh: bool = False) -> AccessToken:
        """A token that lives for five more minutes at least. `fresh`: the one at hand was refused. Raises NotAllowed."""
        with self._lock:
            known = self._tokens.get(scope)
            if known is not None and not fresh and known.expires_on - _EARLY > time.time():
                return known
            credential = self.credential()
            with explained("sign in"):
                found = self._tokens[scope] = credential.get_token(scope)
            return found

    def credential(self) -> TokenCredential:
        """For Microsoft's libraries. Raises NotAllowed where nobody is signed in."""
        with self._lock:
            if self._credential is None:
                self._credential = self._restore()
            return self._credential

    # In and out

    def log_in(self, show: Callable[[DeviceCode], None], tell: Tell, device_only: bool = False) -> SignInStatus:
        """Takes what the machine has (environment, workload identity, managed identity, Azure CLI); otherwise, or with
        `device_only`, a device code, which `show` gets. Raises NotAllowed, Unreachable, and what `tell` raises."""
        if not device_only:
            for method in _CHAIN:
                if (credential := self._present(method)) is not None:
                    work = lambda one=credential: one.get_token(self._cloud.arm_scope)  # noqa: E731
                    try:
                        with explained("sign in"):
                            token = in_thread("sign in", work, tell, self._options.timeout)
                    except NotAllowed:
                        continue
                    return self._keep(credential, _Record(method, self._cloud.name, self._cloud.login), token)
        return self._device_code(show, tell)

    def log_out(self) -> bool:
        """Forgets tokens and record; False where nobody was signed in."""
        with self._lock:
            record, self._credential = self._read(), None
            self._tokens.clear()
            if record is None:
                return False
            if record.kept in ("encrypted", "file"):
                tokens.forget(record.account)
            if self._file is not None:
                self._file.unlink(missing_ok=True)
            return True

    # How

    def _device_code(self, show: Callable[[DeviceCode], None], tell: Tell) -> SignInStatus:
        from azure.identity import DeviceCodeCredential

        stopped = threading.Event()
        kept, options = tokens.persistence(self._options.tokens)

        def prompt(url: str, code: str, expires: Any) -> None:
            show(DeviceCode(code, url, expires.timestamp()))

        more: dict[str, Any] = {"client_id": self._options.client} if self._options.client else {}
        credential = DeviceCodeCredential(
            **more,
            **self._common(),
            tenant_id=self._options.tenant or "organizations",
            prompt_callback=prompt,
            disable_automatic_authentication=True,
            cache_persistence_options=options,
            transport=tokens.stoppable_transport(stopped),
        )

        def work() -> tuple[Any, AccessToken]:
            account = credential.authenticate(scopes=[self._cloud.arm_scope])
            return account, credential.get_token(self._cloud.arm_scope)

        try:
            with explained("sign in"):
                account, token = in_thread("sign in", work, tell, 3600)
        finally:
            stopped.set()  # a flow that was given up ends at its next poll
        record = _Record(
            _DEVICE,
            self._cloud.name,
            self._cloud.login,
            account.tenant_id,
            account.username,
            kept,
            account.serialize(),
        )
        # A credential of its own for later: it never prompts, and its transport is not stopped.
        if kept != "memory":
            return self._keep(self._restored(record), record, token)
        stopped.clear()
        return self._keep(credential, record, token)

    def _keep(self, credential: TokenCredential, record: _Record, token: AccessToken) -> SignInStatus:
        with self._lock:
            self._credential, self._tokens = credential, {self._cloud.arm_scope: token}
            record.kept = record.kept or "elsewhere"
            if self._file is not None:
                try:
                    self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    replace_file(self._file, msgspec.json.encode(record))
                except OSError as error:
                    raise StorageError(f"The sign-in cannot be remembered in {self._file}: {error.strerror}.") from None
        return self.status()

    def _restore(self) -> TokenCredential:
        """The credential that the record, or else the environment, names."""
        record = self._read()
        if record is None:
            if (method := _from_environment()) and (found := self._present(method)) is not None:
                return found
            raise NotAllowed("You are not signed in to Azure.", SIGN_IN.replace(" again", ""))
        if record.cloud != self._cloud.name or record.login != self._cloud.login:
            raise NotAllowed(f"The Azure sign-in is of another cloud ({record.cloud}).", SIGN_IN)
        if record.method != _DEVICE:
            if (found := self._present(record.method)) is None:
                raise NotAllowed(f"The {record.method} that you were signed in with is gone.", SIGN_IN)
            return found
        if record.kept == "memory":
            raise NotAllowed(f"The Azure sign-in has ended. {tokens.MEMORY_NOTE}", SIGN_IN)
        return self._restored(record)

    def _restored(self, record: _Record) -> TokenCredential:
        from azure.identity import AuthenticationRecord, DeviceCodeCredential

        kept, options = tokens.persistence("file" if record.kept == "file" else "encrypted")
        if kept != record.kept:
            raise NotAllowed(
                f"The store that holds your Azure sign-in ({record.kept}) cannot be opened from here.", SIGN_IN
            )
        more = self._common()
        more.pop("authority")  # the record has it
        return DeviceCodeCredential(
            **more,
            authentication_record=AuthenticationRecord.deserialize(record.account),
            disable_automatic_authentication=True,
            cache_persistence_options=options,
        )

    def _common(self) -> dict[str, Any]:
        found: dict[str, Any] = {"authority": self._cloud.login}
        if not self._cloud.own_login:
            found["disable_instance_discovery"] = True
        return found

    def _present(self, method: str) -> TokenCredential | None:
        """The credential of that kind, if there are signs that the machine has one."""
        import azure.identity as identity

        if method == "Azure CLI" and shutil.which("az"):
            return identity.AzureCliCredential(tenant_id=self._options.tenant)
        if method != _from_environment(method):
            return None
        if method == "environment":
            return identity.EnvironmentCredential(**self._common())
        if method == "workload identity":
            return identity.WorkloadIdentityCredential(**self._common())
        return identity.ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"))

    def _read(self) -> _Record | None:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Record) if self._file else None
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            mend = f"Remove {self._file}, and sign in again."
            raise BadInput(f"The record of the Azure sign-in cannot be read ({type(error).__name__}).", mend) from None


def _from_environment(wanted: str = "") -> str:
    """The first way to sign in that the environment offers (or `wanted`, if it does)."""
    has = os.environ.get
    service = has("AZURE_CLIENT_ID") and has("AZURE_TENANT_ID")
    offers = {
        "environment": bool(service and (has("AZURE_CLIENT_SECRET") or has("AZURE_CLIENT_CERTIFICATE_PATH"))),
        "workload identity": bool(service and has("AZURE_FEDERATED_TOKEN_FILE")),
        "managed identity": bool(has("IDENTITY_ENDPOINT") or has("MSI_ENDPOINT")) or _azure_machine(),
    }
    return next((name for name, offered in offers.items() if offered and wanted in ("", name)), "")


def _azure_machine() -> bool:
    try:
        return Path("/sys/class/dmi/id/chassis_asset_tag").read_text().strip() == _AZURE_CHASSIS
    except OSError:
        return False
