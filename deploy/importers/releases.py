"""`./nrm report release`, and released figures for `./nrm report referrals`."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.language_choice import translate
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from services.reporting.ingest import releases as ingest
from services.reporting.queries.releases import Released, chosen, releases
from services.reporting.rules.gate.releases import TooFew
from services.reporting.rules.shown import built_tables, public
from services.reporting.rules.shown.built_tables import NotBuilt
from shared.config.clock import wall
from shared.config.country import Country
from shared.config.i18n import N_
from shared.store.database import engine_for

LEGEND = N_(
    "%(suppressed)s is suppressed: it could point to a person, by itself or together with other figures. "
    "%(others)s are values of too few people, added up; %(all)s is a total."
)


def release(officer: str, country: str, keep: Path, console: Console, *, simulated: bool) -> None:
    """Release what has ended, and say what is not shown. Raises Trouble."""
    from deploy.folder_lock import locked

    policy = country_of(Path(country) if country else keep / "uk.toml")  # what may be shown is the country's to say
    file = database(keep)
    with locked(keep):
        made = _made(file, policy, officer, simulated)
    console.print(translate("Release %(number)s is out: %(quarters)s.", number=made.id, quarters=", ".join(made.figures.quarters)))
    for one in made.figures.counted:
        console.print(
            translate("  %(id)s: %(hidden)s of %(numbers)s figures suppressed", id=one.id, hidden=one.hidden, numbers=len(one.numbers))
        )
    for dimension, table in made.figures.tables.items():
        lost = public.lost(table)
        said = translate(
            "%(numbers)s of %(of_numbers)s figures suppressed, for %(people)s of %(of_people)s people",
            numbers=lost.numbers,
            of_numbers=lost.of_numbers,
            people=lost.people,
            of_people=lost.of_people,
        )
        console.print(f"  {dimension}: {said if table.rows else 'the whole table is suppressed'}")


def _made(file: Path, country: Country, officer: str, simulated: bool) -> Released:
    from services.reporting.service import SERVICE
    from shared.store.database import migrate

    engine = engine_for(f"sqlite:///{file}")
    try:
        migrate(engine, SERVICE.migrations)
        with Session(engine) as session, session.begin():
            return ingest.release(session, country, officer, wall(), simulated)
    except ingest.NothingToRelease:
        kind = "simulated" if simulated else "real"
        raise Trouble(
            "Nothing was released: every quarter with %(kind)s referrals that has ended is out, or there is none.", kind=kind
        ) from None
    except TooFew:
        least = country.publication.minimum
        raise Trouble(
            "Nothing was released: fewer than %(least)s people were referred in the quarters that are not out yet.", least=least
        ) from None
    finally:
        engine.dispose()


def public_rows(keep: Path, by: Sequence[str], number: int) -> list[dict[str, str | int]]:
    """The rows of a release of each kind that has them. Raises Trouble where referrals are not released by this, or there is no such
    release."""
    found = newest(keep, number)
    of = [one.figures for one in found]
    try:
        asked = built_tables.asked_for(by, of)
        tables = built_tables.build_each(of, asked)
        return [
            {**dict(zip(asked, row.values, strict=True)), "people": public.said(row.people), "simulated": one.simulated, "release": one.id}
            for one, table in zip(found, tables, strict=True) for row in (table.rows if table else ())
        ]  # fmt: skip
    except NotBuilt as why:
        raise Trouble("%(why)s. Cleared staff may ask for more with --restricted.", why=why) from None


def newest(keep: Path, number: int) -> list[Released]:
    """The release of this number, or the newest of real and of simulated figures. Raises Trouble."""
    file = database(keep)
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            found = [one for kind in (False, True) if (one := chosen(releases(session, kind), number))]
    except DatabaseError:
        raise Trouble("%(file)s is not a database of reporting, or of another version.", file=file) from None
    finally:
        engine.dispose()
    if number and not found:
        raise Trouble("There is no release %(number)s.", number=number)
    return found
