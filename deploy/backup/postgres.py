"""PostgreSQL's own programs, pg_dump and pg_restore, for one instance's database; found on PATH, of the server's release or newer."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from deploy.trouble import Trouble, in_one_line


def connect(url: URL) -> psycopg.Connection[Any]:
    """A connection by hand, each statement for itself. Raises Trouble."""
    try:
        return psycopg.connect(_plain(url), autocommit=True, application_name="nrm backup")
    except psycopg.OperationalError as error:
        raise Trouble(
            "%(place)s does not answer: %(why)s. Is the server running, and NRM_DATABASES right?",
            place=url.render_as_string(hide_password=True),
            why=in_one_line(error),
        ) from None


def _plain(url: URL, *, password: bool = True) -> str:
    """The same address in libpq's words, which every name and path fits into."""
    told: dict[str, Any] = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    return make_conninfo("", **{name: value for name, value in told.items() if password or name != "password"})


def dump(url: URL, file: Path) -> dict[str, Any]:
    """Write a dump; what the manifest says of it, seen at the very same moment. Raises Trouble."""
    from deploy.backup.manifest import summary

    with connect(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        told = summary(lambda query: connection.execute(query).fetchall())
        _run(connection, "pg_dump", url, "--format=custom", "--schema=public", f"--snapshot={snapshot}", f"--file={file}")
        connection.execute("ROLLBACK")
    return told


def restore(url: URL, file: Path) -> None:
    """Fill an empty database from a dump, wholly or not at all. Raises Trouble."""
    with connect(url) as connection:
        _run(
            connection, "pg_restore", url, "--schema=public", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
            str(file),
        )  # fmt: skip


def _run(connection: psycopg.Connection[Any], program: str, url: URL, *arguments: str) -> None:
    path = found(program, connection.info.server_version // 10000)
    # The password goes by the environment: arguments are everybody's to read.
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run([path, f"--dbname={_plain(url, password=False)}", *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Trouble("%(program)s failed (%(code)s): %(why)s", program=program, code=done.returncode, why=lines[0] if lines else "–")


def found(program: str, major: int) -> str:
    """Where one of PostgreSQL's programs is, fit for a server of this release. Raises Trouble."""
    path = shutil.which(program)
    if path is None:
        raise Trouble(
            "%(program)s is not on PATH; install PostgreSQL's client programs (Debian: apt install postgresql-client).", program=program
        )
    if (have := _release(path)) < major:
        raise Trouble(
            "%(file)s is release %(have)s and the server %(major)s; put %(program)s of release %(major)s or newer first on PATH.",
            file=path,
            have=have,
            major=major,
            program=program,
        )
    return path


def _release(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def tables(connection: psycopg.Connection[Any]) -> int:
    """How many tables the database has."""
    (number,) = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() or (0,)
    return number


def users(connection: psycopg.Connection[Any]) -> int:
    """How many others are connected to it."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    query += " AND backend_type = 'client backend'"  # the server's own workers come and go
    (number,) = connection.execute(query).fetchone() or (0,)
    return number


def aside(connection: psycopg.Connection[Any], name: str) -> None:
    """Keep what is there under another schema's name, and begin with nothing."""
    with connection.transaction():
        connection.execute(sql.SQL("ALTER SCHEMA public RENAME TO {}").format(sql.Identifier(name)))
        connection.execute("CREATE SCHEMA public")


def back(connection: psycopg.Connection[Any], name: str) -> None:
    """Put back the tables that `aside` moved, in place of those that are there."""
    with connection.transaction():
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO public").format(sql.Identifier(name)))
