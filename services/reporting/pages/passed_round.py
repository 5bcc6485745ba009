"""How often needs are passed round: which requests came back with nothing done, by pair, need and month, and how many agencies were asked
until one agreed. For cleared staff: a number may be one hand-off."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import FilterOfDesk, known_agencies, no_filter, which
from services.reporting.pages.latency import NARROW, NONE, Naming, pair_address
from services.reporting.queries import restricted, stage_tally
from services.reporting.queries.passed_round import PairBack
from services.reporting.queries.restricted import PassedRound
from services.reporting.queries.stage_tally import ALL
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.latency.passed_round import NeedMonth
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.drawing.drawings import Bar, bars
from shared.web.http.desk import CurrentDesk
from shared.web.text.labels import NEEDS
from shared.web.text.phrases import Words

router = APIRouter(include_in_schema=False)
ADDRESS, PAIRS = "/operations/passed-round", "/operations/pairs"
MONTHS, DRAWN, LISTED = 12, 8, 30
"""Months in the first picture, pairs in the second, pairs in the table; the files have all."""
BACK_HEAD = ("month", "from", "to", "need", "n", "came_back", "simulated")
ASKED_HEAD = ("month", "need", "asked_times", "agreed", "n", "simulated")
REQUESTS = N_("Requests for each need until an agency agrees, by the month of the first")
CAME_BACK = N_("Requests that came back with nothing done, by who asked and who was asked")


@dataclass
class Needs:
    """Needs that were asked for: how many, with how many requests, and how many of them an agency agreed to."""

    number: int = 0
    requests: int = 0
    agreed: int = 0

    @property
    def each(self) -> float:
        """Requests for each need."""
        return self.requests / self.number if self.number else 0.0


def summed(asked: Iterable[tuple[NeedMonth, int]], by: str, month: str = "*", need: str = "*") -> dict[str, Needs]:
    """By month or need; of one month and need alone, where they are said (empty: of all)."""
    found = dict[str, Needs]()
    for one, n in asked:
        key = str(getattr(one, by))
        if key != ALL and month in ("*", one.month) and need in ("*", one.need):
            each = found.setdefault(key, Needs())
            each.number, each.requests, each.agreed = each.number + n, each.requests + n * one.times, each.agreed + n * one.agreed
    return found


@router.get(ADDRESS)
@needs(Act.READ_UNPROTECTED)
async def passed_round(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """What came back, and how many were asked."""
    clearance = must_be_cleared(desk, request)

    def read(reader: CaseReader) -> tuple[bool, list[str], PassedRound]:
        simulated = which(stage_tally.kinds_of_data(reader.session, stage_tally.SPAN), asked.data)
        months = stage_tally.known_months(reader.session, stage_tally.SPAN, simulated)
        return simulated, months, restricted.passed_round_by(clearance, reader.session, simulated, asked.month, asked.need, asked.agency)

    simulated, known, found = await desk.ask(read)
    say, labels = Words(desk.pages.gettext(request)), desk.pages.words(request)
    name, number = Naming(desk.names(request), say.translate), desk.pages.number(request)
    words = _Said(say, name, number)
    by_month = summed(found.asked, "month", need=asked.need)
    shown = sorted(by_month)[-MONTHS:]
    by_need = summed(found.asked, "need", month=asked.month)
    title, other = say.translate(REQUESTS), say.translate(CAME_BACK)
    drawn = [one for one in found.pairs if one.back][:DRAWN]
    agencies = sorted(known_agencies(desk), key=lambda one: desk.pages.language(request).sorting(name(one)))
    return desk.pages.render(
        request, "passed_round.html", asked=asked, simulated=simulated, known=known, months=known, name=name, needs=NEEDS,
        agencies=agencies, title=title, other=other, here=ADDRESS,
        picture=bars([words.bar(month, by_month[month]) for month in shown], title, labels, simulated, "requests"),
        by_month=[[month, *words.needs(by_month[month]), *words.back(*found.months.get(month, (0, 0)))] for month in shown],
        pairs_drawn=bars([words.pair_bar(one) for one in drawn], other, labels, simulated, "back") if drawn else "",
        pairs=[[*words.pair(one), *words.back(one.ended, one.back)] for one in found.pairs[:LISTED]],
        by_need=[
            [say.need(need), *words.needs(by_need.get(need, Needs())), *words.back(*found.needs.get(need, (0, 0)))]
            for need in sorted(by_need.keys() | found.needs.keys())
        ],
    )  # fmt: skip


@router.get(f"{ADDRESS}/came-back.csv", dependencies=[Depends(no_filter)])
@needs(Act.READ_UNPROTECTED)
async def came_back_file(desk: CurrentDesk, request: Request) -> Response:
    """Requests whose wait is over, and how many of them came back: by month, pair and need, real and simulated ones."""
    clearance = must_be_cleared(desk, request)
    found = await desk.ask(lambda reader: {kind: restricted.came_back(clearance, reader.session, kind) for kind in (False, True)})
    rows = [
        (one.month, one.giver, one.receiver, one.need, one.ended, one.back, simulated)
        for simulated, some in found.items() for one in some
    ]  # fmt: skip
    return download("handoffs-came-back", BACK_HEAD, rows, desk.pages.gettext(request))


@router.get(f"{ADDRESS}/requests.csv", dependencies=[Depends(no_filter)])
@needs(Act.READ_UNPROTECTED)
async def requests_file(desk: CurrentDesk, request: Request) -> Response:
    """How many agencies were asked for how many needs, and whether the last agreed: by month and need, real and simulated ones."""
    clearance = must_be_cleared(desk, request)
    found = await desk.ask(lambda reader: {kind: restricted.asked_for(clearance, reader.session, kind) for kind in (False, True)})
    rows = [
        (one.month, one.need, one.times, one.agreed, n, simulated)
        for simulated, some in found.items() for one, n in some if one.month and one.need
    ]  # fmt: skip
    return download("handoffs-for-each-need", ASKED_HEAD, rows, desk.pages.gettext(request))


@dataclass
class _Said:
    """Figures in words."""

    say: Words
    name: Naming
    number: Any

    def bar(self, month: str, one: Needs) -> Bar:
        return Bar(month, one.each, f"{self.number(round(one.each, 1))} (n = {self.number(one.number)})")

    def pair_bar(self, one: PairBack) -> Bar:
        said = self.say.translate("%(back)s of %(ended)s") % {"back": self.number(one.back), "ended": self.number(one.ended)}
        return Bar(f"{self.name(one.giver)} → {self.name(one.receiver)}", one.back, said)

    def needs(self, one: Needs) -> list[str]:
        """How many, agreed to, not, requests for each."""
        left = one.number - one.agreed
        return [
            self.number(one.number),
            self.number(one.agreed),
            self.number(left),
            self.number(round(one.each, 1)) if one.number else NONE,
        ]

    def back(self, ended: int, back: int) -> list[str]:
        """Of how many the wait is over, how many came back, and the share."""
        return [self.number(ended), self.number(back), f"{back * 100 / ended:.0f}{NARROW}%" if ended else NONE]

    def pair(self, one: PairBack) -> list[str | Markup]:
        link = Markup('<a class="govuk-link" href="{}">{}</a>')
        return [link.format(pair_address(PAIRS, one.giver, one.receiver), self.name(one.giver)), self.name(one.receiver)]
