"""The interface beside the pages: the same use cases in the same transactions, as JSON, below /api."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Header, Query, Request
from pydantic import StringConstraints
from sqlmodel import col, select

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.casework.own_record import kept_of
from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.processing.faults import BUS, DATABASE, UNSEEN, WORDS, Fault, keeps_from_work
from shared.processing.set_aside import lacks
from shared.protocol.case_file import Group
from shared.protocol.facts import Id
from shared.protocol.statement_readers import readers
from shared.store.tables import CaseView, Duty, Journal
from shared.web.http.access_history import access
from shared.web.http.api_schemas import (  # fmt: skip
    AccessAnswer,
    Answer,
    CaseAnswer,
    DutyAnswer,
    KeptAnswer,
    KeptNote,
    MessageAnswer,
    PersonAnswer,
    RecordAnswer,
    StatementAnswer,
)
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.openapi import DECIDING, READING, problems

IdempotencyKey = Annotated[
    str | None,
    Header(
        max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$",
        description="The same key with the same decision, case and content is one decision, and is answered with what it recorded; with "
        "anything else it is refused (409), and nothing is recorded. A key is known as long as the database is kept.",
    ),
]  # fmt: skip
NamedOfficer = Annotated[str | None, Header(description="Who decides, by the agency's own id; the interface itself where nobody is named.")]
From = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]


def api(service: str, decisions: Mapping[str, Decision], acts: Mapping[str, Act] = MappingProxyType({})) -> APIRouter:
    """The interface of a service: POST /api/<service>/<decision>, GET cases and duties. An Idempotency-Key makes a repeat harmless.

    `acts`: decisions for which a case is open to others than those who may decide all else in it."""
    router = APIRouter(prefix=f"/api/{service}", tags=[service])
    for name, decision in decisions.items():
        endpoint = _deciding(decision, acts.get(name, Act.DECIDE))
        router.add_api_route(
            f"/{name}", endpoint, methods=["POST"], status_code=201, response_model=Answer, name=name,
            operation_id=f"{service}-{name}", summary=name.replace("-", " ").capitalize(), responses=problems(*DECIDING),
        )  # fmt: skip
    for name, path, endpoint, errors in READS:
        router.add_api_route(path, endpoint, operation_id=f"{service}-{name}", summary=name.capitalize(), responses=problems(*errors))
    return router


def _deciding(decision: Decision, act: Act) -> Callable[..., Awaitable[Answer]]:
    """The route of a decision: its body is the command."""

    @needs(act)
    async def endpoint(
        desk: CurrentDesk, request: Request, command: Any, idempotency_key: IdempotencyKey = None, nrm_officer: NamedOfficer = None
    ) -> Answer:  # `nrm_officer` is read by the desk; here it is documented
        form, case = idempotency_key or uuid4().hex, getattr(command, "case", None)
        receipt = await desk.decide(request, decision.use_case, command, form=form, case=case)
        return Answer(case=receipt.case, keys=list(receipt.keys), repeated=receipt.repeated)

    endpoint.__annotations__["command"] = decision.command
    endpoint.__doc__ = decision.use_case.__doc__
    return endpoint


@needs(Act.LIST)
async def cases(
    desk: CurrentDesk, request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100, after: From = ""
) -> list[str]:  # fmt: skip
    """Case ids, in order; `after` pages on."""
    page = select(CaseView.case).where(col(CaseView.case) > after).order_by(col(CaseView.case)).limit(limit)
    return await desk.ask_as(request, lambda reader: list(reader.session.exec(page.where(reader.open(col(CaseView.case))))))


@needs(Act.READ_CASE)
async def case(desk: CurrentDesk, case: Id) -> CaseAnswer:
    """The shared picture of a case, what waits for the bus, and what this agency may know of the person; whether a record that the
    others have was set aside here, so that the picture may be incomplete."""
    return await desk.ask(lambda reader: _case(reader, case))


@needs(Act.READ_CASE)
async def person(desk: CurrentDesk, case: Id) -> PersonAnswer:
    """What was stated of the person, what it was before, and who reads what is stated in a group now. `state` states, corrects and takes
    back."""
    return await desk.ask(lambda reader: _person(reader, case, desk.instance.clock.now()[0]))


@needs(Act.READ_CASE)
async def messages(desk: CurrentDesk, case: Id) -> list[MessageAnswer]:
    """What agencies said to each other on the hand-offs of a case, as far as it was for this one. `ask`, `answer` and `arrange` say
    something, `read-words` that it is read."""
    return await desk.ask(lambda reader: _messages(reader, case))


@needs(Act.READ_CASE)
async def records(desk: CurrentDesk, case: Id) -> list[RecordAnswer]:
    """The records of a case, in order, with this instance's verdicts; empty where it has none."""
    rows = select(Journal).where(Journal.case == case).order_by(col(Journal.seq))
    return await desk.ask(lambda reader: [RecordAnswer.model_validate(row) for row in reader.session.exec(rows)])


@needs(Act.READ_CASE)
async def kept(desk: CurrentDesk, case: Id) -> KeptAnswer:
    """What this agency keeps of a case for itself: its reference, its label, its notes. No other agency has it."""
    return await desk.ask(lambda reader: _kept(reader, case))


@needs(Act.READ_ACCESS)
async def seen(desk: CurrentDesk, case: Id) -> list[AccessAnswer]:
    """Who has seen a case, when, on what ground, and what was refused; the newest first."""
    return await access(desk, case)


@needs(Act.LIST)
async def duties(desk: CurrentDesk, request: Request) -> list[DutyAnswer]:
    """What this agency must do next: open hand-offs and tasks, the most urgent first."""
    mine = select(Duty).where(col(Duty.open).is_(True), Duty.holder == desk.agency).order_by(col(Duty.due)).limit(1000)
    return await desk.ask_as(
        request, lambda reader: [DutyAnswer.model_validate(row) for row in reader.session.exec(mine.where(reader.open(col(Duty.case))))]
    )


READS = (
    ("cases", "/cases", cases, (401, 403, 422)),
    ("case", "/cases/{case}", case, READING),
    ("person", "/cases/{case}/person", person, READING),
    ("messages", "/cases/{case}/messages", messages, READING),
    ("records", "/cases/{case}/records", records, READING),
    ("kept", "/cases/{case}/own", kept, READING),
    ("access", "/cases/{case}/access", seen, READING),
    ("duties", "/duties", duties, (401, 403)),
)
"""What every service's programs read: name, path, route, errors."""


def _case(reader: CaseReader, case: str) -> CaseAnswer:
    shown = reader.shown(case)
    if shown is None:
        raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
    return CaseAnswer(
        case=shown.case, waiting_for_the_bus=shown.waiting, member=shown.member, parked=shown.parked,
        incomplete=bool(lacks(reader.session, case)), profile=reader.profile(case),
    )  # fmt: skip


def _kept(reader: CaseReader, case: str) -> KeptAnswer:
    if reader.shown(case) is None:
        raise RuleBroken("no-such-case")
    found = kept_of(reader, case)
    notes = [
        KeptNote(id=n.id, officer=n.officer, at=n.at, note=n.words, corrects=n.corrects, corrected_by=n.corrected_by) for n in found.notes
    ]
    return KeptAnswer(reference=found.names.reference, label=found.names.label, notes=notes)


def _messages(reader: CaseReader, case: str) -> list[MessageAnswer]:
    if reader.shown(case) is None:
        raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
    return [MessageAnswer.model_validate(one) for one in reader.messages(case)]


def _person(reader: CaseReader, case: str, at: int) -> PersonAnswer:
    shown = reader.shown(case)
    if shown is None:
        raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
    file = reader.person_file(case)
    return PersonAnswer(
        present=[StatementAnswer.model_validate(said) for one in file for said in one.present],
        before=[StatementAnswer.model_validate(said) for one in file for said in one.before],
        readers={group.value: readers(shown.case, group, at) for group in Group},
    )


def health(desk: Desk) -> dict[str, Any]:
    """How an instance is: for `/health` and the operators."""
    instance, faults = desk.instance, desk.faults()
    return {
        "instance": instance.me, "ready": not keeps_from_work(faults), "faults": {fault.value: WORDS[fault] for fault in faults},
        "bus": (BUS | UNSEEN).isdisjoint(faults), "database": (DATABASE | UNSEEN).isdisjoint(faults),
        "caught_up": instance.caught_up and not {Fault.NOT_READ, Fault.STARTING} & {*faults}, "fence": instance.fence,
        "parked_cases": len(instance.parked),
        "waiting_for_the_bus": len(instance.outgoing), "unsendable_cases": len(instance.outgoing.spoilt),
        "statistics_waiting": sum(len(batch.records) for batch in instance.batches) + len(instance.taken),
        "waits_for_batch": len(instance.unsent),
        "keystore": instance.keystore.warning if instance.keystore else "",
        "directory": instance.seal.listing.distrusted if instance.seal else "",
        "next": {str(p): at.next for p, at in sorted(dict(instance.positions.now).items())},
    }  # fmt: skip
