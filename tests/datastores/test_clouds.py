"""S3 (moto, a real S3 server), and what S3, GCS and Azure answer when they refuse: told in each one's own words."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Outcome, Run
from tui_labeler.datastores.refusals import explain
from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Datastore
from tui_labeler.workspace import Workspace

NAMES = ("163.jpg", "sub dir/日本 #1 100%+&.jpg", "a?b=c.jpg", "deep/er/x.png")
PROJECT = """
[details]
name = "soda"
type = "object-detection"
[dataset]
name = "all"
[classes]
names = ["coke"]
"""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("moto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path_factory.mktemp("moto") / "log").open("wb") as log:
        child = subprocess.Popen([sys.executable, "-m", "moto.server", "-p", str(port)], stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait(10)


@pytest.fixture
def environment(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TUI_LABELER_", "AWS_"))}
    aws = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT": s3,
        "AWS_ALLOW_HTTP": "true",
    }
    for key, value in aws.items():
        monkeypatch.setenv(key, value)
    return kept | aws | {"TUI_LABELER_HOME": str(tmp_path / "home")}


@pytest.fixture
def bucket(environment: dict[str, str], s3: str, tmp_path: Path) -> str:
    import obstore
    from obstore.store import from_url

    urllib.request.urlopen(urllib.request.Request(f"{s3}/moto-api/reset", method="POST")).close()
    urllib.request.urlopen(urllib.request.Request(f"{s3}/cans", method="PUT")).close()
    store = from_url("s3://cans")
    for number, name in enumerate(NAMES):
        path = tmp_path / f"photo{number}{Path(name).suffix}"
        Image.new("RGB", (80, 60), (40 * number, 90, 90)).save(path)
        obstore.put(store, name, path.read_bytes())
    urllib.request.urlopen(urllib.request.Request(f"{s3}/cans/empty/", method="PUT")).close()  # a folder's marker
    return "s3://cans"


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def call(*words: str, stdin: str = "", **more: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "tui_labeler", *words],
            input=stdin.encode(),
            capture_output=True,
            env={key: value for key, value in (environment | more).items() if value},
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.mark.slow
def test_a_project_on_s3_from_adding_to_export(run: Run, bucket: str, tmp_path: Path) -> None:
    assert run("datastore", "add", "far", bucket, "--json").json["kind"] == "s3"
    assert run("dataset", "create", "all", "--datastore", "far", "--json").json["files"] == len(NAMES)
    assert run("project", "create", "-", "--json", stdin=PROJECT).json["tasks"] == len(NAMES)
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    while (lease := workspace.queue.claim("soda", "ann", "token")) is not None:
        workspace.queue.submit(lease.task, "ann", Labels(Size(80, 60), (Region("coke", Box(1, 2, 30, 40)),)), "token")
    assert {name for name in NAMES if workspace.datasets.read_file("far", name)} == set(NAMES)
    workspace.close()
    refused = run("export", "soda")
    assert (refused.code, "mltable" in refused.err) == (2, True)
    assert "--images copy" in refused.err
    assert "--image-url" in refused.err
    copied = run("export", "soda", "--images", "copy", "--json").json
    lines = [json.loads(line) for line in (Path(copied["path"]) / "annotations.jsonl").open()]
    assert {Path(line["image_url"].removeprefix("file://")).read_bytes()[:2] for line in lines} == {
        b"\xff\xd8",
        b"\x89P",
    }
    assert run("export", "soda", "--image-url", "https://images.example/cans").code == 0
    for form in ("coco", "yolo", "voc", "csv"):
        done = run("export", "soda", "--format", form, "--json")
        assert done.json["rows"] == len(NAMES), form
    linked = run("export", "soda", "--format", "coco", "--images", "link")
    assert (linked.code, "Copy them" in linked.err) == (2, True)
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or b"secret-of-the-test" not in path.read_bytes(), path


@pytest.mark.slow
def test_what_s3_refuses_has_its_exit_code(run: Run, bucket: str) -> None:
    run("datastore", "add", "far", bucket)
    run("datastore", "add", "gone", "s3://nowhere")
    for words, more, code, word in (
        (("dataset", "create", "x", "--datastore", "gone"), {}, 1, "there is no “nowhere”"),
        (("dataset", "create", "x", "--datastore", "far"), {"AWS_ALLOW_HTTP": ""}, 1, "AWS_ALLOW_HTTP"),
        (("dataset", "create", "x", "--datastore", "far"), {"AWS_ENDPOINT": "http://127.0.0.1:9"}, 3, "network"),
    ):
        done = run(*words, **more)
        assert done.code == code, done.err
        assert word in done.err
        assert "Traceback" not in done.err


@pytest.fixture(scope="module")
def refusing() -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """A server that answers everything with the status and code that it was told last."""
    said: list[tuple[int, str]] = [(500, "")]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, code = said[0]
            body = (
                f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>m</Message></Error>'.encode() if code else b""
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", said
    server.shutdown()


def _s3(url: str) -> object:
    from obstore.store import S3Store

    return S3Store(
        "cans",
        endpoint=url,
        access_key_id="k",
        secret_access_key="s",
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def _gcs(url: str) -> object:
    from datetime import UTC, datetime, timedelta

    from obstore.store import GCSStore

    return GCSStore(
        "cans",
        base_url=url,
        credential_provider=lambda: {"token": "t", "expires_at": datetime.now(UTC) + timedelta(hours=1)},
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def _azure(url: str) -> object:
    from obstore.store import AzureStore

    return AzureStore(
        "cans",
        account_name="a",
        access_key="a2V5",
        endpoint=url,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


STORES: dict[str, Callable[[str], object]] = {"s3": _s3, "gcs": _gcs, "azure": _azure}
# Service, status, code -> exit code, and a word that the message or the mend holds.
REFUSALS = [
    ("s3", 404, "NoSuchBucket", 1, "there is no “cans”"),
    ("s3", 403, "AccessDenied", 1, "s3:ListBucket"),
    ("s3", 403, "InvalidAccessKeyId", 1, "AWS_ACCESS_KEY_ID"),
    ("s3", 403, "SignatureDoesNotMatch", 1, "secret key"),
    ("s3", 400, "ExpiredToken", 1, "AWS_SESSION_TOKEN"),
    ("s3", 403, "RequestTimeTooSkewed", 1, "clock"),
    ("s3", 301, "PermanentRedirect", 1, "AWS_REGION"),
    ("s3", 400, "AuthorizationHeaderMalformed", 1, "AWS_REGION"),
    ("s3", 503, "SlowDown", 3, "Try again"),
    ("s3", 429, "", 3, "Try again"),
    ("s3", 500, "InternalError", 3, "Try again"),
    ("s3", 407, "", 3, "HTTPS_PROXY"),
    ("gcs", 404, "NoSuchBucket", 1, "there is no “cans”"),
    ("gcs", 403, "AccessDenied", 1, "roles/storage.objectViewer"),
    ("gcs", 401, "", 1, "GOOGLE_SERVICE_ACCOUNT"),
    ("gcs", 429, "", 3, "Try again"),
    ("azure", 404, "ContainerNotFound", 1, "there is no “cans”"),
    ("azure", 403, "AuthorizationFailure", 1, "firewall"),
    ("azure", 403, "AuthenticationFailed", 1, "SAS"),
    ("azure", 403, "AuthorizationPermissionMismatch", 1, "Storage Blob Data Reader"),
    ("azure", 403, "KeyBasedAuthenticationNotPermitted", 1, "identity-based"),
    ("azure", 403, "AccountIsDisabled", 1, "switched off"),
    ("azure", 409, "BlobArchived", 1, "rehydrated"),
    ("azure", 503, "ServerBusy", 3, "Try again"),
]


@pytest.mark.parametrize("step", ["list", "read"])
@pytest.mark.parametrize(("service", "status", "code", "exit_code", "word"), REFUSALS)
def test_a_refusal_in_the_services_own_words(
    refusing: tuple[str, list[tuple[int, str]]],
    record_property: Callable[[str, object], None],
    service: str,
    status: int,
    code: str,
    exit_code: int,
    word: str,
    step: str,
) -> None:
    url, said = refusing
    said[0] = (status, code)
    store = OpenDatastore(Datastore("far", f"{'gs' if service == 'gcs' else service}://cans", service))
    store._objects = STORES[service](url)
    with pytest.raises(LabelerError) as told:
        _ = list(store.list("/")) if step == "list" else store.read("a.jpg")
    title = "table: object stores: each refusal, and what a person sees"
    record_property(title, f"{service:<6}{step:<5} {status} {code:<36} exit {told.value.exit_code}: {told.value}")
    assert told.value.exit_code == exit_code, told.value
    assert word in str(told.value)
    assert "Refresh the project" not in str(told.value)  # no image has gone: none is to be marked missing


def test_no_credentials_at_all() -> None:
    text = "Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token in 7ms - HTTP error"
    for kind, word in (("s3", "AWS_ACCESS_KEY_ID"), ("gcs", "GOOGLE_SERVICE_ACCOUNT")):
        refusal = explain(Datastore("far", "s3://b", kind), "listed", RuntimeError(text))
        assert refusal.exit_code == 1
        assert word in refusal.mend
