"""Azurite, Microsoft's own emulator of blob storage, as a child process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.azure.standin.state import ACCOUNT, ACCOUNT_KEY

_HERE = Path(__file__).resolve().parents[2]


def program() -> str:
    """The program, or why there is none ("" and the reason are told by `missing`)."""
    chosen = os.environ.get("TUI_LABELER_AZURITE") or str(_HERE / ".venv-azurite/node_modules/.bin/azurite-blob")
    return chosen if shutil.which("node") and os.access(chosen, os.X_OK) else ""


def missing() -> str:
    """Why Azurite cannot be started; empty if it can."""
    if not shutil.which("node"):
        return "Node is not installed, and Azurite needs it"
    return "" if program() else "Azurite is not installed (npm install --prefix .venv-azurite azurite)"


@contextmanager
def running(folder: Path, *more: str) -> Iterator[str]:
    """Its address, without the account. Without --skipApiVersionCheck it refuses Microsoft's current client."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [program(), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent", "--disableTelemetry"]
    words += ["--skipApiVersionCheck", "--inMemoryPersistence", *more]
    with (folder / "azurite.log").open("wb") as log:
        child = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    time.sleep(0.05)
            else:
                raise RuntimeError((folder / "azurite.log").read_text())
            yield f"{'https' if '--cert' in more else 'http'}://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait(10)


def account(url: str) -> dict[str, str]:
    """What azure-storage-blob's BlobServiceClient takes."""
    return {
        "account_url": f"{url}/{ACCOUNT}",
        "credential": {"account_name": ACCOUNT, "account_key": ACCOUNT_KEY},  # type: ignore[dict-item]
    }
