"""What the lead counts: statistical records (D9) of what has counted, without case id, person or free text.

Source: docs/domain.md, section 5.7.
"""

from collections.abc import Iterator
from typing import Any

from services.referral.projections.course import (
    accepted_at,
    at_work,
    begun,
    end_of,
    has_ended,
    in_nobodys_hands,
    in_turn,
    lasted,
    needs,
    planned,
    side_by_side,
    unowned,
)
from services.referral.projections.stated import count_stated, take_back_stated
from shared.config.country import Country
from shared.config.legal_clocks import ClockKind, ClockState
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, Handoff, agency_of
from shared.protocol.events import (
    ActionTaken,
    BasisChanged,
    CaseClosed,
    CaseReopened,
    CaseReported,
    DelayExplained,
    JointActionStarted,
    StatusDecided,
    TaskCompleted,
)
from shared.protocol.facts import Event
from shared.protocol.first_actions import done_by
from shared.protocol.stages import ANSWERED, MACHINE, Finished, stages
from shared.protocol.statistics import DAY, LONGEST_TIME, MOST_AGENCIES, MOST_OFTEN, agency_told, counted, personal, printable, shaped
from shared.protocol.vocabulary import ActionCode, Stage
from shared.records.codec import Sections, full_event
from shared.records.counting import meant, month_of, quarter_of

OF_PEOPLE = frozenset({"noticed", ANSWERED, "first_action"})
"""Stages that people take, of which working days are told."""


def count(work: UnitOfWork, change: Change) -> None:
    """After an event has counted at the lead's instance: the records that the rapporteur reads."""
    after, core = change.noted.after, change.noted.core
    if not change.counted or after is None or after.is_side:
        return
    if work.instance.me != f"referral.{after.lead}":
        take_back_stated(work, change, after)
        return  # what a side case comes to is counted in the case that it is beside
    for n, record in enumerate(records(change, after, work.instance.country)):
        work.count(f"{core.key}:{n}", record, core.case, personal=personal(shaped(record["kind"], record)))
    count_stated(work, change, after)


def records(change: Change, after: Case, country: Country) -> list[dict[str, Any]]:
    """The statistical records of one counted event. They are numbered in this order, and what later releases count comes last, so that a
    lead that is restored from a backup gives each its id of before."""
    simulated = after.simulated or change.noted.core.simulated
    event = change.noted.core.event()
    found = [
        *_told(event, change, after, country, printed=simulated), *_stages(change, after, country),
        *_course(event, change, after, country), *_ended(change, after, country),
    ]  # fmt: skip
    return [counted({**record, "simulated": simulated}) for record in found]


def _told(event: Event | None, change: Change, after: Case, country: Country, *, printed: bool) -> Iterator[dict[str, Any]]:
    """Who was met, who acts together, what was decided, who was passed round."""
    core, before, zone = change.noted.core, change.noted.before, country.time_zone
    month = {"month": month_of(core.at, change.logged_at, zone)}
    match event:
        case CaseReported():
            quarter = quarter_of(after.opened_at, change.logged_at, zone)
            met = {"month": month_of(after.opened_at, change.logged_at, zone)}
            yield {"kind": "referral", "quarter": quarter, **met, **_referral(change.parts, after, country, printed=printed)}
        case JointActionStarted():
            yield {"kind": "joint_action", **month, "agencies": min(len(after.joint.agencies), MOST_AGENCIES) if after.joint else 0}
        case StatusDecided(stage=stage):
            said = {"stage": stage.value, "ms": lasted(after.opened_at, core.at), **_working_days(change, after, country)}
            yield {"kind": "decision", **month, **said, **_decided(change.parts), **_decision(after, stage, country)}
        case _:
            pass
    if after.pingpong_case() and not (before and before.pingpong_case()):
        yield {"kind": "pingpong", **month}


def _stages(change: Change, after: Case, country: Country) -> Iterator[dict[str, Any]]:
    """Stages of hand-offs that have ended. What was agreed to in the place of something else is held as it begins: its answer is that of
    the other, and is told once."""
    for was, now in _moved(change, after):
        held_at_once = was is None and now.answered_at is not None
        asked = {"month": month_of(now.requested_at, change.logged_at, country.time_zone)}
        for stage in stages(was, now, change.noted.core.at):
            if stage.name == ANSWERED and held_at_once:
                continue
            since = lasted(now.requested_at, stage.end)
            days = _days_of(change, now, stage, country) if stage.name in OF_PEOPLE else {}
            yield {**_stage(now, stage.name, stage.end - stage.start, country), **asked, "since": since, **days}


def _days_of(change: Change, handoff: Handoff, stage: Finished, country: Country) -> dict[str, Any]:
    """How long people took, in working days: since the request, and the stage itself."""
    return {
        "since_days": _days(change, handoff.requested_at, stage.end, country), "stage_days": _days(change, stage.start, stage.end, country),
    }  # fmt: skip


def _moved(change: Change, after: Case) -> Iterator[tuple[Handoff | None, Handoff]]:
    old = change.noted.before.handoffs if change.noted.before else {}
    return ((old.get(h.id), h) for h in after.handoffs.values() if old.get(h.id) is not h and not after.merely_advises(h))


def _course(event: Event | None, change: Change, after: Case, country: Country) -> Iterator[dict[str, Any]]:
    """What the event says of the course of the case, in the month in which it happened."""
    core, before = change.noted.core, change.noted.before
    month, since = {"month": month_of(core.at, change.logged_at, country.time_zone)}, {"ms": lasted(after.opened_at, core.at)}
    match event:
        case ActionTaken(handoff=handoff, action=action):
            whom = _between(after.handoffs[handoff], country)
            done = {"action": action.value, "need": whom["need"], "agency": whom["receiver"], **_interview(change)}
            yield {"kind": "action", **month, **since, **_working_days(change, after, country), **done}
        case TaskCompleted(task=task) if done := done_by(event, after.protocol):
            owner = agency_told(country.told_as(after.tasks[task].owner))
            what = {"action": done.value, "need": after.tasks[task].need.value, "agency": owner}
            yield {"kind": "action", **month, **since, **_working_days(change, after, country), **what}
        case DelayExplained():
            about = "handoff" if event.handoff else "task" if event.task else "clock"
            yield {"kind": "stall", **month, "code": event.code.value, "about": about, **_maker(agency_of(core.author), country)}
        case BasisChanged(basis=basis):
            yield {"kind": "basis", **month, **since, "basis": basis.value}
        case CaseClosed(reason=reason):
            days = _working_days(change, after, country)
            yield {"kind": "closing", **month, **since, **days, "reason": reason.value, **_whole(change, after, country)}
        case CaseReopened(reason=reason):
            yield {"kind": "reopening", **month, "reason": reason.value}
        case _:
            pass
    if len(after.agencies) > (len(before.agencies) if before else 0):
        yield {"kind": "bodies", **month, "agencies": min(len(after.agencies), MOST_AGENCIES)}


def _interview(change: Change) -> dict[str, Any]:
    """What an interview was about, and whether it was held together, where that is said."""
    said = full_event(ActionTaken.TYPE, {**change.parts, "D0": change.noted.core.facts})
    if not isinstance(said, ActionTaken) or said.action is not ActionCode.INTERVIEW_HELD or not said.topics:
        return {}
    return {"topics": sorted({one.value for one in said.topics}), "together": said.together}


def _ended(change: Change, after: Case, country: Country) -> Iterator[dict[str, Any]]:
    """Hand-offs that have ended, and those whose time to answer has passed; each in the month in which it was asked."""
    for was, now in _moved(change, after):
        whom = {"month": month_of(now.requested_at, change.logged_at, country.time_zone), **_between(now, country)}
        if now.overdue and not (was and was.overdue):
            yield {"kind": "overdue", **whom}
        if has_ended(was, now):
            yield {"kind": "handoff", **whom, "late": _late(now), **end_of(after, now), **_days_until_end(change, now, country)}


def _days_until_end(change: Change, handoff: Handoff, country: Country) -> dict[str, Any]:
    """Working days from the request to its end, and from the yes."""
    ended, accepted = handoff.ended_at or handoff.requested_at, accepted_at(handoff)
    held = {"held_days": _days(change, accepted, ended, country)} if accepted is not None else {}
    return {"ended_days": _days(change, handoff.requested_at, ended, country), **held}


def _decided(parts: Sections) -> dict[str, Any]:
    """What was decided, and on what ground: of the person, so in the lead's section alone."""
    return {name: value for name, value in parts.get("D2", {}).items() if name in ("positive", "ground")}


def _decision(case: Case, stage: Stage, country: Country) -> dict[str, Any]:
    """Who decided, which decision of its stage it is, and whether a clock of the country had run out at the first."""
    number = max(1, min(sum(one.stage is stage for one in case.decisions), MOST_OFTEN))
    at = case.statuses.get(stage, case.opened_at)
    states = [one.state for one in country.clocks_in(case, at) if one.rule.kind is ClockKind.MAXIMUM and one.rule.ends == stage.value]
    late = {"late": ClockState.BROKEN in states} if states and number == 1 else {}
    return {"number": number, **late, **_maker(case.lead, country)}


def _working_days(change: Change, case: Case, country: Country) -> dict[str, int]:
    """Since the person was met, by the country's holidays."""
    return {"working_days": _days(change, case.opened_at, change.noted.core.at, country)}


def _days(change: Change, begin: int, end: int, country: Country) -> int:
    """Working days between two moments that others say: no longer than a record tells, and from the log's time where nobody can have meant
    the first."""
    first = meant(begin, change.logged_at)
    return country.office_days.days(first, first + lasted(begin, end), country.time_zone)


def _maker(agency: str, country: Country) -> dict[str, Any]:
    """What kind of agency it is, never which."""
    return {"maker": country.agency(agency).kind.value} if country.knows(agency) else {}


def _between(handoff: Handoff, country: Country) -> dict[str, Any]:
    """Who asked whom for what."""
    giver, receiver = (agency_told(country.told_as(one)) for one in (handoff.giver, handoff.to))
    return {"giver": giver, "receiver": receiver, "need": handoff.need.value}


def _whole(change: Change, case: Case, country: Country) -> dict[str, Any]:
    """What the whole case comes to at its end."""
    until = change.noted.core.at
    alone = sum(_days(change, *span, country) for span in in_nobodys_hands(case, until))
    return {"unowned_days": min(alone, LONGEST_TIME // DAY),
        "needs": min(len(needs(case)), MOST_OFTEN), "planned": min(planned(case), MOST_OFTEN), "unowned": unowned(case, until),
        "joint": side_by_side(case, until), "at_work": at_work(case, until), "begun": min(begun(case), MOST_OFTEN),
        "in_turn": min(in_turn(case), MOST_OFTEN),
    }  # fmt: skip


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


def _stage(handoff: Handoff, stage: str, ms: int, country: Country) -> dict[str, Any]:
    return {
        "kind": "stage", **_between(handoff, country), "stage": stage, "ms": min(ms, LONGEST_TIME),
        "machine": stage in MACHINE, "outcome": handoff.state.value, "late": _late(handoff),
    }  # fmt: skip


def _late(handoff: Handoff) -> bool:
    return handoff.overdue or (handoff.answered_at or handoff.ended_at or 0) > handoff.answer_by
