"""The answers of the form for people who were found together, and the commands that they make, one for each of them."""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Request
from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from services.intake.handlers.raids import ReportOneFound
from services.intake.handlers.reports import must_apply
from services.intake.pages.report_form import LABELS as OF_REPORTS
from services.intake.pages.report_form import Answers
from services.intake.rules import raid
from shared.config.codes import Line, hour
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.privacy.answers import basis
from shared.protocol.facts import Facts
from shared.protocol.vocabulary import AgencyKind
from shared.records.codec import to_json
from shared.web.http.desk import Desk
from shared.web.http.form_posts import at_fields
from shared.web.http.forms import NO_ERRORS, FormErrors

LABELS = OF_REPORTS | {
    "people": N_("How many people"), "reference": N_("Your agency’s reference"), "found_time": N_("Time"),
    "present": N_("Who else was there"), "label": N_("Label"), "parent": N_("Depends on"), "out": N_("Left out"),
    "interpreter": N_("Interpreter"),
}  # fmt: skip
PERSON = N_("Person %(number)s")
SEVERAL = frozenset({"present", "forms", "indicators", "told", "needs", "withheld"})
"""Questions that take several answers."""


class AnswersForAll(Facts):
    """What is said once. Those questions that a report has too are checked as a report's."""

    people: Annotated[int, Field(ge=1, le=raid.PEOPLE_OF_A_FORM)]
    reference: Annotated[Line, StringConstraints(max_length=60)] = ""
    found_time: Annotated[str, AfterValidator(lambda typed: hour(typed) if typed else "")] = ""
    present: tuple[AgencyKind, ...] = ()


class AnswersOfOne(Facts):
    """What is said of one person alone, beside the answers of a report."""

    label: Annotated[Line, StringConstraints(max_length=80)] = ""
    parent: Annotated[int | None, Field(ge=1, le=raid.PEOPLE_OF_A_FORM)] = None
    out: bool = False


def wrong_for_all(desk: Desk, request: Request, values: Mapping[str, Any]) -> FormErrors:
    """What is wrong with what is said once: the questions that a report has too are checked as a report's."""
    common = {name: values[name] for name in raid.SHARED if values.get(name) and name not in ("ground", "ground_words")}
    found = (_wrong(desk, request, AnswersForAll, values), _wrong(desk, request, Answers, {"danger": "false", "age": "unknown"} | common))
    return together(one for one in found if one is not None)


def wrong_of_one(desk: Desk, request: Request, values: Mapping[str, Any], number: int, draft: str) -> FormErrors:
    """What is wrong with the report of one person, at the fields of their row."""
    try:
        command_of(values, number, draft, desk)
    except (ValidationError, RuleBroken) as error:
        return at_row(desk, request, at_fields(desk, request, error, LABELS), number)
    return NO_ERRORS


def command_of(values: Mapping[str, Any], number: int, draft: str, desk: Desk) -> ReportOneFound:
    """The report of one person. Raises ValidationError and RuleBroken at the answers that another look is needed for."""
    own = AnswersOfOne.model_validate({name: said for name, said in raid.row(values, number).items() if name in AnswersOfOne.model_fields})
    if raid.wrong_parent(values, number):
        raise RuleBroken("no-such-parent", "parent")
    all_ = AnswersForAll.model_validate({name: values[name] for name in AnswersForAll.model_fields if values.get(name)})
    report = Answers.model_validate(raid.report_of(values, number)).report()
    must_apply(report, basis(report.age, report.consent, report.danger), desk.country)
    besides: dict[str, Any] = {"raid": draft, "row": number}
    besides |= {"parent": own.parent, "dependants": raid.dependants_of(values, number), "label": own.label}
    besides |= {"reference": all_.reference, "present": all_.present, "found_at": values.get("found_at")}
    found = len(raid.counted(values))
    besides |= {"together": found if found > 1 else None}
    return ReportOneFound.model_validate(report.model_dump(exclude_unset=True) | {name: said for name, said in besides.items() if said})


def head_of(desk: Desk, values: Mapping[str, Any]) -> str:
    """By which the last page is known to show what the draft holds."""
    return hmac.new(desk.first.instance.secret, f"raid\n{to_json(dict(values))}".encode(), sha256).hexdigest()[:16]


def at_row(desk: Desk, request: Request, errors: FormErrors, number: int) -> FormErrors:
    """The errors of one report at the fields of its row, which the summary names; of an answer that was given for all, at its own."""
    own = [name for name in errors.fields if name in raid.OF_EACH]
    whose = desk.pages.gettext(request)(PERSON) % {"number": number}
    found = FormErrors([], {raid.field_of(number, name) if name in own else name: said for name, said in errors.fields.items()})
    for line in errors.summary:
        field = line.get("href", "#")[1:]
        named = {"text": f"{whose}: {line['text']}", "href": f"#{raid.field_of(number, field)}"}
        found.summary.append(named if field in own else line)
    return found


def together(many: Iterable[FormErrors]) -> FormErrors:
    """All of these as those of one page; what is wrong for all is said once."""
    found = FormErrors([], {})
    for one in many:
        found.summary.extend(line for line in one.summary if line not in found.summary)
        found.fields.update(one.fields)
    return found


def _wrong(desk: Desk, request: Request, model: type[Facts], values: Mapping[str, Any]) -> FormErrors | None:
    try:
        model.model_validate({name: said for name, said in values.items() if name in model.model_fields})
    except ValidationError as error:
        return at_fields(desk, request, error, LABELS)
    return None
