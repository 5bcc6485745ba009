"""What the lead counts: statistical records (D9) of what has counted, without case id, person or free text.

Source: docs/domain.md, section 5.7.
"""

from datetime import UTC, datetime
from typing import Any

from services.referral.side_cases import is_side
from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, agency_of
from shared.protocol.events import CaseReported, JointActionStarted, StatusDecided
from shared.protocol.stages import MACHINE, stages
from shared.protocol.statistics import counted
from shared.records.codec import Sections

PERSONAL = ("referral", "decision")
"""Kinds of records that repeat sections; others are made of what every member sees."""


def count(work: UnitOfWork, change: Change) -> None:
    """After an event has counted at the lead's instance: the records that the rapporteur reads."""
    after, core = change.noted.after, change.noted.core
    if not change.counted or after is None or work.door.me != f"referral.{after.lead}" or is_side(after):
        return  # what a side case comes to is counted in the case that it is beside
    for n, record in enumerate(records(change, after, work.door.country)):
        work.count(f"{core.key}:{n}", record, of=core.case if record["kind"] in PERSONAL else "")


def records(change: Change, after: Case, country: Country) -> list[dict[str, Any]]:
    """The statistical records of one counted event."""
    core, before = change.noted.core, change.noted.before
    said: list[dict[str, Any]] = []
    if core.type == CaseReported.TYPE:
        said.append(_referral(change.parts, after, country))
    if core.type == JointActionStarted.TYPE:
        said.append({"kind": "joint_action", "month": _month(core.at), "agencies": len(after.joint.agencies) if after.joint else 0})
    if core.type == StatusDecided.TYPE:
        said.append({"kind": "decision", "month": _month(core.at), "stage": core.facts["stage"], **change.parts.get("D2", {})})
    if after.pingpong_case() and not (before and before.pingpong_case()):
        said.append({"kind": "pingpong", "month": _month(core.at)})
    old = before.handoffs if before else {}
    moved = [h for h in after.handoffs.values() if old.get(h.id) is not h]
    said += [_stage(after, h.id, s.name, s.end - s.start, country) for h in moved for s in stages(old.get(h.id), h, core.at)]
    return [counted({**record, "simulated": after.simulated or core.simulated}) for record in said]


def _month(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")


def _quarter(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def _referral(parts: Sections, case: Case, country: Country) -> dict[str, Any]:
    profile, account = parts.get("D1", {}), parts.get("D2", {})
    reporter = agency_of(case.opened_by)
    agency = country.agency(reporter) if country.knows(reporter) else None
    return {
        "kind": "referral", "quarter": _quarter(case.opened_at), "basis": case.basis.value,
        "first_responder": agency.name if agency else reporter,
        "first_responder_type": (agency.type or agency.kind.value) if agency else "",
        "exploitation_type": account.get("forms_printed") or ",".join(sorted(account.get("forms", ()))) or "UNK",
        "age_at_exploitation": profile.get("age_printed") or profile.get("age", "unknown"),
        "gender": profile.get("sex_printed") or profile.get("sex", "unknown"), "nationality": profile.get("nationality", ""),
    }  # fmt: skip


def _stage(case: Case, id: str, stage: str, ms: int, country: Country) -> dict[str, Any]:
    handoff = case.handoffs[id]
    late = handoff.overdue or (handoff.answered_at or handoff.ended_at or 0) > handoff.answer_by
    return {
        "kind": "stage", "giver": country.told_as(handoff.giver), "receiver": country.told_as(handoff.to),
        "need": handoff.need.value, "stage": stage, "ms": ms,
        "machine": stage in MACHINE, "outcome": handoff.state.value, "late": late, "month": _month(handoff.requested_at),
    }  # fmt: skip
