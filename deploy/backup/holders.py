"""Who uses a database at this moment, we ourselves left out."""

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text

PROC = Path("/proc")
OTHERS = text(
    "select distinct application_name from pg_stat_activity"
    " where datname = current_database() and application_name like 'nrm %' and application_name <> current_setting('application_name')"
)


def holders(connection: Connection) -> list[str] | None:
    """The processes of this project that have the database open; None where the system does not show it."""
    if connection.dialect.name == "postgresql":
        return sorted(str(name).removeprefix("nrm ") for name in connection.execute(OTHERS).scalars())
    database = connection.engine.url.database
    return holding(Path(database)) if database else []


def holding(file: Path) -> list[str] | None:
    """The processes that have a file open, as far as this user may see them; None where the system does not show it."""
    if not PROC.joinpath("self", "fd").exists():
        return None
    wanted = file.resolve()
    return [f"process {pid}" for pid in sorted(_processes()) if pid != os.getpid() and _has(pid, wanted)]


def _processes() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def _has(pid: int, wanted: Path) -> bool:
    with suppress(OSError):
        for descriptor in PROC.joinpath(str(pid), "fd").iterdir():
            with suppress(OSError):
                if os.readlink(descriptor) == str(wanted):
                    return True
    return False
