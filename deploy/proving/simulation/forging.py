"""Records as a hostile or broken sender would write them, addressed to everybody."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import orjson

from deploy.proving.simulation.bus import Topic
from deploy.proving.simulation.land import AGENCIES, LEAD, START
from shared.crypto import envelopes
from shared.protocol.case import Case
from shared.protocol.core import Core, decision_key, encode, section_digest
from shared.records.codec import INTRO
from shared.records.sealer import Sealer

ALL = (*AGENCIES, "rs-lead", "rs-west")
SECRETS: dict[str, Any] = {"D1": {"age": "child"}, "D2": {"forms": ["LAB"]}}


def forge(random: Random, topic: Topic, case: Case, n: int, seals: Mapping[str, Sealer]) -> None:
    """One record that should not be there: bytes that say nothing, an old record again, or a lie about this case."""
    kind = random.randrange(8)
    old = random.choice(topic.all()) if any(topic.logs) else None
    if kind == 0:
        topic.land(case.id.encode(), random.choice((None, b"", b"{}", b"[1", b'{"core":"x","sections":{},"readers":{}}')), START)
    elif kind == 1 and old:  # In a partition that is not its case's.
        topic.land(old.key, old.value, START, random.randrange(topic.partitions))
    elif kind == 2 and old:  # Under another case's key.
        topic.land(b"another", old.value, START)
    elif kind == 3 and old:  # Word for word once more, much later.
        topic.land(old.key, old.value, START, old.partition)
    else:
        lie = _lie(random, case, n)
        topic.land(case.id.encode(), _sealed(random, lie, n, seals) if seals else _value(lie), START)


def _lie(random: Random, case: Case, n: int) -> Core:
    """What its author may not decide, in its own name: without signatures only that can be noticed."""
    author = random.choice(("assistance.rs-pol", "assistance.rs-ngo", "assistance.xx-nobody", "reporting.rs-insp", "intake.rs-soc"))
    members = [m.model_dump(mode="json") for m in case.members]
    joiner = {**members[0], "agency": random.choice(AGENCIES)}
    type, facts = random.choice((
        ("roster.set.v1", {"members": [*members[:1], joiner]}), ("case.closed.v1", {"reason": "other"}), ("handoff.accepted.v1", {"a": 1}),
        ("unheard.of.v1", {"x": "y"}), ("checkpoint.set.v1", _checkpoint(case)), ("status.decided.v1", {"stage": "reasonable_grounds"}),
        ("case.reported.v1", {"protocol": 1}),
        ("clock.paused.v1", {"clock": "first_decision", "reason": "court", "until": START + 1}),
        ("delay.explained.v1", {"code": "away", "handoff": next(iter(case.handoffs)), "clock": "first_decision"}),  # about two things
    ))  # fmt: skip
    if author.startswith("assistance") and type == "case.closed.v1" and random.random() < 0.3:
        return _stolen(case, n)
    return _core(case, author, type, facts, f"forged:{n}", case.version if random.random() < 0.8 else 1)


def _stolen(case: Case, n: int) -> Core:
    """In the lead's name with a key that is not the one which author, cause and ordinal make."""
    return replace(_core(case, LEAD, "case.closed.v1", {"reason": "other"}, f"forged:{n}", case.version), key="0" * 32)


def _core(case: Case, author: str, type: str, facts: dict[str, Any], cause: str, roster: int) -> Core:
    digests = {name: section_digest("s", values) for name, values in SECRETS.items()}
    return Core(
        case=case.id, roster=roster, author=author, at=START, key=decision_key(author, cause, 0), cause=cause, type=type, facts=facts,
        head=case.head, digests=digests, v=case.protocol,
    )  # fmt: skip


def _checkpoint(case: Case) -> dict[str, Any]:
    state = {**case.model_dump(mode="json"), "lead": "rs-pol"}
    return {"place": 10**6, "joiners": list(AGENCIES), "state": state}


def _value(core: Core) -> bytes:
    sections = {name: {"salt": "s", "values": values} for name, values in SECRETS.items()}
    return orjson.dumps({"core": encode(core).decode(), "sections": sections, "readers": dict.fromkeys(ALL, list(SECRETS))})


def _sealed(random: Random, core: Core, n: int, seals: Mapping[str, Sealer]) -> bytes:
    """The same, sealed for everybody: signed as its author, where that is one of the country's instances, or by somebody else."""
    forger = core.author if core.author in seals and random.random() < 0.7 else "assistance.rs-soc"
    body, private = encode(core), next(iter(seals[forger].ring.signers.values()))
    sections = {name: {"salt": "s", "values": values} for name, values in SECRETS.items()}
    readers = seals[forger].listing.readers(seals)
    parts = [(key, list(sections)) for key in readers.values()]
    return envelopes.seal(1 + n % 2, core.case, body, private, sections, parts, intro=core.type in INTRO)


def noise(topic: Topic, records: int = 200) -> None:
    """Traffic in every partition that says nothing."""
    for partition in range(topic.partitions):
        for _ in range(records):
            topic.land(None, b"", START, partition)
