"""Whether somebody is with a shelter, read from the records alone: then their municipality is for the lead and shelters (docs/domain.md,
section 2.6; docs/adr/0056)."""

from deploy.oracle.law import CaseLaw
from deploy.oracle.records import CHECKPOINT
from deploy.oracle.states import Walk

PLACE = "municipality"
"""The field."""


def walked(law: CaseLaw, place: int) -> Walk:
    """The hand-offs of a case by what counted before a place of the log."""
    walk = Walk(law)
    for said in law.settled.values():
        if said.place < place and said.type != CHECKPOINT and (said is law.opening or not walk.forbids(said)):
            walk.count(said)
    return walk


def with_a_shelter(law: CaseLaw, place: int, *, ever: bool = False) -> bool:
    """Whether a confidential agency has taken the person in, as the log stood before a place; or `ever` had."""
    there = ("accepted", "acting", "completed")
    for one in walked(law, place).handoffs.values():
        taken_in = one["to"].startswith("confidential:") and one["need"] in ("safety", "housing") and not one["advice"] and one["taken"]
        if taken_in and (one["state"] in there or one["state"] == "ended" or (ever and one["state"] == "returned")):
            return True
    return False


def waits_for_the_picture(law: CaseLaw, agency: str, place: int) -> bool:
    """Whether an agency that came into a case has no checkpoint yet: it keeps what it reads meanwhile, since its sender has known."""
    came = next((v.place for v in reversed([v for v in law.versions if v.place < place]) if not _was_there(law, agency, v.place)), None)
    told = [one.place for one in law.records if one.type == CHECKPOINT and agency in one.facts["joiners"] and one.place < place]
    return came is not None and not any(at > came for at in told)


def _was_there(law: CaseLaw, agency: str, place: int) -> bool:
    """Whether it was in the case before the roster at this place."""
    before = [v for v in law.versions if v.place < place]
    return agency in (before[-1].members if before else law.versions[0].members)
