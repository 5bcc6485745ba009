"""`./nrm agency rehearse`: a backup is only one once it has been restored somewhere. Nothing that runs is touched."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from psycopg import sql
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import make_url

from deploy.backup import postgres
from deploy.backup.keystores import Keystores, restored
from deploy.backup.manifest import KeptDatabase, manifest
from deploy.backup.sections import look
from deploy.backup.soundness import Sound, examine
from deploy.language_choice import translate
from deploy.process.composition import service
from deploy.trouble import Trouble
from shared.config.i18n import N_
from shared.protocol.case import service_of
from shared.store.database import Newer, engine_for, migrate


def rehearse(place: Path, server: str = "", keystore: Path | None = None) -> list[Sound]:
    """Restore every database into a place of its own, bring it up to date, and look whether it holds together. Raises Trouble.

    `server` is the URL of a PostgreSQL database whose server may be used for the scratch ones; SQLite needs none.
    With a copy of the `keystore` it is restored too, beside them, and every section must open.
    """
    kept = manifest(place)
    with tempfile.TemporaryDirectory(prefix="nrm-rehearsal-") as scratch:
        keys = restored(keystore, Path(scratch)) if keystore else None
        return [_one(one, place, Path(scratch), server, keys) for one in kept.instances]


def _one(one: KeptDatabase, place: Path, scratch: Path, server: str, keys: Keystores | None) -> Sound:
    with _restored(one, place, scratch, server) as url:
        engine = engine_for(url)
        try:
            migrate(engine, service(service_of(one.instance)).migrations)
            found = examine(one.instance, engine)
            if keys is not None:
                look(found, engine, keys.get(one.instance))
        except Newer as error:
            found = Sound(one.instance, wrong=[str(Trouble.of(error))])
        finally:
            engine.dispose()
    return found


@contextmanager
def _restored(one: KeptDatabase, place: Path, scratch: Path, server: str) -> Generator[str]:
    if one.kind == "sqlite":
        yield f"sqlite:///{shutil.copy(place / one.file, scratch)}"
        return
    if not server:
        raise Trouble(
            "%(instance)s is a dump of PostgreSQL: the rehearsal needs NRM_DATABASES, for a scratch database on that server.",
            instance=one.instance,
        )
    name, base = f"rehearsal_{uuid4().hex[:12]}", make_url(server)
    with postgres.connect(base) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except postgres.psycopg.errors.InsufficientPrivilege:
            raise Trouble("This user may not make a scratch database (ALTER ROLE … CREATEDB), so the rehearsal cannot run here.") from None
        try:
            url = base.set(database=name)
            postgres.restore(url, place / one.file)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


HEAD = (
    N_("instance"), N_("cases"), N_("folded anew"), N_("records"), N_("decisions"), N_("waiting"), N_("audit"), N_("parked"), N_("wrong"),
)  # fmt: skip


def report(place: Path, found: list[Sound], console: Console, keystore: Path | None = None) -> int:
    """Print what was looked at; 1 where anything is wrong."""
    kept = {one.instance: one for one in manifest(place).instances}
    table = Table(*(translate(one) for one in HEAD), title=str(place))
    for one in found:
        numbers = (one.cases, one.folded, one.records, one.decisions, kept[one.instance].waiting, one.audit, one.parked)
        table.add_row(one.instance, *map(str, numbers), Text(str(len(one.wrong)), "red" if one.wrong else "green"))
    console.print(table)
    for one in found:
        for sentence in one.wrong:
            console.print(f"{one.instance}: {sentence}", markup=False, soft_wrap=True)
    bad = any(one.wrong for one in found)
    if keystore is None:
        console.print(translate("Whether the keystore opens what it holds of people was not looked at: give its copy with --keystore."))
    elif not bad:
        console.print(
            translate(
                "%(opened)s sections opened with the keystore of %(keystore)s.", opened=sum(one.opened for one in found), keystore=keystore
            ),
            soft_wrap=True,
        )
    console.print(
        translate("Something is wrong with this backup.")
        if bad
        else translate("The backup was restored into a scratch place, and holds together.")
    )
    return int(bad)
