"""Correction, restriction, objection, and the erasure of one statement: what the person asks for, and what the agency answers.

Each is written down, stands in the lists until it is answered, and is answered with a reason where it is refused; the person is told the
reason, and where to complain (GDPR art. 12(4)). Whoever was told something wrong learns of it by the correction itself, which goes to
everybody who was told (art. 19).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlmodel import select

from shared.casework.asking_others import AFTER, ask_others, noted, tell_asker, tell_ended
from shared.casework.person_file import statements_of
from shared.casework.person_requests import OPEN, OfRequest, OfRight, RequestKind, RequestState, decided, must_be_here, read, the_row, write
from shared.casework.restrictions import RESTRICTABLE, freed, groups_of, readers_of, told_after_all
from shared.config.codes import Text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case_file import Group
from shared.protocol.facts import AgencyId, StatementId
from shared.protocol.messages import MessageSent
from shared.protocol.rights import RefusalReason
from shared.protocol.statements import StatementMade
from shared.store.erasure_tables import LegalHold
from shared.store.person_tables import StatementRow
from shared.store.rights_tables import AskedAgency, PersonRequest

K, S = RequestKind, RequestState
Words = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Groups = Annotated[tuple[Group, ...], Field(max_length=len(Group))]
ANSWERABLE = (K.CORRECTION, K.RESTRICTION, K.OBJECTION, K.ERASURE)
AskOthers = Literal["yes", "no"]
"""Whether the other agencies that were told the same are asked, too: only where somebody says so, since the person was asked about it."""


class RestrictionGround(StrEnum):
    """Why something is restricted (GDPR art. 18(1))."""

    CONTESTED = "contested"
    """The person says that it is wrong, and that is being looked at."""
    UNLAWFUL = "unlawful"
    """It should not be there, and the person does not want it erased."""
    NEEDED = "needed"
    """The agency does not need it any more; the person does, for a claim."""


class AskCorrection(OfRight):
    """The person says that something is wrong: in which group, or elsewhere (a report, a note) where none is named; and what."""

    group: Group | None = None
    words: Words
    others: AskOthers = "no"


class Restrict(OfRight):
    """What is held is kept, and used no further: these groups, or all where none is named."""

    groups: Groups = ()
    ground: RestrictionGround
    words: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    others: AskOthers = "no"


class Object(OfRight):
    """The person objects to the use of these groups, or of all; and why."""

    groups: Groups = ()
    words: Words
    others: AskOthers = "no"


class EraseStatement(OfRight):
    """One statement is to go for good; and why."""

    statement: StatementId
    words: Words


class ExportFile(OfRight):
    """A copy of the file is taken out of the system, and why: for whom, and what it is needed for."""

    words: Words


class AnswerRequest(OfRequest):
    """What the agency answers: it is done, or it is refused for the reason that `words` say. The person is told both.

    To another agency that asks it names the reason as a code, and the law."""

    outcome: Literal["done", "refused"]
    words: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    reason: RefusalReason | None = None
    law: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class NoteOthersAnswer(OfRequest):
    """What another agency answered by another way than the case, and how."""

    agency: AgencyId
    outcome: Literal["done", "refused"]
    words: Words


class EndRequest(OfRequest):
    """The person takes a request back, or it is not theirs; `words` says why, for this agency alone."""

    words: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class LiftRestriction(OfRequest):
    """A restriction ends, for this reason; the person is told beforehand (art. 18(3))."""

    words: Words


def ask_correction(command: AskCorrection, tx: DecisionContext) -> list[MessageSent]:
    """The person says that something is wrong: it waits until it is corrected, or refused with a reason."""
    must_be_here(command.case, tx)
    _must_be_offered((command.group,) if command.group else (), "group")
    id = write(tx, command.case, K.CORRECTION, S.WAITS, _month(tx), group=command.group or "", words=command.words)
    return _others(command, tx, id, K.CORRECTION, frozenset({command.group} if command.group else ()))


def restrict(command: Restrict, tx: DecisionContext) -> list[MessageSent]:
    """From now on these groups are disclosed to nobody anew."""
    must_be_here(command.case, tx)
    id = write(tx, command.case, K.RESTRICTION, S.IN_FORCE, tx.at, ground=command.ground, words=command.words, **_groups(command, tx))
    return _others(command, tx, id, K.RESTRICTION, groups_of(command.groups))


def object_to_use(command: Object, tx: DecisionContext) -> list[MessageSent]:
    """The person objects: these groups are restricted until that is decided."""
    must_be_here(command.case, tx)
    id = write(tx, command.case, K.OBJECTION, S.WAITS, _month(tx), words=command.words, **_groups(command, tx))
    return _others(command, tx, id, K.OBJECTION, groups_of(command.groups))


def _must_be_offered(groups: Sequence[Group], field: str) -> None:
    if not RESTRICTABLE.issuperset(groups):
        raise RuleBroken("group-not-offered", field)


def _others(
    command: AskCorrection | Restrict | Object, tx: DecisionContext, id: str, kind: RequestKind, groups: frozenset[Group]
) -> list[MessageSent]:
    return ask_others(tx, command.case, id, kind, groups, command.words, others=command.others == "yes")


def _groups(command: Restrict | Object, tx: DecisionContext) -> dict[str, Any]:
    """What is restricted, and who was told of it until now. Raises RuleBroken for a group that cannot be."""
    _must_be_offered(command.groups, "groups")
    picture = tx.work.picture(command.case)
    return {"groups": sorted(set(command.groups)), "told": readers_of(picture, groups_of(command.groups), tx.at)}


def ask_statement_erasure(command: EraseStatement, tx: DecisionContext) -> None:
    """One statement is to go. Where the country asks for a second officer it waits for one; else the instance does it now.

    Raises RuleBroken where it is not on file here, where a legal hold stands against it, and where nothing can be erased for certain.
    """
    must_be_here(command.case, tx)
    _can_be_erased(command.case, command.statement, tx)
    state = S.WAITS if "ask-erasure" in tx.country.second_officer.acts else S.CONFIRMED
    write(tx, command.case, K.ERASURE, state, _month(tx), statement=command.statement, words=command.words)


def export_file(command: ExportFile, tx: DecisionContext) -> None:
    """Somebody whose role includes it takes a copy of the file out; it is written down with the reason."""
    must_be_here(command.case, tx)
    write(tx, command.case, K.EXPORT, S.DONE, tx.at, words=command.words)


def answer_request(command: AnswerRequest, tx: DecisionContext) -> Sequence[StatementMade | MessageSent]:
    """A request is answered, to the person or to the agency that asked for them. Raises RuleBroken for a refusal without a reason, or
    without a law where another agency asks; for a correction of which nothing was stated, and for an erasure by whoever asked for it, until
    others had their time."""
    row = the_row(tx, command, ANSWERABLE, (S.WAITS,))
    if command.outcome == "refused":
        _must_say_why(row, command)
        free = freed(tx.work, row)
        decided(tx, row, S.REFUSED, "refused", **_reply(command))
        return [*_tell(command.case, free, tx), *_to_asker(row, command, tx)]
    if row.kind == K.CORRECTION:
        _must_be_corrected(row, tx)
    elif row.kind == K.ERASURE and not tx.country.second_officer.may_confirm(row.officer, tx.officer, row.at, tx.at):
        raise RuleBroken("second-officer-needed")
    state = {**AFTER, K.ERASURE: S.CONFIRMED}[RequestKind(row.kind)]
    if row.kind == K.ERASURE:
        _can_be_erased(row.case, read(tx.work.instance.keystore, row).told.get("statement", ""), tx)
    decided(tx, row, state, "done", **_reply(command))
    return _to_asker(row, command, tx)


def _must_say_why(row: PersonRequest, command: AnswerRequest) -> None:
    if not row.asker and not command.words:
        raise RuleBroken("say-why-refused", "words")
    if row.asker and command.reason is None:
        raise RuleBroken("say-refusal-to-agency", "reason")
    if row.asker and not command.law:
        raise RuleBroken("say-law", "law")


def _reply(command: AnswerRequest) -> dict[str, Any]:
    return {"words": command.words, **({"reason": command.reason, "law": command.law} if command.reason else {})}


def _to_asker(row: PersonRequest, command: AnswerRequest, tx: DecisionContext) -> list[MessageSent]:
    refused = command.outcome == "refused"
    return tell_asker(tx, row, command.reason if refused else None, command.law if refused else "") if row.asker else []


def note_others_answer(command: NoteOthersAnswer, tx: DecisionContext) -> None:
    """An agency that was asked answered by telephone or letter, because it has left the case, or the case is closed. Raises RuleBroken
    where its answer is not awaited."""
    row = tx.session.exec(select(AskedAgency).where(AskedAgency.request == command.request, AskedAgency.agency == command.agency)).first()
    if row is None or row.case != command.case:
        raise RuleBroken("no-such-request")
    if row.answered_at is not None or row.ended_at is not None:
        raise RuleBroken("request-answered")
    noted(tx, row, command.outcome, command.words)


def end_request(command: EndRequest, tx: DecisionContext) -> Sequence[StatementMade | MessageSent]:
    """A request that is open is not answered any more, because the person does not want it: what it restricted is told to who came
    meanwhile, and others who were asked learn it. Raises RuleBroken for what another agency asks as long as it has not ended there."""
    row = the_row(tx, command, tuple(RequestKind), tuple(state for state in OPEN if state is not S.CONFIRMED))
    if row.asker and row.ended_at is None:
        raise RuleBroken("asked-by-another")
    free = freed(tx.work, row)
    decided(tx, row, S.ENDED, words=command.words)
    return [*_tell(command.case, free, tx), *tell_ended(tx, row)]


def lift_restriction(command: LiftRestriction, tx: DecisionContext) -> Sequence[StatementMade | MessageSent]:
    """A restriction ends: who came meanwhile and may read it is told now, and others who were asked for it look whether theirs ends."""
    row = the_row(tx, command, (K.RESTRICTION, K.OBJECTION), (S.IN_FORCE,))
    free = freed(tx.work, row)
    decided(tx, row, S.LIFTED, "lifted", words=command.words)
    return [*_tell(command.case, free, tx), *tell_ended(tx, row)]


def _month(tx: DecisionContext) -> int:
    return tx.country.in_days(tx.at, tx.country.subject_access.days)


def _tell(case: str, groups: frozenset[Group], tx: DecisionContext) -> Sequence[StatementMade]:
    return list(told_after_all(tx.work, tx.work.picture(case), groups, tx.at))


def _must_be_corrected(row: PersonRequest, tx: DecisionContext) -> None:
    group = read(tx.work.instance.keystore, row).told.get("group", "")
    since = (said for said in statements_of(tx.work, row.case) if said.supersedes and said.said_at >= row.at)
    if group and not any(said.group == group for said in since):
        raise RuleBroken("nothing-corrected", "outcome")


def _can_be_erased(case: str, statement: str, tx: DecisionContext) -> None:
    if tx.work.instance.keystore is None:
        raise RuleBroken("no-keystore")
    if tx.session.get(LegalHold, case) is not None:
        raise RuleBroken("held-by-law")
    row = tx.session.exec(select(StatementRow).where(StatementRow.case == case, StatementRow.id == statement)).first()
    if row is None or row.erased_at is not None:
        raise RuleBroken("statement-not-here", "statement")
