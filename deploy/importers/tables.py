"""`./nrm report table`: one of the rapporteur's tables from a folder's facts, and what all of them count."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.importers.released_tables import released_table, write_json
from deploy.process.country_file import country_of
from deploy.terminal_language import translate
from deploy.trouble import Trouble
from services.reporting.pages.table_words import DIMENSIONS
from services.reporting.queries import tables
from services.reporting.queries.restricted import on_this_machine
from services.reporting.rules.tables.catalogue import ALL_TABLES, UnknownTable, definition
from services.reporting.rules.tables.definitions import COLUMNS, Definition
from services.reporting.rules.tables.table_rows import TableLine
from shared.config.clock import wall
from shared.config.country import Country
from shared.config.i18n import N_
from shared.store.database import engine_for

RESTRICTED = N_("Restricted view, for cleared staff: a number may be one person. Nothing of it may be published.")

RESTRICTED_ALONE = N_("Cleared staff, in the restricted view alone.")
WOULD_TELL = N_("Cleared staff, in the restricted view alone: released, it would tell what other tables hide.")


def codebook(console: Console) -> None:
    """Print what each table counts."""
    shown = Table(translate("Table"), translate("What is counted"), translate("By what"))
    for one in ALL_TABLES:
        title, rest = translate(one.title), translate(one.meaning if one.collected else one.lacks)
        said = f"{title}. {rest}" if one.collected else f"{title}. {translate('Not collected')}. {rest}"
        said += f" {translate(RESTRICTED_ALONE if one.working_days else WOULD_TELL)}" if one.restricted else ""
        shown.add_row(one.id, escape(said), ", ".join(translate(DIMENSIONS[name]) for name in one.dimensions))
    console.print(shown)


def table(id: str, json: str | None, keep: Path, country: str, console: Console, *, restricted: bool, number: int = 0) -> None:
    """Print a table, all periods, real figures and simulated ones apart, as released or restricted; JSON to a file or `-`. Raises
    Trouble."""
    try:
        asked = definition(id)
    except UnknownTable as error:
        raise Trouble.of(error) from None
    if not asked.collected:
        console.print(
            translate("%(id)s is not collected: %(why)s That is neither zero nor suppressed.")
            % {"id": asked.id, "why": translate(asked.lacks)}
        )
        return
    if not restricted:
        released_table(asked, json, keep, number, console)
        return
    policy = country_of(Path(country) if country else keep / "uk.toml")
    found = {kind: _counted(asked, database(keep), policy, kind) for kind in (False, True)}
    if json is not None:
        _write(json, asked, found)
        return
    for kind, one in found.items():
        if one.rows:
            title = translate("%(title)s, at simulated times") if kind else "%(title)s"
            console.print(title % {"title": f"{asked.id} {translate(asked.title)}"}, style="italic")
            console.print(_shown(asked, one.rows))
            console.print(
                translate("Agencies that reported:") + " " + ", ".join(f"{period} {n}" for period, n in sorted(one.reported.items()))
            )
    if any(one.rows for one in found.values()):
        console.print(translate(RESTRICTED), style="yellow")
    elif any(one.left_out for one in found.values()):
        console.print(translate(asked.lacks))
    else:
        console.print(translate("No record has come for this table yet: nothing is known, which is not the same as none."))


def _counted(asked: Definition, file: Path, country: Country, simulated: bool) -> tables.CountedFigures:
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            return tables.counted(on_this_machine(), session, asked, country, wall(), simulated)
    except tables.BeingCounted:
        raise Trouble(
            "Tables must be counted again for this release: its process does so as it starts, ./nrm report rebuild, too."
        ) from None
    except DatabaseError:
        raise Trouble("%(file)s is not a database of reporting, or of another version.", file=file) from None
    finally:
        engine.dispose()


def _shown(asked: Definition, rows: list[TableLine]) -> Table:
    shown = Table("period", *asked.dimensions, *COLUMNS[asked.shape])
    for row in rows:
        numbers = ("?" if (value := getattr(row, name)) is None else str(value) for name in COLUMNS[asked.shape])
        shown.add_row(row.period, *map(escape, row.values), *numbers)
    return shown


def _write(json: str, asked: Definition, found: dict[bool, tables.CountedFigures]) -> None:
    rows = [
        {"period": row.period, **dict(zip(asked.dimensions, row.values, strict=True)), "simulated": kind,
         **{name: getattr(row, name) for name in COLUMNS[asked.shape]}}
        for kind, one in found.items() for row in one.rows
    ]  # fmt: skip
    said = {"view": "restricted", "table": asked.id, "title": asked.title, "meaning": asked.meaning, "period": asked.period, "rows": rows}
    write_json(json, said)
