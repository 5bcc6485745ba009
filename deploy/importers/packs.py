"""`./nrm report --pack NAME --restricted`: what a body from outside asks for, from a folder's facts."""

import sys
from pathlib import Path

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.language_choice import translate
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from services.reporting.queries import packs
from services.reporting.queries.packs import CountedPack
from services.reporting.queries.restricted import on_this_machine
from services.reporting.queries.tables import BeingCounted
from services.reporting.rules.exchange.packs import FiguresPack, UnknownPack, pack_of
from shared.config.country import Country
from shared.store.database import engine_for


def pack(id: str, year: str, json: str | None, keep: Path, country: str, console: Console, *, restricted: bool) -> None:
    """Print a pack of a year, real figures and simulated ones apart; JSON to a file or `-`. Raises Trouble."""
    try:
        asked = pack_of(id)
    except UnknownPack as error:
        raise Trouble.of(error) from None
    if not restricted:
        raise Trouble("A pack is in the restricted view alone, for cleared staff: --restricted. Released figures: ./nrm report referrals.")
    policy = country_of(Path(country) if country else keep / "uk.toml")
    found = {kind: _counted(asked, database(keep), policy, kind, year) for kind in (False, True)}
    if json is not None:
        _write(json, found)
        return
    for kind, one in found.items():
        if one.year or not kind:
            _print(one, console, simulated=kind)
    console.print(translate("Not verified: %(verified)s", verified=asked.verified))
    console.print(
        translate("Restricted view, for cleared staff: a number may be one person. Nothing of it may be published."), style="yellow"
    )


def _counted(asked: FiguresPack, file: Path, country: Country, simulated: bool, year: str) -> CountedPack:
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            return packs.counted(on_this_machine(), session, asked, country, simulated, year)
    except BeingCounted:
        raise Trouble(
            "Tables must be counted again for this release: its process does so as it starts, ./nrm report rebuild, too."
        ) from None
    except DatabaseError:
        raise Trouble("%(file)s is not a database of reporting, or of another version.", file=file) from None
    finally:
        engine.dispose()


def _print(found: CountedPack, console: Console, *, simulated: bool) -> None:
    console.print(f"{found.pack.title}, {found.year or 'no year'}{', at simulated times' if simulated else ''}", style="italic")
    for one, rows in found.tables:
        if one.asked is None:
            console.print(
                translate(
                    "%(id)s %(title)s: not collected, which is not zero. %(note)s",
                    id=one.id,
                    title=translate(one.title),
                    note=translate(one.note),
                )
            )
        elif not rows:
            console.print(
                translate(
                    "%(id)s %(title)s: no record has come; nothing is known, which is not the same as none.",
                    id=one.id,
                    title=translate(one.title),
                )
            )
        else:
            shown = Table(*one.dimensions, "n", title=f"{one.id} {one.title}")
            for values, n in rows:
                shown.add_row(*map(escape, values), str(n))
            console.print(shown)
            if one.note:
                console.print(escape(one.note))


def _write(json: str, found: dict[bool, CountedPack]) -> None:
    said = [
        {
            "pack": one.pack.id, "year": one.year, "simulated": kind, "view": "restricted", "not_verified": one.pack.verified,
            "tables": [
                {"id": table.id, "title": table.title, "made_of": table.made_of, "collected": table.asked is not None, "note": table.note,
                 "rows": [{**dict(zip(table.dimensions, values, strict=True)), "n": n} for values, n in rows]}
                for table, rows in one.tables
            ],
        }
        for kind, one in found.items() if one.year or not kind
    ]  # fmt: skip
    text = orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if json == "-":
        sys.stdout.buffer.write(text)
    else:
        Path(json).write_bytes(text)
