"""What the lead counts: statistical records (D9) of what has counted, without case id, person or free text.

Source: docs/domain.md, section 5.7.
"""

from typing import Any

from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, agency_of
from shared.protocol.events import CaseReported, JointActionStarted, StatusDecided
from shared.protocol.stages import MACHINE, stages
from shared.protocol.statistics import LONGEST_TIME, MOST_AGENCIES, PERSONAL, RECORDS, agency_told, counted, printable
from shared.records.codec import Sections
from shared.records.counting import month_of, quarter_of


def count(work: UnitOfWork, change: Change) -> None:
    """After an event has counted at the lead's instance: the records that the rapporteur reads."""
    after, core = change.noted.after, change.noted.core
    if not change.counted or after is None or work.instance.me != f"referral.{after.lead}" or after.is_side:
        return  # what a side case comes to is counted in the case that it is beside
    for n, record in enumerate(records(change, after, work.instance.country)):
        work.count(f"{core.key}:{n}", record, core.case, personal=RECORDS[record["kind"]] in PERSONAL)


def records(change: Change, after: Case, country: Country) -> list[dict[str, Any]]:
    """The statistical records of one counted event."""
    core, before = change.noted.core, change.noted.before
    simulated = after.simulated or core.simulated
    zone = country.time_zone
    month = month_of(core.at, change.logged_at, zone)
    said: list[dict[str, Any]] = []
    if core.type == CaseReported.TYPE:
        quarter = quarter_of(after.opened_at, change.logged_at, zone)
        said.append({"kind": "referral", "quarter": quarter, **_referral(change.parts, after, country, printed=simulated)})
    if core.type == JointActionStarted.TYPE:
        said.append(
            {"kind": "joint_action", "month": month, "agencies": min(len(after.joint.agencies), MOST_AGENCIES) if after.joint else 0}
        )
    if core.type == StatusDecided.TYPE:
        said.append({"kind": "decision", "month": month, "stage": core.facts["stage"], **_decided(change.parts)})
    if after.pingpong_case() and not (before and before.pingpong_case()):
        said.append({"kind": "pingpong", "month": month})
    old = before.handoffs if before else {}
    moved = [h for h in after.handoffs.values() if old.get(h.id) is not h and not after.merely_advises(h)]
    said += [
        {**_stage(after, h.id, s.name, s.end - s.start, country), "month": month_of(h.requested_at, change.logged_at, zone)}
        for h in moved for s in stages(old.get(h.id), h, core.at)
    ]  # fmt: skip
    return [counted({**record, "simulated": simulated}) for record in said]


def _decided(parts: Sections) -> dict[str, Any]:
    return {name: value for name, value in parts.get("D2", {}).items() if name == "positive"}


def _referral(parts: Sections, case: Case, country: Country, *, printed: bool) -> dict[str, Any]:
    """The words of a source where they are `printed`: what an importer replays. Else our own codes alone."""
    profile, account = parts.get("D1", {}), parts.get("D2", {})
    reporter = agency_of(case.opened_by)
    agency = country.agency(reporter) if country.knows(reporter) else None

    def as_printed(section: dict[str, Any], field: str) -> str:
        said = section.get(field, "") if printed else ""
        return said if printable(said) else ""

    nationality = profile.get("nationality", "")
    return {
        "basis": case.basis.value,
        "first_responder": agency.name if agency and printable(agency.name) else agency_told(reporter),
        "first_responder_type": _type(agency.type, agency.kind.value) if agency else "",
        "exploitation_type": as_printed(account, "forms_printed") or ",".join(sorted(account.get("forms", ()))) or "UNK",
        "age_at_exploitation": as_printed(profile, "age_printed") or profile.get("age", "unknown"),
        "gender": as_printed(profile, "sex_printed") or profile.get("sex", "unknown"),
        "nationality": nationality if printable(nationality) else "",
    }  # fmt: skip


def _type(listed: str, kind: str) -> str:
    return listed if listed and printable(listed) else kind


def _stage(case: Case, id: str, stage: str, ms: int, country: Country) -> dict[str, Any]:
    handoff = case.handoffs[id]
    late = handoff.overdue or (handoff.answered_at or handoff.ended_at or 0) > handoff.answer_by
    return {
        "kind": "stage", "giver": agency_told(country.told_as(handoff.giver)),
        "receiver": agency_told(country.told_as(handoff.to)), "need": handoff.need.value, "stage": stage, "ms": min(ms, LONGEST_TIME),
        "machine": stage in MACHINE, "outcome": handoff.state.value, "late": late,
    }  # fmt: skip
