"""The agency's duplicate check: whoever knows two things exactly learns that somebody here has such a case, and whom to ask.

Never which case, how many, or what it is about. That somebody asked is written down, what they asked for is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.access.assignments import assigned
from shared.access.searches import all_cases
from shared.casework import search_terms
from shared.casework.case_reader import CaseReader
from shared.casework.same_person import IDENTIFIERS, matching
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork

EXACTLY = 2
"""Things that must be known."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one service has: whether there is a case, and who has it; and the restricted ones, of which whoever asks learns nothing."""

    there: bool
    whose: tuple[str, ...]
    unseen: tuple[str, ...]


def two_of(typed: Mapping[str, str]) -> dict[str, str]:
    """The two things that somebody knows. Raises RuleBroken where it is not two, or where neither tells a person apart."""
    given = {kind: typed[kind].strip() for kind in IDENTIFIERS if typed.get(kind, "").strip()}
    if len(given) != EXACTLY:
        raise RuleBroken("two-exactly", next(iter(given), "name"))
    for kind, said in given.items():
        if not search_terms.words(said):
            raise RuleBroken("search-no-words", kind)
    if not any(IDENTIFIERS[kind].tells_apart for kind in given):
        raise RuleBroken("two-too-common", next(iter(given)))
    return given


def look(reader: CaseReader, given: Mapping[str, str], hidden: frozenset[str]) -> Found:
    """Reads past the wall, so that it takes as long whether a case is restricted or not; what it says comes from before the wall."""
    found = matching(reader, all_cases(reader), given)
    shown = [case for case in found if case not in hidden]
    whose = dict.fromkeys(officer for case in shown for officer in assigned(reader.session, case))
    return Found(bool(shown), tuple(whose), tuple(case for case in found if case in hidden))


def tell_those_named(work: UnitOfWork, cases: tuple[str, ...], officer: str, at: int) -> None:
    """Whoever is named in a restricted case can read that somebody asked for a case of its person; who asked learns nothing."""
    work.audits += [AuditLine(at, officer, "asked-for-same", case, officer) for case in cases]
