"""What other bodies count, beside our own figures and never among them; our own people as HTCDS v2.0 has them. For cleared staff alone."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import which
from services.reporting.pages.table_words import DIMENSIONS, STANDINGS
from services.reporting.pages.values import said
from services.reporting.queries import htcds, other_returns, restricted
from services.reporting.queries.other_returns import BesideOurs, ReturnedLine
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.exchange.htcds import COLUMNS, lines
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.web.http.csv_sheet import csv_file
from shared.web.http.desk import CurrentDesk

NOT_KNOWN = N_("not known")
DIMENSION = {
    "forms": "exploitation_type", "age": "age_at_exploitation", "sex": "gender", "nationality": "nationality", "standing": "standing",
    "kind": "first_responder_type",
}  # fmt: skip
"""What a return may be looked at by → what our own tables call it."""
SOURCES = {"table": N_("a table of numbers"), "htcds": N_("HTCDS v2.0, person by person")}
router = APIRouter(include_in_schema=False)


class ReturnedBy(StrEnum):
    """By what a return is looked at."""

    FORMS = "forms"
    AGE = "age"
    SEX = "sex"
    NATIONALITY = "nationality"
    STANDING = "standing"
    KIND = "kind"


Named = Annotated[str, Query(max_length=120)]


@router.get("/figures/returns")
@needs(Act.READ_UNPROTECTED)
async def page(desk: CurrentDesk, request: Request, body: Named = "", by: ReturnedBy = ReturnedBy.FORMS, data: str = "") -> Response:
    """Each quarter of each body beside our own number; of one body by one other thing."""
    clearance, translate = must_be_cleared(desk, request), desk.pages.gettext(request)

    def read(reader: CaseReader) -> tuple[set[bool], bool, list[BesideOurs], list[ReturnedLine]]:
        known = restricted.kinds_of_data(clearance, reader.session)
        simulated = which(known, data)
        beside = other_returns.beside_ours(clearance, reader.session, simulated)
        chosen = other_returns.returned_by(clearance, reader.session, body, by) if body in {one.body for one in beside} else []
        return known, simulated, beside, chosen

    known, simulated, beside, chosen = await desk.ask(read)
    number = desk.pages.number(request)

    def counted(people: int, hidden: int) -> str:
        return f"{number(people)} + {translate(N_('suppressed'))} × {number(hidden)}" if hidden else number(people)

    def word(value: str) -> str:
        return translate(STANDINGS[value]) if by is ReturnedBy.STANDING and value in STANDINGS else said(DIMENSION[by], value, translate)

    rows = [
        [one.quarter, one.body, counted(one.people, one.suppressed), translate(NOT_KNOWN) if one.ours is None else number(one.ours),
         translate(SOURCES[one.source]), ", ".join(map(number, one.former)) or "–"]
        for one in beside
    ]  # fmt: skip
    return desk.pages.render(
        request, "returns.html", rows=rows, known=known, simulated=simulated, body=body, by=by.value,
        bodies=sorted({one.body for one in beside}), dimensions={name: DIMENSIONS[ours] for name, ours in DIMENSION.items()},
        chosen=[[one.quarter, word(one.value), counted(one.people, one.hidden)] for one in chosen],
    )  # fmt: skip


@router.get("/figures/returns.csv")
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request) -> Response:
    """The same as a file: their numbers and ours in columns of their own, never added up."""
    clearance = must_be_cleared(desk, request)
    found = await desk.ask(
        lambda reader: {
            kind: other_returns.beside_ours(clearance, reader.session, kind)
            for kind in sorted(restricted.kinds_of_data(clearance, reader.session) or {False})
        }
    )
    head = ("quarter", "body", "people_theirs", "suppressed_at_source", "people_ours", "source", "restated_from", "simulated")
    told = [
        (one.quarter, one.body, one.people, one.suppressed, "" if one.ours is None else one.ours, one.source,
         " ".join(map(str, one.former)), kind)
        for kind, some in found.items() for one in some
    ]  # fmt: skip
    return download("returns", head, told, desk.pages.gettext(request))


@router.get("/figures/htcds.csv")
@needs(Act.READ_UNPROTECTED)
async def persons(desk: CurrentDesk, request: Request, data: str = "") -> Response:
    """Our own people as HTCDS v2.0 has them: a line is one person. The names of its columns are the standard's, in every language."""
    clearance = must_be_cleared(desk, request)

    def read(reader: CaseReader) -> list[tuple[str, ...]]:
        simulated = which(restricted.kinds_of_data(clearance, reader.session), data)
        return list(lines(htcds.people(clearance, reader.session, simulated)))

    return csv_file("htcds-restricted", COLUMNS, await desk.ask(read))
