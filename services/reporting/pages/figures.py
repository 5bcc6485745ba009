"""The rapporteur's pages: referrals by what one asks for, and what happened nationally. From facts alone: no case, no person."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.ingest import releases
from services.reporting.pages import public_figures
from services.reporting.pages.comparing import people_lines
from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.latency import MEDIAN, STAGES, latency, latency_file
from services.reporting.pages.values import HAPPENED, LABELS, said
from services.reporting.queries import restricted
from services.reporting.queries.releases import unreleased
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.view import PUBLIC, cleared
from services.reporting.rules.gate.releases import TooFew
from services.reporting.rules.shown.comparing import people_beside, whole_years
from services.reporting.rules.tables.figures import DIMENSIONS, Cell, UnknownDimension, dimensions
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.calendar import quarter_of
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.environment import number
from shared.web.http.form_posts import see_other

REST = "\0"
NOTHING = N_("Nothing was released: every quarter that has ended is out already, or nobody was referred in it.")
TOO_FEW = N_("Nothing was released: fewer than %(least)s people were referred in the quarters that have ended and are not out yet.")
CHANGED = N_("Nothing was released: while the release was made, records came for its quarters, or another release went out. Release again.")
WHY_NOT = {releases.NothingToRelease: NOTHING, releases.FiguresChanged: CHANGED, TooFew: TOO_FEW}
_ONE_AT_A_TIME = asyncio.Lock()
"""A second release waits for the first, and finds what is left."""
Number = Annotated[int, Query(ge=0, le=10**9)]
WIDEST = 10
"""Columns of the table on the page; the rest is added up in one. The file has all."""
NOT_COUNTED_BY = N_("Referrals are not counted by this.")
router = APIRouter(include_in_schema=False)


@router.get("/figures")
@needs(Act.READ_FIGURES)
async def page(
    desk: CurrentDesk, request: Request, rows: str = "quarter", columns: str = "first_responder_type", data: str = "",
    stage: str = "answered", view: str = "", release: Number = 0,
) -> Response:  # fmt: skip
    """Referrals by what one asks for, what happened nationally, and how long hand-offs took: released, or for cleared staff unprotected."""
    if clearance := cleared(desk, request, view):
        return await _page(desk, request, clearance, asked(desk, request, rows, columns), data, stage if stage in STAGES else "answered")
    return await public_figures.page(desk, request, rows, columns, data, release)


@router.get("/figures.csv")
@needs(Act.READ_FIGURES)
async def file(
    desk: CurrentDesk, request: Request, rows: str = "quarter", columns: str = "first_responder_type", view: str = "", release: Number = 0
) -> Response:
    """The referrals as a file."""
    clearance = cleared(desk, request, view)
    if clearance is None:
        return await public_figures.file(desk, request, rows, columns, release)
    by = asked(desk, request, rows, columns)
    cells = await desk.ask(
        lambda reader: [(*v, n, kind) for kind in (False, True) for v, n in restricted.people(clearance, reader.session, by, kind)]
    )
    return download("referrals-by-" + "-and-".join(by), (*by, "people", "simulated"), sorted(cells), desk.pages.gettext(request))


@router.get("/figures/latency.csv")
@needs(Act.READ_FIGURES)
async def times(desk: CurrentDesk, request: Request, view: str = "", release: Number = 0) -> Response:
    """How long hand-offs took, from facts, as a file."""
    clearance = cleared(desk, request, view)
    if clearance is None:
        return await public_figures.times_file(desk, request, release)
    found = await desk.ask(
        lambda reader: {kind: restricted.times_by_facts(clearance, reader.session, desk.country, kind) for kind in (False, True)}
    )
    return latency_file(desk, request, found)


@router.post("/figures/releases")
@needs(Act.RELEASE_FIGURES)
async def let_out(desk: CurrentDesk, request: Request, kind: Annotated[str, Form()] = "real") -> Response:
    """Release the quarters that have ended. Once more with none that is not out changes nothing, and says so.

    The writer waits for no gate."""
    officer, at, simulated = desk.officer(request).id, desk.instance.clock.now()[0], kind == "simulated"
    try:
        async with _ONE_AT_A_TIME:
            found = await desk.ask(lambda reader: releases.to_release(reader.session, desk.country, at, simulated))
            figures = await asyncio.to_thread(releases.made, found, desk.country, at)
            await desk.instance.run(lambda work: releases.write(work.session, desk.country, found, figures, officer, at))
    except (releases.NothingToRelease, releases.FiguresChanged, TooFew) as why:
        words = desk.pages.gettext(request)(WHY_NOT[type(why)])
        raise HTTPException(409, words % {"least": desk.country.publication.minimum}) from None
    return see_other(f"/figures?view={PUBLIC}&data={'simulated' if simulated else 'real'}")


def asked(desk: Desk, request: Request, rows: str, columns: str) -> tuple[str, ...]:
    """The one or two dimensions of the table. Raises HTTPException for what referrals are not counted by."""
    try:
        by = dimensions(f"{rows},{columns}")[:2]
    except UnknownDimension:
        raise HTTPException(422, desk.pages.gettext(request)(NOT_COUNTED_BY)) from None
    return by or ("quarter",)


async def _page(desk: Desk, request: Request, clearance: Clearance, by: tuple[str, ...], data: str, stage: str) -> Response:
    translate = desk.pages.gettext(request)
    running = quarter_of(desk.instance.clock.now()[0], desk.country.time_zone)

    def read(reader: CaseReader) -> dict[str, Any]:
        session = reader.session
        known = restricted.kinds_of_data(clearance, session)
        simulated = which(known, data)
        return {
            "known": known, "simulated": simulated, "cells": restricted.people(clearance, session, by, simulated),
            "national": restricted.national(clearance, session, simulated), "unreadable": restricted.unreadable(clearance, session),
            "timings": restricted.times_by_facts(clearance, session, desk.country, simulated),
            "unreleased": unreleased(session, simulated, running),
            "quarters": {quarter: n for (quarter,), n in restricted.people(clearance, session, ("quarter",), simulated) if n},
        }  # fmt: skip

    found = await desk.ask(read)
    title = translate(MEDIAN) % {"stage": translate(STAGES[stage])}
    head, table, left_out = crosstab(by, found.pop("cells"), translate, desk.pages.number(request))
    ended = {quarter: n for quarter, n in found.pop("quarters").items() if quarter < running}
    people = [people_lines(people_beside(some), desk.pages.number(request)) for some in (ended, whole_years(ended, running))]
    return desk.pages.render(
        request, "figures.html", **found, quarters=people[0], years=[line[:3] for line in people[1]], by=by,
        dimensions={name: translate(LABELS[name]) for name in DIMENSIONS}, head=head, table=table,
        left_out=left_out, happened=HAPPENED, stages=STAGES, title=title, may_release=desk.may(request, Act.RELEASE_FIGURES),
        latency=latency(request, desk, found["timings"], stage, title, found["simulated"]),
    )  # fmt: skip


def crosstab(
    by: Sequence[str], cells: Sequence[Cell], translate: Any = str, number: Callable[[float], str] = number
) -> tuple[list[str], list[list[str]], int]:  # fmt: skip
    """Head and rows with totals; how many columns were added up into one."""
    total = translate("Total")
    if len(by) == 1:
        rows = [[said(by[0], value, translate), number(n)] for (value,), n in sorted(cells)]
        return [translate(LABELS[by[0]]), translate("People")], [*rows, [total, number(sum(n for _, n in cells))]] if rows else [], 0
    shown, rest = _columns([(column, n) for (_, column), n in cells])
    counted, across = Counter[tuple[str, str]](), Counter[str]()
    for (row, column), n in cells:
        counted[row, column if column in shown else REST] += n
        across[row] += n
    columns = [*shown, *([REST] if rest else [])]
    head = [said(by[1], column, translate) for column in shown] + [translate("All others")] * bool(rest)
    rows = [
        [said(by[0], row, translate), *(number(counted[row, column]) for column in columns), number(across[row])] for row in sorted(across)
    ]
    last = [total, *(number(sum(counted[row, column] for row in across)) for column in columns), number(sum(across.values()))]
    return [translate(LABELS[by[0]]), *head, total], [*rows, last] if rows else [], rest


def _columns(cells: Sequence[tuple[str, int]]) -> tuple[list[str], int]:
    """The largest columns in the order of their values, and how many others there are."""
    weight = Counter[str]()
    for column, n in cells:
        weight[column] += n
    most = weight.most_common()
    shown = most if len(most) <= WIDEST + 1 else most[:WIDEST]
    return sorted(column for column, _ in shown), len(most) - len(shown)
