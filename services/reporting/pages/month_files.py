"""The files of what pages draw month by month: of a pair, and of all that one agency is asked and asks; all months, in milliseconds, and
empty where too many are open to know."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import Cell, download
from services.reporting.pages.desk_filter import DeskFilter, FilterOfDesk, which
from services.reporting.pages.latency import known
from services.reporting.pages.pairs import must_be_known
from services.reporting.queries import open_handoffs, restricted, stage_tally
from services.reporting.queries.open_handoffs import These
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.stage_tally import Only
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.latency.timings import StillOpen, Timing
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.web.http.desk import CurrentDesk, Desk

OF_MONTH = ("month", "stage", "n", "open", "median_ms", "p95_ms", "late_share", "simulated")
router = APIRouter(include_in_schema=False)


@router.get("/operations/pairs/{giver}/{receiver}/months.csv")
@needs(Act.READ_UNPROTECTED)
async def months_of_pair(desk: CurrentDesk, request: Request, asked: FilterOfDesk, giver: str, receiver: str) -> Response:
    """The months of one stage of a pair."""
    clearance = must_be_cleared(desk, request)
    must_be_known(desk, request, giver, receiver)
    (found,) = await _months(desk, clearance, asked, These(giver=giver, receiver=receiver), [(giver, receiver)])
    return download("handoff-months", OF_MONTH, found, desk.pages.gettext(request))


@router.get("/operations/agencies/{one}/months.csv")
@needs(Act.READ_UNPROTECTED)
async def months_of_agency(desk: CurrentDesk, request: Request, asked: FilterOfDesk, one: str) -> Response:
    """The months of one stage of all that an agency is asked, and of all that it asks; who is left out is everybody."""
    clearance = must_be_cleared(desk, request)
    must_be_known(desk, request, one)
    ways = [("", one), (one, "")]
    found = await _months(desk, clearance, asked, These(agency=one), ways)
    rows = [[*way, *row] for way, of_way in zip(ways, found, strict=True) for row in of_way]
    return download("agency-months", ("from", "to", *OF_MONTH), rows, desk.pages.gettext(request))


async def _months(
    desk: Desk, clearance: Clearance, asked: DeskFilter, these: These, ways: Sequence[tuple[str, str]]
) -> list[list[list[Cell]]]:  # fmt: skip
    """The lines of each way, from whom to whom; empty: from or to everybody."""
    now, zone = desk.instance.clock.now()[0], desk.country.time_zone

    def read(reader: CaseReader) -> list[list[list[Cell]]]:
        session = reader.session
        simulated = which(stage_tally.kinds_of_data(session, stage_tally.SPAN), asked.data)
        still_open = open_handoffs.still_open(session, desk.country.leading(), now, simulated, these)

        def months(giver: str, receiver: str) -> Mapping[str, Timing]:
            mine = [one for one in still_open if one.stage == asked.stage and _of(one, giver, receiver)]
            only = Only(giver=giver, receiver=receiver, stage=asked.stage)
            return restricted.times_by_month(clearance, session, simulated, mine, only, zone)

        return [[_line(month, asked.stage, one, simulated) for month, one in months(*way).items()] for way in ways]

    return await desk.ask(read)


def _of(one: StillOpen, giver: str, receiver: str) -> bool:
    return giver in ("", one.giver) and receiver in ("", one.receiver)


def _line(month: str, stage: str, one: Timing, simulated: bool) -> list[Cell]:
    late = "" if one.late is None else round(one.late, 4)
    return [month, stage, one.n, one.open, known(one.median), known(one.p95), late, simulated]
