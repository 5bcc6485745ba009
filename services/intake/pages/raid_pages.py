"""What the pages of the form for people who were found together show: the same head on each, with how far one has come."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import Response

from services.intake.pages.raid_form import AnswersForAll, AnswersOfOne
from services.intake.pages.report_form import Answers, unnamed
from services.intake.rules import raid as rules
from services.intake.rules import steps
from services.intake.text import CONSENTS, RAID_AGES, YES_NO
from shared.protocol.vocabulary import Form, Indicator
from shared.web.http.desk import Desk
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.text import file_words
from shared.web.text import labels as words

FOR_ALL, SHEET_PAGE, SEND = "together", "people", "send"
FURTHER = ("language", "agreed", "months", "ground", "interpreter", "withheld", "needs", "out")
"""What of each person is asked behind "More about this person": unfolded where one of it is wrong."""


class RaidPage(NamedTuple):
    """What a page of the form shows."""

    home: str
    form: str
    values: Mapping[str, Any]
    sent: frozenset[int]
    sheet: int = 0
    wrong: Mapping[int, FormErrors] = {}
    """Row → what is wrong with it, on the last page."""
    head: str = ""


class PersonLine(NamedTuple):
    """One person on the last page."""

    row: int
    label: str
    said: str
    """Age, sex, and what they agreed to, in words."""
    danger: bool
    sent: bool
    wrong: list[dict[str, str]]
    """What is still to be answered, each with the way to its field."""
    href: str


def page_of(desk: Desk, request: Request, page: str, shown: RaidPage, errors: FormErrors = NO_ERRORS, status: int = 0) -> Response:
    """One page of the form; 422 where something is wrong with it."""
    to, values = speaker(desk, request), shown.values
    counted = rules.counted(values)
    context: dict[str, Any] = {
        "home": shown.home, "form_id": shown.form, "values": values, "errors": errors,
        "longest": limits(Answers, AnswersForAll, AnswersOfOne),
        "file_words": file_words, "unnamed": unnamed(desk.country), "number": desk.country.emergency.number,
        "people": rules.people(values), "most": rules.PEOPLE_OF_A_FORM, "sheets": rules.sheets(values), "sheet": shown.sheet,
        "done": len(shown.sent), "counted": len(counted), "endangered": len(set(rules.endangered(values)) - shown.sent),
        "offered": _signs(values), "head": shown.head, "ages": RAID_AGES, "yes_no": YES_NO,
    }  # fmt: skip
    if page == SHEET_PAGE:
        rows = rules.rows_of(shown.sheet, values)
        context |= {
            "rows": [(row, row in shown.sent, _row(values, row)) for row in rows],
            "labelled": _labelled(values),
            "further": FURTHER,
        }
    if page == SEND:
        lines = [_line(shown, row, to.say.translate) for row in counted]
        context |= {"lines": lines, "ready": sum(not line.sent and not line.wrong for line in lines)}
        context |= {"unlabelled": any(not line.sent and not line.wrong and not line.label for line in lines)}
    status = status or (422 if errors.summary else 200)
    return desk.pages.render(request, f"intake/raid_{page}.html", status, **context, **page_context(desk, request, to))


def _row(values: Mapping[str, Any], row: int) -> dict[str, Any]:
    """What was said of one person; of what was not, an empty answer."""
    return dict.fromkeys(rules.OF_EACH, "") | rules.row(values, row)


def _labelled(values: Mapping[str, Any]) -> dict[int, str]:
    """Row → label, of those on whom somebody may depend."""
    return {row: str(rules.row(values, row).get("label", "")) for row in rules.counted(values) if rules.parent_of(values, row) is None}


def _line(shown: RaidPage, row: int, translate: Any) -> PersonLine:
    said = rules.row(shown.values, row)
    codes = [translate(of[str(said[name])]) for name, of in (("age", words.AGES), ("sex", words.SEXES)) if str(said.get(name)) in of]
    codes += [translate(CONSENTS[answer])] if (answer := str(said.get("consent", ""))) in CONSENTS else []
    here = f"{shown.home}/{SHEET_PAGE}/{rules.sheet_of(row)}"
    of_row = shown.wrong.get(row, NO_ERRORS)
    wrong = [{"text": said, "href": _way(shown.home, here, field)} for field, said in of_row.fields.items()]
    return PersonLine(
        row, str(said.get("label", "")), ", ".join(codes), steps.in_danger(said), row in shown.sent, wrong, f"{here}#p{row}-label"
    )  # fmt: skip


def _way(home: str, here: str, field: str) -> str:
    return f"{here}#{field}" if field.startswith("p") and "-" in field else f"{home}/{FOR_ALL}#{field}"


def _signs(values: Mapping[str, Any]) -> tuple[Indicator, ...]:
    """Those of the chosen forms, and of children: there may be some among them."""
    forms = [Form(code) for code in values.get("forms", ()) if code in set(Form)]
    return steps.signs(forms, child=True, ticked=values.get("indicators", ()))
