"""Several people found at one place at one time: what is said once for all, what is said of each, and how both make a report. Pure.

A raid of fifty people is no rarity (docs/domain.md, section 1.5: S0 to S4 hold for each of them). Each person is a case of their own.
"""

from collections.abc import Mapping
from typing import Any

from services.intake.rules.steps import applying, in_danger, is_child
from shared.protocol.vocabulary import AgeBand

PEOPLE_OF_A_FORM = 50
"""People of one form."""
SHEET = 10
"""Of whom one page asks."""
TOGETHER = (
    "people", "reference", "found_time", "present", "place", "forms", "indicators", "told", "told_format", "language", "ground",
    "ground_words", "conflict", "needs", "account", "nobody", "note",
)  # fmt: skip
"""What is said once, and holds for all."""
OF_EACH = (
    "label", "age", "sex", "danger", "consent", "parent", "language", "interpreter", "withheld", "agreed", "months", "needs",
    "ground", "out",
)  # fmt: skip
"""What is said of each person; a language, a ground and needs that are said here go before, or to, those of all."""
SHARED = (
    "place", "forms", "indicators", "told", "told_format", "language", "ground", "ground_words", "conflict", "needs", "account", "nobody",
    "note",
)  # fmt: skip
"""What of that which holds for all a report of each says."""
UNREPORTED = ("label", "parent", "out")
"""What of each no report says."""

Values = Mapping[str, Any]
"""The answers of a draft as its forms send them."""


def field_of(row: int, name: str) -> str:
    """What the form calls an answer about one person."""
    return f"p{row}-{name}"


def form_of(draft: str, row: int) -> str:
    """The id of the form under which the report of one row is recorded: whatever is sent twice, it is recorded once."""
    return f"{draft}-{row}"


def people(values: Values) -> int:
    """How many rows there are: as many as were said, one at least."""
    said = str(values.get("people", ""))
    return min(max(int(said), 1), PEOPLE_OF_A_FORM) if said.isascii() and said.isdecimal() else 1


def sheets(values: Values) -> int:
    """How many pages ask for them."""
    return -(-people(values) // SHEET)


def rows_of(sheet: int, values: Values) -> range:
    """The rows of one page, which are counted from 1."""
    return range((sheet - 1) * SHEET + 1, min(sheet * SHEET, people(values)) + 1)


def sheet_of(row: int) -> int:
    """The page that asks for a row."""
    return (row - 1) // SHEET + 1


def row(values: Values, number: int) -> dict[str, Any]:
    """What was said of one person alone."""
    return {name: values[field_of(number, name)] for name in OF_EACH if values.get(field_of(number, name))}


def counted(values: Values) -> list[int]:
    """The rows that are people: all but those that were left out."""
    return [number for number in range(1, people(values) + 1) if not values.get(field_of(number, "out"))]


def report_of(values: Values, number: int) -> dict[str, Any]:
    """The answers of the report of one person: what holds for all, and what was said of them. What does not apply to them is left out."""
    common = {name: values[name] for name in SHARED if values.get(name)}
    own = {name: said for name, said in row(values, number).items() if name not in UNREPORTED}
    both = common | own
    if needs := [*common.get("needs", ()), *(need for need in own.get("needs", ()) if need not in common.get("needs", ()))]:
        both["needs"] = needs
    if own.get("consent") and is_child(both):  # said of a child: it is told at the answer, and not left unheard
        return applying({name: said for name, said in both.items() if name != "consent"}) | {"consent": own["consent"]}
    return applying(both)


def parent_of(values: Values, number: int) -> int | None:
    """The row of whoever this person depends on."""
    said = str(row(values, number).get("parent", ""))
    return int(said) if said.isascii() and said.isdecimal() else None


def wrong_parent(values: Values, number: int) -> bool:
    """Whether that row is none on which somebody can depend: nobody's, their own, or of somebody who depends on another themselves."""
    parent = parent_of(values, number)
    return parent is not None and (parent == number or parent not in counted(values) or parent_of(values, parent) is not None)


def dependants_of(values: Values, number: int) -> tuple[AgeBand, ...]:
    """The ages of those who depend on this person."""
    ages = (row(values, other).get("age") for other in counted(values) if parent_of(values, other) == number)
    return tuple(AgeBand(age) if age in set(AgeBand) else AgeBand.UNKNOWN for age in ages)


def endangered(values: Values) -> list[int]:
    """The rows of those who are in danger now."""
    return [number for number in counted(values) if in_danger(row(values, number))]


def unsaid(values: Values) -> list[int]:
    """The rows of which nothing was said yet."""
    return [number for number in counted(values) if not row(values, number)]
