"""What a PostgreSQL's errors mean, in a person's words, with the mend. Nothing of a statement's values is repeated.

While one connects there are words alone and no code: those of the server, of pgbouncer, or of libpq, in English.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tui_labeler.model.errors import BadInput, LabelerError, NotAllowed, ServerFull, Unreachable, WorkspaceError
from tui_labeler.model.reasons import in_words

_Explained = Callable[[str, str], LabelerError]
"""From what the workspace is called and what was said."""
_TOO_FULL = "Try again; raise max_connections or the limit of the role, or put pgbouncer before it."
_SERVICES = "Services stand in ~/.pg_service.conf, or in the file that PGSERVICEFILE names."
_SETTING = "Take it out of PGOPTIONS, the URL or the service file; pgbouncer takes it with ignore_startup_parameters."


def _sign_in(name: str, words: str) -> LabelerError:
    mend = (
        "Check the user in the URL; the password comes from ~/.pgpass, PGPASSWORD or a service file; it may be expired."
    )
    return WorkspaceError(f"{name} refuses the sign-in: {words}.", mend)


def _no_database(name: str, words: str) -> LabelerError:
    return WorkspaceError(f"{name} does not exist: {words}.", "Make it: createdb NAME.")


def _full(name: str, words: str) -> LabelerError:
    return ServerFull(f"{name} takes no more connections: {words}.", _TOO_FULL)


# What is said while one connects, or by a pooler: trouble of the line. What is sent over it is kept, and sent again.
_WORDS: tuple[tuple[str, _Explained], ...] = (
    (r"authentication failed|no password supplied", _sign_in),
    (
        r"role .* does not exist|no such user",
        lambda name, words: WorkspaceError(
            f"{name} does not know you: {words}.",
            "Name your login in the URL (postgresql://ann@HOST/DATABASE); an owner makes it: tui-labeler team add NAME.",
        ),
    ),
    (
        r"not permitted to log in",
        lambda name, words: WorkspaceError(
            f"{name} refuses the sign-in: {words}.", "The server's administrator: ALTER ROLE NAME LOGIN."
        ),
    ),
    (
        r"pg_hba\.conf",
        lambda name, words: WorkspaceError(
            f"{name} refuses the sign-in: {words}.",
            "The server's administrator adds you there; after “no encryption”, try ?sslmode=require in the URL.",
        ),
    ),
    (
        r"permission denied for database",
        lambda name, words: WorkspaceError(
            f"{name} does not let you in: {words}.", "Ask an owner: tui-labeler team add NAME --role labeler."
        ),
    ),
    (r"database .* does not exist|no such database", _no_database),
    (
        r"not currently accepting connections",
        lambda name, words: Unreachable(
            f"{name} is closed: {words}.", "The server's administrator: ALTER DATABASE NAME ALLOW_CONNECTIONS true."
        ),
    ),
    (
        r"service file|definition of service",
        lambda name, words: WorkspaceError(f"{name} cannot be found: {words}.", _SERVICES),
    ),
    (
        r"configuration parameter|permission denied to set|value for parameter|unsupported startup parameter",
        lambda name, words: WorkspaceError(f"{name} refuses a setting: {words}.", _SETTING),
    ),
    (
        r"^invalid ",
        lambda name, words: WorkspaceError(
            f"{name} cannot be reached so: {words}.", "Correct the URL, or the service file."
        ),
    ),
    (
        # Not “SSL error: unexpected eof”, which is a line that was cut.
        r"does not support SSL|certificate|SSL error: (?:tls|sslv3|wrong|unsupported|no )|channel binding|"
        r"GSSAPI encryption required|authentication method requirement",
        lambda name, words: WorkspaceError(
            f"{name} cannot be reached as safely as is asked for: {words}.",
            "Check sslmode and sslrootcert in the URL or the service file, and ssl on the server.",
        ),
    ),
    (
        r"session is (?:not )?read-only|hot standby",
        lambda name, words: Unreachable(
            f"{name} has no server of the kind that target_session_attrs asks for: {words}.",
            "Try again when a standby is promoted; name every server in the URL, with target_session_attrs=read-write.",
        ),
    ),
    (r"too many (?:clients|connections)|connection slots|max_client_conn|no more connections", _full),
    (
        r"query_wait_timeout|no answer for",
        lambda name, words: ServerFull(
            f"{name} has a pooler before it that has no connection free: {words}.",
            "Its settings need a larger default_pool_size, and pool_mode = transaction.",
        ),
    ),
    (
        r"statement pooling mode",
        lambda name, words: WorkspaceError(
            f"{name} is behind a pooler in statement mode, which takes no transactions.",
            "In pgbouncer's settings: pool_mode = transaction.",
        ),
    ),
)


_OF_TABLES = re.compile(r"permission denied for|row-level security|must be owner of")


def _busy(name: str, words: str) -> LabelerError:
    return Unreachable(f"{name} is busy with other writers.", "Try again; nothing was changed.")


_CODES: dict[str, _Explained] = {
    "3D000": _no_database,
    "3F000": lambda name, words: WorkspaceError(
        f"{name} has no place for tables: its search_path names no schema that is there.",
        "Its owner: ALTER DATABASE NAME SET search_path = public; or of one login: ALTER ROLE NAME RESET search_path.",
    ),
    "25006": lambda name, words: WorkspaceError(
        f"{name} is read-only.",
        "Name the primary server, not a standby; on the primary, set default_transaction_read_only = off.",
    ),
    "53100": lambda name, words: WorkspaceError(
        f"{name} cannot grow: the server's disk is full.", "Free some space there."
    ),
    "53300": _full,
    "57P05": lambda name, words: Unreachable(
        f"{name} ends connections that rest: {words}.",
        "Raise it for the roles that label: ALTER ROLE NAME SET idle_session_timeout = '10min'.",
    ),
    "40001": _busy,
    "40P01": _busy,
    "55P03": _busy,
}


def explain(error: Exception, address: str, passfile: str | None = None, person: str = "") -> LabelerError:
    """The error in a person's words. `passfile` is the file of passwords that the URL names, `person` who is signed in."""
    state, name, words = getattr(error, "sqlstate", None) or "", f"The workspace {address}", reason(error)
    if state in _CODES:
        return _CODES[state](name, words)
    if state == "42501":
        # The server's own words are of tables and policies; the rules of this program say what is meant.
        why = "your role does not include it" if _OF_TABLES.search(words) else words
        who = shlex.quote(person) if person else "NAME"
        return NotAllowed(
            f"{name} does not let you do this: {why}.", f"Ask an owner: tui-labeler team role {who} ROLE."
        )
    if state == "57014" and "timeout" in words:
        mend = "Raise it for the roles that label: ALTER ROLE NAME SET statement_timeout = '1min'."
        return Unreachable(f"{name} ends statements that take longer than its statement_timeout.", mend)
    if state in ("22021", "22P05"):
        return BadInput("A name holds a character that PostgreSQL keeps nowhere (NUL).", "Rename it.")
    if not state or state[:2] in ("08", "28", "57", "53") or state in ("25P03", "25P04"):
        return _of_the_line(state, name, words, passfile)
    return WorkspaceError(f"{name}: {words} ({state}).")


def _of_the_line(state: str, name: str, words: str, passfile: str | None) -> LabelerError:
    explained = next((explained for looks, explained in _WORDS if re.search(looks, words)), None)
    if explained is None and state.startswith("28"):
        explained = _sign_in
    if explained is _sign_in and (passed := unusable_passfile(passfile)):
        mend = f"The file {passed} is passed over, since others can read it: chmod 600 {passed}"
        return WorkspaceError(f"{name} refuses the sign-in: {words}.", mend)
    if explained is not None:
        return explained(name, words)
    mend = "Check the network and the server, then try again; what was not confirmed was not changed."
    return Unreachable(f"{name} cannot be reached: {words}.", mend)


_SOCKET = re.compile(r'on socket "([^"]*)"')
_HINT = re.compile(
    r"\s*(?:Is the server running|Either provide the file|DETAIL:|HINT:|Multiple connection attempts|Are you|\s*$)|\t"
)
_WHERE = re.compile(
    r"^(?:- host: .*?, port: .*?, hostaddr: [^:]*(?::[0-9a-f:]*)?: )?(?:connection (?:failed|is bad): )?"
    r'(?:connection to server (?:on socket "[^"]*"|at "[^"]*"(?: \([^)]*\))?, port \S+) failed: )?(?:(?:FATAL|ERROR): +)?'
)


def reason(error: Exception) -> str:
    """What was said, without where, which stands in the address. Of several addresses that were tried, each reason once."""
    diagnosis = getattr(getattr(error, "diag", None), "message_primary", None)
    if diagnosis is not None:
        return str(diagnosis).strip().rstrip(".")[:300]
    said = list(dict.fromkeys(_said(str(error))))
    # Where the password was wrong libpq tries again without encryption, and is refused for that.
    said = [words for words in said if "authentication failed" in words] or said
    return ("; ".join(said) or in_words(error))[:300]


def _said(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _HINT.match(line) or not (words := _WHERE.sub("", line.strip()).strip().rstrip(".")):
            continue
        socket = _SOCKET.search(line) if words == "No such file or directory" else None
        yield f"nothing listens at {socket[1]}" if socket else words


def unusable_passfile(named: str | None) -> str:
    """The file of passwords, where libpq passes it over because others can read it; else nothing."""
    file = named or os.environ.get("PGPASSFILE") or str(Path.home() / ".pgpass")
    with suppress(OSError):
        mode = Path(file).stat().st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
            return file
    return ""
