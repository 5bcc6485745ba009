"""`./nrm report release`, and released figures for `./nrm report referrals`."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from services.reporting.ingest import releases as ingest
from services.reporting.queries.releases import Released, chosen, releases
from services.reporting.rules import built_tables, public
from services.reporting.rules.built_tables import NotBuilt
from services.reporting.rules.releases import TooFew
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
    console.print(f"Release {made.id} is out: {', '.join(made.figures.quarters)}.")
    for one in made.figures.counted:
        console.print(f"  {one.id}: {one.hidden} of {len(one.numbers)} figures suppressed")
    for dimension, table in made.figures.tables.items():
        lost = public.lost(table)
        said = f"{lost.numbers} of {lost.of_numbers} figures suppressed, for {lost.people} of {lost.of_people} people"
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
        raise Trouble(f"Nothing was released: every quarter with {kind} referrals that has ended is out, or there is none.") from None
    except TooFew:
        least = country.publication.minimum
        raise Trouble(f"Nothing was released: fewer than {least} people were referred in the quarters that are not out yet.") from None
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
        raise Trouble(f"{why}. Cleared staff may ask for more with --restricted.") from None


def newest(keep: Path, number: int) -> list[Released]:
    """The release of this number, or the newest of real and of simulated figures. Raises Trouble."""
    file = database(keep)
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            found = [one for kind in (False, True) if (one := chosen(releases(session, kind), number))]
    except DatabaseError:
        raise Trouble(f"{file} is not a database of reporting, or of another version.") from None
    finally:
        engine.dispose()
    if number and not found:
        raise Trouble(f"There is no release {number}.")
    return found
