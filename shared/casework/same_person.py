"""Whether a case is about the same person: two things known exactly, held against what an agency keeps and what was stated of the person.

Names are held against each other made alike (`search_terms`), in Latin and Cyrillic; numbers by their digits and letters. What was stated
has no index, since it can be erased alone: it is opened, compared, and forgotten again.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.casework.case_reader import CaseReader
from shared.casework.search_index import by_exact
from shared.casework.search_person import FEWEST, knows, standing_values
from shared.casework.search_terms import spellings, words
from shared.config.i18n import N_

Stated = Mapping[str, Sequence[str]]
"""Field → what stands in it."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something by which a person, or a case, is known exactly."""

    label: str
    hint: str = ""
    fields: tuple[str, ...] = ()
    """The fields of the case file that hold it; none where it is in the index."""
    tells_apart: bool = True
    """Whether few people share it: one of two must be so."""


IDENTIFIERS: dict[str, Identifier] = {
    "name": Identifier(
        N_("Full name"), N_("In Latin or Cyrillic letters, with or without accents."),
        ("given_names", "family_name", "given_names_latin", "family_name_latin"),
    ),
    "birth": Identifier(N_("Date of birth"), N_("Day, month and year: 31.1.1999."), ("birth",), tells_apart=False),
    "phone": Identifier(N_("Telephone number"), N_("With or without the code of the country."), ("phone",)),
    "document": Identifier(
        N_("Number of a document"), N_("Passport, identity card, or personal number."), ("document_number", "personal_number"),
    ),
    "nationality": Identifier(N_("Nationality"), N_("The code of the country, for example RS."), ("nationality",), tells_apart=False),
    "reference": Identifier(N_("Reference of your own agency")),
    "opened": Identifier(N_("Day on which the case was opened"), N_("For example 2026-01-31."), tells_apart=False),
}  # fmt: skip
"""What one may be asked by, in the order of the page."""
FIELDS = tuple(dict.fromkeys(name for one in IDENTIFIERS.values() for name in one.fields))


def same(kind: str, typed: str, stated: Stated) -> bool:
    """Whether what somebody typed is what was stated, exactly but for the way of writing."""
    if kind == "name":
        return any(_same_name(typed, f"{given} {family}") for given, family in _full_names(stated))
    return any(_ALIKE[kind](typed, value) for field in IDENTIFIERS[kind].fields for value in stated.get(field, ()))


def _full_names(stated: Stated) -> Iterable[tuple[str, str]]:
    for script in ("", "_latin"):
        given, family = stated.get(f"given_names{script}", ()), stated.get(f"family_name{script}", ())
        yield from ((one, other) for one in given or [""] for other in family or [""])


def _same_name(typed: str, stated: str) -> bool:
    """The same words in whatever order: people write the family name first, or last."""
    left = [spellings(word) for word in words(stated)]
    for word in words(typed):
        found = next((one for one in left if not one.isdisjoint(spellings(word))), None)
        if found is None:
            return False
        left.remove(found)
    return not left and bool(words(typed))


def _same_phone(typed: str, stated: str) -> bool:
    asked, known = re.sub(r"\D", "", typed).lstrip("0"), re.sub(r"\D", "", stated.partition(" ")[0])
    return len(asked) >= FEWEST and known.endswith(asked)


def _same_number(typed: str, stated: str) -> bool:
    return "".join(words(typed)) == "".join(words(stated)) != ""


def _same_birth(typed: str, stated: str) -> bool:
    """As the case file writes it, or as people do: 31.1.1999, 31/1/1999."""
    day = re.fullmatch(r"(\d{1,2})[./ ]+(\d{1,2})[./ ]+(\d{4})\.?", typed.strip())
    return _same_code(f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else typed, stated)


def _same_code(typed: str, stated: str) -> bool:
    return typed.strip().casefold() == stated.strip().casefold() != ""


_ALIKE: dict[str, Callable[[str, str], bool]] = {
    "birth": _same_birth, "phone": _same_phone, "document": _same_number, "nationality": _same_code,
}  # fmt: skip


def matching(reader: CaseReader, cases: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """Those of these cases of which all of this is known exactly, as far as this agency may know it."""
    kept = [(kind, said) for kind, said in given.items() if not IDENTIFIERS[kind].fields]
    left = by_exact(reader.instance, reader.session, cases, kept)
    asked = {kind: said for kind, said in given.items() if IDENTIFIERS[kind].fields}
    if not asked:
        return left
    stated = standing_values(reader, left, FIELDS)
    found = [case for case in left if all(same(kind, said, stated.get(case, {})) for kind, said in asked.items())]
    return [case for case in found if knows(reader, case)]
