"""Sealed records for who writes a member in another language: with the keys of their readers, and what each of them finds.

`python -m tests.shared.crypto.vectors` writes `vectors.v1.json` where it is missing; nothing edits it. The keys are derived from the names
of their instances, so nobody can take them for anybody's.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.crypto import envelope, primitives
from shared.crypto.primitives import Public, text
from shared.protocol.case import Case
from shared.protocol.core import Core, encode
from shared.records.codec import INTRO, Decided, completed
from tests.deploy.contracts.verdict_samples import golden
from tests.shared.protocol.cases import LEAD, LEGAL, OUTSIDER, POLICE, REPORTER, acting

FILE = Path(__file__).parent / "vectors.v1.json"
INSTANCES = (f"intake.{REPORTER}", f"referral.{LEAD}", *map(acting, (REPORTER, LEAD, POLICE, LEGAL, OUTSIDER)))
RECORDS = ("case.reported.v1", "handoff.info-supplied.v1", "checkpoint.set.v1")
EMPTY = "handoff.acknowledged.v1"
"""Nothing but a core: nobody has a section of it."""


def private(instance: str, use: str) -> bytes:
    """The private key of an instance of these vectors."""
    return hashlib.sha256(f"nrm vector {use} {instance}".encode()).digest()


def keys() -> dict[str, dict[str, str]]:
    """Instance → its keys, in hex."""
    return {
        instance: {
            "seal_private": private(instance, "seal").hex(),
            "seal_public": primitives.public_of(private(instance, "seal"), "seal").hex(),
            "sign_private": private(instance, "sign").hex(),
            "sign_public": primitives.public_of(private(instance, "sign"), "sign").hex(),
        }
        for instance in INSTANCES
    }


def _widened(gold: Any) -> Any:
    """A golden sample in which the roster grants two classes, so that some see both, some one, some none."""
    if isinstance(gold, list):
        return [_widened(inner) for inner in gold]
    if not isinstance(gold, dict):
        return gold
    return {name: ["D0", "D1", "D2"] if name == "classes" else _widened(inner) for name, inner in gold.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """What a golden sample says, with what each instance may find of it."""

    core: Core
    sections: dict[str, Any]
    finds: dict[str, dict[str, Any]]


def said(name: str) -> Said:
    """A golden sample made ready to be sealed; its salts are new each time."""
    gold = _widened(golden(name))
    core, before = Core(**gold["core"]), Case.model_validate(gold["before"]) if gold["before"] else None
    decided = Decided(core.key, core.case, core.type, core.cause, core.at, core.simulated, gold["parts"], core.ordinal)
    core, sections, readers = completed(decided, core.author, before, core.at)
    finds = {
        instance: {name: sections[name] for name in readers[agency] if name in sections}
        for instance in INSTANCES
        if (agency := instance.partition(".")[2]) in readers
    }
    return Said(core, sections, finds)


def public(instance: str) -> Public:
    """What is sealed for an instance of these vectors."""
    return Public(primitives.public_of(private(instance, "seal"), "seal"))


def _record(name: str) -> dict[str, Any]:
    one = said(name)
    core, body = one.core, encode(one.core)
    signature = envelope.sign(body, private(core.author, "sign"))
    parts = [(public(instance), seen) for instance, seen in one.finds.items()]
    value = envelope.seal(core.case, body, signature, parts, intro=core.type in INTRO)
    return {
        "type": core.type, "case": core.case, "author": core.author, "intro": core.type in INTRO, "id": envelope.core_id(body),
        "core": body.decode(), "signature": text(signature), "finds": {i: one.finds.get(i) for i in INSTANCES}, "value": value.decode(),
    }  # fmt: skip


def vectors() -> dict[str, Any]:
    """All vectors; records have new salts, new encapsulated keys and another order of parts each time."""
    return {"keys": keys(), "records": [_record(name) for name in (*RECORDS, EMPTY)]}


def main(file: Path = FILE, made: Callable[[], dict[str, Any]] = vectors) -> int:
    """Write the vectors where there are none; 1 where there are."""
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(json.dumps(made(), indent=1, ensure_ascii=False) + "\n")
    except FileExistsError:
        print(f"{file.name} is there: vectors are added in a file of a new version, never edited", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
