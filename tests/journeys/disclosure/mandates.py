"""Who may be told what, read once more from docs/domain.md, sections 2.2, 2.3, 2.6 and 3.1. It shares nothing with the tables of instances.

A `+` of the domain stands in GROUNDED.
"""

from collections.abc import Mapping
from typing import Any

from tests.journeys.disclosure.land import HOUSES

ALWAYS = {
    "rs-insp": "D1 D2",  # RS-IR: D0 D1 D2 (labour part) D3+
    "rs-lead": "D1 D2 D3 D4 D5 D6",  # RS-CZZTLJ: D0 D1 D2 D3 D4 D5 D6 D7+ D8+
    "rs-pol": "D1 D2 D7",  # RS-PU: D0 D1 D2 D3+ D7
    "rs-ngo": "D1 D2 D4",  # RS-ASTRA: D0 D1 D2 D3+ D4 D6+
    "rs-csr": "D1 D2 D3 D4 D6",  # RS-CSR: D0 D1 D2 D3 D4 D5+ D6
    "rs-migr": "D1 D8",  # FI-MIGRI: D0 D1 D2+ D8
    "rs-muni": "",  # may see the codes by its kind, but its entry in the directory allows D0 alone
    "rs-ombud": "",  # RS-ZG, FI-NDO: D0 D9, the rest in a control procedure only
    **dict.fromkeys(HOUSES, "D1 D3 D4 D5 D6"),  # RS-PRIHV: D0 D1 D3 D4 D5 D6
}
GROUNDED = {"rs-insp": "D3", "rs-lead": "D7 D8", "rs-pol": "D3", "rs-ngo": "D3 D6", "rs-csr": "D5", "rs-migr": "D2"}
"""Only with the person's consent, or for a child (legal-mode truth table, docs/domain.md, section 3.1)."""

STATED = {
    "given_names": "D3", "phone": "D4", "meeting_place": "D5", "health_words": "D6", "suspect_name": "D7", "stay_number": "D8",
    "employer": "D2", "municipality": "D5",
}  # fmt: skip
"""A field of each class that stories state, with its class."""
PAPERS = {
    "identity_paper": "D3", "employment_paper": "D3", "medical_paper": "D6", "injury_picture": "D6", "proceedings_paper": "D7",
}  # fmt: skip
"""The kinds of documents, with their classes: who may read one reads all that stands on it."""
MARK = "duress"
"""The silent mark of pressure: of D1, for the authority that identifies alone."""
ALERT = "alert"
"""A code that warns of danger, of D1: for everybody who helps, whatever with (docs/domain.md, section 2.6)."""
ACCOUNT = "account_"
"""With what the fields of an account begin, all of D7."""
FOR = {
    ("rs-insp", "identification"): "employer",
    ("rs-pol", "investigation"): "given_names employer suspect_name employment_paper proceedings_paper",
    ("rs-pol", "safety"): "given_names meeting_place suspect_name",
    ("rs-ngo", "legal"): "given_names phone employer",
    ("rs-ngo", "safety"): "given_names phone",
    ("rs-migr", "residence"): "stay_number",
    ("rs-csr", "social_care"): "given_names phone health_words municipality",
}
"""Agency and need → what of it the task needs, within what the agency may have (docs/domain.md, section 2.6); nobody else reads any of it.
A labour inspector reads where somebody worked whatever it is asked for."""
WHERE_TO_GO = ("rs-pol", "safety", "meeting_place")
"""What the table of 2.2 does not give, and section 2.6 does: who is called to danger must know where to go."""
GOES_THERE = {
    ("rs-pol", "safety"): "given_names meeting_place",
    ("rs-ngo", "safety"): "given_names phone",
}
"""What of it the one agency is told that goes to somebody in danger, until a moment that is named; without consent nobody else is told any
of it, but the authority that identifies (docs/domain.md, section 3.1)."""

ACCOUNT_FOR = {("rs-pol", "investigation"), ("rs-lead", "identification")}
"""Who may be given an account, and for what (docs/domain.md, section 2.6): without consent nobody."""

BAND = {"age", "sex"}
"""All that a consultation may say of the person."""


def ground(age: str, consent: bool, danger: bool) -> str:
    """On which ground a report travels: docs/domain.md, section 3.1; a child's, and one whose age is unsure, without being asked."""
    if age in ("child", "unsure"):
        return "child"
    return "consent" if consent else "vital" if danger else "none"


def mandate(agency: str, basis: str, *, ends: bool = False) -> set[str]:
    """The sections that an agency may be told at all, on this ground; in danger until a moment that is named."""
    grounded = GROUNDED.get(agency, "").split()
    if basis not in ("consent", "child"):
        grounded = [section for section in grounded if ends and basis == "vital" and section in ("D3", "D4", "D5")]
    return {*ALWAYS[agency].split(), *grounded}


def purposes(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A roster entry once for each purpose: none widens another."""
    return [dict(entry), *({**entry, **one} for one in entry.get("besides", ()))]


def entitled(members: Mapping[str, Any], agency: str, kind: str, author: str, at: int) -> set[str]:
    """The sections that it may be told under a roster (agency → its entry) in an event of this type at this moment (ms UTC): on the ground
    of the entry, as long as that lasts; what it says itself it may read. Who is merely consulted has a band of D1, with the checkpoint."""
    entries = purposes(members[agency]) if agency in members else []
    return {section for one in entries for section in _for_one(one, agency, kind, author, at)}


def _for_one(entry: dict[str, Any], agency: str, kind: str, author: str, at: int) -> set[str]:
    if entry.get("until") is not None and entry["until"] <= at and agency != author:
        return set()
    if entry["basis"] == "consultation":
        return {"D1"} & mandate(agency, "none") & set(entry["classes"]) if kind == "checkpoint.set.v1" else set()
    return mandate(agency, entry["basis"], ends=entry.get("until") is not None) & set(entry["classes"])


def may_know(members: Mapping[str, Any], agency: str, field: str, at: int) -> bool:
    """Whether an agency may be told what is stated in a field, under this roster at this moment (ms UTC)."""
    return any(_needs(one, agency, field, at) for one in (purposes(members[agency]) if agency in members else ()))


def may_hear(members: Mapping[str, Any], agency: str, section: str, at: int) -> bool:
    """Whether an agency may be told words of this class at all: with consent, or on a ground that stands in its place, while it lasts."""
    for one in purposes(members[agency]) if agency in members else ():
        over = one.get("until") is not None and one["until"] <= at
        if (
            not over
            and one["basis"] not in ("none", "consultation")
            and section in mandate(agency, one["basis"], ends=one.get("until") is not None) & set(one["classes"])
        ):
            return True
    return False


def _needs(entry: dict[str, Any], agency: str, field: str, at: int) -> bool:
    basis, over = entry["basis"], entry.get("until") is not None and entry["until"] <= at
    if field == MARK:
        return agency == "rs-lead" and basis not in ("none", "consultation") and "D1" in entry["classes"]
    ends = entry.get("until") is not None
    if field == ALERT:
        return not over and basis not in ("none", "consultation") and "D1" in mandate(agency, basis) & set(entry["classes"])
    may = mandate(agency, basis, ends=ends) | ({"D5"} if (agency, entry["purpose"], field) == WHERE_TO_GO else set())
    if over or basis in ("none", "consultation") or (STATED | PAPERS)[field] not in may & set(entry["classes"]):
        return False
    if agency == "rs-lead":
        return True
    if basis == "vital":
        return ends and field in GOES_THERE.get((agency, entry["purpose"]), "").split()
    need = "identification" if agency == "rs-insp" else entry["purpose"]
    return field in FOR.get((agency, need), "").split()


def may_have_account(members: Mapping[str, Any], agency: str, purpose: str, at: int) -> bool:
    """Whether an account may be released to an agency for this purpose, under this roster at this moment (ms UTC)."""
    if (agency, purpose) not in ACCOUNT_FOR:
        return False
    for one in purposes(members[agency]) if agency in members else ():
        over = one.get("until") is not None and one["until"] <= at
        if not over and one["purpose"] == purpose and "D7" in mandate(agency, one["basis"]) & set(one["classes"]):
            return one["basis"] not in ("none", "consultation")
    return False
