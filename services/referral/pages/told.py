"""What would become of what agencies were told: erased, or kept by which law. Pure, for the pages that say it beforehand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.referral.models import Proposal
from shared.config.country import Country
from shared.protocol.case import HELD, Case
from shared.protocol.facts import Member, hidden
from shared.protocol.grants import each
from shared.protocol.roster import told
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import DataClass, KeepGround
from shared.records.codec import from_json


class Fate(NamedTuple):
    """What an agency erases, and what it keeps by which law."""

    gone: list[DataClass]
    kept: list[tuple[DataClass, KeepGround]]
    apart: bool
    """Whether it stands for a confidential agency, which was told in a side case."""


def fate(country: Country, member: Member | None) -> Fate:
    """What becomes of what a member was told once it must go."""
    found = Fate([], [], member is not None and hidden(member.agency))
    for section in sorted(told(member)):
        grounds = [country.keeps_by_law(one.agency, one.basis, section) for one in each(member)] if member else []
        ground = next((found for found in grounds if found), None)
        if ground is None:
            found.gone.append(section)
        else:
            found.kept.append((section, ground))
    return found


def of_erasure(country: Country, case: Case, left: Sequence[str]) -> dict[str, Any]:
    """What erasure does to whom."""
    return {
        "fates": [(m.agency, fate(country, m)) for m in case.members], "former": list(left), "erasure_days": round(country.erasure_days),
    }  # fmt: skip


def of_withdrawal(country: Country, case: Case, agency: str) -> dict[str, Any]:
    """What a withdrawal does to an agency; nothing for one that is not in the case, and for the lead."""
    member = case.member(agency) if agency != case.lead else None
    name = member.agency if member else ""
    return {
        "agency": name, "fate": fate(country, member), "receipt_hours": round(country.receipt_hours),
        "holds": [h for h in case.handoffs.values() if h.to == name and (h.waiting or h.state in HELD)],
        "its_tasks": [t for t in case.tasks.values() if t.owner == name and t.state in OPEN_TASK],
    }  # fmt: skip


def of_second(country: Country, waits: Proposal | None, officer: str, now: int) -> dict[str, Any]:
    """Whether a second officer is needed, and whether this one may be it."""
    rule = country.second_officer
    return {
        "waiting_act": waits, "act_classes": from_json(waits.classes) if waits else [], "officer": officer,
        "second_needed": "ask-erasure" in rule.acts, "alone_after": round(rule.alone_after_hours),
        "alone_from": rule.alone_from(waits.at) if waits else None,
        "may_confirm": waits is not None and rule.may_confirm(waits.officer, officer, waits.at, now),
    }  # fmt: skip
