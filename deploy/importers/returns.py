"""`./nrm report take FILE --body NAME`: what another body counts, with the checks of an import, kept beside our own figures."""

from pathlib import Path

from rich.console import Console
from sqlmodel import Session

from deploy.importers import telling
from deploy.importers.database import database
from deploy.language_choice import translate
from deploy.sent_files import table_file
from deploy.sent_files.returned import returned
from deploy.trouble import Trouble
from services.reporting.models import OtherReturn
from services.reporting.queries.other_returns import AlreadyTaken, ReturnedCell, SameReturn, take
from shared.config.clock import wall
from shared.protocol.statistics import printable
from shared.store.database import engine_for


def taken(file: Path, body: str, officer: str, keep: Path, console: Console, *, htcds: bool, revises: bool, encoding: str = "") -> None:
    """Take a return, and say what of it was left out. Raises Trouble."""
    from deploy.folder_lock import locked

    if not body.strip() or not printable(body.strip()):
        raise Trouble("Name the body that counted this, in at most 120 characters.")
    content = table_file.content_of(file)
    found, cells = returned(content, str(file), encoding, htcds=htcds)
    telling.beforehand(console, found, ())
    telling.malformed(console, found)
    if not cells:
        raise Trouble("No line of %(file)s can be taken; nothing was.", file=file)
    kept = OtherReturn(
        body=body.strip(), source="htcds" if htcds else "table", taken_at=wall(), taken_by=officer, left_out=len(found.malformed)
    )
    place = database(keep)
    with locked(keep):
        _keep(place, kept, cells, revises=revises)
    people, hidden = sum(one.people or 0 for one in cells), sum(one.people is None for one in cells)
    console.print(
        translate(
            "%(people)s people of %(body)s are kept beside our own figures, and never added to them: the same person may be in both.",
            people=people,
            body=body.strip(),
        )
    )
    if hidden:
        console.print(translate("%(hidden)s cells are suppressed at source.", hidden=hidden), style="yellow")


def _keep(file: Path, said: OtherReturn, cells: list[ReturnedCell], *, revises: bool) -> None:
    from services.reporting.service import SERVICE
    from shared.store.database import migrate

    engine = engine_for(f"sqlite:///{file}")
    try:
        migrate(engine, SERVICE.migrations)
        with Session(engine) as session, session.begin():
            take(session, said, cells, revises=revises)
    except SameReturn:
        raise Trouble("This return is here already, and nothing of it has changed.") from None
    except AlreadyTaken as quarters:
        raise Trouble(
            "There is a return of this body for %(quarters)s: --revises says that this one takes its place.", quarters=quarters
        ) from None
    finally:
        engine.dispose()
