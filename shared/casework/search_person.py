"""Finding a case by what was stated of its person: names, telephone numbers, the municipality.

There is no index of it. A statement has a key of its own and can be erased alone, and nothing is to outlive it: whoever searches has the
statements of the cases that may be found opened, and forgotten again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from shared.casework.case_reader import CaseReader, knows_person
from shared.casework.person_file import statements_of
from shared.casework.search_index import AT_ONCE, by_words
from shared.casework.search_terms import terms, words
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.whereabouts import blank_to
from shared.store import at_rest
from shared.store.person_tables import StatementRow

PHONE, MUNICIPALITY = "phone", "municipality"
NAMES = ("given_names", "family_name", "given_names_latin", "family_name_latin", "municipality")
NUMBER = re.compile(r"[\d+()/\s.-]+")
FEWEST = 6
"""Digits by whose end a telephone number is found: people leave out the country, or dial 0 in its place."""


@dataclass(slots=True)
class StatedWords:
    """By what a case is found of what was stated of its person."""

    terms: set[str] = field(default_factory=set[str])
    phones: set[str] = field(default_factory=set[str])


def by_words_or_person(reader: CaseReader, cases: Sequence[str], typed: str) -> list[str]:
    """Those of these cases that what somebody typed finds: in what the agency calls them, in their number, in what was stated.

    What was stated finds a case where this agency may see it: who was asked has opened the invitation.
    """
    asked = words(typed)
    stated = _stated(reader, cases)
    called = set(by_words(reader.instance, reader.session, cases, asked))
    named = by_words(reader.instance, reader.session, cases, asked, {case: one.terms for case, one in stated.items()})
    said = {*named, *_called_at(stated, typed)}
    return [case for case in cases if case in called or (case in said and knows(reader, case))]


def _called_at(stated: Mapping[str, StatedWords], typed: str) -> set[str]:
    """The cases of whose person such a telephone number was stated."""
    digits = re.sub(r"\D", "", typed).lstrip("0") if NUMBER.fullmatch(typed.strip()) else ""
    if len(digits) < FEWEST:
        return set()
    return {case for case, one in stated.items() if any(phone.endswith(digits) for phone in one.phones)}


def knows(reader: CaseReader, case: str) -> bool:
    """Whether this agency may know who the person is: whoever was asked has opened the invitation."""
    shown = reader.shown(case)
    return shown is not None and knows_person(shown.case, reader.agency)


def _stated(reader: CaseReader, cases: Sequence[str]) -> dict[str, StatedWords]:
    return {case: _of(values) for case, values in standing_values(reader, cases, (*NAMES, PHONE)).items()}


def standing_values(reader: CaseReader, cases: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Case → field → what stands in these fields of its person now, own statements that wait for the bus among them."""
    found: dict[str, dict[str, list[str]]] = {}
    for n in range(0, len(cases), AT_ONCE):
        rows = select(StatementRow).where(
            col(StatementRow.case).in_(cases[n : n + AT_ONCE]), StatementRow.about == "person", col(StatementRow.field).in_(names),
            col(StatementRow.superseded_by).is_(None), col(StatementRow.withdrawn).is_(False), col(StatementRow.erased_at).is_(None),
        )  # fmt: skip
        for row in reader.session.exec(rows):
            value = at_rest.opened_value(reader.instance.keystore, row.case, row.data_class, row.id, row.value)
            found.setdefault(row.case, {}).setdefault(row.field, []).append(value or "")
    for case in set(reader.unsent).intersection(cases):  # with what waits for the bus
        found[case] = {}
        for said in statements_of(UnitOfWork(reader.instance, reader.session), case):
            if said.stands and said.about == "person" and said.field in names:
                found[case].setdefault(said.field, []).append(said.value)
    for case in [one for one, fields in found.items() if MUNICIPALITY in fields]:
        shown = reader.shown(case)
        if shown is not None and blank_to(shown.case, reader.agency):
            del found[case][MUNICIPALITY]
    return found


def _of(values: Mapping[str, Sequence[str]]) -> StatedWords:
    found = StatedWords()
    for name, said in values.items():
        for value in said:
            _add(found, name, value)
    return found


def _add(found: StatedWords, name: str, value: str) -> None:
    if name in NAMES:
        found.terms |= {term for term in terms(name, value) if not term.startswith("=")}
    elif name == PHONE and value:
        found.phones.add(re.sub(r"\D", "", value.split()[0]))
