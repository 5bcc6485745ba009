"""What happened in a case, as lines of its page: the records of the log with their verdicts, and own decisions on their way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.config.i18n import N_
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.classes import EVENTS as KINDS
from shared.protocol.events import ActionTaken, HandoffAccepted, HandoffDeclined, HandoffRequested, HandoffRevoked, RosterSet
from shared.protocol.vocabulary import HandoffKind
from shared.records.codec import Decided, from_json, full_event
from shared.store.tables import Journal
from shared.web.text.labels import (
    ACTIONS,
    ADVICE,
    BASIS,
    CLOSINGS,
    DECLINES,
    EVENTS,
    OUTCOMES,
    QUESTIONS,
    REOPENINGS,
    STAGES,
    TOPICS,
    VERDICTS,
)
from shared.web.text.phrases import Speaker

WAITS = "waits for the bus"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One record in words."""

    at: int
    who: str
    did: str
    about: str
    verdict: str = ""
    """The code of a verdict other than counted, or WAITS."""
    remark: str = ""
    key: str = ""


def off_pages(type: str, facts: Mapping[str, Any]) -> bool:
    """Whether a record is on no page: that the lead holds back what is stated, or does so no more. Whoever watches must not see it."""
    return type == RosterSet.TYPE and facts.get("paused") is not None


def timeline(records: Sequence[Journal], pending: Sequence[Decided], me: str, case: Case, to: Speaker) -> list[TimelineEntry]:
    """The newest first: what waits here, then the records of the log."""
    waiting = [(d.at, me, d.type, d.parts["D0"], WAITS, d.key) for d in reversed(pending)]
    noted = [(r.at, r.author, r.type, _facts(r.type, from_json(r.body)), _told(r.verdict), r.key) for r in reversed(records)]
    return [_line(*one, case, to) for one in (*waiting, *noted) if not off_pages(one[2], one[3])]


def _facts(type: str, said: dict[str, Any]) -> dict[str, Any]:
    """What all members see; and of something done, what this agency may read of an interview."""
    return said.get("D0", {}) | (said.get("D2", {}) if type == ActionTaken.TYPE else {})


def _told(verdict: str) -> str:
    return "" if verdict == Verdict.COUNTED else verdict


def _line(at: int, author: str, type: str, facts: dict[str, Any], verdict: str, key: str, case: Case, to: Speaker) -> TimelineEntry:
    did = to.say.of(EVENTS, type) if type in KINDS else to.say.translate("wrote a record that this version does not know")
    if type == HandoffRevoked.TYPE and _gave_up(case, facts.get("handoff"), at):
        did = to.say.translate("said that nothing more is needed")
    if type == HandoffRequested.TYPE and facts.get("kind") == HandoffKind.CONSULTATION:
        did = to.say.translate("asked for advice")
    if (of_the_lead := _of_the_lead(type, facts, case)) is not None:
        did = to.say.translate(of_the_lead)
    remark = to.say.of(VERDICTS, verdict) if verdict in VERDICTS else ""
    sound = verdict in ("", WAITS) or full_event(type, {"D0": facts}) is not None
    return TimelineEntry(at, to.name(agency_of(author)), did, about(facts, case, to) if sound else "", verdict, remark, key)


LEADS: dict[str, str] = {
    HandoffRequested.TYPE: N_("asked another agency to lead the case"), HandoffAccepted.TYPE: N_("agreed to lead the case"),
    HandoffDeclined.TYPE: N_("declined to lead the case"), RosterSet.TYPE: N_("handed over the lead of the case"),
}  # fmt: skip
"""What a record says where it is of the lead of the case."""


def _of_the_lead(type: str, facts: dict[str, Any], case: Case) -> str | None:
    """The words for a record by which the lead is asked for, answered for, or passes on; None for any other."""
    if type == RosterSet.TYPE:
        return LEADS[type] if facts.get("lead") else None
    id = facts.get("handoff")
    asked = case.handoffs.get(id) if isinstance(id, str) else None
    kind = facts.get("kind") or (asked.kind if asked else None)
    return LEADS.get(type) if kind == HandoffKind.TRANSFER else None


def _gave_up(case: Case, handoff: Any, at: int) -> bool:
    """Whether this is no request taken back, but the word about one that had ended without help."""
    found = case.handoffs.get(handoff) if isinstance(handoff, str) else None
    return found is not None and found.given_up_at == at


def about(facts: dict[str, Any], case: Case, to: Speaker) -> str:
    """The particulars of a record: need, to whom, why, what. Its facts are of its type; what did not count may hold anything."""
    opening = "trace" in facts
    handoff, task = case.handoffs.get("" if opening else facts.get("handoff", "")), case.tasks.get(facts.get("task", ""))
    planned: dict[str, Any] = facts.get("planned") or {}
    if facts.get("lead") and not opening:
        return f"→ {to.name(facts['lead'])}"
    need = facts.get("need") or (handoff.need if handoff else task.need if task else planned.get("need"))
    other: str = facts.get("to") or facts.get("competent") or ""
    parts = [
        " → ".join([to.say.need(need)] * bool(need) + [to.name(other)] * bool(other)),
        to.say.of(QUESTIONS, facts["question"]) if facts.get("question") else "",
        to.say.of(ADVICE, facts["advice"]) if facts.get("advice") else "",
        to.say.of(DECLINES, facts["code"]) if facts.get("code") else "",
        to.say.of(ACTIONS, facts["action"]) if facts.get("action") else "",
        "; ".join(to.say.of(TOPICS, topic) for topic in facts.get("topics") or ()),
        to.say.translate("together with another agency") if facts.get("together") else "",
        to.say.of(OUTCOMES, facts["outcome"]) if facts.get("outcome") else "",
        to.say.of(BASIS, facts["basis"]) if facts.get("basis") and not opening else "",
        to.say.of(STAGES, facts["stage"]) if facts.get("stage") else "",
        to.say.of(CLOSINGS | REOPENINGS, facts["reason"]) if facts.get("reason") else "",
        ", ".join(to.name(m["agency"]) for m in facts.get("members") or ()),
        ", ".join(to.name(a) for a in facts.get("agencies") or ()),
    ]
    return " · ".join(part for part in parts if part)


def since(records: Sequence[Journal], head: str) -> list[Journal]:
    """What came after the record that an officer's page was made from; the last few where that is not known."""
    at = next((n for n, r in enumerate(records) if head and r.key == head), None)
    return list(records[at + 1 :] if at is not None else records[-5:])
