"""A PostgreSQL of the tests' own, from Debian's packages: on a socket in a temporary folder, ended with the run.

PostgreSQL refuses to run as root: then it runs as the user nobody. Nothing of it has to last, so it does not wait for the
disk; what tests of crashes need is `durable`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

_PORT = 5432


def find_programs() -> Path:
    """The folder of initdb and pg_ctl, or the one that TUI_LABELER_TEST_POSTGRES names; skips where there is none."""
    if named := os.environ.get("TUI_LABELER_TEST_POSTGRES"):
        return Path(named)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)):
        if (folder / "initdb").exists():
            return folder
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    return Path(on_path).resolve().parent


class Bouncer:
    """pgbouncer before a server, in transaction mode if nothing else is said; `url(database)` goes through it."""

    def __init__(self, server: Server, connections: int = 16, mode: str = "transaction") -> None:
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        if not Path(program).exists():
            pytest.skip("needs pgbouncer: apt-get install pgbouncer")
        self._server, folder = server, Path(tempfile.mkdtemp(prefix="bouncer-", dir=server.folder))
        folder.chmod(0o755)
        (folder / "users").write_text(f'"{server.user}" ""\n')
        settings = [
            "[databases]",
            f"* = host={server.folder}",
            "[pgbouncer]",
            "listen_addr =",
            f"unix_socket_dir = {folder}",
            f"listen_port = {_PORT}",
            "auth_type = trust",
            f"auth_file = {folder}/users",
            f"pool_mode = {mode}",
            f"default_pool_size = {connections}",
            "max_client_conn = 2000",
            "server_login_retry = 1",
            f"logfile = {folder}/log",
            f"pidfile = {folder}/pid",
        ]
        (folder / "settings.ini").write_text("\n".join(settings) + "\n")
        if server.as_nobody:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "nobody")
        self._folder = folder
        line = ["runuser", "-u", "nobody", "--"] if server.as_nobody else []
        subprocess.run(
            [*line, program, "-d", str(folder / "settings.ini")], check=True, capture_output=True, cwd="/tmp"
        )
        for _ in range(1_000):  # it answers only a little later
            with socket.socket(socket.AF_UNIX) as near, suppress(OSError):
                near.connect(str(folder / f".s.PGSQL.{_PORT}"))
                break
            time.sleep(0.01)

    def url(self, database: str) -> str:
        return f"postgresql://{self._server.user}@/{database}?host={self._folder}"

    def close(self) -> None:
        os.kill(int((self._folder / "pid").read_text()), signal.SIGINT)


def require_psycopg() -> None:
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'tui-labeler[team]'")


class Server:
    """One server. `url(database)` is where it is reached, over its socket."""

    def __init__(self, durable: bool = False) -> None:
        require_psycopg()
        self.programs = find_programs()
        self.as_nobody = os.getuid() == 0
        if self.as_nobody and shutil.which("runuser") is None:
            pytest.skip("needs runuser: PostgreSQL does not run as root")
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        if self.as_nobody:
            shutil.chown(self.folder, "nobody")
        self.folder.chmod(0o755)
        self.user = "nobody" if self.as_nobody else os.environ.get("USER", "") or subprocess.getoutput("id -un")
        self._template = ""
        self._count = 0
        self.run("initdb", "-D", str(self.data), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = [
            f"unix_socket_directories = '{self.folder}'",
            "listen_addresses = ''",
            "max_connections = 200",
            "shared_buffers = 128MB",
            "log_min_messages = fatal",
        ]
        if not durable:
            settings += ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str) -> None:
        """As whoever the server runs as. Raises with what the program said."""
        line = [str(self.programs / program), *arguments]
        if self.as_nobody:
            line = ["runuser", "-u", "nobody", "--", *line]
        done = subprocess.run(line, capture_output=True, text=True, cwd="/tmp")
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def close(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "") -> str:
        return f"postgresql://{user or self.user}@/{database}?host={self.folder}"

    def sql(self, database: str, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def fresh(self) -> str:
        """The URL of a new workspace without projects: a copy of one that was made once."""
        if not self._template:
            from tui_labeler.store.postgres_database import PostgresDatabase

            self.sql("postgres", "CREATE DATABASE blank")
            PostgresDatabase(self.url("blank"), self.folder).close()
            self._template = "blank"
        self._count += 1
        name = f"test_{self._count}"
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        return self.url(name)
