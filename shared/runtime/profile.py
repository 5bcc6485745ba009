"""What this instance may know of the person beyond the core: the sections it was given, merged in log order."""

from typing import Any

from sqlmodel import Session

from shared.protocol.case import Verdict
from shared.protocol.vocabulary import DataClass
from shared.runtime.codec import from_json
from shared.runtime.statements import TELLING, TOLD
from shared.runtime.work import Work

Profile = dict[str, dict[str, Any]]
"""{"D1": fields, "D2": fields}; what is not there is unknown or not ours to see."""


def profile(work: Work, case: str) -> Profile:
    """The profile of a case, rows of this transaction included."""
    fresh = [r["body"] for r in work.journal_of.get(case, ()) if r["type"] in TELLING and r["verdict"] == Verdict.COUNTED]
    opened_here = case in work.shown and work.shown[case] is None
    if not opened_here and case not in work.told:
        work.told |= _bodies(work.session, {case} | (work.telling - work.told.keys()))
    return _merge([*work.told.get(case, ()), *fresh])


def stored_profile(session: Session, case: str) -> Profile:
    """The profile of a case as committed."""
    return _merge(_bodies(session, {case})[case])


def _bodies(session: Session, cases: set[str]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {case: [] for case in cases}
    for case, body in session.connection().execute(TOLD, {"cases": sorted(cases)}):
        told[case].append(body)
    return told


def _merge(bodies: list[str]) -> Profile:
    known: Profile = {DataClass.D1: {}, DataClass.D2: {}}
    for body in bodies:
        parts = from_json(body)
        for section in (DataClass.D1, DataClass.D2):
            told = dict(parts.get(section.value, {}))
            known[section] |= told.pop("profile", {}) | told.pop("account", {}) | told
    return known
