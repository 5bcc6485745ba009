"""LatencyView as a page shows it: the matrix of one stage, its twin, and the lines of all stages, with machine and human time apart."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.pages.csv_download import download
from services.reporting.rules.timings import Timing
from shared.config.country import Country
from shared.config.i18n import N_
from shared.web.desk import Desk
from shared.web.drawing.drawings import Cell, lasted, latency_matrix, matrix_rows
from shared.web.pages import ms
from shared.web.text.labels import AGENCY_KINDS
from shared.web.text.phrases import Words

STAGES = {
    "answered": N_("Asked until answered"),
    "delivered": N_("Asked until it is there"),
    "noticed": N_("There until somebody opened it"),
    "first_action": N_("Answered until the first action"),
    "completed": N_("Asked until completed"),
}
NARROW = "\u00a0"
"""A space at which no line breaks: columns of times stay readable at 360 px."""
LARGEST = 12
"""Agencies in the picture, the busiest; the table has all."""


@dataclass(frozen=True)
class LatencyView:
    """What the template draws."""

    picture: Markup
    head: list[str]
    twin: list[list[str]]
    lines: list[list[str]]
    stage: str
    left_out: int


class Naming:
    """How a page calls agencies: by their names in the directory, confidential ones by their kind."""

    def __init__(self, country: Country, translate: Callable[[str], str]) -> None:
        self.country, self.translate = country, translate

    def __call__(self, agency: str) -> str:
        """The name of an agency id, or of what a span says instead of one."""
        shown = self.country.told_as(agency)
        if shown.startswith("confidential:"):
            return self.translate("%s (confidential)") % Words(self.translate).of(AGENCY_KINDS, shown.partition(":")[2])
        return self.country.name_of(shown)


def duration(milliseconds: float, translate: Callable[[str], str] = str) -> str:
    """A time in words: what machines take in ms, what people take in the two largest units."""
    said = ms(milliseconds / 1000) if milliseconds < 1000 else lasted(milliseconds / 1000, translate)
    return said.replace(" ", NARROW)


def latency(request: Request, desk: Desk, timings: Sequence[Timing], stage: str, title: str, simulated: bool) -> LatencyView:
    """Picture, twin and lines."""
    translate, labels = desk.pages.gettext(request), desk.pages.words(request)
    name = Naming(desk.country, translate)
    chosen = [one for one in timings if one.stage == stage]
    shown = _busiest(chosen)
    cells = [Cell(t.giver, t.receiver, t.median / 1000, t.n, t.late) for t in chosen]
    drawn = [cell for cell in cells if cell.giver in shown and cell.taker in shown]
    everybody = {agency: name(agency) for agency in sorted({a for c in cells for a in (c.giver, c.taker)}, key=name)}
    agencies = {agency: text for agency, text in everybody.items() if agency in shown}
    head = [translate(text) for text in (N_("From"), N_("To"), N_("Number"), N_("Median"), N_("Late"))]
    picture = latency_matrix(agencies, drawn, title, labels, simulated, "latency")
    lines = [
        _line(one, name, translate) for one in sorted(timings, key=lambda t: (name(t.giver), name(t.receiver), list(STAGES).index(t.stage)))
    ]
    return LatencyView(picture, head, matrix_rows(everybody, cells, labels), lines, stage, len(everybody) - len(agencies))


def _busiest(timings: Iterable[Timing]) -> set[str]:
    weight = Counter[str]()
    for one in timings:
        weight[one.giver] += one.n
        weight[one.receiver] += one.n
    return {agency for agency, _ in weight.most_common(LARGEST)}


def _line(one: Timing, name: Callable[[str], str], translate: Callable[[str], str]) -> list[str]:
    whose = translate("machines") if one.machine else translate("people")
    late = f"{one.late * 100:.0f}{NARROW}%" if one.stage == "answered" else "–"
    return [
        name(one.giver), name(one.receiver), translate(STAGES[one.stage]), whose, f"{one.n:,}",
        duration(one.median, translate), duration(one.p95, translate), late,
    ]  # fmt: skip


def latency_file(desk: Desk, timings: dict[bool, list[Timing]]) -> Response:
    """All stages of all pairs as CSV, in milliseconds; simulated times say so."""
    head = ("from", "to", "stage", "time_of", "n", "median_ms", "p95_ms", "late_share", "simulated")
    rows = [
        (
            desk.country.told_as(t.giver), desk.country.told_as(t.receiver), t.stage, "machines" if t.machine else "people", t.n,
            t.median, t.p95, round(t.late, 4), simulated,
        )
        for simulated, some in timings.items() for t in some
    ]  # fmt: skip
    return download("handoff-latency", head, rows)
