"""What sealing costs: beside the primitives that it is made of, and for who is no reader."""

import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from deploy.proving.bench.foreign import FOREIGN, ClientRecord
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, at_most, nth
from deploy.proving.land_keys import seals
from shared.crypto import envelope, primitives
from shared.crypto.primitives import Private, Public
from shared.protocol.core import Core, encode, section_digest
from shared.records.reader import read

READERS, FOLD, FOREIGN_MOST = 8, 2.0, 15.0
"""Readers of a record; what a whole record may cost against its primitives; microseconds for a record that is others'."""
SECTIONS: dict[str, dict[str, Any]] = {
    name: {"salt": token_hex(16), "values": values} for name, values in {"D1": {"age": "adult"}, "D2": {"forms": ["LAB"]}}.items()
}


class Sealing:
    """Keys of eight readers and an author, and a core."""

    def __init__(self) -> None:
        self.author = primitives.random_key()
        private = [primitives.random_key() for _ in range(READERS)]
        self.public = [Public(primitives.public_of(key, "seal")) for key in private]
        self.private = [Private(key) for key in private]
        self.verifies = primitives.public_of(self.author, "sign")
        digests = {name: section_digest(s["salt"], s["values"]) for name, s in SECTIONS.items()}
        facts = {"handoff": token_hex(8), "to": "rs-pu-bg", "need": "investigation", "kind": "referral", "answer_by": 1, "lapse_at": 2}
        core = Core(token_hex(16), 3, "assistance.rs-ir", 1, token_hex(16), "form:x", "handoff.requested.v1", facts, digests=digests)
        self.core = encode(core)
        self.case = "a-case-id-of-a-usual-length-36-chars"

    def record(self, *, intro: bool = False) -> bytes:
        """Signed and sealed for all of them."""
        signature = envelope.sign(self.core, self.author)
        return envelope.seal(self.case, self.core, signature, [(public, SECTIONS) for public in self.public], intro=intro)

    def bare_record(self) -> None:
        """The primitives alone: one signature, a part for each reader."""
        primitives.signature(self.author, self.core)
        for public in self.public:
            primitives.sealed(b" " * envelope.SMALLEST_PART, public, b"context")

    def read(self, value: bytes) -> None:
        """One reader opens and verifies; its part lies somewhere among the others."""
        inside = envelope.open_for(value, self.case, self.private[:1])
        assert inside is not None
        assert envelope.proven(inside.core, inside.signature, self.verifies)


async def measure(lab: Lab) -> list[BenchRow]:
    """Sealing and opening beside the primitives, and what a record costs that is others'."""
    one, times = Sealing(), lab.size(400, 40)
    part, signature = primitives.sealed(b" " * 256, one.public[0], b"context"), primitives.signature(one.author, one.core)

    def bare_read() -> None:
        primitives.opened(part, one.private[0], b"context")
        primitives.signed(one.verifies, signature, one.core)

    values = [one.record() for _ in range(times)]
    sealing, bare = _micros(one.record, times), _micros(one.bare_record, times)
    each = iter(values)
    reading, bare_reading = _micros(lambda: one.read(next(each)), times), _micros(bare_read, times)
    long, short = len(values[0]), len(one.core) + 250
    rows = [
        at_most(f"sealed and signed for {READERS} readers", f"{sealing:.0f} µs", f"the primitives {bare:.0f} µs", sealing / bare, FOLD),
        BenchRow(f"opened and verified, one of {READERS} parts", f"{reading:.0f} µs", f"one opening and verification {bare_reading:.0f} µs",
            reading / bare_reading),
        BenchRow("the same record", f"{long:,} bytes", f"unsealed {short:,} bytes", long / short),
    ]  # fmt: skip
    return [*rows, _foreign(lab, one, intro=False), _foreign(lab, one, intro=True)]


def _micros(act: Callable[[], object], times: int) -> float:
    took: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        took.append(time.perf_counter() - started)
    return nth(took, 0.5) * 1e6


def _foreign(lab: Lab, one: Sealing, *, intro: bool) -> BenchRow:
    """What assistance and the lead pay for records of cases that are not theirs; with the bit they try their key on each part."""
    door, n = lab.door("assistance", FOREIGN, seal=seals(lab.country)[f"assistance.{FOREIGN}"]), 500
    value, best = one.record(intro=intro), float("inf")
    for poll in range(lab.size(6, 2)):
        found = [_lying(poll * n + m, value) for m in range(n)]
        started = time.process_time()
        door.take(read(found, 0, frozenset({FOREIGN})))
        best = min(best, (time.process_time() - started) / n * 1e6)
    door.close()
    if intro:
        return BenchRow(f"a foreign sealed record that may introduce, {READERS} parts", f"{best:.0f} µs", "its key tried on every part")
    met = best <= FOREIGN_MOST
    return BenchRow("a foreign sealed record", f"{best:.1f} µs", "beyond the Kafka client's own", None, f"≤ {FOREIGN_MOST:g} µs", met)


def _lying(offset: int, value: bytes) -> ClientRecord:
    key = token_hex(18).encode()
    return ClientRecord(0, offset, 1, key, value)
