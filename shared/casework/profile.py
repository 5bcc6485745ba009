"""What this instance may know of the person beyond the core: the sections it was given, merged in log order.

A later word takes the place of an earlier one, but nothing that is said in stages is lost: each decision on status stays, under its
decision key, and signs that are told later join those that were known.
"""

from collections.abc import Callable
from typing import Any

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Verdict
from shared.protocol.events import CaseReported
from shared.protocol.vocabulary import DataClass
from shared.records.codec import Sections
from shared.store import at_rest
from shared.store.statements import TELLING, TOLD

Profile = dict[str, dict[str, Any]]
"""{"D1": fields, "D2": fields}; what is not there is unknown or not ours to see."""
TERMS = frozenset({"consent_language", "consent_until", "agreed", "withheld", "conflict", "together"})
"""What the opening says of the consent, whether to look before anybody is invited, and how many were found together, for the lead alone: no
part of a profile, so no checkpoint repeats it."""


def profile(work: UnitOfWork, case: str) -> Profile:
    """The profile of a case, rows of this transaction included."""
    rows = work.journal_of.get(case, ())
    fresh = [of_decision(r["key"], r["body"]) for r in rows if r["type"] in TELLING and r["verdict"] == Verdict.COUNTED]
    opened_here = case in work.shown and work.shown[case] is None
    if not opened_here and case not in work.told:
        work.told |= _told(work, {case} | (work.telling - work.told.keys()))
    return _merge([*work.told.get(case, ()), *fresh])


def terms(work: UnitOfWork, case: str) -> dict[str, Any]:
    """The terms of the person's consent in the opening of a case, where this instance may read them."""
    fresh = [r["body"] for r in work.journal_of.get(case, ()) if r["type"] == CaseReported.TYPE and r["verdict"] == Verdict.COUNTED]
    said = fresh or (_told(work, {case})[case] if case not in work.shown or work.shown[case] is not None else [])
    return {name: value for parts in said for name, value in parts.get(DataClass.D1, {}).items() if name in TERMS}


def stored_profile(work: UnitOfWork, case: str) -> Profile:
    """The profile of a case as committed."""
    return _merge(_told(work, {case})[case])


def _told(work: UnitOfWork, cases: set[str]) -> dict[str, list[Sections]]:
    told: dict[str, list[Sections]] = {case: [] for case in cases}
    for case, event, key, body in work.session.connection().execute(TOLD, {"cases": sorted(cases)}):
        told[case].append(of_decision(key, at_rest.opened(work.instance.keystore, at_rest.JOURNAL, event, case, body)))
    return told


def of_decision(key: str, parts: Sections) -> Sections:
    """What a record says of the person; of a decision on status under its key, so that the next decision does not take its place."""
    said = parts.get(DataClass.D2.value, {})
    if "stage" not in parts.get(DataClass.D0.value, {}) or not said:
        return parts
    return {**parts, DataClass.D2.value: {DECISIONS: {key: said}}}


def _merge(told: list[Sections]) -> Profile:
    known: Profile = {DataClass.D1: {}, DataClass.D2: {}}
    for parts in told:
        add(known, parts)
    for name in TERMS & known[DataClass.D1].keys():
        del known[DataClass.D1][name]
    return known


def add(known: Profile, parts: Sections) -> None:
    """What a further record says of the person joins what is known."""
    for section in (DataClass.D1, DataClass.D2):
        said = dict(parts.get(section.value, {}))
        said = said.pop("profile", {}) | said.pop("account", {}) | said
        for name, join in JOINED.items():
            if name in said and name in known[section]:
                said[name] = join(known[section][name], said[name])
        known[section] |= said


DECISIONS = "decisions"
"""What was decided on status: decision key → what it said."""
JOINED: dict[str, Callable[[Any, Any], Any]] = {
    DECISIONS: lambda known, said: {**known, **said},
    "indicators": lambda known, said: [*dict.fromkeys((*known, *said))],
}
"""Fields of which a later word takes nothing away."""
