"""One pair of agencies, and one agency among all: where the time goes, month by month and by need, and what is open. For cleared staff: a
line may be one hand-off."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.models import FinishedSpan
from services.reporting.pages.comparing import NOT_COMPARED
from services.reporting.pages.desk_filter import DeskFilter, FilterOfDesk, known_agencies, month_before, months_between, since_of, which
from services.reporting.pages.latency import (
    FROM_SPANS,
    MEDIAN_BY_MONTH,
    UNKNOWN,
    MonthBefore,
    Naming,
    duration,
    in_office,
    linked,
    pair_address,
    stage_line,
)
from services.reporting.pages.standing import standing_context
from services.reporting.queries import absences, open_handoffs, restricted, stage_tally
from services.reporting.queries.open_handoffs import These
from services.reporting.queries.stage_tally import Only
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.latency.timings import StillOpen, Timing
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.observability.open_statement import machine_time
from shared.web.drawing.drawings import Bar, TrendPoint, bars, on_axis, sparkline
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.text.phrases import Words

router = APIRouter(include_in_schema=False)
MONTHS, SLOWEST, OPEN, AWAY = 12, 10, 20, 5
"""Months of the trend, slowest hand-offs, open ones, absences that a page shows."""
PAIRS = "/operations/pairs"
ASKED_BY_MONTH = N_("Median of what it is asked, by the month in which it began")
ASKS_BY_MONTH = N_("Median of what it asks, by the month in which it began")
NOT_THERE = N_("No agency with this name is in the directory.")


@router.get("/operations/pairs/{giver}/{receiver}")
@needs(Act.READ_UNPROTECTED)
async def pair(desk: CurrentDesk, request: Request, asked: FilterOfDesk, giver: str, receiver: str) -> Response:
    """How long one agency's requests take at another."""
    clearance = must_be_cleared(desk, request)
    must_be_known(desk, request, giver, receiver)
    now, zone = desk.instance.clock.now()[0], desk.country.time_zone
    these, only = These(giver=giver, receiver=receiver), Only(giver=giver, receiver=receiver, stage=asked.stage)

    def read(reader: CaseReader) -> dict[str, Any]:
        session, lead = reader.session, desk.country.leading()
        simulated = which(stage_tally.kinds_of_data(session, stage_tally.SPAN), asked.data)
        open_now = open_handoffs.still_open(session, lead, now, simulated, these)
        of_stage = [one for one in open_now if one.stage == asked.stage]
        return {
            "simulated": simulated, "lead": open_handoffs.lead_standings(session, desk.country, machine_time()),
            "stages_of": restricted.times_by_spans(clearance, session, simulated, open_now, Only(giver=giver, receiver=receiver)),
            "office": restricted.times_in_office(
                clearance, session, desk.country, now, simulated, open_now, Only(giver=giver, receiver=receiver)
            ),
            "months": restricted.times_by_month(clearance, session, simulated, of_stage, only, zone),
            "needs_of": restricted.times_by_need(clearance, session, simulated, of_stage, only),
            "back": restricted.back_of_pair(clearance, session, simulated, giver, receiver),
            "slowest": restricted.slowest(clearance, session, only, simulated, SLOWEST),
            "rows": open_handoffs.waiting(session, lead, OPEN, 0, [simulated], these, by_deadline=True),
        }  # fmt: skip

    return _pair(desk, request, asked, giver, receiver, await desk.ask(read))


@router.get("/operations/agencies/{one}")
@needs(Act.READ_UNPROTECTED)
async def agency(desk: CurrentDesk, request: Request, asked: FilterOfDesk, one: str) -> Response:
    """What one agency is asked, and asks, and how long that takes."""
    clearance = must_be_cleared(desk, request)
    must_be_known(desk, request, one)
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> dict[str, Any]:
        session, lead = reader.session, desk.country.leading()
        simulated = which(stage_tally.kinds_of_data(session, stage_tally.SPAN), asked.data)
        zone = desk.country.time_zone
        found_open = open_handoffs.still_open(session, lead, now, simulated, These(agency=one))
        open_now = [each for each in found_open if each.stage == asked.stage]

        def times(month: str) -> list[Timing]:
            since, only = since_of(month, zone), Only(month=month, stage=asked.stage, agency=one)
            then = [each for each in open_now if since.first <= each.began < since.end]
            return restricted.times_by_spans(clearance, session, simulated, then, only)

        def by_month(only: Only, theirs: Iterable[StillOpen]) -> Mapping[str, Timing]:
            return restricted.times_by_month(clearance, session, simulated, theirs, only, zone)

        asked_of_it = by_month(Only(stage=asked.stage, receiver=one), (each for each in open_now if each.receiver == one))
        asked_by_it = by_month(Only(stage=asked.stage, giver=one), (each for each in open_now if each.giver == one))
        last = month_before(asked.month)
        return {
            "simulated": simulated, "lead": open_handoffs.lead_standings(session, desk.country, machine_time()),
            "months": stage_tally.known_months(session, stage_tally.SPAN, simulated),
            "trends": {"receiver": asked_of_it, "giver": asked_by_it},
            "timings": times(asked.month), "before": MonthBefore(last, times(last)) if last else MonthBefore(),
            "rows": open_handoffs.waiting(session, lead, OPEN, 0, [simulated], These(agency=one), by_deadline=True),
            "away": (found_away := absences.reports(session, AWAY, one)),
            "missed": absences.missed_handoffs(session, found_away[0], simulated, OPEN) if found_away else [],
            "standing": next((each for each in open_handoffs.standings(session, desk.country, machine_time()) if each.agency == one), None),
        }  # fmt: skip

    return _agency(desk, request, asked, one, await desk.ask(read))


def must_be_known(desk: Desk, request: Request, *agencies: str) -> None:
    """Raises HTTPException for a name that no agency has."""
    if any(one not in known_agencies(desk) for one in agencies):
        raise HTTPException(404, desk.pages.gettext(request)(NOT_THERE))


def _pair(desk: Desk, request: Request, asked: DeskFilter, giver: str, receiver: str, found: dict[str, Any]) -> Response:
    say = Words(desk.pages.gettext(request))
    name, number, locale = Naming(desk.names(request), say.translate), desk.pages.number(request), desk.pages.language(request).locale
    stage = say.translate(FROM_SPANS[asked.stage])
    order = list(FROM_SPANS)

    def line(one: Timing) -> list[str]:
        return stage_line(one, say.translate, number, locale, FROM_SPANS)

    months = dict(list(found["months"].items())[-MONTHS:])
    title = say.translate(MEDIAN_BY_MONTH) % {"stage": stage}
    return desk.pages.render(
        request, "pair.html", asked=asked, giver=giver, receiver=receiver, name=name, say=say, now=desk.instance.clock.now()[0],
        simulated=found["simulated"], rows=found["rows"], back=found["back"], stages=FROM_SPANS, title=title, phone=desk.country.phone_of,
        lines=[
            [*line(one), in_office(found["office"], one, say.translate, locale)]
            for one in sorted(found["stages_of"], key=lambda one: order.index(one.stage))
        ],
        picture=_trend(months, title, say, locale, desk.pages.words(request), found["simulated"]), lead=found["lead"],
        csv=f"{pair_address(PAIRS, giver, receiver)}/months.csv{asked.address()}",
        months=[[month, *line(one)[2:]] for month, one in months.items()],
        needs_of=[[say.need(need), *line(one)[2:]] for need, one in found["needs_of"].items()],
        slowest=[_slow(one, say, locale) for one in found["slowest"]],
    )  # fmt: skip


def _agency(desk: Desk, request: Request, asked: DeskFilter, agency: str, found: dict[str, Any]) -> Response:
    say = Words(desk.pages.gettext(request))
    name, number, locale = Naming(desk.names(request), say.translate), desk.pages.number(request), desk.pages.language(request).locale
    timings: Sequence[Timing] = found.pop("timings")
    before: MonthBefore = found.pop("before")
    over = {
        mine: _over_months(months, title, mine, say, number, locale)
        for (mine, months), title in zip(found.pop("trends").items(), (ASKED_BY_MONTH, ASKS_BY_MONTH), strict=True)
    }

    def lines(mine: str, other: str) -> list[list[str | Markup]]:
        """One line for each of the others, those first with most that is open."""
        own = sorted((one for one in timings if getattr(one, mine) == agency), key=lambda one: (-one.open, getattr(one, other)))
        texts = [stage_line(one, say.translate, number, locale, FROM_SPANS)[2:] for one in own]
        named = [[linked(PAIRS, one, name(getattr(one, other))), *line] for one, line in zip(own, texts, strict=True)]
        return before.column(named, own, say.translate, locale)

    return desk.pages.render(
        request, "agency.html", **found, **standing_context(desk, request), asked=asked, agency=agency, say=say,
        now=desk.instance.clock.now()[0], stages=FROM_SPANS, is_asked=lines("receiver", "giver"), asks=lines("giver", "receiver"),
        before=before.month, over=over, csv=f"/operations/agencies/{agency}/months.csv{asked.address()}",
    )  # fmt: skip


def _trend(months: Mapping[str, Timing], title: str, say: Words, locale: str, labels: Mapping[str, str], simulated: bool) -> Markup:
    def said(one: Timing) -> str:
        return UNKNOWN if one.median is None else duration(one.median, say.translate, locale)

    shown = [Bar(month, one.median or 0, said(one)) for month, one in months.items()]
    return bars(shown, title, labels, simulated, "trend")


def _over_months(months: Mapping[str, Timing], title: str, key: str, say: Words, number: Any, locale: str) -> dict[str, Any]:
    """How one agency's answers go over the months: a picture, and the table behind it."""
    last, said = dict(list(months.items())[-MONTHS:]), say.translate(title)
    points = [
        TrendPoint(month, one.median, UNKNOWN if one.median is None else duration(one.median, say.translate, locale))
        for month, one in last.items()
    ]
    axis = months_between(min(last), max(last), MONTHS) if last else []
    lines = {month: stage_line(one, say.translate, number, locale, FROM_SPANS)[2:] for month, one in last.items()}
    rows = [[month, *lines.get(month, [NOT_COMPARED] * 5)] for month in axis]
    return {"title": said, "picture": sparkline(on_axis(points, axis, NOT_COMPARED), said, f"trend-{key}"), "rows": rows}


def _slow(span: FinishedSpan, say: Words, locale: str) -> list[str | Markup]:
    address = Markup('<a class="govuk-link" href="/operations/traces/{}">{}</a>').format(span.trace_id, span.trace_id[:8])
    return [address, say.need(span.need), duration(span.end - span.start, say.translate, locale), say.state(span.outcome)]
