"""Intake's use cases."""

from typing import Annotated

from pydantic import StringConstraints

from services.intake import rules
from services.intake.models import Report
from shared.protocol.events import CaseReported
from shared.protocol.facts import Facts, Printed
from shared.protocol.vocabulary import AgeBand, Basis, Form, Indicator, Need, Sex
from shared.runtime.deciding import Tx


class FileReport(Facts):
    """What the first report asks. `note` is for this agency alone."""

    danger: bool
    consent: bool = False
    age: AgeBand = AgeBand.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    language: Annotated[str, StringConstraints(max_length=12)] = ""
    interpreter: bool = False
    nationality: Printed = ""
    indicators: tuple[Indicator, ...] = ()
    forms: tuple[Form, ...] = ()
    needs: tuple[Need, ...] = ()
    age_printed: Printed = ""
    sex_printed: Printed = ""
    forms_printed: Printed = ""
    note: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")] = ""


def file_report(command: FileReport, tx: Tx) -> CaseReported:
    """Somebody who may be a victim was met; the lead agency is asked to identify (DOMAIN.md 1.5, S0 to S4)."""
    country = tx.country
    ground = rules.basis(command.age, command.consent, command.danger)
    urgency = rules.urgency(command.danger, command.age, command.indicators)
    answer_by, lapse_at = country.deadline(Need.IDENTIFICATION, urgency, tx.at)
    case = tx.new_case()
    tx.session.add(Report(case=case, filed_at=tx.at, officer=tx.officer, note=tx.closed(case, command.note)))
    told = {name: getattr(command, name) for name in SECTIONS if name in command.model_fields_set}
    return CaseReported(
        trace=tx.new_trace(), lead=country.lead,
        roster=tuple(country.member(a, Need.IDENTIFICATION, ground) for a in dict.fromkeys((tx.agency, country.lead))),
        handoff=tx.fresh(), answer_by=answer_by, lapse_at=lapse_at, urgency=urgency, basis=ground, pingpong=country.pingpong,
        needs=rules.needs(command.needs, command.forms, ground is Basis.CHILD), **told,
    )  # fmt: skip


SECTIONS = ("age", "sex", "language", "interpreter", "nationality", "age_printed", "sex_printed", "indicators", "forms", "forms_printed")
"""Codes that travel, each in its data class."""
