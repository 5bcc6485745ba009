"""`./nrm agency restore`: databases from a backup, never over one that is in use, and what was there is kept aside."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, make_url

from deploy.backup import postgres
from deploy.backup.holders import holding
from deploy.backup.manifest import KeptDatabase, Manifest, manifest
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.attempts import poll_until
from shared.config.i18n import N_

STOP = N_("stop the agency's services first")
LEAVING = 3.0
"""Seconds that a server may take to notice that a service which was just stopped has gone."""


def restore(agency: str, urls: dict[str, str], place: Path, *, replace: bool, now: datetime | None = None) -> list[str]:
    """Put every database of a backup in its place; a sentence for each. Looks at all of them before it touches one. Raises Trouble."""
    kept = manifest(place)
    _ours(kept, agency, urls)
    mark = f"before_{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    targets = [(one, make_url(urls[one.instance])) for one in kept.instances]
    for one, url in targets:
        (_sqlite_free if one.kind == "sqlite" else _postgres_free)(one, url, replace)
    return [(_sqlite if one.kind == "sqlite" else _postgres)(one, url, place, mark) for one, url in targets]


def _ours(kept: Manifest, agency: str, urls: dict[str, str]) -> None:
    if kept.agency != agency:
        raise Trouble("This is a backup of %(agency)s, and these settings are %(here)s's.", agency=kept.agency, here=agency)
    if missing := {one.instance for one in kept.instances} - set(urls):
        raise Trouble("The backup has %(missing)s, which these settings do not run.", missing=", ".join(sorted(missing)))
    for one in kept.instances:
        if make_url(urls[one.instance]).get_backend_name() != one.kind:
            raise Trouble(
                "%(instance)s was backed up from %(kind)s, and these settings name another kind of database.",
                instance=one.instance,
                kind=one.kind,
            )


def _sqlite_free(one: KeptDatabase, url: URL, replace: bool) -> None:
    file = Path(url.database or "")
    if not file.exists():
        return
    if not replace:
        raise Trouble("%(file)s is there already. Restore over it with --replace; the old one is kept beside it.", file=file)
    if users := holding(file):
        raise Trouble("%(file)s is in use (%(users)s): %(stop)s.", file=file, users=", ".join(users), stop=translate(STOP))
    _alone(file)


def _alone(file: Path) -> None:
    """Fold the write-ahead log into the file; that succeeds only where nobody else has it open."""
    with closing(sqlite3.connect(file, timeout=0.5)) as db:
        try:
            (mode,) = db.execute("pragma journal_mode=delete").fetchone()
        except sqlite3.OperationalError:
            mode = ""
        except sqlite3.DatabaseError:
            return  # A damaged file is what restoring is for.
    if mode != "delete":
        raise Trouble("%(file)s is in use: %(stop)s.", file=file, stop=translate(STOP))


def _sqlite(one: KeptDatabase, url: URL, place: Path, mark: str) -> str:
    file = Path(url.database or "")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    shutil.copyfile(place / one.file, half)
    old = file.with_name(f"{file.name}.{mark}")
    had = file.exists()
    if had:
        file.rename(old)
        for rest in ("-wal", "-shm"):  # only a damaged file still has them
            with_rest = file.with_name(file.name + rest)
            if with_rest.exists():
                with_rest.rename(old.with_name(old.name + rest))
    half.rename(file)
    return _restored(one, str(old) if had else "")


def _postgres_free(one: KeptDatabase, url: URL, replace: bool) -> None:
    with postgres.connect(url) as connection:

        def in_use() -> Trouble:
            return Trouble(
                "The database of %(instance)s is in use (%(number)s connections): %(stop)s.",
                instance=one.instance,
                number=postgres.users(connection),
                stop=translate(STOP),
            )

        poll_until(lambda: not postgres.users(connection), LEAVING, 0.05, in_use)
        if postgres.tables(connection) and not replace:
            raise Trouble(
                "The database of %(instance)s is not empty. Restore over it with --replace; the old tables are kept in a schema.",
                instance=one.instance,
            )


def _postgres(one: KeptDatabase, url: URL, place: Path, mark: str) -> str:
    with postgres.connect(url) as connection:
        had = bool(postgres.tables(connection))
        if had:
            postgres.aside(connection, mark)
        try:
            postgres.restore(url, place / one.file)
        except Trouble:
            if had:
                postgres.back(connection, mark)
            raise
    return _restored(one, translate("schema %(name)s", name=mark) if had else "")


def _restored(one: KeptDatabase, aside: str) -> str:
    if aside:
        return translate("%(instance)s: restored; what was there is now %(aside)s", instance=one.instance, aside=aside)
    return translate("%(instance)s: restored", instance=one.instance)
