"""Stating something of the person of a case: one use case, which intake, the lead and every agency that acts offer to their officers."""

from typing import Annotated, NamedTuple

from pydantic import Field

from shared.casework.person_file import Said, statements_of
from shared.casework.pressure import DURESS, marked
from shared.casework.restrictions import correcting, told_before
from shared.config import calendar
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case_file import CLASS_OF, DOCUMENTS, FIELDS, RELEASED, Kind, fits, speaks_of
from shared.protocol.facts import Facts, Id, StatementId
from shared.protocol.statements import FieldName, Statement, StatementMade, Subject, Value, stated
from shared.protocol.step_authors import may_correct, may_state, step
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgencyKind, Source

AT_ONCE = 60
"""Statements of one form."""


class NewStatement(Facts):
    """What is stated. `supersedes` names the statement that it corrects; `withdrawn` takes that back, and says no value."""

    field: FieldName
    about: Subject = "person"
    value: Value = ""
    source: Source
    supersedes: StatementId | None = None
    withdrawn: bool = False


class StateFacts(Facts):
    """What an officer states of the person of a case, all in one decision."""

    case: Id
    statements: Annotated[tuple[NewStatement, ...], Field(min_length=1, max_length=AT_ONCE)]


class Broken(NamedTuple):
    """What is wrong with a statement: the rule, and the answer that breaks it."""

    code: str
    field: str


def made(command: StateFacts, tx: DecisionContext) -> list[StatementMade]:
    """The events that say it. Raises RuleBroken at the first statement that may not stand, with the place of it in the form."""
    case = tx.open_case(command.case)
    if case.protocol == FIRST:
        raise RuleBroken("statements-later")
    keys = tx.work.instance.keystore
    gone = keys.gone(case.id) if keys else frozenset[str]()
    closed = told_before(tx.work, case.id)
    known = {said.id: said for said in statements_of(tx.work, case.id)}
    taken = set[str]()
    for n, one in enumerate(command.statements):
        if broken := _broken(one, known, taken, gone) or _not_theirs(one, tx):
            raise RuleBroken(broken.code, f"statements.{n}.{broken.field}")
        if one.supersedes is None and FIELDS[one.field].group in closed:
            raise RuleBroken("statement-restricted", f"statements.{n}.field")
        taken |= {one.supersedes} if one.supersedes else set()
    said = [_statement(one, n, tx) for n, one in enumerate(command.statements)]
    kept = [one for one in said if FIELDS[one.field].group in closed]
    under_pressure = any(one.field == DURESS for one in said) or marked(tx.work, case.id)
    told = stated((one for one in said if one not in kept), case.lead if under_pressure else None)
    return [*told, *(correcting(case, kept, closed, tx.agency, tx.at) if kept else ())]


def _statement(one: NewStatement, n: int, tx: DecisionContext) -> Statement:
    """The same with what the instance adds: an id that follows from the form and that nobody else can guess. Who cannot read a statement
    cannot name it."""
    id = tx.work.derived(f"statement\n{tx.cause}\n{n}").hex()[:16]
    return Statement(
        id=id, field=one.field, about=one.about, value=one.value, source=one.source, said_at=tx.at, supersedes=one.supersedes,
        withdrawn=one.withdrawn,
    )  # fmt: skip


def _broken(one: NewStatement, known: dict[str, Said], taken: set[str], gone: frozenset[str]) -> Broken | None:
    field = FIELDS.get(one.field)
    if field is None:
        return Broken("statement-no-field", "field")
    if field.group in RELEASED:
        return Broken("statement-released", "field")
    if field.group in DOCUMENTS and not one.withdrawn:
        return Broken("statement-document", "field")
    if not speaks_of(field, one.about):
        return Broken("statement-of-another", "about")
    if CLASS_OF[field.group] in gone:
        return Broken("statement-erased", "field")
    if one.withdrawn:
        if one.value or one.supersedes is None:
            return Broken("statement-takes-back", "value" if one.value else "supersedes")
    elif not fits(field, one.value):
        return Broken("statement-does-not-fit", "value")
    return _cannot_replace(one, known.get(one.supersedes), taken) if one.supersedes is not None else None


def _not_theirs(one: NewStatement, tx: DecisionContext) -> Broken | None:
    """Steps of proceedings are stated by who takes them, or acts in them for the person, once they have happened."""
    field, country = FIELDS[one.field], tx.work.instance.country
    if field.kind is not Kind.STEP:
        return None
    kind = country.agency(tx.agency).kind if country.knows(tx.agency) else AgencyKind.COORDINATOR
    if not (may_correct(field, kind) if one.withdrawn else may_state(field, kind, one.value)):
        return Broken("statement-not-yours", "field")
    today = calendar.local(tx.at, country.time_zone).date().isoformat()
    return Broken("statement-not-yet", "value") if not one.withdrawn and step(one.value)[0] > today else None


def _cannot_replace(one: NewStatement, was: Said | None, taken: set[str]) -> Broken | None:
    if was is None or (was.field, was.about) != (one.field, one.about):
        return Broken("statement-unknown", "supersedes")
    if was.withdrawn or was.id in taken:
        return Broken("statement-unknown", "supersedes")
    if was.superseded_by is not None:
        return Broken("statement-corrected", "supersedes")
    return None
