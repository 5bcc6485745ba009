"""The operators' pages: what waits and is late, how long hand-offs take, who is silent, what was not read."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import func
from sqlmodel import Session, col, select

from services.reporting.models import UnreadableRecord
from services.reporting.pages.desk_filter import (
    AGES,
    DeskFilter,
    FilterOfDesk,
    Number,
    known_agencies,
    month_before,
    no_filter,
    page_alone,
    since_of,
    which,
)
from services.reporting.pages.latency import (
    FROM_SPANS,
    MEDIAN,
    PAIRS_SHOWN,
    MonthBefore,
    Naming,
    TimingsInOffice,
    latency,
    latency_file,
    most_open,
)
from services.reporting.pages.standing import standing_context
from services.reporting.queries import absences, open_handoffs, restricted, stage_tally
from services.reporting.queries.open_handoffs import AgencyStanding, LeadStandings, Open, StandsStill, These
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.stage_tally import Only
from services.reporting.queries.view import cleared, must_be_cleared
from services.reporting.rules.latency.timings import StillOpen, Timing
from shared.access.roles import Act, may, needs
from shared.casework.case_reader import CaseReader
from shared.observability.open_statement import machine_time
from shared.processing.parking_causes import cause
from shared.protocol.case import WAITING
from shared.records.codec import from_json
from shared.store.tables import Journal, Parked
from shared.web.http.api import health
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.text.labels import CLOCKS, NEEDS, STALLS, WHATS
from shared.web.text.phrases import Words

PER_PAGE, AWAY = 10, 5
"""Lines of a list, and absences that the desk shows."""
TimesOfPairs = tuple[list[Timing], TimingsInOffice]
WAITS_FOR = {**WHATS, **CLOCKS}
"""What stands still, in words: something that somebody must do, or a clock of the country."""
router = APIRouter(include_in_schema=False)
"""Everything that operators open, but single cases and pairs."""


@router.get("/operations")
@needs(Act.READ_FIGURES)
async def overview(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """What waits and is late, and how long hand-offs take."""
    return await _overview(desk, request, asked)


@router.get("/operations/latency.csv", dependencies=[Depends(no_filter)])
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request) -> Response:
    """How long hand-offs take, from spans, as a file: for cleared staff, since a line may be one hand-off."""
    clearance, now = must_be_cleared(desk, request), desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> dict[bool, TimesOfPairs]:
        return {kind: _times(clearance, reader.session, desk, kind, now, DeskFilter(stage="")) for kind in (False, True)}

    found = await desk.ask(read)
    calendar = {kind: times for kind, (times, _) in found.items()}
    return latency_file(desk, request, calendar, {kind: office for kind, (_, office) in found.items()})


@router.get("/operations/agencies", dependencies=[Depends(no_filter)])
@needs(Act.READ_OPERATIONS)
async def agencies(desk: CurrentDesk, request: Request) -> Response:
    """Who was heard when, and how each process stands; who has gone silent stands first."""
    found = await desk.ask(lambda reader: open_handoffs.standings(reader.session, desk.country, machine_time()))
    return desk.pages.render(request, "agencies.html", standings=found, **standing_context(desk, request))


@router.get("/operations/stalled", dependencies=[Depends(page_alone)])
@needs(Act.READ_FIGURES)
async def stalled(desk: CurrentDesk, request: Request, page: Number = 1) -> Response:
    """What nobody has done for so long that the coordinator must know: a trace, a clock and a code for each, and nothing of a case."""
    now = machine_time()

    def read(reader: CaseReader) -> tuple[list[StandsStill], LeadStandings]:
        session, country = reader.session, desk.country
        return open_handoffs.stalled(session, country, now), open_handoffs.lead_standings(session, country, now)

    found, lead = await desk.ask(read)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return desk.pages.render(
        request, "stalled.html", rows=shown, number=len(found), page=page, size=PER_PAGE, lead=lead, clocks=WAITS_FOR, stalls=STALLS,
        clock=now,
    )  # fmt: skip


@router.get("/operations/records", dependencies=[Depends(no_filter)])
@needs(Act.READ_OPERATIONS)
async def records(desk: CurrentDesk, request: Request) -> Response:
    """What was not read."""
    instances = [(each, health(each), await each.ask(_troubles)) for each in desk.peers.values()]
    return desk.pages.render(request, "records.html", instances=instances, kept=await desk.ask(_no_facts))


async def _overview(desk: Desk, request: Request, asked: DeskFilter) -> Response:
    now = desk.instance.clock.now()[0]
    say = Words(desk.pages.gettext(request))
    name = Naming(desk.names(request), say.translate)
    clearance = cleared(desk, request)
    these = asked.these(now)

    def read(reader: CaseReader) -> dict[str, Any]:
        session, lead = reader.session, desk.country.leading()
        waiting = open_handoffs.how_many_wait(session, lead, now, these)
        known = stage_tally.kinds_of_data(session, stage_tally.SPAN) | waiting.keys()
        simulated = which(known, asked.data)
        return {
            "known": known, "simulated": simulated, "waiting": waiting,
            "rows": open_handoffs.waiting(session, lead, PER_PAGE, (asked.page - 1) * PER_PAGE, [simulated], these, by_deadline=True),
            "timings": _times(clearance, session, desk, simulated, now, asked, PAIRS_SHOWN) if clearance else ([], {}),
            "before": _before(clearance, session, desk, simulated, now, asked) if clearance else None,
            "months": stage_tally.known_months(session, stage_tally.SPAN, simulated) if clearance else [],
            "standings": open_handoffs.standings(session, desk.country, machine_time()),
            "lead": open_handoffs.lead_standings(session, desk.country, machine_time()),
            "away": absences.reports(session, AWAY),
        }  # fmt: skip

    found = await desk.ask(read)
    waiting: dict[bool, Open] = found.pop("waiting")
    here, beside = (waiting.get(kind, Open()) for kind in (found["simulated"], not found["simulated"]))
    standings: list[AgencyStanding] = found.pop("standings")
    lead: LeadStandings = found.pop("lead")
    known = {lead.main.agency, *(one.agency for one in lead.gone)}
    (timings, office), before = found.pop("timings"), found.pop("before")
    title = say.translate(MEDIAN) % {"stage": say.translate(FROM_SPANS[asked.stage])}
    agencies = sorted(known_agencies(desk), key=lambda one: desk.pages.language(request).sorting(name(one)))
    return desk.pages.render(
        request, "operations.html", **found, **standing_context(desk, request), asked=asked, now=now, say=say, here=here, beside=beside,
        pages=max(1, -(-here.number // PER_PAGE)), agencies=agencies, needs=NEEDS, per_page=PER_PAGE,
        states=sorted(WAITING), ages=AGES, standings=standings if may_see_standings(desk, request) else [],
        latency=latency(request, desk, timings, asked.stage, title, found["simulated"], FROM_SPANS, "/operations/pairs", office,
            before),
        title=title, stages=FROM_SPANS, lead=lead, silent=[one for one in standings if one.silent and one.agency not in known],
    )  # fmt: skip


def may_see_standings(desk: Desk, request: Request) -> bool:
    """Whether somebody may see how the agencies' processes stand."""
    actor = desk.actor(request)
    return actor is not None and may(actor.roles, Act.READ_OPERATIONS)


def _times(
    by: Clearance, session: Session, desk: Desk, simulated: bool, now: int, asked: DeskFilter, most: int | None = None
) -> TimesOfPairs:  # fmt: skip
    """Of each pair, counting what is open: by the calendar, and in office hours. Those of `most` pairs alone, where it is given: of those
    that a page lists."""
    of_stage, only = _open_of(session, desk, simulated, now, asked)
    calendar = restricted.times_by_spans(by, session, simulated, of_stage, only)
    if most is not None:
        pairs = frozenset((one.giver, one.receiver) for one in most_open(calendar, most))
        of_stage, only = [one for one in of_stage if (one.giver, one.receiver) in pairs], replace(only, pairs=pairs)
    return calendar, restricted.times_in_office(by, session, desk.country, now, simulated, of_stage, only)


def _before(by: Clearance, session: Session, desk: Desk, simulated: bool, now: int, asked: DeskFilter) -> MonthBefore:
    """The same of the month before the one that is asked for, of all pairs."""
    month = month_before(asked.month)
    if not month:
        return MonthBefore()
    of_stage, only = _open_of(session, desk, simulated, now, replace(asked, month=month))
    return MonthBefore(month, restricted.times_by_spans(by, session, simulated, of_stage, only))


def _open_of(session: Session, desk: Desk, simulated: bool, now: int, asked: DeskFilter) -> tuple[list[StillOpen], Only]:
    """What is open of what is asked for, and how to ask for what has ended."""
    since, these = since_of(asked.month, desk.country.time_zone), These(agency=asked.agency, need=asked.need)
    open_now = open_handoffs.still_open(session, desk.country.leading(), now, simulated, these, since)
    only = Only(month=asked.month, need=asked.need, stage=asked.stage, agency=asked.agency)
    return [one for one in open_now if asked.stage in ("", one.stage)], only


def _troubles(reader: CaseReader) -> dict[str, Any]:
    """Parked and unreadable records, without what they say."""
    parked = select(Parked.partition, Parked.place, Parked.parked_at, Parked.code).order_by(col(Parked.seq)).limit(200)
    unreadable = select(Journal).where(Journal.verdict == "unreadable").order_by(col(Journal.seq).desc()).limit(200)
    return {
        "parked": [(partition, place, at, cause(code).words) for partition, place, at, code in reader.session.exec(parked)],
        "unreadable": [(j.partition, j.place, j.logged_at, from_json(j.body).get("reason", "")) for j in reader.session.exec(unreadable)],
    }


def _no_facts(reader: CaseReader) -> list[tuple[str, int]]:
    """Why records on the statistics topic are no facts, and how many each."""
    return list(reader.session.exec(select(UnreadableRecord.reason, func.count()).group_by(UnreadableRecord.reason)))
