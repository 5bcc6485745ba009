"""The rapporteur's pages: referrals by what one asks for, and what happened nationally. From facts alone: no case, no person."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from services.reporting.pages.csv_download import download
from services.reporting.pages.latency import STAGES, latency, latency_file
from services.reporting.pages.operations import which
from services.reporting.queries import figures
from services.reporting.rules.figures import DIMENSIONS, Cell, UnknownDimension, dimensions
from services.reporting.rules.timings import timings
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.case_reader import CaseReader
from shared.web.desk import CurrentDesk, Desk
from shared.web.text.labels import AGENCY_KINDS, AGES, FORMS, SEXES

LABELS = {
    "quarter": N_("Quarter"),
    "first_responder_type": N_("Type of first responder"),
    "first_responder": N_("First responder"),
    "exploitation_type": N_("Form of exploitation"),
    "age_at_exploitation": N_("Age at exploitation"),
    "gender": N_("Sex"),
    "nationality": N_("Nationality"),
}
HAPPENED = {
    "referral": N_("People referred"),
    "joint_action": N_("Joint actions"),
    "pingpong": N_("Cases passed round"),
    "decision": N_("Decisions on status"),
    "case_decided": N_("Cases with a decision"),
}
CODES = {"first_responder_type": AGENCY_KINDS, "exploitation_type": FORMS, "age_at_exploitation": AGES, "gender": SEXES}
"""Our own codes in words; what a source printed is shown as it printed it."""
REST = "\0"
WIDEST = 10
"""Columns of the table on the page; the rest is added up in one. The file has all."""
router = APIRouter(include_in_schema=False)


@router.get("/figures")
@needs(Act.READ_FIGURES)
async def page(
    desk: CurrentDesk, request: Request, rows: str = "quarter", columns: str = "first_responder_type", data: str = "",
    stage: str = "answered",
) -> Response:  # fmt: skip
    """Referrals by what one asks for, what happened nationally, and how long hand-offs took."""
    return await _page(desk, request, asked(rows, columns), data, stage if stage in STAGES else "answered")


@router.get("/figures.csv")
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, rows: str = "quarter", columns: str = "first_responder_type") -> Response:
    """The referrals as a file."""
    by = asked(rows, columns)
    cells = await desk.ask(lambda clerk: [(*v, n, kind) for kind in (False, True) for v, n in figures.people(clerk.session, by, kind)])
    return download("referrals-by-" + "-and-".join(by), (*by, "people", "simulated"), sorted(cells))


@router.get("/figures/latency.csv")
@needs(Act.READ_FIGURES)
async def times(desk: CurrentDesk) -> Response:
    """How long hand-offs took, from facts, as a file."""
    found = await desk.ask(lambda clerk: {kind: timings(figures.took(clerk.session, kind)) for kind in (False, True)})
    return latency_file(desk, found)


def asked(rows: str, columns: str) -> tuple[str, ...]:
    """The one or two dimensions of the table. Raises HTTPException for what referrals are not counted by."""
    try:
        by = dimensions(f"{rows},{columns}")[:2]
    except UnknownDimension:
        raise HTTPException(422, "Referrals are not counted by this.") from None
    return by or ("quarter",)


async def _page(desk: Desk, request: Request, by: tuple[str, ...], data: str, stage: str) -> Response:
    translate = desk.pages.gettext(request)

    def read(clerk: CaseReader) -> dict[str, Any]:
        known = figures.kinds_of_data(clerk.session)
        simulated = which(known, data)
        return {
            "known": known, "simulated": simulated, "cells": figures.people(clerk.session, by, simulated),
            "national": figures.national(clerk.session, simulated), "unreadable": figures.unreadable(clerk.session),
            "timings": timings(figures.took(clerk.session, simulated)),
        }  # fmt: skip

    found = await desk.ask(read)
    title = translate("%s: median by who asked and who was asked") % translate(STAGES[stage])
    head, table, left_out = crosstab(by, found.pop("cells"), translate)
    return desk.pages.render(
        request, "figures.html", **found, by=by, dimensions={name: translate(LABELS[name]) for name in DIMENSIONS}, head=head, table=table,
        left_out=left_out, happened=HAPPENED, stages=STAGES, title=title,
        latency=latency(request, desk, found["timings"], stage, title, found["simulated"]),
    )  # fmt: skip


def crosstab(by: Sequence[str], cells: Sequence[Cell], translate: Any = str) -> tuple[list[str], list[list[str]], int]:
    """Head and rows with totals; how many columns were added up into one."""
    total = translate("Total")
    if len(by) == 1:
        rows = [[said(by[0], value, translate), f"{n:,}"] for (value,), n in sorted(cells)]
        return [translate(LABELS[by[0]]), translate("People")], [*rows, [total, f"{sum(n for _, n in cells):,}"]] if rows else [], 0
    shown, rest = _columns([(column, n) for (_, column), n in cells])
    counted, across = Counter[tuple[str, str]](), Counter[str]()
    for (row, column), n in cells:
        counted[row, column if column in shown else REST] += n
        across[row] += n
    columns = [*shown, *([REST] if rest else [])]
    head = [said(by[1], column, translate) for column in shown] + [translate("All others")] * bool(rest)
    rows = [
        [said(by[0], row, translate), *(f"{counted[row, column]:,}" for column in columns), f"{across[row]:,}"] for row in sorted(across)
    ]
    last = [total, *(f"{sum(counted[row, column] for row in across):,}" for column in columns), f"{sum(across.values()):,}"]
    return [translate(LABELS[by[0]]), *head, total], [*rows, last] if rows else [], rest


def said(dimension: str, value: str, translate: Any = str) -> str:
    """A value in words: codes of ours translated, printed ones as they are, a blank as "not recorded"."""
    words = CODES.get(dimension, {})
    if value and all(part in words for part in value.split(",")):
        return ", ".join(translate(words[part]) for part in value.split(","))
    return value or translate("not recorded")


def _columns(cells: Sequence[tuple[str, int]]) -> tuple[list[str], int]:
    """The largest columns in the order of their values, and how many others there are."""
    weight = Counter[str]()
    for column, n in cells:
        weight[column] += n
    most = weight.most_common()
    shown = most if len(most) <= WIDEST + 1 else most[:WIDEST]
    return sorted(column for column, _ in shown), len(most) - len(shown)
