"""Messages for wrong answers in a form or a request: what to do, never what was typed.

Pydantic's own messages may quote the input ("found `x` at 1"), so every kind of error has a text of ours here. A validator that
wants to explain itself raises `Explained("…")`, whose text is shown as it is and must not repeat the value.
Texts read "Label: what to do", because a label cannot be declined into a sentence in every language.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from shared.config.codes import WRONG
from shared.config.i18n import N_
from shared.privacy.file_values import WRONG as OF_A_PERSON

Translate = Callable[[str], str]


class Explained(ValueError):
    """A validator's refusal, in words meant for the person at the form."""


class FormErrors(NamedTuple):
    """The error summary's items, `{"text", "href"}`, and the message of each field. On a page with several forms, of one of them."""

    summary: list[dict[str, str]]
    fields: dict[str, str]
    form: str = ""

    def id(self, field: str) -> str:
        """What a page calls the field's element: forms beside each other may ask for the same."""
        return f"{self.form}-{field}" if self.form else field

    def of(self, form: str) -> "FormErrors":
        """These, as those of one form of a page that has several."""
        if not form:
            return self
        lines = [line | {"href": f"#{form}-{line['href'][1:]}"} if line.get("href", "").startswith("#") else line for line in self.summary]
        return FormErrors(lines, self.fields, form)

    @classmethod
    def at(cls, field: str, text: str) -> "FormErrors":
        """One thing that is wrong, at one field."""
        return cls([{"text": text, "href": f"#{field}"}], {field: text})


NO_ERRORS = FormErrors([], {})


def limits(*models: type[BaseModel]) -> dict[str, int]:
    """Field → how many characters these models take there, for the forms that ask for them."""
    lengths = ((name, longest(info)) for model in models for name, info in model.model_fields.items())
    return {name: most for name, most in lengths if most}


def longest(field: FieldInfo) -> int:
    """How many characters a field takes at most; 0 where nothing bounds it."""
    found = (getattr(bound, "max_length", None) for bound in field.metadata)
    return next((most for most in found if most), 0)


def one_break(text: str) -> str:
    """A text with one character for each line break, as people count. Browsers send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


UNCLEAR = N_("check this answer")
MESSAGES = {
    "missing": N_("give an answer"),
    "string_too_short": N_("write at least %(min_length)s characters"),
    "string_pattern_mismatch": N_("use only letters, digits and the characters _ . : -"),
    "string_too_long": N_("write at most %(max_length)s characters"),
    "too_short": N_("choose at least %(min_length)s"),
    "too_long": N_("choose at most %(max_length)s"),
    "enum": N_("choose one of the answers offered"),
    "literal": N_("choose one of the answers offered"),
    "bool": N_("choose yes or no"),
    "int": N_("give a whole number"),
    "float": N_("give a number"),
    "decimal": N_("give a number"),
    "greater_than_equal": N_("give %(ge)s or more"),
    "greater_than": N_("give more than %(gt)s"),
    "less_than_equal": N_("give %(le)s or less"),
    "less_than": N_("give less than %(lt)s"),
    "date": N_("give a real date: day, month, year"),
    "datetime": N_("give a real date and time"),
    "uuid": N_("check this reference"),
    "unanswered": N_("say of each what becomes of it"),
    "nothing-found": N_("a positive decision rests on something that was found or told"),
    "alone": N_("say why you decide both stages"),
    "extra_forbidden": N_("an answer was sent that nobody asked for"),
    "json_invalid": N_("this is not JSON"),
    **WRONG,
    **{f"file-{code}": words for code, words in OF_A_PERSON.items()},
}


def message(error: Mapping[str, Any], translate: Translate = str) -> str:
    """What to do about one of Pydantic's errors."""
    kind, limits = str(error["type"]), dict(error.get("ctx") or {})
    if isinstance(limits.get("error"), Explained):
        return str(limits["error"])
    if kind in ("too_short", "too_long") and isinstance(error.get("input"), str):  # of a text whose bound comes after a validator
        kind = f"string_{kind}"
    if kind == "string_too_short" and limits.get("min_length") == 1:
        kind = "missing"
    return translate(MESSAGES.get(kind) or MESSAGES.get(kind.split("_")[0]) or UNCLEAR) % limits


def field_of(error: Mapping[str, Any], of_request: bool = False) -> str:
    """The field an error is about, `plan-deadline`; of lists the list. A name that the sender invented is left out."""
    place = list(error["loc"])[1 if of_request else 0 :]
    if error["type"] in ("extra_forbidden", "json_invalid"):
        place = place[:-1]
    return "-".join(part for part in place if isinstance(part, str))


def found(error: ValidationError | RequestValidationError, translate: Translate = str) -> Iterable[tuple[str, str]]:
    """Field and message of each error."""
    of_request = isinstance(error, RequestValidationError)
    return [(field_of(one, of_request), message(one, translate)) for one in error.errors()]


def form_errors(
    error: ValidationError | RequestValidationError, labels: Mapping[str, str] | None = None, translate: Translate = str
) -> FormErrors:
    """Pydantic's errors as GOV.UK shows them: a summary linking to the fields, one message at each field. Labels come translated."""
    errors = FormErrors([], {})
    for field, text in found(error, translate):
        label = (labels or {}).get(field) or field.replace("_", " ").capitalize()
        line = f"{label}: {text}" if field else text[:1].upper() + text[1:]
        if field in errors.fields:
            continue
        errors.fields[field] = line
        errors.summary.append({"text": line, "href": f"#{field}"} if field else {"text": line})
    return errors
