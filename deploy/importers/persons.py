"""`./nrm report htcds FILE --restricted`: everybody reported, one by one, as the Human Trafficking Case Data Standard 2.0 has them."""

from pathlib import Path

from rich.console import Console
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from deploy.importers.database import database
from deploy.language_choice import translate
from deploy.trouble import Trouble
from services.reporting.queries import htcds
from services.reporting.queries.restricted import on_this_machine
from services.reporting.rules.exchange.htcds import COLUMNS, lines
from shared.store.database import engine_for
from shared.web.http.csv_sheet import MARK, sheet


def persons(file: Path, keep: Path, console: Console, *, restricted: bool, simulated: bool) -> None:
    """Write the table, for this user alone. Raises Trouble."""
    if not restricted:
        raise Trouble(
            "A line for each person is microdata, for cleared staff alone: --restricted. Released figures: ./nrm report referrals."
        )
    place = database(keep)
    engine = engine_for(f"sqlite:///{place}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            found = list(lines(htcds.people(on_this_machine(), session, simulated)))
    except DatabaseError:
        raise Trouble("%(place)s is not a database of reporting, or of another version.", place=place) from None
    finally:
        engine.dispose()
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(MARK + sheet(COLUMNS, found), encoding="utf-8", newline="")
    console.print(
        translate(
            "%(found)s people are written. Microdata, for cleared staff: a line is one person, and nothing of it may be passed on.",
            found=len(found),
        ),
        style="yellow",
    )
