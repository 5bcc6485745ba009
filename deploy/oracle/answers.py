"""Requests that are sent on, and offers of something else, as the oracle reads the law: an account of its own, from what was said alone."""

from typing import Any

from deploy.oracle.records import Said
from deploy.oracle.rows import Row
from deploy.oracle.sentence import Sentence

UNANSWERED = ("requested", "acknowledged", "info_requested")
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "handoff.forwarded.v1": (UNANSWERED, "forwarded"),
    "handoff.offered.v1": (UNANSWERED, "offered"),
    "handoff.offer-agreed.v1": (("offered",), "accepted"),
    "handoff.offer-refused.v1": (("offered",), "acknowledged"),
}
BY_ADDRESSEE = frozenset({"handoff.forwarded.v1", "handoff.offered.v1"})
BY_GIVER = frozenset({"handoff.offer-agreed.v1", "handoff.offer-refused.v1"})
SENT_ON_FOR = frozenset({"C1", "C2", "C6"})
HIDDEN = "confidential:"
YEAR = 366 * 86_400_000


def forbids(said: Said, handoff: Row, taken: set[str], case: Row) -> str:
    """Why nobody may answer so; "" where nothing that the oracle knows stands against it. `case`: urgency, basis, side."""
    f, hidden = said.facts, str(handoff["to"]).startswith(HIDDEN)
    if said.type == "handoff.forwarded.v1":
        if f["code"] not in SENT_ON_FOR or handoff["need"] == "identification" or handoff["kind"] in ("joint_task", "consultation"):
            return Sentence("it is not sent on, or not for this reason")
        alone = hidden or case["side"] or case["basis"] == "none" or f["to"].startswith(HIDDEN)
        if alone or f["to"] in (handoff["giver"], handoff["to"]):
            return Sentence("it is not sent on to that agency")
    if said.type == "handoff.offered.v1":
        if handoff["offer"] or handoff["need"] == "identification":
            return Sentence("there is no second offer, and none of what the lead alone does")
        if not _fits(f, said.at, handoff, case, hidden=hidden):
            return Sentence("the offer says too little, or too much")
    offer = handoff["offer"] if said.type == "handoff.offer-agreed.v1" else None
    if offer and (f.get("onward") is None) is not (offer["terms"] == "later"):
        return Sentence("a yes makes another hand-off where something is left, and only there")
    return Sentence("the id is taken") if f.get("onward") in taken else ""


def _fits(f: Row, at: int, handoff: Row, case: Row, *, hidden: bool) -> bool:
    day, need = f.get("starts_at"), f.get("need")
    if f["terms"] == "later":
        hurries = case["urgency"] == "danger" or handoff["kind"] == "emergency"
        return not hurries and need is None and day is not None and at < day <= at + YEAR
    if f["terms"] == "other":
        return day is None and need not in (None, handoff["need"], "identification") and not case["side"] and not hidden
    return day is None and need is None


def count(said: Said, handoff: Row) -> dict[str, Any] | None:
    """What an answer does to its hand-off; the other hand-off that it makes, if it makes one: id, giver, to, need, state."""
    f = said.facts
    if said.type == "handoff.offered.v1":
        handoff["offer"] = {
            "terms": f["terms"], "need": f.get("need"), "at": said.at, "refused": False,
            **{name: said.at + handoff[name] - handoff["asked_at"] for name in ("answer_by", "lapse_at")},
        }  # fmt: skip
        return None
    if said.type == "handoff.offer-refused.v1":
        handoff["offer"]["refused"] = True
        return None
    if said.type == "handoff.forwarded.v1":
        return {"id": f["onward"], "giver": handoff["to"], "to": f["to"], "need": handoff["need"], "state": "requested"}
    if f.get("onward") is None:
        return None
    other = handoff["offer"]["terms"] == "other"
    handoff["state"] = "returned" if other else handoff["state"]
    made = {"need": handoff["offer"]["need"], "state": "accepted"} if other else {"need": handoff["need"], "state": "returned"}
    return {"id": f["onward"], "giver": handoff["giver"], "to": handoff["to"], **made}


def resumes(said: Said, handoff: Row) -> None:
    """While an offer waits for who asked, the time of who was asked stands still."""
    if handoff["state"] == "offered":
        stood = max(0, said.at - handoff["offer"]["at"])
        handoff["stood"] = stood
        handoff["answer_by"], handoff["lapse_at"] = handoff["answer_by"] + stood, handoff["lapse_at"] + stood


def lapses(handoff: Row) -> int:
    """When it ends by silence: of who was asked, or of who was offered something else."""
    return (handoff["offer"] if handoff["state"] == "offered" else handoff)["lapse_at"]


def answered_otherwise(handoff: Row) -> bool:
    """Whether it lapsed with an offer that nobody answered: who was asked had answered."""
    return handoff["state"] == "expired" and bool(handoff["offer"]) and not handoff["offer"]["refused"]
