"""Agencies that were away: from when to when nothing was heard of them, what came meanwhile, what was overdue when they were back, and how
long it took to catch up. A work list: whoever coordinates calls them."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download, iso
from services.reporting.pages.desk_filter import Number, no_filter, page_alone
from services.reporting.pages.latency import Naming
from services.reporting.queries import absences
from services.reporting.queries.absences import AwayReport
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.observability.open_statement import machine_time
from shared.web.http.desk import CurrentDesk

router = APIRouter(include_in_schema=False)
ADDRESS, PER_PAGE, IN_FILE = "/operations/away", 20, 1_000
HEAD = (
    "agency", "silent_from", "silent_until", "ran_on", "records", "came", "overdue", "unanswered", "caught_up_ms", "answered_ms",
    "simulated", "silence_simulated",
)  # fmt: skip


@router.get(ADDRESS, dependencies=[Depends(page_alone)])
@needs(Act.READ_FIGURES)
async def away(desk: CurrentDesk, request: Request, page: Number = 1) -> Response:
    """Who is away, and who was."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> tuple[list[AwayReport], list[AwayReport], int]:
        silent = absences.away_now(reader.session, desk.country, machine_time(), now)
        return silent, absences.reports(reader.session, PER_PAGE, skip=(page - 1) * PER_PAGE), absences.how_many(reader.session)

    silent, found, number = await desk.ask(read)
    name = Naming(desk.names(request), desk.pages.gettext(request))
    return desk.pages.render(
        request, "away.html", silent=silent, rows=found, number=number, page=page, size=PER_PAGE, here=ADDRESS, name=name,
    )  # fmt: skip


@router.get(f"{ADDRESS}.csv", dependencies=[Depends(no_filter)])
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, request: Request) -> Response:
    """The latest thousand absences that are over, as a file; times are UTC, or milliseconds."""
    found = await desk.ask(lambda reader: absences.reports(reader.session, IN_FILE))
    rows = [
        (
            one.agency, *map(iso, one.silence), one.ran_on, _known(one.records), one.of(kind).came, one.of(kind).overdue,
            one.of(kind).unanswered, _known(one.read_after), _known(one.answered_after(kind)), kind, one.simulated,
        )
        for one in found for kind in (False, True)
    ]  # fmt: skip
    return download("agencies-away", HEAD, rows, desk.pages.gettext(request))


def _known(number: int | None) -> int | str:
    return "" if number is None else number
