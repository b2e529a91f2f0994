"""What Azure costs: at the start, in a listing, and for the status of a remote project.

    python tests/bench/bench_azure.py [BLOBS]

Needs Azurite (npm install --prefix .venv-azurite azurite) for the listing; the other two run without.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from azure.core.credentials import AccessToken
from obstore.store import ObjectStore

from tests.azure import azurite
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT, ACCOUNT_KEY, GROUP, SUBSCRIPTION, WORKSPACE
from tests.bench.measure import interleaved, median_seconds, print_table, shown
from tests.terminal import open_app
from tui_labeler.model.azure import AzureOptions
from tui_labeler.workspace import Workspace

ADDRESS = f"{SUBSCRIPTION}/{GROUP}/{WORKSPACE}"
Row = tuple[str, str, str, float, float]


def first_frame(folder: Path) -> Row:
    """From the start of the process to the list of projects on a pty, with and without a workspace in use. Signed in
    nowhere, so that only what stands on the start-up path is measured; the remote projects would come afterwards."""
    Workspace(folder / "workspace.db", folder / "exports").close()

    def start(**environment: str) -> float:
        began = time.perf_counter()
        terminal = open_app(folder, 100, 30, **environment)
        while "No project yet" not in terminal.text:
            terminal.read(0.005, 0.01)
            if time.perf_counter() - began > 20:
                raise RuntimeError(terminal.text)
        seconds = time.perf_counter() - began
        terminal.signal(signal.SIGKILL)
        terminal.end()
        return seconds

    ones, others = [], []
    start()
    for _ in range(9):
        others.append(start())
        ones.append(start(TUI_LABELER_AZURE_WORKSPACE=ADDRESS))
    our_median, their_median = sorted(ones)[4], sorted(others)[4]
    return (
        "first frame with a workspace in use / without",
        shown(our_median),
        shown(their_median),
        our_median / their_median,
        1.05,
    )


def listing(folder: Path, count: int) -> Row:
    """Every blob of a container: path, size and ETag, by us and by Microsoft's client with the same page size."""
    from azure.storage.blob import BlobServiceClient, ContainerClient

    from tui_labeler.azure import blobs
    from tui_labeler.azure.clouds import find_cloud
    from tui_labeler.datastores.store import OpenDatastore
    from tui_labeler.model.azure import RemoteDatastore
    from tui_labeler.model.secret import Secret
    from tui_labeler.model.tasks import Datastore

    with azurite.running(folder) as url:
        service = BlobServiceClient(**azurite.account(url))  # type: ignore[arg-type]
        service.create_container("many")
        cloud = find_cloud(AzureOptions(blob_url=f"{url}/{{account}}"))
        remote = RemoteDatastore("many", "AzureBlob", ACCOUNT, "many", access="AccountKey")

        def connect(_: Datastore) -> ObjectStore:
            return blobs.open_for_reading(remote, cloud, lambda: Secret(ACCOUNT_KEY), no_token, 60)

        fill(connect(Datastore("", "", "")), count)

        def ours() -> None:
            store = OpenDatastore(Datastore("many", "azureml://x", "azureml"), connect)
            assert sum(len(batch) for batch in store.list("/")) == count

        def theirs() -> None:
            with ContainerClient(f"{url}/{ACCOUNT}", "many", service.credential) as client:
                assert sum(1 for blob in client.list_blobs() if (blob.name, blob.size, blob.etag)) == count

        our_seconds, their_seconds = interleaved(ours, theirs, times=3)
        service.close()
    return (
        f"listing {count:,} blobs / azure-storage-blob",
        shown(our_seconds),
        shown(their_seconds),
        our_seconds / their_seconds,
        0.7,
    )


def no_token() -> AccessToken:
    raise AssertionError("an account key needs none")


def fill(store: object, count: int) -> None:
    """Makes `count` small blobs, many at a time."""
    import asyncio

    import obstore

    async def make(numbers: range) -> None:
        for number in numbers:
            await obstore.put_async(store, f"images/{number // 1000:03d}/image_{number:06d}.jpg", b"x")  # type: ignore[arg-type]

    async def all_of_them() -> None:
        began = time.perf_counter()
        for first in range(0, count, 5000):
            last = min(first + 5000, count)
            await asyncio.gather(*(make(range(first + lane, last, 32)) for lane in range(32)))
            print(f"  {last:,} blobs made in {time.perf_counter() - began:.0f} s", file=sys.stderr)

    asyncio.run(all_of_them())


def remote_status(folder: Path) -> Row:
    """A remote project's status, as a command does it (a token in hand, nothing imported, a new connection), against the
    import of azure-ai-ml alone, which could not even ask: its labeling client is gone."""
    with StandIn(folder, None) as standin:
        standin.state.workspaces[0].add_job(
            "soda", {"labelingJobMediaProperties": {"mediaType": "Image", "annotationType": "BoundingBox"}}, 50, 242
        )
        token = standin.login.grant("https://management.azure.com/.default", "bench")["access_token"]
        ask = (
            "import asyncio, sys\n"
            "from tui_labeler.azure.arm import ArmClient\n"
            "from tui_labeler.azure.labelingjobs import LabelingJobs\n"
            "from tui_labeler.azure.log import CallLog\n"
            "from tui_labeler.model.azure import parse_workspace\n"
            "arm = ArmClient(sys.argv[1], lambda refused: sys.argv[2], CallLog(''))\n"
            "found = asyncio.run(LabelingJobs(arm, parse_workspace(sys.argv[3])).get('soda'))\n"
            "assert (found.completed, found.total) == (50, 242), found\n"
        )
        trusted = os.environ | {"SSL_CERT_FILE": str(standin.certificate)}

        def ours() -> None:
            subprocess.run([sys.executable, "-c", ask, standin.url, token, ADDRESS], check=True, env=trusted)

        def theirs() -> None:
            subprocess.run([sys.executable, "-c", "import azure.ai.ml"], check=True)

        bare = median_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
        our_seconds, their_seconds = interleaved(ours, theirs, times=5)
    print(f"(an empty Python process: {shown(bare)}, in both figures of the last row)")
    return (
        "status of a remote project / import azure.ai.ml",
        shown(our_seconds),
        shown(their_seconds),
        our_seconds / their_seconds,
        1.0,
    )


def main(count: int) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rows.append(first_frame(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        if reason := azurite.missing():
            print(f"no listing: {reason}")
        else:
            rows.append(listing(Path(folder), count))
    with tempfile.TemporaryDirectory() as folder:
        rows.append(remote_status(Path(folder)))
    print_table("Azure (medians)", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
