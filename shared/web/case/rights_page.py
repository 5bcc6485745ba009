"""The pages of what a person asks of what is kept of them: what was asked and what came of it, and a form for each step.

Intake, the lead and assistance show the same, each below the address of its cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.access.assignments import AccessGround
from shared.access.roles import Act
from shared.casework.access_requests import TAKEN_WITHIN, CopyAnswer, fingerprint, whole_documents
from shared.casework.access_requests import entries as held_entries
from shared.casework.asking_others import OtherAsked, awaited, can_be_told, is_asked_by_hand, on_file, others_of, who_holds
from shared.casework.case_reader import CaseReader
from shared.casework.person_file import OnFile
from shared.casework.person_requests import RequestKind, RequestState, RightAsked, requests_of, waiting_requests
from shared.casework.restrictions import RESTRICTABLE
from shared.casework.rights import RIGHTS
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.account import PersonAccount, account
from shared.protocol.case_file import FIELDS, About, Group, Kind
from shared.web.case.account_paper import line, name, text
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person
from shared.web.case.document_lines import document_lines
from shared.web.case.person_view import whom
from shared.web.case.rights_copy import held_here, released
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.text import file_words, labels, rights_words
from shared.web.text.case_reference import reference
from shared.web.text.phrases import Speaker

LABELS = {
    "identity": N_("How it was checked who asks"), "pressure": N_("What the person answered"), "answer": N_("What is decided"),
    "refusal": N_("Why no copy is given"), "left_out": N_("Left out"), "words": N_("Why"), "format": N_("Kind of file"),
    "group": N_("What it is about"), "groups": N_("What it is about"), "ground": N_("Why it is restricted"),
    "statement": N_("Which statement"), "outcome": N_("What is decided"), "request": N_("Request"), "shown": N_("What was looked at"),
    "others": N_("Ask the other agencies, too"), "reason": N_("Why it is refused"), "law": N_("By which law"), "agency": N_("Agency"),
}  # fmt: skip
CHOSEN = (Kind.CODE, Kind.LANGUAGE, Kind.COUNTRY, Kind.REGION)
"""Kinds of values that are taken from a list. All others somebody typed: they may speak of somebody else, as a document may."""
ASKING = ("ask-correction", "restrict", "object")
"""Decisions by which the other agencies are asked, too."""
FORMS = frozenset(RIGHTS) - {"take-copy", "write-letter", "offer-card"}
"""The decisions that have a form here; a copy is taken from the page that lists, a letter and the card have pages of their own."""


@dataclass(frozen=True)
class DisclosedEntry:
    """An entry of the account as the second officer looks at it; `id` where it can be left out."""

    label: str
    text: str
    id: str = ""
    href: str = ""
    """Where it is looked at, below the case: of a document."""


@dataclass(frozen=True)
class RequestStep:
    """Where a request is taken further."""

    decision: str
    text: str


STEPS: dict[tuple[RequestKind, RequestState], tuple[RequestStep, ...]] = {
    (RequestKind.ACCESS, RequestState.STOPPED): (RequestStep("go-on", N_("I have talked to the person alone")),),
    (RequestKind.ACCESS, RequestState.WAITS): (RequestStep("release-copy", N_("Look at the copy and decide")),),
    (RequestKind.ACCESS, RequestState.RELEASED): (RequestStep("release-copy", N_("Look at the copy once more and decide anew")),),
    (RequestKind.ACCESS, RequestState.DONE): (RequestStep("release-copy", N_("The copy was lost: look at it and release it anew")),),
    (RequestKind.CORRECTION, RequestState.WAITS): (RequestStep("answer-request", N_("Answer it")),),
    (RequestKind.RESTRICTION, RequestState.WAITS): (RequestStep("answer-request", N_("Decide on it")),),
    (RequestKind.OBJECTION, RequestState.WAITS): (RequestStep("answer-request", N_("Decide on it")),),
    (RequestKind.ERASURE, RequestState.WAITS): (RequestStep("answer-request", N_("Look at it and decide")),),
    (RequestKind.RESTRICTION, RequestState.IN_FORCE): (RequestStep("lift-restriction", N_("Lift it")),),
    (RequestKind.OBJECTION, RequestState.IN_FORCE): (RequestStep("lift-restriction", N_("Lift it")),),
}  # fmt: skip
ENDS = RequestStep("end-request", N_("The person does not want it any more"))
ENDED_THERE = RequestStep("end-request", N_("End it here, too"))


@dataclass(frozen=True)
class _Page:
    """What the pages read and say alike."""

    file: CaseFile
    requests: list[RightAsked]
    others: dict[str, list[OtherAsked]]
    """Request → the other agencies that were asked."""
    context: dict[str, Any]
    to: Speaker


async def _page(desk: Desk, request: Request, case: str) -> _Page:
    def read(reader: CaseReader) -> tuple[CaseFile, list[RightAsked], dict[str, list[OtherAsked]], list[str]]:
        keys, session = reader.instance.keystore, reader.session
        return case_file(reader, case), requests_of(keys, session, case), others_of(keys, session, case), list(desk.linked(session, case))

    (file, found, others, linked), to = await desk.ask(read), speaker(desk, request)
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": None if only_requests(request) else file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "said": rights_words, "file_words": file_words,
        "knows": knows_person(file.case, desk.agency), "may_decide": desk.may(request, Act.HANDLE_RIGHTS), "parked": bool(file.parked),
        "alone": only_requests(request), "name_of": desk.names(request), "linked": [one for one in linked if one != case],
    }  # fmt: skip
    return _Page(file, found, others, context, to)


def only_requests(request: Request) -> bool:
    """Whether the case is open to whoever asks for what the person asks of their data, and for nothing else."""
    return getattr(request.state, "ground", None) is AccessGround.RIGHTS


async def show(desk: Desk, request: Request, case: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS) -> Response:
    """What was asked, what came of it, and what may be asked."""
    page = await _page(desk, request, case)
    now, me = desk.instance.clock.now()[0], desk.officer(request).id
    along = await _with_documents(desk, case, page.requests, now)
    rows = [
        {
            "one": one, "state": state_in_words(one, page.to), "groups": groups_in_words(one, page.to),
            "others": [(asked, named_groups(asked.told.get("groups", ()), page.to)) for asked in page.others.get(one.id, ())],
            "late": page.to.late(one.due) if one.open else "",
            "steps": _steps(one, me) if page.context["may_decide"] else (), 
            "formats": _formats(one, now, documents=one.id in along) if one.legible else (),
        }
        for one in page.requests
    ]  # fmt: skip
    context = page.context | {
        "rows": rows, "errors": errors, "may_export": desk.may(request, Act.EXPORT),
        "may_hand_over": desk.may(request, Act.HAND_OVER), "minutes": TAKEN_WITHIN // 60_000,
        "asks": not any(one.kind is RequestKind.ACCESS and one.open for one in page.requests), "values": posted.values,
        "peers": [peer.cases for peer in desk.peers.values() if peer.cases and peer.cases != desk.cases],
    }  # fmt: skip
    return desk.pages.render(request, "rights.html", 422 if errors.summary else 200, **context)


def state_in_words(one: RightAsked, to: Speaker) -> str:
    """How a request stands."""
    if one.ended_at is not None and one.open:
        return to.say.translate(N_("has ended where it was asked"))
    second = one.kind in (RequestKind.ACCESS, RequestKind.ERASURE)
    if one.state is RequestState.WAITS and not second:
        return to.say.translate(rights_words.WAITS_FOR_ANSWER)
    return to.say.of(rights_words.STATES, one.state)


def _steps(one: RightAsked, officer: str) -> tuple[RequestStep, ...]:
    mine = one.state is RequestState.STOPPED and one.officer == officer  # another officer must go on
    return tuple(step for step in _possible(one) if not (mine and step.decision == "go-on"))


def _possible(one: RightAsked) -> tuple[RequestStep, ...]:
    """Where a request can be taken further as it stands, by whoever may."""
    steps = STEPS.get((one.kind, one.state), ())
    if not one.open or one.state in (RequestState.CONFIRMED, RequestState.IN_FORCE) or (one.asker and one.ended_at is None):
        return steps
    return (*steps, ENDED_THERE if one.asker else ENDS)


async def _with_documents(desk: Desk, case: str, requests: Sequence[RightAsked], now: int) -> set[str]:
    """The requests of which documents go along with the copy that can be taken now."""
    waiting = [one for one in requests if one.legible and _formats(one, now, documents=False)]

    def read(reader: CaseReader) -> set[str]:
        held = held_here(reader, case)
        found = {one.id: released(held, reader.country, one) for one in waiting}
        return {id for id, account in found.items() if any(document.goes_along for document in account.documents)}

    return await desk.ask(read) if waiting else set()


def _formats(one: RightAsked, now: int, *, documents: bool) -> tuple[str, ...]:
    """In which formats a copy can be taken now."""
    in_time = one.decided_at is not None and now < one.decided_at + TAKEN_WITHIN
    if one.kind is not RequestKind.ACCESS or one.state not in (RequestState.RELEASED, RequestState.DONE) or not in_time:
        return ()
    return tuple(name for name in ("pdf", "json", *(["documents"] if documents else [])) if name not in one.taken)


async def show_form(
    desk: Desk, request: Request, case: str, decision: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:
    """The form of a step; 422 where its answers need another look. Raises RuleBroken for a step or a request that there is not."""
    if decision not in FORMS:
        raise RuleBroken("no-such-case")
    if decision == "export-file" and not desk.may(request, Act.EXPORT):
        raise RuleBroken("not-your-role")
    page = await _page(desk, request, case)
    id = str(posted.values.get("request") or request.query_params.get("request", ""))
    asked = next((one for one in page.requests if one.id == id), None)
    if "request" in RIGHTS[decision].command.model_fields:
        _must_be_a_step(asked, decision)
    context = page.context | {
        "decision": decision, "asked": asked, "values": posted.values, "errors": errors, "longest": limits(RIGHTS[decision].command),
        "mine": asked is not None and asked.officer == desk.officer(request).id, "words": labels,
    }  # fmt: skip
    if decision == "release-copy":
        context |= await _preview(desk, case, page, id, opens=not only_requests(request))
    elif asked is not None or page.context["knows"]:
        context |= _of_fields(page, asked, request)
    if decision in ASKING and page.context["knows"]:
        context["holders"] = await _holders(desk, case, page)
    if decision == "note-others-answer":
        context["other"] = _awaited_one(page, id, str(posted.values.get("agency") or request.query_params.get("agency", "")))
    return desk.pages.render(request, f"rights/{decision}.html", 422 if errors.summary else 200, **context)


def _must_be_a_step(asked: RightAsked | None, decision: str) -> None:
    """A form may show what the case file says, so each opens for the requests alone that it takes further as they stand."""
    if asked is None:
        raise RuleBroken("no-such-request")
    if decision != "note-others-answer" and decision not in {step.decision for step in _possible(asked)}:
        raise RuleBroken("request-answered")


def _awaited_one(page: _Page, request: str, agency: str) -> OtherAsked:
    found = next((one for one in page.others.get(request, ()) if one.agency == agency and one.open), None)
    if found is None:
        raise RuleBroken("request-answered")
    return found


async def _holders(desk: Desk, case: str, page: _Page) -> list[tuple[str, str]] | None:
    """The other agencies that were told something that stands here, and of which groups: whoever is asked to ask them sees it first. None
    where nobody can be asked; of a closed case those who are asked by telephone or letter."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> dict[tuple[Group, ...], list[str]] | None:
        work = UnitOfWork(reader.instance, reader.session)
        picture = can_be_told(work, case) or is_asked_by_hand(work, case)
        return who_holds(picture, on_file(work, case, RESTRICTABLE), desk.agency, now) if picture else None

    found = await desk.ask(read)
    if found is None:
        return None
    return sorted((agency, named_groups(groups, page.to)) for groups, agencies in found.items() for agency in agencies)


async def _preview(desk: Desk, case: str, page: _Page, id: str, *, opens: bool) -> dict[str, Any]:
    """What the second officer looks at, and what the form must name so that nothing else is given. `opens`: whether they may look at
    documents; else none goes along."""

    def read(reader: CaseReader) -> tuple[PersonAccount, str]:
        held = held_here(reader, case)
        work = UnitOfWork(reader.instance, reader.session)
        return account(held, reader.country, along=None if opens else ()), fingerprint(
            held_entries(work, case), whole_documents(work, case)
        )

    found, shown = await desk.ask(read)
    silent = desk.country.agency(desk.agency).kind in desk.country.subject_access.silent
    answers = page.to.say.items(rights_words.ANSWERS, without=() if silent else (CopyAnswer.SILENT,))
    return {
        "entries": entries(found, page.to, id[:8]), "account": found, "shown": shown, "answer_items": answers,
        "refusal_items": page.to.say.items(rights_words.REFUSALS),
    }  # fmt: skip


def _of_fields(page: _Page, asked: RightAsked | None, request: Request) -> dict[str, Any]:
    """The groups and statements that a form offers, and those that a request is about."""
    say, file = page.to.say, page.file.person
    groups = [{"value": group.value, "text": say.of(file_words.GROUPS, group)} for group in dict.fromkeys(one.group for one in file)]
    chosen = str(asked.told.get("statement", "")) if asked else request.query_params.get("statement", "")
    hides = only_requests(request)
    lines = {
        said.id: f"{_label(one, page.to)}: {page.to.when(said.said_at) if hides and said.id != chosen else line(said, page.to)}"
        for one in file for said in (*one.present, *one.before)
    }  # fmt: skip
    return {
        "group_items": [item for item in groups if item["value"] in RESTRICTABLE],
        "statement_items": [{"value": id, "text": text} for id, text in lines.items()], "about": lines.get(chosen, ""), "chosen": chosen,
        "about_groups": groups_in_words(asked, page.to) if asked else "",
    }  # fmt: skip


def groups_in_words(one: RightAsked, to: Speaker) -> str:
    """The groups of fields that a request is about; empty where it is about none by name."""
    named = one.told.get("groups", [one.told["group"]] if one.told.get("group") else [])
    return named_groups(named, to)


def named_groups(named: Iterable[str], to: Speaker) -> str:
    """Groups of fields in words."""
    return ", ".join(to.say.of(file_words.GROUPS, group) for group in named)


def _label(one: OnFile, to: Speaker) -> str:
    about = f" ({whom(one.about, to)})" if one.about != About.PERSON else ""
    return f"{to.say.of(file_words.GROUPS, one.group)}: {to.say.of(file_words.FIELDS, one.field)}{about}"


def entries(found: PersonAccount, to: Speaker, mark: str) -> list[DisclosedEntry]:
    """The statements, documents and notes of an account; what somebody typed, or attached, can be left out."""
    said = [
        DisclosedEntry(
            f"{to.say.of(file_words.GROUPS, one.group)}: {to.say.of(file_words.FIELDS, one.field)}", line(one, to),
            "" if FIELDS[one.field].kind in CHOSEN else one.id,
        )
        for one in found.statements
    ]  # fmt: skip
    said += [
        DisclosedEntry(
            to.say.of(file_words.FIELDS, one.said.field), "\n".join([line(one.said, to), *document_lines(one, to, mark)]), one.said.id,
            f"documents/{one.said.id}" if one.goes_along else "",
        )
        for one in found.documents
    ]  # fmt: skip
    said += [DisclosedEntry(to.say.of(rights_words.WRITTEN, one.kind), "\n".join(text(one, to)), one.id) for one in found.written]
    said += [
        DisclosedEntry(
            to.say.of(rights_words.TYPED, one.kind) + (f" ({name(one.agency, to)})" if one.agency else ""), one.words, one.id
        )
        for one in found.typed
    ]  # fmt: skip
    return [*said, *(DisclosedEntry(to.say.translate(N_("Note of your agency")), note.words, note.id) for note in found.notes)]


@dataclass(frozen=True)
class WaitingRequest:
    """A request in a list."""

    case: str
    href: str
    kind: str
    state: str
    due: int
    late: str


async def waiting_rights(desk: Desk, request: Request) -> Sequence[WaitingRequest]:
    """What waits for an answer, of this agency or of another that it asked, for the lists of a service; what is due first comes first."""
    return _in_words(desk, request, *await desk.ask_as(request, _waiting))


async def waiting_in_all(desk: Desk, request: Request) -> Sequence[WaitingRequest]:
    """The same in all cases that may exist for whoever asks, whoever has them."""
    return _in_words(desk, request, *await desk.ask(_waiting))


def _waiting(reader: CaseReader) -> tuple[Sequence[RightAsked], Sequence[OtherAsked]]:
    return waiting_requests(reader), awaited(reader)


def _in_words(desk: Desk, request: Request, found: Sequence[RightAsked], others: Sequence[OtherAsked]) -> list[WaitingRequest]:
    to, name_of = speaker(desk, request), desk.names(request)
    asked, waits = to.say.translate(N_("What %(agency)s was asked for the person")), to.say.translate(rights_words.WAITS_FOR_ANSWER)
    of_others = [
        WaitingRequest(
            one.case, f"{desk.cases}/{one.case}/rights", asked % {"agency": name_of(one.agency)}, waits, one.due, to.late(one.due)
        )
        for one in others
    ]  # fmt: skip
    of_ours = [
        WaitingRequest(
            one.case, f"{desk.cases}/{one.case}/rights", to.say.of(rights_words.KINDS, one.kind), state_in_words(one, to), one.due,
            to.late(one.due),
        )
        for one in found
    ]  # fmt: skip
    return sorted((*of_ours, *of_others), key=lambda one: one.due)
