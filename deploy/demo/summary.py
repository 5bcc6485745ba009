"""What a demo has come to, for others to recount: from the databases, and from Kafka the number of records."""

from datetime import UTC, datetime
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from deploy.brokers.topics import CASE_EVENTS, DOCUMENTS, PARTITIONS, STATISTICS
from deploy.demo.folder import Folder
from deploy.oracle import Rows, judge
from deploy.verify import ledger
from shared.config.kafka import Bus
from shared.crypto.directory import is_marker
from shared.privacy.account_documents import LOOKED_AT
from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.case_file import DOCUMENTS as GROUPS_OF_DOCUMENTS
from shared.protocol.letters import CoverSent
from shared.protocol.stages import Finished, stages

EXPLAINED = {
    "stories_left_out": "written cases that the country's file has nobody for, with the reason; none is where it is empty",
    "events": f"records on {CASE_EVENTS}",
    "cover": "decisions among them that say nothing, beside others, so that nobody finds side cases by their time",
    "statistics": "statistical records that leads have sent, counted apart from events",
    "batches": f"records on {STATISTICS}: batches of statistical records",
    "documents": "documents of all cases, the pieces of them on their topic, and how often somebody looked at one",
    "instances": "databases in agencies/, one for each service of an agency",
    "stages_ms": "each finished stage of a hand-off in milliseconds of the invented time; it is simulated wherever simulated is true",
    "verdicts": "what the author's instance says of each record it wrote",
    "lost": "committed decisions without exactly one settling record, or judged otherwise at a member of the roster cited",
}


def records(bus: Bus) -> dict[str, int]:
    """How many events and batches of statistical records lie on their topics, and how many markers put a directory in force."""
    consumer = Consumer({**bus.librdkafka(), "group.id": "nrm-summary", "enable.auto.commit": False})
    try:
        markers = _markers(consumer)
        events = _records(consumer, CASE_EVENTS) - markers
        return {"events": events, "markers": markers, "batches": _records(consumer, STATISTICS), "pieces": _records(consumer, DOCUMENTS)}
    finally:
        consumer.close()


def _records(consumer: Consumer, topic: str) -> int:
    partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
    bounds = [consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=20, cached=False) or (0, 0) for p in partitions]
    return sum(end - begin for begin, end in bounds)


def _markers(consumer: Consumer) -> int:
    """They lie between the events, so the whole topic is read."""
    total, found, read = _records(consumer, CASE_EVENTS), 0, 0
    consumer.assign([TopicPartition(CASE_EVENTS, p, 0) for p in range(PARTITIONS)])
    while read < total:
        messages = consumer.consume(min(1000, total - read), 20)  # it waits for as many as it is asked for
        read, found = read + len(messages), found + sum(is_marker(m.value()) for m in messages)
    return found


def summarise(folder: Folder, *, processes: int, seed: int, bus: Bus) -> dict[str, Any]:
    """The summary of what was played; the agencies may still be running, if they are quiet."""
    ledgers = ledger.read(folder.root)
    found = judge(ledgers)
    cases = _cases(ledgers)
    handoffs = [_handoff(case, h) for case in cases for h in case.handoffs.values()]
    joint = [_joint(case) for case in cases if case.joint is not None and case.joint.started_at is not None]
    counted = records(bus)
    return {
        "seed": seed, "agencies": sorted({one.agency for one in ledgers.values()}), "processes": processes, "instances": sorted(ledgers),
        "cases": len(cases), **{name: counted[name] for name in ("events", "markers", "batches")}, "decisions": found.decisions,
        "cover": _covering(ledgers), "documents": {**_documents(ledgers), "pieces": counted["pieces"]},
        "handoffs": handoffs, "joint_actions": joint,
        "pingpong_cases": [_pingpong(case) for case in cases if case.pingpong_case()], "verdicts": found.verdicts,
        "statistics": sum(done for one in ledgers.values() for done in one.statistics.values()),
        "parked": sum(one.parked for one in ledgers.values()), "lost": len(found.lost), "counted_twice": len(found.twice),
        "differing": len(found.differing), "wrong": {kind: said for kind, said in found.wrong.items() if said}, "explained": EXPLAINED,
    }  # fmt: skip


def _covering(ledgers: dict[str, Rows]) -> int:
    return sum(row["type"] == CoverSent.TYPE for one in ledgers.values() for row in one.outbox)


def _documents(ledgers: dict[str, Rows]) -> dict[str, int]:
    """How many there are, each once, whoever may read it; and how often one was looked at."""
    kinds = {group.value for group in GROUPS_OF_DOCUMENTS}
    there = {row["id"] for one in ledgers.values() for row in one.chained.get("statement", []) if row["group"] in kinds}
    return {"attached": len(there), "looked_at": sum(row["act"] == LOOKED_AT for one in ledgers.values() for row in one.audit)}


def _cases(ledgers: dict[str, Rows]) -> list[Case]:
    """Each case once, as the instance of whoever leads it now shows it."""
    shown = (
        (one.agency, Case.model_validate(view["case"]))
        for one in ledgers.values()
        if one.service == "referral"
        for view in one.views.values()
        if view["case"]
    )
    return sorted((case for agency, case in shown if case.lead == agency), key=lambda case: (case.opened_at, case.id))


def _handoff(case: Case, h: Handoff) -> dict[str, Any]:
    return {
        "id": h.id, "case": case.id, "from": h.giver, "to": h.to, "need": h.need.value, "kind": h.kind.value, "state": h.state.value,
        "late": h.overdue, "code": h.code.value if h.code else None, "simulated": h.simulated, "requested_at": _moment(h.requested_at),
        "seen_at": _moment(h.seen_at), "answered_at": _moment(h.answered_at), "first_action_at": _moment(h.first_action_at),
        "ended_at": _moment(h.ended_at),
        "stages_ms": {stage.name: stage.end - stage.start for stage in _stages(h)},
    }  # fmt: skip


def _stages(now: Handoff) -> list[Finished]:
    """All stages that have ended, as if the hand-off had come to where it is in one step."""
    asked = now.model_copy(update={"state": HandoffState.REQUESTED, "seen_at": None, "answered_at": None, "first_action_at": None})
    return [stage for stage in stages(asked, now, now.ended_at or now.requested_at) if stage.name != "requested"]


def _moment(at: int | None) -> str | None:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds") if at is not None else None


def _joint(case: Case) -> dict[str, Any]:
    assert case.joint is not None
    return {
        "case": case.id, "agencies": list(case.joint.agencies), "state": case.joint.state.value, "tasks": len(case.tasks),
        "called_for": case.joint.need.value if case.joint.need else None, "started_at": _moment(case.joint.started_at),
    }  # fmt: skip


def _pingpong(case: Case) -> dict[str, Any]:
    answered = case.joint is not None and case.joint.called_at is not None
    return {"case": case.id, "answered_by_joint_call": answered, "bounces": sum(h.bounced for h in case.handoffs.values())}
