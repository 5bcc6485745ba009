"""What somebody asks of the operators' desk by its address: filters that stand in the URL, so that a view can be sent to a colleague.

What nobody can ask is refused in words; a filter that is silently ignored shows other figures than its address says.
"""

from dataclasses import dataclass, field, fields
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Query, Request

from services.reporting.pages.latency import FROM_SPANS
from services.reporting.queries.open_handoffs import ALWAYS, Since, These
from shared.config.calendar import DAY, month
from shared.config.i18n import N_
from shared.protocol.case import WAITING
from shared.protocol.statistics import MONTH
from shared.protocol.vocabulary import Need
from shared.web.http.desk import CurrentDesk, Desk

NO_SUCH = {
    "agency": N_("No agency with this name is in the directory. Choose one of the list."),
    "need": N_("Nothing of this kind is asked between agencies. Choose one of the list."),
    "stage": N_("No stage of a hand-off has this name. Choose one of the list."),
    "month": N_("This is not a month. Write it as in 2026-01."),
    "data": N_("Times are real or simulated."),
    "late": N_("Either all are shown, or late ones alone."),
    "state": N_("No request that waits has this state. Choose one of the list."),
    "older": N_("So many days cannot be asked for. Choose one of the list."),
}
"""What is said of a value that nothing has."""
NO_SUCH_NAME = N_("Nothing here can be asked for by that name.")
FIRST_MONTH, LAST_MONTH = "1970-01", "2999-12"
"""Moments are counted from the first; no clock shows the last."""
AGES = ("1", "3", "7", "14", "30", "90")
"""Days that a request may have waited at least."""
Number = Annotated[int, Query(ge=1, le=10_000)]
"""The number of a page."""


@dataclass(frozen=True)
class DeskFilter:
    """What is to be shown. Empty: all; `data`: real ones where there are any."""

    agency: str = ""
    need: str = ""
    late: str = ""
    state: str = ""
    older: str = ""
    stage: str = "answered"
    month: str = ""
    data: str = ""
    page: int = field(default=1)

    def address(self, **other: object) -> str:
        """This, with something else, as the address has it; without what is said by leaving it out."""
        chosen = {one.name: getattr(self, one.name) for one in fields(self)} | other
        said = {one.name: chosen[one.name] for one in fields(self) if chosen[one.name] != one.default}
        return f"?{urlencode(said)}" if said else "?"

    def these(self, now: int) -> These:
        """Which open requests that is, at a moment (ms UTC)."""
        before = now - int(self.older) * DAY if self.older else None
        return These(
            agency=self.agency, need=self.need, due_before=now if self.late else None, asked_before=before, state=self.state
        )  # fmt: skip

    def kept(self, *without: str) -> dict[str, str]:
        """What a form keeps that asks for something else."""
        return {
            one.name: str(getattr(self, one.name)) for one in fields(self)
            if one.name not in (*without, "page") and getattr(self, one.name) != one.default
        }  # fmt: skip


def asked(
    desk: CurrentDesk, request: Request, agency: str = "", need: str = "", late: str = "", stage: str = "answered", month: str = "",
    data: str = "", page: Number = 1, state: str = "", older: str = "",
) -> DeskFilter:  # fmt: skip
    """What the address asks for. Raises HTTPException for what nobody can ask."""
    must_be_named(desk, request, *(one.name for one in fields(DeskFilter)))
    found = DeskFilter(agency, need, late, state, older, stage, month, data, page)
    good = {
        "agency": agency in ("", *known_agencies(desk)),
        "need": need in ("", *Need),
        "late": late in ("", "yes"),
        "state": state in ("", *WAITING),
        "older": older in ("", *AGES),
        "stage": stage in FROM_SPANS,
        "month": month == "" or (MONTH.fullmatch(month) is not None and FIRST_MONTH <= month <= LAST_MONTH),
        "data": data in ("", "real", "simulated"),
    }
    for name, right in good.items():
        if not right:
            raise HTTPException(422, desk.pages.gettext(request)(NO_SUCH[name]))
    return found


def must_be_named(desk: Desk, request: Request, *names: str) -> None:
    """Raises HTTPException where the address asks by a name that is none of these."""
    if any(name not in names for name in request.query_params):
        raise HTTPException(422, desk.pages.gettext(request)(NO_SUCH_NAME))


async def no_filter(desk: CurrentDesk, request: Request) -> None:
    """For what shows all there is: nothing can be asked for. Raises HTTPException."""
    must_be_named(desk, request)


async def page_alone(desk: CurrentDesk, request: Request) -> None:
    """For a list of which pages can be asked for, and nothing else. Raises HTTPException."""
    must_be_named(desk, request, "page")


FilterOfDesk = Annotated[DeskFilter, Depends(asked)]


def known_agencies(desk: Desk) -> list[str]:
    """As spans and statements call them: confidential ones by their kind."""
    return list(dict.fromkeys(desk.country.watched_as(one.id) for one in desk.country.agencies))


def which(known: set[bool], data: str) -> bool:
    """Whether simulated times are to be shown: as chosen, else real ones where there are any."""
    return data == "simulated" if data in ("real", "simulated") else known == {True}


def month_before(text: str) -> str:
    """`2026-01` → `2025-12`; empty where none is chosen, or none can be before it."""
    if text <= FIRST_MONTH:
        return ""
    year, _, number = text.partition("-")
    return f"{int(year) - 1}-12" if number == "01" else f"{year}-{int(number) - 1:02}"


def months_between(first: str, last: str, most: int) -> list[str]:
    """Every month from one to the other, both among them, but the last ones alone where they are more than these."""
    found = [last]
    while found[-1] > first and len(found) < most and (before := month_before(found[-1])):
        found.append(before)
    return found[::-1]


def since_of(text: str, zone: ZoneInfo) -> Since:
    """The month `2026-01` from its beginning to its end; empty: always."""
    if not text:
        return ALWAYS
    year, _, number = text.partition("-")
    return Since(*month(int(year), int(number), zone))
