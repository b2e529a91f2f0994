"""Signing in, made for SSH: what the machine already has, or a code that is typed into any browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tui_labeler.azure import tokens
from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.credential_chain import CHAIN, VARIABLES, WEAK, common_options, make_credential, offered_method
from tui_labeler.azure.errors import SIGN_IN, explained
from tui_labeler.azure.waiting import Tell, in_thread
from tui_labeler.model.azure import AzureOptions, DeviceCode, RemoteDatastore, SignInStatus
from tui_labeler.model.errors import BadInput, Cancelled, NotAllowed, StorageError
from tui_labeler.model.reasons import in_words
from tui_labeler.model.secret import Secret
from tui_labeler.wholefiles import replace_file

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

_DEVICE = "device code"
_BY_CODE = "tui-labeler azure login --device-code"
# Those whose tokens MSAL keeps and renews; the others have a cache elsewhere, and take no claims.
_BY_MSAL = frozenset({_DEVICE, "environment", "workload identity"})
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
        self._takes_claims = False
        self._stopping = False
        self._lock = threading.RLock()

    # Who

    def status(self) -> SignInStatus:
        """Without asking anybody."""
        record = self._read()
        if record is None:
            if method := offered_method():
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

    def token(self, scope: str, fresh: bool = False, claims: str = "") -> AccessToken:
        """A token that lives for five more minutes at least. `fresh`: the one at hand was refused, and neither it nor one
        that a cache has is taken again; `claims`: what Azure wants the new one to say. Raises NotAllowed, Unreachable."""
        with self._lock:
            known = self._tokens.get(scope)
            if known is not None and not fresh and not claims and known.expires_on - _EARLY > time.time():
                return known
            credential, more = self.credential(), dict[str, Any]()
            if (fresh or claims) and self._takes_claims:
                # azure-identity passes over its cache for claims only; these are Entra ID's own for a token of no age.
                more["claims"] = (
                    claims or f'{{"access_token":{{"nbf":{{"essential":true,"value":"{int(time.time())}"}}}}}}'
                )
            with explained("sign in"):
                limit = 4 * self._options.timeout
                token = in_thread("sign in", lambda: credential.get_token(scope, **more), self._look, limit)
            self._tokens[scope] = token
            return token

    def shared(self, base: str = "", scope: str = "") -> SharedCredential:
        """The sign-in as Microsoft's libraries take it. `scope` is asked for in place of one derived from `base`."""
        return SharedCredential(self, base, scope)

    def principal(self, store: RemoteDatastore, secret: Secret) -> TokenCredential:
        """A datastore's own service principal, signed in at the cloud in use."""
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(store.tenant, store.principal, secret.reveal(), **self._common())

    def stop(self) -> None:
        """Whoever waits for a token waits no longer: the program ends."""
        self._stopping = True

    def _look(self) -> None:
        if self._stopping:
            raise Cancelled

    def credential(self) -> TokenCredential:
        """For Microsoft's libraries. Raises NotAllowed where nobody is signed in."""
        with self._lock:
            if self._credential is None:
                self._credential = self._restore()
            return self._credential

    # In and out

    def log_in(
        self,
        show: Callable[[DeviceCode], None],
        tell: Tell,
        device_only: bool = False,
        can_show: bool = True,
    ) -> SignInStatus:
        """Takes what the machine has (environment, workload identity, managed identity, Azure CLI); otherwise, or with
        `device_only`, a device code, which `show` gets. What is configured and does not work is an error, and no reason to
        ask for a code; `can_show`: whether there is somebody who could type one. Raises NotAllowed, Unreachable, and what
        `tell` raises."""
        if not device_only:
            for method in CHAIN:
                if (credential := self._present(method)) is None:
                    continue
                try:
                    token = self._try(credential, tell)
                except NotAllowed as error:
                    if method in WEAK:
                        continue  # installed, but nobody is signed in there
                    message = (
                        f"The {method} of this machine is set up for signing in, but did not work. {error.message}"
                    )
                    raise NotAllowed(
                        message, f"Mend it{VARIABLES.get(method, '')}, or take a code: {_BY_CODE}."
                    ) from None
                return self._keep(credential, _Record(method, self._cloud.name, self._cloud.login), token)
            if not can_show:
                raise NotAllowed(
                    "Nothing on this machine signs in to Azure by itself, and there is no terminal to show a code.",
                    "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of a service principal, sign in to the "
                    f"Azure CLI, or have a code waited for: {_BY_CODE}.",
                )
        return self._device_code(show, tell)

    def _try(self, credential: TokenCredential, tell: Tell) -> AccessToken:
        with explained("sign in"):
            limit = 4 * self._options.timeout
            return in_thread("sign in", lambda: credential.get_token(self._cloud.arm_scope), tell, limit)

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
            transport=tokens.stoppable_transport(stopped, self._options.timeout),
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
            self._takes_claims = record.method in _BY_MSAL
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
            if (method := offered_method()) and (credential := self._present(method)) is not None:
                self._takes_claims = method in _BY_MSAL
                return credential
            raise NotAllowed("You are not signed in to Azure.", SIGN_IN.replace(" again", ""))
        if record.cloud != self._cloud.name or record.login != self._cloud.login:
            raise NotAllowed(f"The Azure sign-in is of another cloud ({record.cloud}).", SIGN_IN)
        self._takes_claims = record.method in _BY_MSAL
        if record.method != _DEVICE:
            if (credential := self._present(record.method)) is None:
                raise NotAllowed(f"The {record.method} that you were signed in with is gone.", SIGN_IN)
            return credential
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
        return common_options(self._cloud, self._options.timeout)

    def _present(self, method: str) -> TokenCredential | None:
        return make_credential(method, self._options.tenant, self._common())

    def _read(self) -> _Record | None:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Record) if self._file else None
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            mend = f"Remove {self._file}, and sign in again."
            raise BadInput(f"The record of the Azure sign-in cannot be read: {in_words(error)}.", mend) from None


class SharedCredential:
    """The sign-in for Microsoft's libraries: they share its tokens, its patience and its renewals."""

    def __init__(self, sign_in: SignIn, base: str, scope: str) -> None:
        self._sign_in, self._base, self._scope = sign_in, base, scope

    def get_token(self, *scopes: str, claims: str | None = None, **_: Any) -> AccessToken:
        wanted = self._scope if self._base and scopes[0].startswith(self._base) else scopes[0]
        return self._sign_in.token(wanted, claims=claims or "")
