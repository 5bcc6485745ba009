"""`./nrm report`: the rapporteur's figures from a folder's facts, and filling those again from reporting's own journal."""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.importers.ledger import ImportLedger
from deploy.importers.released_tables import write_json
from deploy.importers.releases import LEGEND, public_rows
from deploy.importers.tables import RESTRICTED
from deploy.terminal_language import translate
from deploy.trouble import Trouble
from services.reporting.ingest import journal
from services.reporting.queries import restricted as figures_of
from services.reporting.queries.restricted import on_this_machine
from services.reporting.rules.gate.protected import ALL, OTHERS, SUPPRESSED
from services.reporting.rules.gate.releases import PERIOD
from services.reporting.rules.tables import figures
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.store.database import engine_for, migrate

Row = dict[str, str | int]
"""A row of figures: values, people, and whether they are simulated."""


def referrals(by: str, json: str | None, keep: Path, console: Console, *, restricted: bool = False, number: int = 0) -> None:
    """Print people referred by these dimensions, as released or, for cleared staff, as counted: a table, or JSON to a file or `-`.
    Raises Trouble."""
    try:
        asked = figures.dimensions(by) if restricted else figures.listed(by) or (PERIOD,)
    except figures.UnknownDimension as error:
        raise Trouble.of(error) from None
    rows = counted(database(keep), asked) if restricted else public_rows(keep, asked, number)
    suppressed = suppressed_lines(keep)
    if json is not None:
        write_json(json, {"view": "restricted" if restricted else "public", "rows": rows, "suppressed_lines": suppressed})
        return
    for kind in sorted({bool(row["simulated"]) for row in rows}):
        console.print(translate("People referred, at simulated times") if kind else translate("People referred"), style="italic")
        console.print(_table(asked, [row for row in rows if row["simulated"] is kind]))
    _explain(console, restricted, bool(rows))
    if suppressed:
        console.print(
            translate("The people of %(number)s imported lines are suppressed at source: they are in no figure.") % {"number": suppressed},
            style="yellow",
        )


def _explain(console: Console, restricted: bool, found: bool) -> None:
    """Which view it is, and what its marks mean."""
    if restricted and found:
        console.print(translate(RESTRICTED), style="yellow")
    elif restricted:
        console.print(translate("No referral has come yet: nothing is known, which is not the same as none."))
    elif found:
        console.print(escape(translate(LEGEND) % {"suppressed": SUPPRESSED, "others": OTHERS, "all": ALL}))
    else:
        console.print(translate("Nothing has been released yet; ./nrm report release does that. Cleared staff see all with --restricted."))


def counted(file: Path, by: tuple[str, ...]) -> list[Row]:
    """People by these dimensions, from the facts in this database, real ones and simulated ones apart; no row of a kind of which nothing is
    known. Raises Trouble where it is no database of reporting."""
    with asking(file) as ask:
        return ask(by)


@contextmanager
def asking(file: Path) -> Generator[Callable[[tuple[str, ...]], list[Row]]]:
    """The same for whoever asks more than once: by which dimensions → people."""
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    clearance = on_this_machine()
    try:
        with Session(engine) as session:
            kinds = sorted(figures_of.kinds_of_data(clearance, session))
            yield lambda by: [
                {**row, "simulated": kind} for kind in kinds for row in figures.rows(by, figures_of.people(clearance, session, by, kind))
            ]
    except DatabaseError:
        raise Trouble("%(file)s is not a database of reporting, or of another version.", file=file) from None
    finally:
        engine.dispose()


def suppressed_lines(keep: Path) -> int:
    """Of how many imported lines the source does not show the number of people."""
    file = keep / "import.db"
    if not file.exists():
        return 0
    with closing(ImportLedger(file)) as ledger:
        return ledger.suppressed()


def _table(by: tuple[str, ...], rows: list[Row]) -> Table:
    table = Table(*(translate(name) for name in by))
    table.add_column(translate("people"), justify="right")
    for row in rows:
        table.add_row(*(escape(str(row[name])) for name in (*by, "people")))
    return table


def rebuild(keep: Path, console: Console) -> None:
    """Empty reporting's facts and figures and fill them again from its own journal, in one transaction. Raises Trouble."""
    from deploy.folder_lock import locked

    file = database(keep)
    with locked(keep):
        records = _refill(file)
    console.print(translate("Reporting is filled again from %(records)s statistical records.", records=records))


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
                raise Trouble(
                    "%(file)s has a journal of no statistical record; nothing was emptied. Leads can send theirs again.", file=file
                )
        return records
    except Unusable as error:
        raise Trouble.of(error) from None
    finally:
        engine.dispose()
