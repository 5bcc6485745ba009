"""`/search`: finding a case again.

What is searched for comes in a form and stands in no address: the page of what was found has a random name. Nothing of it can be exported,
and programs cannot search.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import ValidationError

from shared.access import searches
from shared.access.assignments import AccessGround
from shared.access.kept_searches import KeptSearch
from shared.access.roles import Act, needs
from shared.access.searches import SEARCHED_FOR, CaseState, Hit, Query, find, hits, must_make_sense, opened_one, unopened, write_down
from shared.config.i18n import N_
from shared.decisions.audit import LONGEST_REASON
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.web.admin.named_desk import NamedDesk, with_cases, without_cases
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes

HOME = "/search"
router = APIRouter(include_in_schema=False, prefix=HOME)
LABELS = {
    "words": N_("Words or number"), "need": N_("Need"), "state": N_("State"), "due_by": N_("Due by"), "beyond": N_("Where to look"),
    "reason": N_("Reason"),
}  # fmt: skip
STATES = {CaseState.WAITS: N_("Waits for an answer"), CaseState.HELD: N_("Accepted, not done"), CaseState.CLOSED: N_("Closed")}


@router.get("")
@needs(Act.LIST)
async def asked(desk: CurrentDesk, request: Request) -> Response:
    """Asks what to look for."""
    if not with_cases(desk):
        return without_cases(desk, request, N_("Find a case"))
    return _form(desk, request, {}, NO_ERRORS)


@router.post("")
@needs(Act.LIST)
@resumes
async def searched(desk: CurrentDesk, request: Request) -> Response:
    """Look for it, and go to the page of what was found."""
    values = (await read_form(request, Query)).values
    if is_shown_again(request):
        return _form(desk, request, values, not_sent(desk.pages.gettext(request)))
    try:
        query = Query.model_validate(values)
        must_make_sense(query)
        before = _day_after(query.due_by, desk.country.time_zone)
    except (ValidationError, RuleBroken) as error:
        return _form(desk, request, values, at_fields(desk, request, error, LABELS))
    must_be_slow(desk, request)
    officer, everybodys = desk.officer(request).id, not desk.assignment
    found = {
        name: await one.ask(partial(find, query=query, officer=officer, due_before=before, everybodys=everybodys))
        for name, one in with_cases(desk)
    }  # fmt: skip
    written = await _write_down(desk, request, query, sum(map(len, found.values()))) if query.beyond else ""
    if not query.beyond:  # among one's own cases: it is sought anew each time
        nothing_recorded(request)
    return see_other(f"{HOME}/found/{desk.first.searches.keep(officer, query, found, written)}")


@router.get("/found/{name}")
@needs(Act.LIST)
async def found(desk: CurrentDesk, request: Request, name: Annotated[str, Path(max_length=64)]) -> Response:
    """What was found."""
    officer = desk.officer(request).id
    kept = desk.first.searches.find(name, officer)
    if kept is None:
        return desk.pages.render(request, "search_gone.html", 404, home=HOME)
    shown: list[tuple[str, list[Hit]]] = []
    for service, one in with_cases(desk):
        cases = kept.found.get(service, [])[: searches.SHOWN_AT_MOST]
        shown.append((service, await one.ask(partial(hits, cases=cases, officer=officer, everybodys=not desk.assignment))))
    return _form(desk, request, _values(kept.query), NO_ERRORS, kept=kept, found=shown, name=name)


@router.get("/found/{name}/{service}/{case}")
@needs(Act.LIST)
async def opened(desk: NamedDesk, request: Request, name: Annotated[str, Path(max_length=64)], service: str, case: str) -> Response:
    """Open something of what was found: the case, or the page that says how one is let in."""
    actor = desk.actor(request)
    kept = desk.first.searches.find(name, desk.officer(request).id)
    if actor is None or kept is None or case not in kept.found.get(service, ()):
        raise RuleBroken("no-such-case")
    if kept.written:
        at = desk.instance.clock.now()[0]
        await keeper(desk).instance.run(lambda work: opened_one(work, kept.written, at))
    ground = await desk.ground(actor, case)
    if ground is AccessGround.UNASSIGNED:
        return see_other(f"/assignments/{service}/{case}")
    return see_other(f"{desk.cases}/{case}" if ground else "/break-glass")


@router.get("/unopened")
@needs(Act.REVIEW)
async def without_opening(desk: CurrentDesk, request: Request) -> Response:
    """Searches beyond one's own cases after which nothing was opened."""
    now = desk.instance.clock.now()[0]
    rows = await keeper(desk).ask(lambda reader: list(unopened(reader, now)))
    return desk.pages.render(request, "searches.html", rows=rows, names=desk.guard.seen(), home=HOME)


async def _write_down(desk: Desk, request: Request, query: Query, count: int) -> str:
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]

    def job(work: UnitOfWork) -> str:
        return write_down(work, officer, at, SEARCHED_FOR, query.words, " ".join(query.reason.split()), count)

    return await keeper(desk).instance.run(job)


def keeper(desk: Desk) -> Desk:
    """The one desk whose instance keeps what was searched."""
    found = with_cases(desk)
    if not found:
        raise RuleBroken("no-such-case")
    return found[0][1]


def must_be_slow(desk: Desk, request: Request) -> None:
    """Raises RuleBroken where one officer searches faster than people read."""
    if not desk.first.search_rate.lets(desk.officer(request).id):
        raise RuleBroken("too-many-searches")


def _day_after(day: str, zone: ZoneInfo) -> int | None:
    """The moment before which something is due that day at the latest. Raises RuleBroken."""
    if not day:
        return None
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RuleBroken("search-day", "due_by") from None
    return int(datetime(after.year, after.month, after.day, tzinfo=zone).timestamp()) * 1000


def _values(query: Query) -> dict[str, Any]:
    return {name: "true" if value is True else value for name, value in query.model_dump(mode="json").items() if value}


def _form(
    desk: Desk, request: Request, values: dict[str, Any], errors: FormErrors, kept: KeptSearch | None = None,
    found: list[tuple[str, list[Hit]]] | None = None, name: str = "",
) -> Response:  # fmt: skip
    translate = desk.pages.gettext(request)
    context: dict[str, Any] = page_context(desk, request, speaker(desk, request)) | {
        "home": HOME, "values": values, "errors": errors, "kept": kept, "found": found, "name": name, "most": LONGEST_REASON,
        "states": [{"value": state.value, "text": translate(text)} for state, text in STATES.items()], "assigns": desk.assignment,
        "officers": desk.guard.seen(), "officer": desk.officer(request).id, "at_most": searches.SHOWN_AT_MOST,
    }  # fmt: skip
    return desk.pages.render(request, "search.html", 422 if errors.summary else 200, **context)
