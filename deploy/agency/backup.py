"""`./nrm agency backup`: each instance's database as it is at one moment, while the services run, with a manifest that proves it whole."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

from sqlalchemy import URL, make_url

from deploy.agency import postgres
from deploy.agency.version import VERSION
from deploy.trouble import Trouble

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Kept:
    """One instance's database in a backup."""

    instance: str
    file: str
    kind: str
    """sqlite or postgresql."""
    bytes: int
    sha256: str
    schema: list[str]
    """The migrations it had seen."""
    positions: dict[str, int]
    """`topic/partition` → the next offset to read: what came after that, it learns from the log."""
    waiting: int
    """Decisions that were not on the log yet: they live nowhere else."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is."""

    agency: str
    made_at: str
    release: str
    instances: list[Kept] = field(default_factory=list[Kept])
    format: int = FORMAT


def backup(agency: str, urls: dict[str, str], to: Path, now: datetime | None = None) -> Path:
    """Write a folder below `to`, readable by its owner alone; the folder. `urls` has the instances' databases. Raises Trouble."""
    at = now or datetime.now(UTC)
    place = to / f"{agency}-{at:%Y%m%dT%H%M%SZ}"
    half = place.with_name(f".{place.name}.half")
    if place.exists() or half.exists():
        raise Trouble(f"{place} is there already.")
    half.mkdir(parents=True, mode=0o700)
    kept = [_one(instance, make_url(url), half) for instance, url in urls.items()]
    manifest = Manifest(agency, at.isoformat(timespec="seconds"), VERSION, kept)
    _private(half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    half.rename(place)  # A backup that was interrupted keeps the name that says so.
    return place


def _one(instance: str, url: URL, folder: Path) -> Kept:
    kind = url.get_backend_name()
    file = _private(folder / f"{instance}.{'db' if kind == 'sqlite' else 'dump'}")
    told = _sqlite(url, file) if kind == "sqlite" else postgres.dump(url, file)
    return Kept(instance, file.name, kind, file.stat().st_size, sha256(file), **told)


def _private(file: Path) -> Path:
    file.touch(mode=0o600)
    return file


def _sqlite(url: URL, file: Path) -> dict[str, Any]:
    source = Path(url.database or "")
    if not source.is_file():
        raise Trouble(f"There is no database {source}; is NRM_DATA right?")
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(file)) as copy,
    ):
        live.backup(copy)
        copy.execute("pragma journal_mode=delete")  # one file, whole in itself
        (word,) = copy.execute("pragma integrity_check").fetchone()
        if word != "ok":
            raise Trouble(f"{source} is damaged ({word}): keep it, restore an older backup, and look at the disk.")
        return summary(lambda query: copy.execute(query).fetchall())


def summary(ask: Callable[[LiteralString], list[Any]]) -> dict[str, Any]:
    """What the manifest says of a database that answers `ask(query) -> rows`. An empty one has nothing to tell."""
    schema = ask("SELECT version_num FROM alembic_version ORDER BY 1")
    positions = ask("SELECT topic, partition, next FROM position")
    (waiting,) = ask("SELECT count(*) FROM outbox WHERE state = 'waiting'")[0]
    return {
        "schema": [version for (version,) in schema], "waiting": waiting,
        "positions": {f"{topic}/{partition}": following for topic, partition, following in sorted(positions)},
    }  # fmt: skip


def sha256(file: Path) -> str:
    """The digest of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest(place: Path) -> Manifest:
    """What a backup says of itself, once every file is proven whole. Raises Trouble."""
    try:
        said = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise Trouble(f"{place} was made by another release ({said['release']}), in a form that this one does not know.")
        read = Manifest(said["agency"], said["made_at"], said["release"], [Kept(**one) for one in said["instances"]])
    except FileNotFoundError:
        raise Trouble(f"{place} is no backup: it has no {MANIFEST}.") from None
    except (ValueError, TypeError, KeyError):
        raise Trouble(f"The {MANIFEST} of {place} cannot be read; take another backup.") from None
    for one in read.instances:
        file = place / one.file
        if file.parent != place or not file.is_file() or sha256(file) != one.sha256:
            raise Trouble(f"{file} is not the file that was backed up: it is missing or was changed. Take another backup.")
    return read
