"""Packs for bodies from outside: what each asks for, for everybody who may see figures, and its figures, for cleared staff alone."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.latency import Naming
from services.reporting.pages.table_words import DIMENSIONS, in_words
from services.reporting.queries import packs, restricted
from services.reporting.queries.packs import CountedPack
from services.reporting.queries.tables import BeingCounted
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.exchange.packs import PACKS, FiguresPack, UnknownPack, pack_of
from services.reporting.tables_api import BEING_COUNTED
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import CurrentDesk, Desk

NO_PACK = N_("There is no such pack. The page of packs names those that there are.")
Year = Annotated[str, Query(max_length=10)]
router = APIRouter(include_in_schema=False)


@router.get("/figures/packs")
@needs(Act.READ_FIGURES)
async def listed(desk: CurrentDesk, request: Request) -> Response:
    """What each pack asks for, and what of it is not collected. It has no figure."""
    return desk.pages.render(request, "packs.html", packs=PACKS, dimensions=DIMENSIONS, cleared=desk.may(request, Act.READ_UNPROTECTED))


@router.get("/figures/packs/{id}")
@needs(Act.READ_UNPROTECTED)
async def page(desk: CurrentDesk, request: Request, id: str, year: Year = "", data: str = "") -> Response:
    """A pack of one year before disclosure control."""
    clearance, pack, translate = must_be_cleared(desk, request), _pack(desk, request, id), desk.pages.gettext(request)

    def read(reader: CaseReader) -> tuple[set[bool], bool, CountedPack | None]:
        known = restricted.kinds_of_data(clearance, reader.session)
        simulated = which(known, data)
        try:
            return known, simulated, packs.counted(clearance, reader.session, pack, desk.country, simulated, year)
        except BeingCounted:
            return known, simulated, None

    known, simulated, found = await desk.ask(read)
    naming, number = Naming(desk.names(request), translate), desk.pages.number(request)
    tables = [
        (one, [translate(DIMENSIONS[name]) for name in one.dimensions] + [translate(N_("Number"))], [
            [*(in_words(name, value, translate, naming) for name, value in zip(one.dimensions, values, strict=True)), number(n)]
            for values, n in rows
        ])
        for one, rows in (found.tables if found else ())
    ]  # fmt: skip
    return desk.pages.render(
        request, "pack.html", pack=pack, known=known, simulated=simulated, found=found, tables=tables, being_counted=BEING_COUNTED
    )


@router.get("/figures/packs/{id}/file.csv")
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request, id: str, year: Year = "") -> Response:
    """The same as a file: real figures and simulated ones; what is not collected has a line that says so."""
    clearance, pack, translate = must_be_cleared(desk, request), _pack(desk, request, id), desk.pages.gettext(request)
    try:
        found = await desk.ask(
            lambda reader: {kind: packs.counted(clearance, reader.session, pack, desk.country, kind, year) for kind in (False, True)}
        )
    except BeingCounted:
        raise HTTPException(503, translate(BEING_COUNTED)) from None
    lines = [line for kind, one in found.items() if one.year or not kind for line in pack_lines(one, simulated=kind)]
    return download(f"pack-{pack.id}", HEAD, lines, translate)


HEAD = ("pack", "year", "table", "values", "n", "simulated", "note")


def pack_lines(found: CountedPack, *, simulated: bool) -> list[tuple[Cell, ...]]:
    """The lines of a pack's file. What is not collected, and what nothing is known of, has no number."""
    lines: list[tuple[Cell, ...]] = []
    for one, rows in found.tables:
        at = (found.pack.id, found.year, one.id)
        lines += [(*at, " · ".join(values), n, simulated, one.note) for values, n in rows]
        if not rows:
            lines.append((*at, "", "", simulated, "not collected" if one.asked is None else "nothing is known"))
    return lines


def _pack(desk: Desk, request: Request, id: str) -> FiguresPack:
    try:
        return pack_of(id)
    except UnknownPack:
        raise HTTPException(404, desk.pages.gettext(request)(NO_PACK)) from None
