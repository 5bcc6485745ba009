"""`./nrm report`: the rapporteur's figures from a folder's facts, and filling those again from reporting's own journal."""

import sys
from contextlib import closing
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.ledger import ImportLedger
from deploy.trouble import Trouble
from services.reporting.ingest import journal
from services.reporting.queries import cells
from services.reporting.queries import referrals as queries
from services.reporting.rules import figures
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.store.database import engine_for, migrate

FOLDERS = ("", "agencies")
"""Where in a folder the databases may lie."""


def database(keep: Path) -> Path:
    """Reporting's database in this folder. Raises Trouble where there is none, or more than one."""
    found = [file for folder in FOLDERS for file in sorted((keep / folder).glob("reporting.*.db"))]
    if len(found) != 1:
        raise Trouble(f"{keep} has {len(found) or 'no'} database of reporting; name another folder with --keep, or import something first.")
    return found[0]


def referrals(by: str, json: str | None, keep: Path, console: Console) -> None:
    """Print people referred by these dimensions: a table, or JSON to a file or `-`. Raises Trouble."""
    try:
        asked = figures.dimensions(by)
    except figures.UnknownDimension as error:
        raise Trouble(f"{error}.") from None
    found = counted(database(keep), asked)
    rows = [{**row, "simulated": kind} for kind, cells in found.items() for row in figures.rows(asked, cells)]
    suppressed = suppressed_lines(keep)
    if json is None:
        for kind in found or (False,):
            console.print("People referred, at simulated times" if kind else "People referred", style="italic")
            console.print(_table(asked, [row for row in rows if row["simulated"] is kind]))
        if not found:
            console.print("No referral has come yet: nothing is known, which is not the same as none.")
        if suppressed:
            console.print(f"The people of {suppressed} imported lines are suppressed at source: they are in no figure.", style="yellow")
        return
    text = orjson.dumps({"rows": rows, "suppressed_lines": suppressed}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if json == "-":
        sys.stdout.buffer.write(text)
    else:
        Path(json).write_bytes(text)


def counted(file: Path, by: tuple[str, ...]) -> dict[bool, list[figures.Cell]]:
    """People by these dimensions, from the facts in this database, real ones (False) and simulated ones (True) apart; no line of a kind of
    which nothing is known. Raises Trouble where it is no database of reporting."""
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            known = sorted(cells.kinds(session))
            return {kind: queries.referrals(session, by, simulated=kind) for kind in known}
    except DatabaseError:
        raise Trouble(f"{file} is not a database of reporting, or of another version.") from None
    finally:
        engine.dispose()


def suppressed_lines(keep: Path) -> int:
    """Of how many imported lines the source does not show the number of people."""
    file = keep / "import.db"
    if not file.exists():
        return 0
    with closing(ImportLedger(file)) as ledger:
        return ledger.suppressed()


def _table(by: tuple[str, ...], rows: list[dict[str, str | int]]) -> Table:
    table = Table(*by)
    table.add_column("people", justify="right")
    for row in rows:
        table.add_row(*(str(row[name]) for name in (*by, "people")))
    return table


def rebuild(keep: Path, console: Console) -> None:
    """Empty reporting's facts and figures and fill them again from its own journal, in one transaction. Raises Trouble."""
    from deploy.folder_lock import locked

    file = database(keep)
    with locked(keep):
        records = _refill(file)
    console.print(f"Reporting is filled again from {records} statistical records.")


def _refill(file: Path) -> int:
    from services.reporting.service import SERVICE

    engine, me = engine_for(f"sqlite:///{file}"), file.name.removesuffix(".db")
    try:
        migrate(engine, SERVICE.migrations)
        keystore = file.parent / "keystore"
        keys = Keystore(me, keystore, file.parent / "keys") if (keystore / f"{me}.keystore").exists() else None
        with Session(engine) as session, session.begin():
            records = journal.rebuild(session, keys)
            if not records:
                raise Trouble(f"{file} has a journal of no statistical record; nothing was emptied. Leads can send theirs again.")
        return records
    except Unusable as error:
        raise Trouble(str(error)) from None
    finally:
        engine.dispose()
