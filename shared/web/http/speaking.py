"""How a request's page speaks: in which language, of what time, and what every page of an agency gets."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request

from shared.web.http.desk import Desk
from shared.web.http.forms import NO_ERRORS
from shared.web.text import labels as words
from shared.web.text.case_reference import reference
from shared.web.text.phrases import Speaker, Words


def speaker(desk: Desk, request: Request, now: int | None = None) -> Speaker:
    """The speaker of a request's page."""
    pages = desk.pages
    say = Words(pages.gettext(request), pages.country(request), pages.tongue(request), pages.language(request).sorting)
    now = desk.instance.clock.now()[0] if now is None else now
    return Speaker(say, desk.country, now, pages.when(request), pages.day(request), pages.language(request))


def today(desk: Desk) -> date:
    """The day at the agency, in the country's time zone."""
    return datetime.fromtimestamp(desk.instance.clock.now()[0] / 1000, UTC).astimezone(ZoneInfo(desk.country.zone)).date()


def page_context(desk: Desk, request: Request, to: Speaker) -> dict[str, Any]:
    """What every page of an agency gets: who is acting, the words, and whether the bus is there."""
    return {
        "to": to, "say": to.say, "words": words, "me": desk.agency, "bus_up": desk.bus_up(),
        "ref_of": reference, "no_errors": NO_ERRORS, "names": desk.guard.seen(),
    }  # fmt: skip
