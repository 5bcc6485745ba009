"""A report: a possible victim was met, and the lead is asked to identify; and what is stated of them later."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import StringConstraints

from services.intake.handlers.drafts import end_draft
from services.intake.models import Report
from services.intake.rules import report as rules
from shared.casework import stating
from shared.config.codes import GivenLanguage, GivenNationality, Text
from shared.config.country import Country
from shared.decisions.apart import apart_at_opening
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy import answers, legal_bases
from shared.privacy.consent import Months, of_opening
from shared.privacy.file_values import written
from shared.protocol.case_file import FIELDS, fits
from shared.protocol.events import CaseReported
from shared.protocol.facts import Event, Facts, Member, Moment, Printed
from shared.protocol.file_codes import Alert, RightTold, ToldFormat
from shared.protocol.statements import Statement, StatementMade, stated
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, DataClass, Form, Ground, Indicator, Need, Sex, Source

Words = Annotated[Text, StringConstraints(max_length=1000)]


class FileReport(Facts):
    """What the first report asks. `note` and `ground_words` are for this agency alone.

    Of consent: in which language it was given (the person's own where none is named), what may be disclosed to others, and for how many
    months it holds (until it is withdrawn where none are named). `ground` says why an adult is reported in danger without consent.
    `withheld`, the kinds of agencies to which nothing may be disclosed, holds on every basis.
    """

    danger: bool
    consent: bool = False
    age: AgeBand = AgeBand.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    language: GivenLanguage = ""
    interpreter: bool = False
    nationality: GivenNationality = ""
    indicators: tuple[Indicator, ...] = ()
    forms: tuple[Form, ...] = ()
    needs: tuple[Need, ...] = ()
    note: Annotated[Text, StringConstraints(max_length=4000)] = ""
    consent_language: GivenLanguage = ""
    agreed: tuple[Literal[DataClass.D1, DataClass.D2], ...] = (DataClass.D1, DataClass.D2)
    withheld: tuple[AgencyKind, ...] = ()
    months: Months | None = None
    ground: Ground | None = None
    ground_words: Words = ""
    account: Annotated[Text, StringConstraints(max_length=300)] = ""
    """What happened, in short and without names: who may read words of the exploitation reads it."""
    place: Annotated[Text, StringConstraints(max_length=80)] = ""
    """The municipality where the person is."""
    told: tuple[RightTold, ...] = ()
    """What the person was told of their rights, in `language`, before anybody asked them (docs/domain.md, section 1.5, S3)."""
    told_format: ToldFormat | None = None
    """How."""
    called_at: Moment | None = None
    """When the emergency number was called; for this agency alone."""
    known_by: ClassVar[Source] = Source.SAID
    """How the place and the short account are known."""
    conflict: bool = False
    """A suspect is close to staff of an agency: the lead invites nobody before an officer of it has looked (docs/adr/0056)."""


class ImportedReport(FileReport):
    """The same from a published list, of an importer alone: its own words travel beside the codes, byte for byte."""

    nationality: Printed = ""
    age_printed: Printed = ""
    sex_printed: Printed = ""
    forms_printed: Printed = ""


def file_report(command: FileReport, tx: DecisionContext) -> list[Event]:
    """A possible victim was met; the lead agency is asked to identify (docs/domain.md, section 1.5, S0 to S4).

    Raises RuleBroken for danger without consent whose ground is not stated, for an answer that does not apply on the basis that follows
    from the others, where the person objects to the lead, or to the guardian authority of a child, and for words that no case file holds.
    """
    facts = _stated(command, tx)
    country = tx.country
    basis = answers.basis(command.age, command.consent, command.danger)
    must_apply(command, basis, country)
    urgency = rules.urgency(command.danger, command.age, command.indicators)
    answer_by, lapse_at = country.deadline(Need.IDENTIFICATION, urgency, tx.at)
    case = tx.new_case()
    end_draft(tx)
    tx.session.add(Report(case=case, filed_at=tx.at, officer=tx.officer, note=tx.closed(case, command.note), called_at=command.called_at))
    said, needs = terms(command, basis, tx), rules.needs(command.needs, command.forms, basis is Basis.CHILD, country.at_once(urgency))
    noted: dict[str, Any] = {"officer": tx.officer}
    noted |= {"ground": command.ground, "words": command.ground_words} if basis is Basis.VITAL else {}
    rows = of_opening(country.lead, basis, needs, tx.at, said, place=_tells_the_place(command), **noted)
    legal_bases.record(tx.work, case, tx.cause, rows)
    left_out = () if basis is not Basis.CONSENT or DataClass.D1 in command.agreed else PROFILE
    told = {name: getattr(command, name) for name in SECTIONS if name in command.model_fields_set and name not in left_out}
    told |= {"conflict": True} if command.conflict else {}
    reported = CaseReported(
        protocol=tx.protocol, trace=tx.new_trace(), lead=country.lead, roster=roster(command, basis, said.get("consent_until"), tx),
        handoff=tx.fresh(), answer_by=answer_by, lapse_at=lapse_at, urgency=urgency, basis=basis, pingpong=country.pingpong, needs=needs,
        **apart_at_opening(tx.work, case, tx.protocol), **told, **said,
    )  # fmt: skip
    return [reported, *facts]


def _stated(command: FileReport, tx: DecisionContext) -> list[StatementMade]:
    """What a report states of the person beside its codes: the short account, the place, and what the person was told. Raises RuleBroken.

    What the officer told the person is what they did themselves, and so it is stated: seen, and not said by the person.
    """
    told = [("rights_told", right.value) for right in command.told]
    told += [("rights_format", command.told_format.value)] if told and command.told_format else []
    told += [("rights_language", command.language)] if told and command.language else []
    told += [("alert", Alert.STAFF_CONFLICT.value)] if command.conflict else []
    said = [("short_account", "account", command.account, command.known_by), ("municipality", "place", command.place, command.known_by)]
    said += [(field, "conflict" if field == "alert" else "told", value, Source.SEEN) for field, value in told]
    made: list[Statement] = []
    for name, asked, typed, source in said:
        value = written(typed)
        if not value:
            continue
        if tx.protocol == FIRST:
            raise RuleBroken("statements-later", asked)
        if not fits(FIELDS[name], value):
            raise RuleBroken("statement-does-not-fit", asked)
        which = asked if source is Source.SAID else f"{name} {value}"
        id = tx.work.derived(f"statement\n{tx.cause}\n{which}").hex()[:16]
        made.append(Statement(id=id, field=name, value=value, source=source, said_at=tx.at))
    return stated(made)


def state_facts(command: stating.StateFacts, tx: DecisionContext) -> list[StatementMade]:
    """An officer states something of the person of a case that was opened here, corrects it, or takes it back.

    Raises RuleBroken for a field or a value that there is not, and where what is corrected is not on file here, or is corrected already.
    """
    return stating.made(command, tx)


def must_apply(command: FileReport, basis: Basis, country: Country) -> None:
    """Raises RuleBroken at the first answer that would be left unheard."""
    if basis is Basis.VITAL and command.ground is None:
        raise RuleBroken("ground-needed", "ground")
    if broken := answers.stray(command, basis) or answers.not_without(command.withheld, basis, country):
        raise RuleBroken(*broken)


def terms(command: FileReport, basis: Basis, tx: DecisionContext) -> dict[str, Any]:
    """What the lead must know of the consent, only what was answered; and on every basis whom the person does not want to be told."""
    if basis is not Basis.CONSENT:
        return {"withheld": command.withheld} if command.withheld else {}
    said: dict[str, Any] = {
        "consent_language": command.consent_language or command.language, "withheld": command.withheld,
        "consent_until": tx.country.in_days(tx.at, command.months.days) if command.months else None,
    }  # fmt: skip
    agreed = {"agreed": command.agreed} if "agreed" in command.model_fields_set else {}
    return {name: value for name, value in said.items() if value} | agreed


def _tells_the_place(command: FileReport) -> bool:
    """Whether the lead is told the municipality that is stated, of somebody who lets it know of them (docs/domain.md, section 2.6): without
    it the lead could not say who is competent. Its entry in roster 1 says so; what is agreed for all does not."""
    return bool(written(command.place)) and DataClass.D1 in command.agreed


def roster(command: FileReport, basis: Basis, until: int | None, tx: DecisionContext) -> tuple[Member, ...]:
    """Roster 1: this agency, and the lead with what the person agreed to. It reads the terms of the consent in any case."""
    reporter, lead = (tx.country.member(a, Need.IDENTIFICATION, basis) for a in (tx.agency, tx.country.lead))
    if basis is Basis.CONSENT:
        may = {DataClass.D0, DataClass.D1, *command.agreed, *((DataClass.D5,) if _tells_the_place(command) else ())}
        lead = lead.model_copy(update={"classes": tuple(c for c in lead.classes if c in may)})
    both = {m.agency: m.model_copy(update={"until": until}) for m in (lead, reporter)}
    return tuple(both[a] for a in dict.fromkeys((tx.agency, tx.country.lead)))


PROFILE = ("age", "sex", "language", "interpreter", "nationality", "age_printed", "sex_printed")
"""What is not sent at all where the person does not agree that the profile is disclosed."""
SECTIONS = (*PROFILE, "indicators", "forms", "forms_printed")
"""Codes that travel, each in its data class."""
