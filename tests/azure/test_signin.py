"""The device code flow against a fake token endpoint, and where tokens go."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.azure.conftest import MakeWorkspace, forget_code
from tests.azure.standin.server import StandIn
from tui_labeler.model.azure import AzureOptions, DeviceCode
from tui_labeler.model.errors import Cancelled, NotAllowed
from tui_labeler.model.progress import Step
from tui_labeler.workspace import Workspace


def secrets_of(standin: StandIn) -> list[str]:
    return [*standin.login.tokens, "of-the-stand-in-kept-secret"]


def files_with(folder: Path, words: list[str]) -> list[Path]:
    """Files below `folder` that hold one of the words."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


@pytest.mark.slow
def test_waiting_and_slowing_down(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn, tmp_path: Path
) -> None:
    azure = make_workspace(options).azure
    assert not azure.account.status().signed_in
    standin.login.answers = ["authorization_pending", "slow_down"]
    shown: list[DeviceCode] = []
    began = time.monotonic()
    status = azure.account.log_in(shown.append, device_only=True)
    assert [(code.code, code.url) for code in shown] == [("H7KQ2TWXL", "https://microsoft.com/devicelogin")]
    assert shown[0].expires - time.time() == pytest.approx(900, abs=10)
    assert standin.login.polls == 3
    assert status.signed_in
    assert (status.method, status.username, status.kept) == ("device code", "ann@contoso.com", "memory")
    assert "memory" in status.note
    assert time.monotonic() - began >= 2 + 5  # an interval of a second, and the five more that slow_down asks for
    assert files_with(tmp_path, secrets_of(standin)) == []


@pytest.mark.parametrize(("answer", "word"), [("authorization_declined", "denied"), ("expired_token", "expired")])
def test_refusal_and_expiry(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn, answer: str, word: str
) -> None:
    azure = make_workspace(options).azure
    standin.login.answers = [answer]
    with pytest.raises(NotAllowed) as told:
        azure.account.log_in(forget_code, device_only=True)
    assert word in told.value.message
    assert "azure login" in told.value.mend
    assert not azure.account.status().signed_in


def test_nobody_types_the_code(make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn) -> None:
    standin.login.code_lives = 1
    standin.login.answers = ["authorization_pending"] * 1000
    with pytest.raises(NotAllowed) as told:
        make_workspace(options).azure.account.log_in(forget_code, device_only=True)
    assert "imed out" in told.value.message


def test_leaving_ends_the_polls(make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn) -> None:
    standin.login.answers = ["authorization_pending"] * 1000
    azure, seen = make_workspace(options).azure, threading.Event()

    def progress(what: Step, done: int, total: int) -> None:
        if seen.is_set():
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        azure.account.log_in(lambda code: seen.set(), progress, device_only=True)
    assert time.monotonic() - began < 20
    time.sleep(1.3)  # a poll that was under way may still end
    polls = standin.login.polls
    time.sleep(1.5)
    assert standin.login.polls == polls


def test_a_token_is_asked_for_again_before_it_expires(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn
) -> None:
    standin.login.answers = []
    standin.login.token_lives = 200  # less than the five minutes that a token has to live
    azure = make_workspace(options).azure
    azure.account.log_in(forget_code, device_only=True)
    before = standin.login.refreshes
    azure.account.workspaces()
    assert standin.login.refreshes > before
    assert {status for _, path, status in standin.state.asked if path.startswith("/subscriptions")} == {200}


def test_a_sign_in_that_cannot_be_renewed_says_so(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn
) -> None:
    standin.login.answers = []
    standin.login.token_lives = 200
    azure = make_workspace(options).azure
    azure.account.log_in(forget_code, device_only=True)
    standin.login.refuse_refresh = True
    with pytest.raises(NotAllowed) as told:
        azure.account.workspaces()
    assert "Sign in again" in told.value.mend


def test_a_plain_file_only_where_one_says_so(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn, tmp_path: Path
) -> None:
    import msgspec

    standin.login.answers = []
    encrypted = msgspec.structs.replace(options, tokens="encrypted")
    status = make_workspace(encrypted).azure.account.log_in(forget_code, device_only=True)
    if status.kept == "memory":  # no libsecret here
        assert files_with(tmp_path, secrets_of(standin)) == []
        assert not make_workspace(encrypted).azure.account.status().signed_in
    chosen = msgspec.structs.replace(options, tokens="file")
    status = make_workspace(chosen).azure.account.log_in(forget_code, device_only=True)
    if status.kept != "file":
        pytest.skip("this machine keeps tokens encrypted")
    (kept,) = files_with(tmp_path, secrets_of(standin))
    assert kept.stat().st_mode & 0o077 == 0
    again = make_workspace(chosen).azure
    assert again.account.status().signed_in
    assert len(again.account.workspaces()) == 3
    assert again.account.log_out()
    assert files_with(tmp_path, secrets_of(standin)) == []
    assert not again.account.status().signed_in
    assert not again.account.log_out()


def test_what_is_signed_in_to_another_cloud_is_not_used(
    make_workspace: MakeWorkspace, options: AzureOptions, workspace: Workspace
) -> None:
    import msgspec

    chinese = make_workspace(msgspec.structs.replace(options, cloud="china")).azure
    with pytest.raises(NotAllowed) as told:
        chinese.account.workspaces()
    assert "another cloud" in told.value.message


@pytest.mark.parametrize(
    ("choice", "store", "kept", "plain"),
    [
        ("encrypted", True, "encrypted", False),
        ("encrypted", False, "memory", None),
        ("file", True, "encrypted", False),
        ("file", False, "file", True),
        ("memory", True, "memory", None),
    ],
)
def test_where_tokens_are_kept(
    monkeypatch: pytest.MonkeyPatch, choice: str, store: bool, kept: str, plain: bool | None
) -> None:
    """`store`: whether the platform has an encrypted one; `plain`: whether a plain file is allowed (None: no file)."""
    from tui_labeler.azure import tokens

    monkeypatch.setattr(tokens, "encrypts", lambda: store)
    persistence, options = tokens.persistence(choice)
    assert persistence == kept
    assert (options.allow_unencrypted_storage if options else None) is plain


def test_a_secret_tells_nothing() -> None:
    import pickle
    import traceback

    from tui_labeler.model.secret import Secret

    secret = Secret("hunter2-hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} { ({'key': secret}) }"
    assert secret.reveal() == "hunter2-hunter2"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "hunter2" not in told
