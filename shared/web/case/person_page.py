"""The person of a case: the page that shows the file, the form of each of its groups, and the short box on top of the page of the case.

Intake, the lead and assistance show the same, each below the address of its cases.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from shared.access.roles import Act
from shared.casework.person_file import OnFile
from shared.casework.restrictions import restricted
from shared.casework.stating import NewStatement, StateFacts
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.file_values import latin
from shared.protocol.case_file import About, Group, Kind, speaks_of
from shared.protocol.grants import each
from shared.protocol.statement_readers import readers
from shared.protocol.step_authors import codes_of, step
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgeBand, AgencyKind, Source
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person
from shared.web.case.person_form import Input, Known, answers_model, as_sent, askable, inputs, prefilled, statements, with_stale
from shared.web.case.person_view import box, region_name, sections
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker, today
from shared.web.text import file_words
from shared.web.text.case_reference import reference
from shared.web.text.phrases import Speaker

CHECKED = "safe_checked"
NAMES = frozenset({
    "given_names", "family_name", "given_names_latin", "family_name_latin", "alias", "called", "dependant_name", "trusted_name",
    "suspect_name",
})  # fmt: skip
"""Fields whose values name somebody."""


@dataclass(frozen=True)
class PersonQuestions:
    """What a form of the person asks, and the command of its answers."""

    labels: Mapping[str, str]
    form: type[BaseModel]
    command: Callable[[Any], StateFacts]


async def asked_when_checked(desk: Desk, case: str) -> PersonQuestions:
    """Nothing: that safe contact was checked today is said by sending it."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    said = StateFacts(case=case, statements=(_checked(file.person, today(desk)),))
    return PersonQuestions(LABELS, answers_model(()), lambda _: said)


async def asked_of_group(desk: Desk, request: Request, case: str, group: str, about: str) -> PersonQuestions:
    """The fields of a group, with what the sent form was prefilled with. Raises RuleBroken for a group that there is not."""
    file, sent = await desk.ask(lambda reader: case_file(reader, case)), await request.form()
    asked, known = as_sent(with_stale(_asked(desk, file, group, about), file.person, about, sent), sent), known_at(desk, file)

    def command(said: Any) -> StateFacts:
        return StateFacts(case=case, statements=tuple(statements(asked, said.model_dump(), known, about)))

    return PersonQuestions(labels(asked), answers_model(asked), command)


LABELS = {"source": N_("How it is known")}


def labels(asked: Sequence[Input]) -> dict[str, str]:
    """What each input of a form is called."""
    return LABELS | {one.name: file_words.FIELDS[one.field.name] for one in asked}


REGIONS = {"UK": "GB"}
"""Countries whose files are not called by their code (ISO 3166)."""


def known_at(desk: Desk, file: CaseFile) -> Known:
    """What typed answers are read by."""
    region, band = desk.country.id.upper(), file.profile.get("D1", {}).get("age", AgeBand.UNKNOWN)
    return Known(today(desk), REGIONS.get(region, region), AgeBand(band), _names(file.person))


def _names(file: Sequence[OnFile]) -> tuple[str, ...]:
    """All names on file, of the person and of others, those of before as well."""
    return tuple(said.value for one in file if one.field in NAMES for said in (*one.present, *one.before) if said.value)


def _asked(desk: Desk, file: CaseFile, group: str, about: str) -> list[Input]:
    """The inputs of a form. Raises RuleBroken for a group or a subject that there is not."""
    found = inputs(Group(group), about, file.person) if group in file_words.OFFERED else []
    found = askable(found, _kind(desk), regions=bool(desk.country.regions))
    if not found or not any(speaks_of(one.field, about) for one in found):
        raise RuleBroken("no-such-case")
    return found


def _kind(desk: Desk) -> AgencyKind:
    """What kind of agency asks; one that no directory lists takes no step of proceedings."""
    return desk.country.agency(desk.agency).kind if desk.country.knows(desk.agency) else AgencyKind.COORDINATOR


def _choices(desk: Desk, asked: Sequence[Input], to: Speaker) -> dict[str, list[dict[str, str]]]:
    """What each input that has choices of its own offers: steps that this agency may state, and what stands already; regions of the
    country."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in asked:
        stands = [said.value for said in one.was]
        if one.field.kind is Kind.STEP:
            offered = codes_of(one.field, _kind(desk)) | {step(value)[1] for value in stands}
            words = file_words.words_of(one.field.codes).items()
            found[one.name] = [{"value": code, "text": to.say.translate(text)} for code, text in words if code in offered]
        elif one.field.kind is Kind.REGION:
            codes = dict.fromkeys([*(region.code for region in desk.country.regions), *stands])
            found[one.name] = [{"value": code, "text": region_name(code, to)} for code in codes]
    return found


def _checked(file: Sequence[OnFile], day: date) -> NewStatement:
    known = next((one.present for one in file if (one.field, one.about) == (CHECKED, About.PERSON) and one.present), ())
    return NewStatement(field=CHECKED, value=day.isoformat(), source=Source.SAID, supersedes=known[0].id if known else None)


@dataclass(frozen=True)
class _Page:
    """What both pages read and say alike."""

    file: CaseFile
    context: dict[str, Any]


async def _page(desk: Desk, request: Request, case: str) -> _Page:
    file = await desk.ask(lambda reader: case_file(reader, case))
    to = speaker(desk, request)
    opened = knows_person(file.case, desk.agency)
    may_state = bool(opened and file.shown.member and not file.parked and not file.case.closed_at and file.case.protocol > FIRST)
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "knows": opened, "said": file_words,
        "may_state": may_state and desk.may(request, Act.DECIDE), "earlier": file.case.protocol == FIRST,
    }  # fmt: skip
    return _Page(file, context)


async def show(desk: Desk, request: Request, case: str, _posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS) -> Response:
    """The file, as far as this agency may know it."""
    page = await _page(desk, request, case)
    closed = await desk.ask(lambda reader: restricted(UnitOfWork(reader.instance, reader.session), case))
    file, now = page.file, desk.instance.clock.now()[0]
    read = {group: [a for a in readers(file.case, group, now) if a != desk.agency] for group in Group}
    context = page.context | {
        "errors": errors, "sections": sections(file.person if page.context["knows"] else (), page.context["to"]), "read_by": read,
        "person": box(file.person, page.context["to"], today(desk)) if page.context["knows"] else None,
        "mine": each(mine) if (mine := file.case.member(desk.agency)) else (), "restricted": closed,
        "rights_href": f"{desk.cases}/{case}/rights",
    }  # fmt: skip
    return desk.pages.render(request, "person.html", 422 if errors.summary else 200, **context)


async def show_form(
    desk: Desk, request: Request, case: str, group: str, about: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:
    """The form of a group; 422 where its answers need another look."""
    page = await _page(desk, request, case)
    asked, values = _asked(desk, page.file, group, about), posted.values
    if not page.context["may_state"]:
        nothing_recorded(request)
        return see_other(f"{page.context['base']}/person")  # which says why
    names = {name for one in asked for name in one.names()} | {"source"}
    now = desk.instance.clock.now()[0]
    whom, _, n = about.partition(":")
    there = names | {one.name for one in asked}
    lines = [line if _is_there(line.get("href", ""), there) else {"text": line["text"]} for line in errors.summary]
    errors = errors._replace(summary=lines)
    context = page.context | {
        "group": Group(group), "about": about, "subject": whom, "n": n, "asked": asked, "errors": errors,
        "choices": _choices(desk, asked, page.context["to"]),
        "values": prefilled(asked) | values if values else prefilled(asked), "source": values.get("source", ""),
        "left": [(file_words.FIELDS.get(name.partition("-")[0], name), said) for name, said in values.items() if name not in names],
        "readers": [a for a in readers(page.file.case, Group(group), now) if a != desk.agency],
        "proposals": _proposals(page.file.person) if group == Group.NAME else {},
    }  # fmt: skip
    return desk.pages.render(request, "person_form.html", 422 if errors.summary else 200, **context)


def _is_there(href: str, names: Collection[str]) -> bool:
    """Whether the form has the input that a line of the error summary leads to: what was typed is shown again in any case."""
    return not href or href.removeprefix("#") in names


def _proposals(file: Sequence[OnFile]) -> dict[str, str]:
    """Names in Latin letters, proposed for what is on file in Cyrillic ones."""
    present = {one.field: one.present[0].value for one in file if one.present and one.about == About.PERSON}
    wanted = {name: f"{name}_latin" for name in ("given_names", "family_name") if name in present and f"{name}_latin" not in present}
    return {to: found for name, to in wanted.items() if (found := latin(present[name]))}
