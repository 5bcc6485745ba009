"""The lead of a case passes on, as the oracle reads the law: who may ask for it, who answers, and what stands against it."""

from collections.abc import Collection, Iterable
from typing import Any

from deploy.oracle.records import ROSTER, Said
from deploy.oracle.rows import Row, agency_of
from deploy.oracle.sentence import Sentence

HELD = ("accepted", "acting")
WAITS = ("requested", "acknowledged", "info_requested", "offered")
TRANSFER, HIDDEN = "transfer", "confidential:"
NEVER = frozenset({"handoff.forwarded.v1", "handoff.offered.v1", "handoff.returned.v1"})
WHO_LEADS = frozenset({"action.taken.v1", "handoff.completed.v1"})


def names_a_lead(said: Said) -> bool:
    """Whether this would make another agency the lead."""
    return said.type == ROSTER and said.facts.get("lead") is not None


def under_way(handoffs: Iterable[Row], lead: str) -> Row | None:
    """The request to lead that is open: asked, or agreed to and not carried out."""
    asked = (h for h in handoffs if h["kind"] == TRANSFER and h["to"] != lead)
    return next((h for h in asked if h["state"] in (*WAITS, "accepted")), None)


def stays(handoffs: Iterable[Row], *, closed: bool, paused: bool, side: bool) -> bool:
    """Whether the lead must stay where it is."""
    return closed or paused or side or any(h["to"].startswith(HIDDEN) and h["state"] in (*WAITS, *HELD) for h in handoffs)


def forbids_request(said: Said, handoffs: Collection[Row], case: Row) -> str:
    """Why nobody may ask so; "" where nothing stands against it. `case`: lead, of_2, closed, paused, side, opener."""
    f, open_one = said.facts, under_way(handoffs, case["lead"])
    if f.get("kind") != TRANSFER:
        return Sentence("no shelter is asked while the lead passes on") if f["to"].startswith(HIDDEN) and open_one else ""
    if said.author != f"referral.{case['lead']}" or f["need"] != "identification" or f["to"].startswith(HIDDEN):
        return Sentence("the lead alone asks another to lead, and for that")
    if case["opener"] == f"referral.{f['to']}":
        return Sentence("whose desk opened a case does not come to lead it")
    if not case["of_2"] or open_one or stays(handoffs, closed=case["closed"], paused=case["paused"], side=case["side"]):
        return Sentence("the lead stays where it is")
    return ""


def forbids_change(said: Said, handoffs: Collection[Row], there: Collection[str], case: Row) -> str:
    """Why a roster may not make another agency the lead."""
    f, open_one = said.facts, under_way(handoffs, case["lead"])
    if f["lead"] == case["lead"] or {m["agency"] for m in f["members"]} != set(there) or f.get("anew"):
        return Sentence("such a roster changes nothing else")
    if open_one is None or open_one["to"] != f["lead"] or open_one["state"] != "accepted" or f["lead"] not in there:
        return Sentence("who would lead has not agreed to")
    still = stays(handoffs, closed=case["closed"], paused=case["paused"], side=case["side"])
    return Sentence("the lead stays where it is") if still or not case["of_2"] else ""


def forbids_answer(said: Said, handoff: Row, lead: str) -> str:
    """Why this is no answer of who is asked to lead."""
    if handoff["kind"] != TRANSFER:
        return ""
    early = said.type in WHO_LEADS and handoff["to"] != lead
    return Sentence("it is yes or no, and before it leads it has done nothing") if said.type in NEVER or early else ""


def by_former(handoff: Row, lead: str, handoffs: Iterable[Row]) -> bool:
    """Whether the desk of a lead of before asked for it: of one that asked another to lead."""
    led = any(h["kind"] == TRANSFER and h["giver"] == handoff["giver"] for h in handoffs)
    return led and handoff["giver"] != lead and handoff["by"].startswith("referral.")


def passes(handoffs: Iterable[Row], former: str) -> None:
    """What the old lead held for identification ends, partly done."""
    for h in handoffs:
        if h["need"] == "identification" and h["to"] == former and h["state"] in (*WAITS, *HELD):
            h["state"], h["outcome"] = "completed", "partly"


def counted(said: Said, lead: str, journals: Any) -> bool:
    """Whether a roster that names a lead counted, by the word of the old one, or of whoever else has folded it; without journals it did.
    Whether it may count, and whether all say the same, is judged like any record's."""
    if journals is None:
        return True
    known = {name: rows.by_event.get(said.event, {}).get("verdict", "") for name, rows in journals.items()}
    first = known.get(f"referral.{lead}", "")
    settled = [first, *(known[name] for name in sorted(known) if agency_of(name))]
    return next((verdict for verdict in settled if verdict in ("counted", "superseded", "refused")), "counted") == "counted"
