"""A table of one's own as everybody may have it: made of what is released, or refused with what can be asked for instead."""

from collections.abc import Sequence
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.latency import Naming
from services.reporting.pages.public_figures import NOTES, released
from services.reporting.pages.shown_release import shown_release
from services.reporting.pages.table_words import DIMENSIONS, in_words, line_in_words
from services.reporting.queries.releases import Released
from services.reporting.rules.gate.protected import SUPPRESSED
from services.reporting.rules.gate.releases import PERIOD
from services.reporting.rules.shown import built_tables, public
from services.reporting.rules.shown.built_tables import MOST_DIMENSIONS, NEVER_TOGETHER, NO_THING, THINGS, TOO_MANY, BuiltTable, NotBuilt
from services.reporting.rules.tables.catalogue import BY_ID
from shared.access.roles import Act
from shared.config.i18n import N_
from shared.web.http.csv_sheet import Cell
from shared.web.http.desk import Desk

WHY_NOT = {
    NEVER_TOGETHER: N_(
        "No released table holds these together, and none is made of facts: what is shown must fit everything that is released already. "
        "Choose one of the groups below, or a part of it, with the quarter or without."
    ),
    TOO_MANY: N_("A table is built by one to four things."),
    NO_THING: N_("Released tables are not counted by this. Choose from the things that are offered here."),
}  # fmt: skip
SHOWN = 200
"""Lines on the page; the file has all."""


async def page(desk: Desk, request: Request, by: Sequence[str], data: str, number: int) -> Response:
    """Choose, and see the table, or why there is none."""
    translate = desk.pages.gettext(request)
    known, simulated, found, one = await shown_release(desk, data, number)
    refused, table = None, None
    try:
        asked = built_tables.asked_for(by, [one.figures] if one else ())
        table = built_tables.build(one.figures, asked) if one and asked else None
    except NotBuilt as why:
        asked, refused = tuple(name for name in dict.fromkeys(by) if name in THINGS)[:MOST_DIMENSIONS], translate(WHY_NOT[why.why])
    lines = _lines(desk, request, table) if table else []
    return desk.pages.render(
        request, "public_build.html", 422 if refused else 200, known=known, simulated=simulated, releases=found, release=one, by=asked,
        most=MOST_DIMENSIONS, refused=refused, table=table, lines=lines[:SHOWN], left=max(0, len(lines) - SHOWN), mark=SUPPRESSED,
        dimensions={name: translate(DIMENSIONS[name]) for name in _offered(one, asked)},
        made_of=BY_ID.get(table.made_of) if table else None, whole=bool(one and table and _suppressed(one, table)),
        groups=built_tables.offers(one.figures) if one else [], period=PERIOD, may_restricted=desk.may(request, Act.READ_UNPROTECTED),
    )  # fmt: skip


def _suppressed(one: Released, table: BuiltTable) -> bool:
    """Whether nothing of it is shown but how many people there are."""
    return not table.made_of and any(not one.figures.tables[name].rows for name in table.by if name in one.figures.tables)


def _offered(one: Released | None, asked: Sequence[str]) -> tuple[str, ...]:
    """By what this release may be asked for, in one order, with what was asked for: of that, all may be suppressed."""
    known = {PERIOD, *asked, *(name for group in (built_tables.offers(one.figures) if one else ()) for name in group)}
    return tuple(name for name in THINGS if name in known)


def _lines(desk: Desk, request: Request, table: BuiltTable) -> list[list[str]]:
    translate, number = desk.pages.gettext(request), desk.pages.number(request)
    naming = Naming(desk.names(request), translate)
    return [
        [*(in_words(name, value, translate, naming) for name, value in zip(table.by, row.values, strict=True)),
         SUPPRESSED if row.people is None else number(row.people)]
        for row in built_tables.details(table)
    ]  # fmt: skip


async def file(desk: Desk, request: Request, by: Sequence[str], number: int) -> Response:
    """The same as a file, with totals and with lines of nobody, each kind of figures from its newest release, if that has it. Raises
    HTTPException."""
    translate = desk.pages.gettext(request)
    naming = Naming(desk.names(request), translate)
    lines: list[tuple[Cell, ...]] = []
    found = await released(desk, number)
    of = [one.figures for one in found]
    try:
        asked = built_tables.asked_for(by, of) or (PERIOD,)
        for one, table in zip(found, built_tables.build_each(of, asked), strict=True):
            for row in table.rows if table else ():
                said: Any = public.said(row.people)
                notes = dict.fromkeys(translate(NOTES[value]) for value in (*row.values, str(said)) if value in NOTES)
                lines.append(
                    (one.id, *row.values, said, one.simulated, line_in_words(asked, row.values, translate, naming), "; ".join(notes))
                )
    except NotBuilt as why:
        raise HTTPException(422, said_so(why, translate)) from None
    return download(
        "released-people-by-" + "-and-".join(asked), ("release", *asked, "people", "simulated", "in_words", "note"), lines, translate
    )


def said_so(why: NotBuilt, translate: Any) -> str:
    """Why such a table is not to be had, and what is."""
    groups = "; ".join(", ".join(translate(DIMENSIONS[name]) for name in group) for group in why.allowed)
    return f"{translate(WHY_NOT[why.why])} {groups}".strip()
