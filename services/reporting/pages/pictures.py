"""The rapporteur's pictures: of what is released, or for cleared staff before disclosure control, each with its table and its file."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages.comparing import ComparedWords
from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.latency import UNKNOWN, Naming, duration
from services.reporting.pages.picture_drawing import PictureWords, drawn
from services.reporting.pages.public_figures import NOTES, released
from services.reporting.pages.shown_release import shown_release
from services.reporting.pages.table_words import line_in_words
from services.reporting.queries import pictures, restricted
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.tables import BeingCounted
from services.reporting.queries.view import cleared
from services.reporting.rules.gate.protected import SUPPRESSED
from services.reporting.rules.shown import public
from services.reporting.rules.shown.picture_lines import FLOW, MADE_OF, PICTURED, PINGPONG, Lines, released_lines
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.definitions import COLUMNS
from services.reporting.rules.tables.table_cases import dimensions
from services.reporting.tables_api import BEING_COUNTED
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import CurrentDesk, Desk

NO_SUCH = N_("There is no such picture.")
Period = Annotated[str, Query(max_length=15)]
Number = Annotated[int, Query(ge=0, le=10**9)]
router = APIRouter(include_in_schema=False)


@router.get("/figures/pictures")
@needs(Act.READ_FIGURES)
async def page(desk: CurrentDesk, request: Request, period: Period = "", data: str = "", view: str = "", release: Number = 0) -> Response:
    """All pictures of a period; the one over time has all periods."""
    if clearance := cleared(desk, request, view):
        return await _restricted(desk, request, clearance, period, data)
    return await _public(desk, request, period, data, release)


@router.get("/figures/pictures/{id}/file.csv")
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, request: Request, id: str, view: str = "", release: Number = 0) -> Response:
    """What a picture is made of, all periods, as a file."""
    if id not in MADE_OF:
        raise HTTPException(404, desk.pages.gettext(request)(NO_SUCH))
    clearance = cleared(desk, request, view)
    if clearance is None:
        found = [(one.id, one.simulated, released_lines(one.figures, MADE_OF[id])) for one in await released(desk, release)]
        return _download(desk, request, f"released-picture-{id}", found)
    lines = await desk.ask(lambda reader: [(0, kind, _lines(desk, clearance, reader, MADE_OF[id], kind, "")) for kind in (False, True)])
    if any(one is None for _, _, one in lines):
        raise HTTPException(503, desk.pages.gettext(request)(BEING_COUNTED))
    return _download(desk, request, f"picture-{id}", [(number, kind, one or {}) for number, kind, one in lines])


async def _restricted(desk: Desk, request: Request, clearance: Clearance, period: str, data: str) -> Response:
    def read(reader: CaseReader) -> tuple[set[bool], bool, list[str], str, Lines | None]:
        known = restricted.kinds_of_data(clearance, reader.session)
        simulated = which(known, data)
        periods = pictures.periods(clearance, reader.session, MADE_OF[FLOW], simulated)
        shown = period if period in periods else next(iter(periods), "")
        lines = _lines(desk, clearance, reader, PICTURED, simulated, shown)
        over = _lines(desk, clearance, reader, MADE_OF[PINGPONG], simulated, "")
        return known, simulated, periods, shown, None if lines is None or over is None else lines | over

    known, simulated, periods, shown, lines = await desk.ask(read)
    return desk.pages.render(
        request, "pictures.html", restricted=True, known=known, simulated=simulated, periods=periods, period=shown, releases=[],
        release=None,
        pictures=drawn(lines or {}, shown, _words(desk, request, UNKNOWN, simulated)) if shown else [], may_restricted=True,
        being_counted=BEING_COUNTED if lines is None else "", mark=SUPPRESSED,
    )  # fmt: skip


def _lines(
    desk: Desk, clearance: Clearance, reader: CaseReader, ids: Iterable[str], simulated: bool, period: str
) -> dict[str, Any] | None:  # fmt: skip
    try:
        now = desk.instance.clock.now()[0]
        return {**pictures.lines(clearance, reader.session, ids, desk.country, now, simulated, period)}
    except BeingCounted:
        return None


async def _public(desk: Desk, request: Request, period: str, data: str, number: int) -> Response:
    known, simulated, found, one = await shown_release(desk, data, number)
    periods = one.figures.periods[::-1] if one else ()
    shown = period if period in periods else next(iter(periods), "")
    lines: dict[str, Any] = {**released_lines(one.figures, PICTURED)} if one else {}
    lines["M9"] = [line for each in found for line in released_lines(each.figures, MADE_OF[PINGPONG])["M9"]]
    return desk.pages.render(
        request, "pictures.html", restricted=False, known=known, simulated=simulated, periods=periods, period=shown, releases=found,
        release=one, pictures=drawn(lines, shown, _words(desk, request, SUPPRESSED, simulated)) if one else [],
        may_restricted=desk.may(request, Act.READ_UNPROTECTED), being_counted="", mark=SUPPRESSED,
    )  # fmt: skip


def _words(desk: Desk, request: Request, missing: str, simulated: bool) -> PictureWords:
    translate = desk.pages.gettext(request)
    spent: Any = partial(duration, translate=translate, locale=desk.pages.language(request).locale)
    said = ComparedWords(desk.pages.number(request), spent, missing)
    return PictureWords(translate, said, desk.pages.words(request), simulated)


def _download(desk: Desk, request: Request, name: str, found: Iterable[tuple[int, bool, Lines]]) -> Response:
    """`found`: number of the release (0: none), whether it is of simulated times, and the lines."""
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    columns = ("n", "whole", "open", "median_ms", "p90_ms")
    rows: list[tuple[Cell, ...]] = []
    for number, simulated, lines in found:
        for id, some in lines.items():
            for line in some:
                has = COLUMNS[BY_ID[id].shape]
                said = ["" if one not in has else _said(getattr(line, one), number) for one in columns]
                words = line_in_words(dimensions(BY_ID[id]), line.values, translate, naming)
                notes = dict.fromkeys(translate(NOTES[v]) for v in (*line.values, *map(str, said)) if v in NOTES)
                rows.append((number or "", id, line.period, " ".join(line.values), *said, simulated, words, "; ".join(notes)))
    return download(name, ("release", "table", "period", "values", *columns, "simulated", "in_words", "note"), rows, translate)


def _said(figure: int | None, release: int) -> int | str:
    """Suppressed in a release; elsewhere what is not known is empty."""
    return "" if figure is None and not release else public.said(figure)
