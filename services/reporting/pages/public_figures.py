"""Released figures as a page and as files: what everybody sees who may see figures."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.pages.comparing import NOT_COMPARED, people_lines
from services.reporting.pages.csv_download import download
from services.reporting.pages.latency import NARROW, STAGES, duration
from services.reporting.pages.shown_release import shown_release
from services.reporting.pages.values import HAPPENED, LABELS, said
from services.reporting.queries.releases import Released, chosen, releases
from services.reporting.rules.gate.protected import ALL, OTHERS, SUPPRESSED, Figure
from services.reporting.rules.gate.releases import PERIOD
from services.reporting.rules.shown import public
from services.reporting.rules.shown.comparing import people_beside, people_of_periods, quarters_in, without_gaps, years_of_periods
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.figures import RELEASED
from shared.access.roles import Act
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.drawing.drawings import TrendPoint, on_axis, sparkline
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import Desk

NOTES = {
    SUPPRESSED: N_("suppressed: it could point to a person, by itself or together with other figures"),
    OTHERS: N_("all values of fewer people than the minimum, added up"),
    ALL: N_("total"),
}
"""The legend of files."""
FIRST = frozenset({"T2", "T4", "T8", "T11", "M2", "M9", "M20", "M21"})
"""Tables that most readers look for first."""
TREND = N_("People referred, quarter by quarter")
NOT_RELEASED = N_("Referrals are not released by this. The public view has them by quarter and one other thing that is offered there.")


def asked(rows: str, columns: str, translate: Any) -> tuple[str, ...]:
    """What the public view has of what was asked for. Raises HTTPException where it has nothing of the kind."""
    by = tuple(dict.fromkeys(name for name in (rows, columns) if name))
    try:
        return public.by(by)
    except public.NotReleased:
        raise HTTPException(422, translate(NOT_RELEASED)) from None


async def page(desk: Desk, request: Request, rows: str, columns: str, data: str, number: int) -> Response:
    """The table of one release, what it does not say and why, and what happened nationally."""
    translate = desk.pages.gettext(request)
    dimension = next((name for name in asked(rows, columns, translate) if name != PERIOD), RELEASED[0])

    known, simulated, found, one = await shown_release(desk, data, number)
    table, people = one.figures.tables[dimension] if one else None, people_of_periods(each.figures for each in found)
    tables = [(each, BY_ID[each.id].title) for each in (one.figures.counted if one else ()) if each.id in BY_ID]
    return desk.pages.render(
        request, "public_figures.html", known=known, simulated=simulated, releases=found, release=one, dimension=dimension, table=table,
        dimensions={name: translate(LABELS[name]) for name in RELEASED},
        lines=_lines(one, dimension, translate, desk.pages.number(request)), lost=public.lost(table),
        times=_times(desk, request, one), may_restricted=desk.may(request, Act.READ_UNPROTECTED), mark=SUPPRESSED,
        happened=HAPPENED, tables=tables, first_tables=[each for each in tables if each[0].id in FIRST],
        periods=people_lines(people_beside(people), desk.pages.number(request)),
        years=[line[:3] for line in people_lines(people_beside(years_of_periods(people)), desk.pages.number(request))],
        trend=_trend(people, desk, request),
    )  # fmt: skip


def _lines(one: Released | None, dimension: str, translate: Any, number: Callable[[float], str]) -> list[list[str]]:
    if one is None or not one.figures.tables[dimension].rows:
        return []
    names = {ALL: translate("Total"), OTHERS: translate("All others")}
    by: dict[str, list[str]] = {}
    for (value, _), people in public.rows(one.figures, (dimension, PERIOD)):
        by.setdefault(value, []).append(_shown(people, number))
    wide = len(one.figures.periods) + (len(one.figures.periods) > 1)  # one period is the total
    return [[names.get(value) or said(dimension, value, translate), *numbers[:wide]] for value, numbers in by.items()]


def _trend(people: Mapping[str, int], desk: Desk, request: Request) -> Markup:
    """People of each quarter that is released: the numbers of the table below it."""
    number = desk.pages.number(request)
    points = [TrendPoint(period, n, number(n)) for period, n in sorted(people.items()) if quarters_in(period) == 1]
    axis = without_gaps(one.label for one in points)
    return sparkline(on_axis(points, axis, NOT_COMPARED), desk.pages.gettext(request)(TREND), "trend")


def _shown(figure: Figure, number: Callable[[float], str]) -> str:
    return SUPPRESSED if figure is None else number(figure)


def _times(desk: Desk, request: Request, one: Released | None) -> list[list[str]]:
    translate, number = desk.pages.gettext(request), desk.pages.number(request)
    spent = partial(duration, translate=translate, locale=desk.pages.language(request).locale)

    return [
        [
            translate(STAGES[t.stage]), _shown(t.n, number), _shown(t.median_ms, spent), _shown(t.p95_ms, spent),
            "–" if t.stage != "answered" else SUPPRESSED if t.late_percent is None else f"{t.late_percent}{NARROW}%",
        ]
        for t in (one.figures.times if one else ()) if t.stage in STAGES
    ]  # fmt: skip


async def file(desk: Desk, request: Request, rows: str, columns: str, number: int) -> Response:
    """The referrals of a release of each kind as a file, each row with a note where its words are no plain value."""
    translate = desk.pages.gettext(request)
    by = asked(rows, columns, translate)
    found = await released(desk, number)
    lines: list[tuple[Cell, ...]] = [
        (one.id, *row.values, public.said(row.people), one.simulated, _note(translate, *row.values, str(public.said(row.people))))
        for one in found for row in public.rows(one.figures, by)
    ]  # fmt: skip
    return download("released-referrals-by-" + "-and-".join(by), ("release", *by, "people", "simulated", "note"), lines, translate)


async def times_file(desk: Desk, request: Request, number: int) -> Response:
    """How long the stages took nationally, as a file."""
    head = ("release", "stage", "n", "median_ms", "p95_ms", "late_percent", "simulated", "note")
    lines: list[tuple[Cell, ...]] = []
    translate = desk.pages.gettext(request)
    for one in await released(desk, number):
        for stage, *figures in one.figures.times:
            said_ = [public.said(figure) for figure in figures]
            lines.append((one.id, stage, *said_, one.simulated, _note(translate, *map(str, said_))))
    return download("released-handoff-times", head, lines, translate)


async def released(desk: Desk, number: int) -> list[Released]:
    """The release of this number; else the newest of real figures and the newest of simulated ones."""

    def read(reader: CaseReader) -> list[Released]:
        return [one for kind in (False, True) if (one := chosen(releases(reader.session, kind), number))]

    found = await desk.ask(read)
    if number and not found:
        raise HTTPException(404)
    return found


def _note(translate: Any, *values: str) -> str:
    return "; ".join(dict.fromkeys(translate(NOTES[value]) for value in values if value in NOTES))
