"""Who may be told what, read once more from docs/domain.md, sections 2.2, 2.3 and 3.1. It shares nothing with the table that instances use.

Of the sections D1 and D2 alone travel; a `+` stands in GROUNDED.
"""

from collections.abc import Mapping
from typing import Any

from tests.journeys.disclosure.land import HOUSES

ALWAYS = {
    "rs-insp": "D1 D2",  # RS-IR: D0 D1 D2 (labour part)
    "rs-lead": "D1 D2",  # RS-CZZTLJ: D0 D1 D2 D3 D4 D5 D6 D7+ D8+
    "rs-pol": "D1 D2",  # RS-PU: D0 D1 D2 D3+ D7
    "rs-ngo": "D1 D2",  # RS-ASTRA: D0 D1 D2 D3+ D4 D6+
    "rs-migr": "D1",  # FI-MIGRI: D0 D1 D2+ D8
    "rs-muni": "",  # may see the codes by its kind, but its entry in the directory allows D0 alone
    "rs-ombud": "",  # RS-ZG, FI-NDO: D0 D9, the rest in a control procedure only
    **dict.fromkeys(HOUSES, "D1"),  # RS-PRIHV: D0 D1 D3 D4 D5 D6
}
GROUNDED = {"rs-migr": "D2"}
"""Only with the person's consent, or for a child (legal-mode truth table, docs/domain.md, section 3.1)."""


BAND = {"age", "sex"}
"""All that a consultation may say of the person."""


def ground(age: str, consent: bool, danger: bool) -> str:
    """On which ground a report travels: docs/domain.md, section 3.1; a child's, and one whose age is unsure, without being asked."""
    if age in ("child", "unsure"):
        return "child"
    return "consent" if consent else "vital" if danger else "none"


def mandate(agency: str, basis: str) -> set[str]:
    """The sections that an agency may be told at all, on this ground."""
    grounded = GROUNDED.get(agency, "") if basis in ("consent", "child") else ""
    return {*ALWAYS[agency].split(), *grounded.split()}


def entitled(members: Mapping[str, Any], agency: str, kind: str, author: str, at: int) -> set[str]:
    """The sections that it may be told under a roster (agency → its entry) in an event of this type at this moment (ms UTC): on the ground
    of the entry, as long as that lasts; what it says itself it may read. Who is merely consulted has a band of D1, with the checkpoint."""
    entry = members.get(agency)
    if entry is None or (entry.get("until") is not None and entry["until"] <= at and agency != author):
        return set()
    if entry["basis"] == "consultation":
        return {"D1"} & mandate(agency, "none") & set(entry["classes"]) if kind == "checkpoint.set.v1" else set()
    return mandate(agency, entry["basis"]) & set(entry["classes"])
