"""`./nrm agency backup`: each instance's database as it is at one moment, while the services run, with a manifest that proves it whole."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

from deploy.backup import postgres
from deploy.backup.manifest import MANIFEST, KeptDatabase, Manifest, sha256, summary
from deploy.trouble import Trouble
from shared.config.release import VERSION


def backup(agency: str, urls: dict[str, str], to: Path, now: datetime | None = None) -> Path:
    """Write a folder below `to`, readable by its owner alone; the folder. `urls` has the instances' databases. Raises Trouble."""
    at = now or datetime.now(UTC)
    place = to / f"{agency}-{at:%Y%m%dT%H%M%SZ}"
    half = place.with_name(f".{place.name}.half")
    if place.exists() or half.exists():
        raise Trouble("%(place)s is there already.", place=place)
    half.mkdir(parents=True, mode=0o700)
    kept = [_one(instance, make_url(url), half) for instance, url in urls.items()]
    manifest = Manifest(agency, at.isoformat(timespec="seconds"), VERSION, kept)
    _private(half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    half.rename(place)  # A backup that was interrupted keeps the name that says so.
    return place


def _one(instance: str, url: URL, folder: Path) -> KeptDatabase:
    kind = url.get_backend_name()
    file = _private(folder / f"{instance}.{'db' if kind == 'sqlite' else 'dump'}")
    told = _sqlite(url, file) if kind == "sqlite" else postgres.dump(url, file)
    return KeptDatabase(instance, file.name, kind, file.stat().st_size, sha256(file), **told)


def _private(file: Path) -> Path:
    file.touch(mode=0o600)
    return file


def _sqlite(url: URL, file: Path) -> dict[str, Any]:
    source = Path(url.database or "")
    if not source.is_file():
        raise Trouble("There is no database %(source)s; is NRM_DATA right?", source=source)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(file)) as copy,
    ):
        live.backup(copy)
        copy.execute("pragma journal_mode=delete")  # one file, whole in itself
        (word,) = copy.execute("pragma integrity_check").fetchone()
        if word != "ok":
            raise Trouble(
                "%(source)s is damaged (%(word)s): keep it, restore an older backup, and look at the disk.", source=source, word=word
            )
        return summary(lambda query: copy.execute(query).fetchall())
