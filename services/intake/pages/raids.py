"""People who were found together: what is said once, a short row for each, one form that sends a report of each, and what came of them.

As with a report of one (`drafts`), each page is saved at the server, and the draft's id is that of the form. The report of each row is
recorded under a form of its own, so whatever is sent twice, or broke off half way, is recorded once.
"""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.intake.decisions import DECISIONS
from services.intake.handlers.drafts import save_draft
from services.intake.handlers.raids import end_raid
from services.intake.pages.raid_form import LABELS, SEVERAL, at_row, command_of, head_of, together, wrong_for_all, wrong_of_one
from services.intake.pages.raid_pages import FOR_ALL, SEND, SHEET_PAGE, RaidPage, page_of
from services.intake.queries.drafts import draft_of, is_gone
from services.intake.queries.raids import found_together, sent_rows
from services.intake.rules import raid as rules
from services.intake.rules import steps
from shared.access.roles import Act, needs
from shared.decisions.errors import RuleBroken
from shared.protocol.next_moves import moves
from shared.web.case.nobodys import nobodys_of
from shared.web.case.own_label import labels_of
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_ids import is_for, new_id
from shared.web.http.form_posts import at_fields, read_fields, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.several import decide_each
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, recorded, resumes
from shared.web.text.next_steps import headline

HOME = "/raids"
router = APIRouter(include_in_schema=False, prefix=HOME)


class RaidDraft(NamedTuple):
    """What there is of a draft for whoever asks."""

    values: dict[str, Any]
    sent: frozenset[int]
    """The rows whose report is recorded."""
    open: bool
    """Whether anything can be saved in it, or sent from it."""
    begun: bool


@router.get("/new")
@needs(Act.DECIDE)
async def begin(desk: CurrentDesk, request: Request) -> Response:
    """The first page of another one. Nothing is kept before something was answered."""
    return see_other(f"{HOME}/{new_id(request)}/{FOR_ALL}")


@router.get("/{raid}/go-on")
@needs(Act.DECIDE)
async def go_on(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """Where its officer had stopped: at the first row of which nothing was said."""
    kept = await _kept(desk, request, raid)
    if not kept.begun:
        return see_other(f"{HOME}/{raid}/{FOR_ALL}")
    silent = [row for row in rules.unsaid(kept.values) if row not in kept.sent]
    return see_other(f"{HOME}/{raid}/people/{rules.sheet_of(silent[0])}" if silent else f"{HOME}/{raid}/{SEND}")


@router.get("/{raid}/together")
@needs(Act.DECIDE)
async def for_all(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """What is said once."""
    kept = await _kept(desk, request, raid)
    return page_of(desk, request, FOR_ALL, _shown(raid, kept)) if kept.open else see_other(f"{HOME}/{raid}")


@router.post("/{raid}/together")
@needs(Act.DECIDE)
@resumes
async def for_all_saved(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """Keep it, whatever it is, and say what needs another look."""
    kept = await _kept(desk, request, raid)
    if not kept.open:
        nothing_recorded(request)
        return see_other(f"{HOME}/{raid}")
    said = (await read_fields(request, {name: name in SEVERAL for name in rules.TOGETHER})).values
    said |= _found_at(desk, said, kept.values)
    values = _in_place(kept.values, (*rules.TOGETHER, "found_at"), said)
    errors = wrong_for_all(desk, request, values)
    if not is_shown_again(request):
        await _save(desk, request, raid, (*rules.TOGETHER, "found_at"), said)
        if not errors.summary:
            return see_other(f"{HOME}/{raid}/people/1")
    return page_of(desk, request, FOR_ALL, _shown(raid, kept._replace(values=values)), _again(desk, request, errors))


@router.get("/{raid}/people/{sheet}")
@needs(Act.DECIDE)
async def people(desk: CurrentDesk, request: Request, raid: str, sheet: int) -> Response:
    """One page of rows."""
    kept = await _kept(desk, request, raid)
    if not kept.open or not kept.begun:
        return see_other(f"{HOME}/{raid}" if kept.begun else f"{HOME}/{raid}/{FOR_ALL}")
    sheet = _in(sheet, kept.values)
    said = [row for row in rules.rows_of(sheet, kept.values) if row in _waiting(kept) and rules.row(kept.values, row)]
    wrong = together(wrong_of_one(desk, request, kept.values, row, raid) for row in said)
    return page_of(desk, request, SHEET_PAGE, _shown(raid, kept, sheet), wrong, 200)


@router.post("/{raid}/people/{sheet}")
@needs(Act.DECIDE)
@resumes
async def people_saved(
    desk: CurrentDesk, request: Request, raid: str, sheet: int, then: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Keep the rows of a page, whatever they are, and say of each what needs another look. Of a row that is sent nothing changes."""
    kept = await _kept(desk, request, raid)
    if not kept.open or not kept.begun:
        nothing_recorded(request)
        return see_other(f"{HOME}/{raid}" if kept.begun else f"{HOME}/{raid}/{FOR_ALL}")
    sheet = _in(sheet, kept.values)
    rows = [row for row in rules.rows_of(sheet, kept.values) if row not in kept.sent]
    names = {rules.field_of(row, name): name in SEVERAL for row in rows for name in rules.OF_EACH}
    said = (await read_fields(request, names)).values
    values = _in_place(kept.values, names, said)
    wrong = together(wrong_of_one(desk, request, values, row, raid) for row in rows if row in rules.counted(values))
    if not is_shown_again(request):
        await _save(desk, request, raid, names, said)
        if not wrong.summary or then == "later":
            last = sheet >= rules.sheets(values)
            return see_other(f"{HOME}/{raid}/{SEND}" if last else f"{HOME}/{raid}/people/{sheet + 1}")
    return page_of(desk, request, SHEET_PAGE, _shown(raid, kept._replace(values=values), sheet), _again(desk, request, wrong))


@router.get("/{raid}/send")
@needs(Act.DECIDE)
async def last(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """Everybody in one line, what each still lacks, and the button that sends what is complete."""
    kept = await _kept(desk, request, raid)
    if not kept.open or not kept.begun:
        return see_other(f"{HOME}/{raid}" if kept.begun else f"{HOME}/{raid}/{FOR_ALL}")
    return _last(desk, request, raid, kept, NO_ERRORS)


@router.post("/{raid}/send")
@needs(Act.DECIDE)
@resumes
async def send(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """Send the report of each who is complete. Whoever is not stays in the draft, with what is wrong at its field."""
    kept = await _kept(desk, request, raid)
    if not kept.open or not kept.begun:
        nothing_recorded(request)
        return see_other(f"{HOME}/{raid}")
    if is_shown_again(request):
        return _last(desk, request, raid, kept, not_sent(desk.pages.gettext(request)))
    if str((await request.form()).get("head", "")) != head_of(desk, kept.values):
        return _last(desk, request, raid, kept, at_fields(desk, request, RuleBroken("draft-changed", "send"), LABELS))
    ready = [row for row in _waiting(kept) if not wrong_of_one(desk, request, kept.values, row, raid).summary]
    commands = {rules.form_of(raid, row): command_of(kept.values, row, raid, desk) for row in ready}
    done = await decide_each(desk, request, DECISIONS["found-together"], commands.items())
    recorded(desk, request)
    officer, counted = desk.officer(request).id, rules.counted(kept.values)
    await desk.instance.run(lambda work: end_raid(work, raid, officer, counted))
    if done.receipts:
        await desk.echoed(list(done.receipts.values())[-1])
    kept = await _kept(desk, request, raid)
    if not kept.open or not _waiting(kept):
        return see_other(f"{HOME}/{raid}")
    broken = [
        at_row(desk, request, at_fields(desk, request, found, LABELS), int(form.rpartition("-")[2])) for form, found in done.broken.items()
    ]
    return _last(desk, request, raid, kept, together(broken), 422)


@router.get("/{raid}")
@needs(Act.LIST)
async def found(desk: CurrentDesk, request: Request, raid: str) -> Response:
    """The people of a raid, each with their case and who must move next in it; what of the draft is still to be sent."""
    to, officer = speaker(desk, request), desk.officer(request).id
    rows = await desk.ask_as(request, lambda reader: found_together(reader, raid))
    values = await desk.ask(lambda reader: draft_of(reader, raid, officer, raid=True))
    if not rows:
        if values is None:
            raise RuleBroken("no-such-draft")
        return see_other(f"{HOME}/{raid}/go-on")
    cases = [one.case for one in rows]
    items = [(one, headline(one.picture, to.say) if one.picture else "", moves(one.picture)[:1] if one.picture else ()) for one in rows]
    context: dict[str, Any] = {"raid": raid, "items": items, "unsent": values is not None, "found": rows[0]}
    context |= {"labels": await labels_of(desk, request, cases), "free": await nobodys_of(desk, request, cases)}
    return desk.pages.render(request, "intake/raid.html", **page_context(desk, request, to), **context)


async def _kept(desk: Desk, request: Request, raid: str) -> RaidDraft:
    """What there is of it. Raises RuleBroken where it was neither begun by whoever asks nor given to them."""
    officer = desk.officer(request).id
    values, gone = await desk.ask(lambda reader: (draft_of(reader, raid, officer, raid=True), is_gone(reader, raid, officer)))
    sent = await desk.ask(lambda reader: sent_rows(reader, raid, range(1, rules.PEOPLE_OF_A_FORM + 1)))
    if values is None and not (sent or is_for(desk.first.instance.secret, raid, officer)):
        raise RuleBroken("no-such-draft")
    if values is None and gone and not sent:
        raise RuleBroken("no-such-draft")
    return RaidDraft(values or {}, sent, not (gone or (values is None and sent)), values is not None or bool(sent))


async def _save(desk: Desk, request: Request, raid: str, names: Any, said: dict[str, Any]) -> None:
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await desk.instance.run(lambda work: save_draft(work, raid, officer, names, said, at, raid=True))
    recorded(desk, request)


def _found_at(desk: Desk, said: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The moment of a time of day that somebody typed: the last one that has been when they typed it."""
    typed = said.get("found_time", "")
    if typed == before.get("found_time") and before.get("found_at"):
        return {"found_at": before["found_at"]}
    at = steps.called_at(typed, desk.instance.clock.now()[0], desk.country.zone) if typed else None
    return {"found_at": at} if at else {}


def _in_place(before: Mapping[str, Any], names: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in before.items() if name not in names} | dict(said)


def _in(sheet: int, values: Mapping[str, Any]) -> int:
    return min(max(sheet, 1), rules.sheets(values))


def _shown(raid: str, kept: RaidDraft, sheet: int = 0) -> RaidPage:
    return RaidPage(f"{HOME}/{raid}", raid, kept.values, kept.sent, sheet)


def _again(desk: Desk, request: Request, errors: FormErrors) -> FormErrors:
    return not_sent(desk.pages.gettext(request)) if is_shown_again(request) else errors


def _waiting(kept: RaidDraft) -> list[int]:
    """The rows that are not sent yet."""
    return [row for row in rules.counted(kept.values) if row not in kept.sent]


def _last(desk: Desk, request: Request, raid: str, kept: RaidDraft, errors: FormErrors, status: int = 0) -> Response:
    wrong = {row: wrong_of_one(desk, request, kept.values, row, raid) for row in _waiting(kept)}
    shown = _shown(raid, kept)._replace(wrong=wrong, head=head_of(desk, kept.values))
    return page_of(desk, request, SEND, shown, errors, status)
