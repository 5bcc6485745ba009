"""Test vectors for who writes a member in another language: keys, digests, span ids, partitions, and whole records with what each keeps.

`python -m tests.deploy.contracts.vectors` writes `vectors.v1.json` where it is missing; nothing edits it.
"""

import json
from pathlib import Path
from typing import Any

from shared.protocol.case import Case
from shared.protocol.core import Core, decision_key, decision_span, root_span, section_digest
from shared.records.codec import Decided, complete, kept, open_record
from shared.records.reader import home
from shared.records.record import digest
from tests.deploy.contracts.verdict_samples import golden
from tests.shared.bus import SimulatedRecord
from tests.shared.protocol.cases import LEAD, REPORTER, SOCIAL

FILE = Path(__file__).parent / "vectors.v1.json"
CASES = ("00000000-0000-4000-8000-000000000000", "3f0c7a52-case", "a", "case-1", "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "č")
SAID: tuple[dict[str, Any], ...] = (
    {},
    {"age": "adult"},
    {"b": [1, {"z": None, "a": True}], "a": "žrtva"},
    {"sex_printed": 'quoted "\\ / é'},
)
LOGGED = ((0, ""), (1_700_000_000_000, "{}"))
DECISIONS = (("intake.rs-ir", "form:1", 0), ("intake.rs-ir", "form:1", 1), ("referral.rs-centre", "clock:h0:overdue:case-1", 0))


def _record(name: str) -> dict[str, Any]:
    gold = golden(name)
    core, before = Core(**gold["core"]), Case.model_validate(gold["before"]) if gold["before"] else None
    decided = Decided(core.key, core.case, core.type, core.cause, core.at, core.simulated, gold["parts"], core.ordinal)
    key, value, headers = complete(decided, core.author, before, core.at)
    opened, after = open_record(value), Case.model_validate(gold["after"])
    return {
        "key": key.decode(), "value": value.decode(), "headers": {name: told.decode() for name, told in headers},
        "partition_of_4": home(key, 4), "id": opened.event,
        "keeps": {agency: kept(opened, agency, before or after, core.at) for agency in (LEAD, REPORTER, SOCIAL)},
    }  # fmt: skip


def vectors() -> dict[str, Any]:
    """All vectors; whole records have new salts each time."""
    return derived() | {"records": [_record(name) for name in ("case.reported.v1", "checkpoint.set.v1", "status.decided.v1")]}


def derived() -> dict[str, Any]:
    """The vectors that follow from what they are made of."""
    return {
        "decision_keys": [{"author": a, "cause": c, "ordinal": n, "key": decision_key(a, c, n)} for a, c, n in DECISIONS],
        "section_digests": [{"salt": "5a17", "values": values, "digest": section_digest("5a17", values)} for values in SAID],
        "root_spans": {trace: root_span(trace) for trace in ("trace-1", "0" * 32)},
        "decision_spans": [{"key": "k", "stage": s, "span": decision_span("k", s)} for s in ("", "answered")],
        "partitions_of_4": {case: home(case.encode(), 4) for case in CASES},
        "record_digests": [{"timestamp": t, "value": v, "digest": digest(SimulatedRecord(0, 0, t, b"", v.encode()))} for t, v in LOGGED],
    }  # fmt: skip


if __name__ == "__main__" and not FILE.exists():
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
