"""LatencyView as a page shows it: the matrix of one stage, its twin, and the lines of all stages, with machine and human time apart."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.pages.csv_download import download
from services.reporting.rules.latency.timings import Timing
from shared.config.country import OF_ANY_KIND
from shared.config.i18n import N_
from shared.web.drawing.drawings import Cell, lasted, latency_matrix, matrix_rows
from shared.web.http.desk import Desk
from shared.web.http.environment import ms
from shared.web.text.labels import AGENCY_KINDS
from shared.web.text.languages import ENGLISH
from shared.web.text.phrases import AgencyNames, Words

STAGES = {
    "answered": N_("Asked until answered"),
    "delivered": N_("Asked until it is there"),
    "noticed": N_("There until somebody opened it"),
    "first_action": N_("Answered until the first action"),
    "completed": N_("Asked until completed"),
}
FROM_SPANS = STAGES | {"completed": N_("Answered until completed")}
"""As spans measure them: what follows an answer begins with it."""
MEDIAN = N_("%(stage)s: median by who asked and who was asked")
NONE = "–"
UNKNOWN = "?"
"""Stands where too many are open for a time to be known; the page says so."""
MEDIAN_BY_MONTH = N_("%(stage)s: median by the month in which it began")
NARROW = "\u00a0"
"""A space at which no line breaks: columns of times stay readable at 360 px."""
PAIRS_SHOWN = 20
"""Pairs in the table that leads to their pages: those with most that is open. The file has all."""
TimingsInOffice = Mapping[tuple[str, str, str], Timing]
"""By giver, receiver and stage, counting office hours alone."""


@dataclass(frozen=True)
class MonthBefore:
    """What stands beside the figures of a month: those of the one before it, so that one sees whether it got better."""

    month: str = ""
    timings: Sequence[Timing] = ()

    def column(self, lines: Sequence[list[str | Markup]], of: Sequence[Timing], translate: Callable[[str], str], locale: str) -> list[Any]:
        """The lines of these stages, each with the median and number of the month before; as they are where no month is chosen."""
        there = {(one.giver, one.receiver, one.stage): one for one in self.timings}
        found = (there.get((one.giver, one.receiver, one.stage)) for one in of)
        said = (NONE if one is None else self._said(one, translate, locale) for one in found)
        return [[*line, text] for line, text in zip(lines, said, strict=True)] if self.month else list(lines)

    def _said(self, one: Timing, translate: Callable[[str], str], locale: str) -> str:
        return f"{UNKNOWN if one.median is None else duration(one.median, translate, locale)}{NARROW}({one.n})"


LARGEST = 12
"""Agencies in the picture, the busiest; the table has all."""


@dataclass(frozen=True)
class LatencyView:
    """What the template draws."""

    picture: Markup
    head: list[str]
    twin: list[list[str]]
    lines: list[list[str | Markup]]
    office: bool
    """Whether the lines end with the median in office hours."""
    stage: str
    left_out: int
    before: str = ""
    """The month whose medians the lines end with."""


class Naming:
    """How a page calls agencies: by their names in the directory, confidential ones by their kind."""

    def __init__(self, names: AgencyNames, translate: Callable[[str], str]) -> None:
        self.names, self.translate = names, translate
        self._known: dict[str, str] = {}

    def __call__(self, agency: str) -> str:
        """The name of an agency id, or of what a span says instead of one. A page names each of them on many lines."""
        if agency not in self._known:
            self._known[agency] = self._name(agency)
        return self._known[agency]

    def _name(self, agency: str) -> str:
        shown = self.names.country.watched_as(agency)
        if shown == OF_ANY_KIND:
            return self.translate("A confidential agency")
        if shown.startswith("confidential:"):
            return self.translate("%(kind)s (confidential)") % {"kind": Words(self.translate).of(AGENCY_KINDS, shown.partition(":")[2])}
        return self.names(shown)


def duration(milliseconds: float, translate: Callable[[str], str] = str, locale: str = ENGLISH.locale) -> str:
    """A time in words: what machines take in ms, what people take in the two largest units."""
    said = ms(milliseconds / 1000, locale) if milliseconds < 1000 else lasted(milliseconds / 1000, translate)
    return said.replace(" ", NARROW)


def latency(
    request: Request, desk: Desk, timings: Sequence[Timing], stage: str, title: str, simulated: bool, stages: Mapping[str, str] = STAGES,
    pairs: str = "", office: TimingsInOffice | None = None, before: MonthBefore | None = None,
) -> LatencyView:  # fmt: skip
    """Picture, twin and lines. `pairs`: where the page of each pair lies, if there is one; `office`: the same in office hours;
    `before`: the same of the month before."""
    before = before or MonthBefore()
    translate, labels = desk.pages.gettext(request), desk.pages.words(request)
    name, order, rank = (
        Naming(desk.names(request), translate),
        desk.pages.language(request).sorting,
        {one: n for n, one in enumerate(stages)},
    )
    chosen = [one for one in timings if one.stage == stage]
    shown = _busiest(chosen)
    cells = [_drawn(t) for t in chosen]
    drawn = [cell for cell in cells if cell.giver in shown and cell.taker in shown]
    at = {agency: order(name(agency)) for agency in {a for t in timings for a in (t.giver, t.receiver)}}
    everybody = {agency: name(agency) for agency in sorted({a for c in cells for a in (c.giver, c.taker)}, key=lambda a: at[a])}
    agencies = {agency: text for agency, text in everybody.items() if agency in shown}
    head = [translate(text) for text in (N_("From"), N_("To"), N_("Number"), N_("Open"), N_("Median"), N_("Late"))]
    picture = latency_matrix(agencies, drawn, title, labels, simulated, "latency")
    some = most_open(timings, PAIRS_SHOWN) if pairs else timings
    listed = sorted(some, key=lambda t: (-t.open if pairs else 0, at[t.giver], at[t.receiver], rank[t.stage]))
    number, locale = desk.pages.number(request), desk.pages.language(request).locale
    lines = [
        [linked(pairs, one, name(one.giver)), name(one.receiver), *stage_line(one, translate, number, locale, stages)] for one in listed
    ]
    if office is not None:
        lines = [[*line, in_office(office, one, translate, locale)] for line, one in zip(lines, listed, strict=True)]
    lines = before.column(lines, listed, translate, locale)
    twin = matrix_rows(everybody, cells, labels)
    return LatencyView(picture, head, twin, lines, office is not None, stage, len(everybody) - len(agencies), before.month)


def most_open(timings: Iterable[Timing], number: int) -> list[Timing]:
    """So many of them: those with most that is open, then those with most that has ended."""
    return sorted(timings, key=lambda one: (-one.open, -one.n, one.giver, one.receiver, one.stage))[:number]


def pair_address(pairs: str, giver: str, receiver: str) -> str:
    """Where the page of a pair lies."""
    return f"{pairs}/{quote(giver)}/{quote(receiver)}"


def _drawn(one: Timing) -> Cell:
    median = None if one.median is None else one.median / 1000
    return Cell(one.giver, one.receiver, median, one.n, one.late or 0.0, one.open)


def _busiest(timings: Iterable[Timing]) -> set[str]:
    weight = Counter[str]()
    for one in timings:
        weight[one.giver] += one.n + one.open
        weight[one.receiver] += one.n + one.open
    return {agency for agency, _ in weight.most_common(LARGEST)}


def linked(pairs: str, one: Timing, text: str) -> str | Markup:
    """The text, as a link to the page of the pair where there is one."""
    address = Markup('<a class="govuk-link" href="{}">{}</a>').format(pair_address(pairs, one.giver, one.receiver), text)
    return address if pairs else text


def stage_line(
    one: Timing, translate: Callable[[str], str], number: Callable[[float], str], locale: str, stages: Mapping[str, str]
) -> list[str]:
    """Stage, time of whom, number, open, median, 95 of 100, share late."""
    whose = translate("machines") if one.machine else translate("people")
    late = "–" if one.late is None or one.stage != "answered" else f"{one.late * 100:.0f}{NARROW}%"
    times = [UNKNOWN if ms is None else duration(ms, translate, locale) for ms in (one.median, one.p95)]
    return [translate(stages[one.stage]), whose, number(one.n), number(one.open), *times, late]


def in_office(office: TimingsInOffice, one: Timing, translate: Callable[[str], str], locale: str) -> str:
    """The median in office hours."""
    found = office.get((one.giver, one.receiver, one.stage))
    return UNKNOWN if found is None or found.median is None else duration(found.median, translate, locale)


def latency_file(
    desk: Desk, request: Request, timings: dict[bool, list[Timing]], office: dict[bool, TimingsInOffice] | None = None
) -> Response:
    """All stages of all pairs as CSV, in milliseconds, empty where too many are open to know; simulated times say so. `office`: the same in
    office hours, where spans tell them."""
    in_office = ("office_median_ms", "office_p95_ms") if office else ()
    head = ("from", "to", "stage", "time_of", "n", "open", "median_ms", "p95_ms", *in_office, "late_share", "simulated")
    rows = [
        (
            desk.country.watched_as(t.giver), desk.country.watched_as(t.receiver), t.stage, "machines" if t.machine else "people", t.n,
            t.open, known(t.median), known(t.p95), *(_in_office(office[simulated], t) if office else ()),
            "" if t.late is None else round(t.late, 4), simulated,
        )
        for simulated, some in timings.items() for t in some
    ]  # fmt: skip
    return download("handoff-latency", head, rows, desk.pages.gettext(request))


def _in_office(office: TimingsInOffice, one: Timing) -> tuple[int | str, int | str]:
    found = office.get((one.giver, one.receiver, one.stage))
    return ("", "") if found is None else (known(found.median), known(found.p95))


def known(ms: int | None) -> int | str:
    """As a file has it: empty where nobody knows."""
    return "" if ms is None else ms
