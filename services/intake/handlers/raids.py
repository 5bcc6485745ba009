"""People who were found together: each is reported as a case of their own, and only this agency keeps which of them belong together.

The link is data of all of them: it is in no event. It stands behind the wall of each case, and goes with the case when that is erased.
"""

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import delete
from sqlmodel import col, select

from services.intake.handlers.drafts import end_present, tend_drafts
from services.intake.handlers.reports import FileReport, file_report
from services.intake.models import RaidCase
from services.intake.rules.raid import PEOPLE_OF_A_FORM, form_of
from shared.casework.own_record import name_as
from shared.config.codes import Line
from shared.decisions.decide import DecisionContext
from shared.decisions.form_receipts import recorded_under
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.protocol.events import CaseReported
from shared.protocol.facts import Event, Id, Moment
from shared.protocol.statements import Statement, stated
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, DataClass, Source
from shared.records.codec import to_json
from shared.store import at_rest
from shared.store.erasure_tables import ErasedClass

Row = Annotated[int, Field(ge=1, le=PEOPLE_OF_A_FORM)]


class ReportOneFound(FileReport):
    """The report of one of several people who were found together. What it says beside a report is for this agency alone, but for how many
    depend on this person, and how old they are: that is stated, since beds and seats are asked for by it.

    The lead alone is told how many they are (`together`), and not which, where the country tells that.

    `raid`: what all of them share; `row`: which of them this is; `parent`: the row of whoever this person depends on.
    """

    raid: Id
    row: Row
    parent: Row | None = None
    dependants: Annotated[tuple[AgeBand, ...], Field(max_length=30)] = ()
    reference: Annotated[Line, StringConstraints(max_length=60)] = ""
    """How this agency calls the raid: the reference of each of its cases."""
    label: Annotated[Line, StringConstraints(max_length=80)] = ""
    """By which its officers know the person."""
    found_at: Moment | None = None
    present: tuple[AgencyKind, ...] = ()
    """Which kinds of agencies were there."""
    together: Annotated[int, Field(ge=2, le=PEOPLE_OF_A_FORM)] | None = None
    """How many people were found, this one among them."""


class ReportOnSite(FileReport):
    """What of it is a report. Whoever found them saw where they are, and says once for all what happened: it is no word of each of them."""

    known_by = Source.SEEN


def report_one_found(command: ReportOneFound, tx: DecisionContext) -> list[Event]:
    """One of several people who were found together is reported (docs/domain.md, section 1.5, S0 to S4).

    Raises RuleBroken as for every report.
    """
    report = ReportOnSite.model_validate(
        {name: getattr(command, name) for name in FileReport.model_fields if name in command.model_fields_set}
    )
    events = [_numbered(event, command.together, tx) for event in file_report(report, tx)]
    case = tx.new_case()
    said = to_json({"found_at": command.found_at, "present": [kind.value for kind in command.present]})
    tx.session.add(RaidCase(case=case, raid=command.raid, row=command.row, parent=command.parent, said=tx.closed(case, said)))
    name_as(tx, case, command.reference, command.label)
    return [*events, *(stated(_dependants(command, tx)) if tx.protocol != FIRST else ())]


def _numbered(event: Event, together: int | None, tx: DecisionContext) -> Event:
    """The opening with the number of those who were found, where its lead reads it, and may be told anything of the person."""
    reads = tx.country.raids.tells_number and tx.protocol != FIRST
    if not isinstance(event, CaseReported) or together is None or not reads or event.basis is Basis.NONE:
        return event
    may = event.basis is not Basis.CONSENT or DataClass.D1 in event.agreed
    return event.model_copy(update={"together": together}) if may else event


def _dependants(command: ReportOneFound, tx: DecisionContext) -> list[Statement]:
    """How many depend on this person, and how old they are: as the officer saw it."""
    seen: dict[str, Any] = {"source": Source.SEEN, "said_at": tx.at}
    many = str(len(command.dependants))
    made = [Statement(id=_id(tx, "dependants"), field="dependants", value=many, **seen)] if command.dependants else []
    for number, age in enumerate(command.dependants, 1):
        about = f"dependant:{number}"
        made.append(Statement(id=_id(tx, about), field="dependant_age", about=about, value=age.value, **seen))
    return made


def _id(tx: DecisionContext, which: str) -> str:
    return tx.work.derived(f"statement\n{tx.cause}\n{which}").hex()[:16]


def end_raid(work: UnitOfWork, draft: str, officer: str, rows: list[int]) -> None:
    """The draft ends once the report of each of these rows is sent."""
    if all(recorded_under(work.session, form_of(draft, row)) for row in rows):
        end_present(work, draft, officer)


def tend(instance: State, transact: Transact, now: int) -> None:
    """Now and then: what is to be done of drafts, and forget the links of cases that were erased."""
    tend_drafts(instance, transact, now)
    erased = select(ErasedClass.case).where(ErasedClass.data_class == at_rest.WHOLE)
    with_link = select(RaidCase.case).where(col(RaidCase.case).in_(erased))
    if transact(lambda work: work.session.exec(with_link).first()):
        transact(lambda work: work.session.connection().execute(delete(RaidCase).where(col(RaidCase.case).in_(erased))))
