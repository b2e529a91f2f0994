"""Variables that name certificates which cannot be used: one clear message, whichever library would have stumbled."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from tui_labeler.assist.backend.client import BackendClient
from tui_labeler.assist.engine import EngineUnreachable
from tui_labeler.certificates import require_certificates
from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.backends import backend_address
from tui_labeler.model.errors import NotAllowed
from tui_labeler.workspace import Workspace


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_what_is_no_certificate_is_named(variable: str, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no certificate")
    for path, why in ((tmp_path / "nowhere.pem", "which is not there"), (text, "which holds no certificates")):
        with pytest.raises(NotAllowed, match=why) as refused:
            require_certificates({variable: str(path)})
        assert refused.value.message.startswith(f"{variable} names {path}, ")
        assert refused.value.mend.endswith(f"unset {variable}.")


def test_certificates_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    require_certificates({"SSL_CERT_FILE": str(file), "REQUESTS_CA_BUNDLE": str(tmp_path)})
    require_certificates({"SSL_CERT_FILE": ""})
    with pytest.raises(NotAllowed, match="is a folder"):
        require_certificates({"SSL_CERT_FILE": str(tmp_path)})
    assert ssl.create_default_context(cafile=str(file)).get_ca_certs()


def test_azure_and_stores_of_the_web_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path / "workspace.db", tmp_path / "exports", azure=AzureOptions(state=str(tmp_path)))
    workspace.datasets.add_datastore("far", "s3://bucket/x")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    account = workspace.azure.account
    for ask in (
        account.status,
        account.workspaces,
        lambda: account.log_in(lambda code: None),
        lambda: workspace.datasets.preview("far", "/"),
    ):
        with pytest.raises(NotAllowed, match="SSL_CERT_FILE names"):
            ask()
    workspace.close()


def test_a_backend_of_others_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    with pytest.raises(EngineUnreachable, match="SSL_CERT_FILE names"):
        BackendClient(backend_address("https://models.example.org")).get("health")
