"""What sealing costs: both envelopes beside the primitives that they are made of, with decoys, and for who is no reader."""

import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import orjson

from deploy.proving.bench.foreign import FOREIGN, ClientRecord
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, at_most, nth
from deploy.proving.land_keys import seals
from shared.crypto import envelope, envelope2, envelopes, primitives
from shared.crypto.part_table import TABLE
from shared.crypto.primitives import NotForUs, Private, Public, raw
from shared.protocol.classes import CARRIED
from shared.protocol.core import Core, encode, section_digest
from shared.records.reader import read

READERS, FEW, FOLD, FOREIGN_MOST = 8, 3, 2.0, 15.0
"""Readers of a record; of one that is filled with decoys; what a whole record may cost against its primitives; microseconds for a record
that is others'."""
SECTIONS: dict[str, dict[str, Any]] = {
    name: {"salt": token_hex(16), "values": values} for name, values in {"D1": {"age": "adult"}, "D2": {"forms": ["LAB"]}}.items()
}


class Sealing:
    """Keys of eight readers and an author, and a core, sealed as in one protocol."""

    def __init__(self, protocol: int) -> None:
        self.protocol, self.author = protocol, primitives.random_key()
        private = [primitives.random_key() for _ in range(READERS)]
        self.public = [Public(primitives.public_of(key, "seal")) for key in private]
        self.private = [Private(key) for key in private]
        self.verifies = primitives.public_of(self.author, "sign")
        digests = {name: section_digest(s["salt"], s["values"]) for name, s in SECTIONS.items()}
        digests |= {name: token_hex(32) for name in CARRIED if protocol > 1 and name not in digests}
        self.sections = {name: SECTIONS.get(name) for name in (*SECTIONS, *digests)}
        facts = {"handoff": token_hex(8), "to": "rs-pu-bg", "need": "investigation", "kind": "referral", "answer_by": 1, "lapse_at": 2}
        core = Core(token_hex(16), 3, "assistance.rs-ir", 1, token_hex(16), "form:x", "handoff.requested.v1", facts, digests=digests)
        self.core = encode(core)
        self.case = "a-case-id-of-a-usual-length-36-chars"

    def record(self, readers: int = READERS, *, intro: bool = False) -> bytes:
        """Signed and sealed for so many of them."""
        to = [(public, tuple(SECTIONS)) for public in self.public[:readers]]
        return envelopes.seal(self.protocol, self.case, self.core, self.author, self.sections, to, intro=intro)

    def bare_record(self) -> None:
        """The primitives alone: one signature, a part for each reader, and for envelope 2 what each finds it by."""
        primitives.signature(self.author, self.core)
        ephemeral = primitives.Ephemeral() if self.protocol > 1 else None
        for public in self.public:
            primitives.sealed(b" " * (TABLE if ephemeral else envelope.SMALLEST_PART), public, b"context")
            if ephemeral:
                ephemeral.shared(public, b"context", envelope2.HINT)

    def read(self, value: bytes) -> None:
        """One reader opens and verifies; its part lies somewhere among the others."""
        inside = envelopes.open_for(value, self.case, self.private[:1])
        assert inside is not None
        assert inside.signed_by(self.verifies)


async def measure(lab: Lab) -> list[BenchRow]:
    """Sealing and opening beside the primitives, and what a record costs that is others'."""
    one, two = Sealing(1), Sealing(2)
    return [*_rows(lab, one), *_rows(lab, two), _decoys(lab, two), _cover(lab, two), *_foreign(lab, one, two)]


def _rows(lab: Lab, one: Sealing) -> list[BenchRow]:
    name, times = f"envelope {one.protocol}", lab.size(400, 40)
    part, signature = primitives.sealed(b" " * 256, one.public[0], b"context"), primitives.signature(one.author, one.core)

    def bare_read() -> None:
        primitives.opened(part, one.private[0], b"context")
        primitives.signed(one.verifies, signature, one.core)

    values = [one.record() for _ in range(times)]
    sealing, bare = _micros(one.record, times), _micros(one.bare_record, times)
    each = iter(values)
    reading, bare_reading = _micros(lambda: one.read(next(each)), times), _micros(bare_read, times)
    long, short = len(values[0]), len(one.core) + 250
    return [
        at_most(f"{name}: sealed and signed for {READERS} readers", f"{sealing:.0f} µs", f"the primitives {bare:.0f} µs",
            sealing / bare, FOLD),
        BenchRow(f"{name}: opened and verified, one of {READERS} parts", f"{reading:.0f} µs",
            f"one opening and verification {bare_reading:.0f} µs", reading / bare_reading),
        BenchRow(f"{name}: the same record", f"{long:,} bytes", f"unsealed {short:,} bytes", long / short),
    ]  # fmt: skip


def _decoys(lab: Lab, two: Sealing) -> BenchRow:
    """A record of few readers costs more with decoys than one of them without; in envelope 1 there are none."""
    former, times = Sealing(1), lab.size(400, 40)
    with_decoys, without = _micros(lambda: two.record(FEW), times), _micros(lambda: former.record(FEW), times)
    what = f"envelope 2: sealed for {FEW} readers and {READERS - FEW} decoys"
    return BenchRow(what, f"{with_decoys:.0f} µs", f"envelope 1, without decoys {without:.0f} µs", with_decoys / without)


def _cover(lab: Lab, two: Sealing) -> BenchRow:
    """What lies beside a decision so that side cases are hidden: a record for its author alone, which opens it once more."""
    times = lab.size(400, 40)
    cover, real = _micros(lambda: two.read(two.record(1)), times), _micros(lambda: two.read(two.record(FEW)), times)
    what = f"envelope 2: cover of a decision, sealed for its author and {READERS - 1} decoys, and opened"
    return BenchRow(what, f"{cover:.0f} µs", f"a record of {FEW} readers, at its author {real:.0f} µs", cover / real)


def _micros(act: Callable[[], object], times: int) -> float:
    """The median, in microseconds of processor time."""
    took: list[float] = []
    for _ in range(times):
        started = time.process_time()
        act()
        took.append(time.process_time() - started)
    return nth(took, 0.5) * 1e6


def _foreign(lab: Lab, one: Sealing, two: Sealing) -> list[BenchRow]:
    """What assistance and the lead pay for records of cases that are not theirs, and what they would without bit and hints."""
    mute, told, hinted = (_passed(lab, value) for value in (one.record(), one.record(intro=True), two.record()))
    tried = _tried(lab, two.record())
    met = mute <= FOREIGN_MOST
    aim = f"≤ {FOREIGN_MOST:g} µs"
    return [
        BenchRow("envelope 1: a foreign record", f"{mute:.1f} µs", "beyond the Kafka client's own", None, aim, met),
        BenchRow(f"envelope 1: a foreign record that may introduce, {READERS} parts", f"{told:.0f} µs", "its key tried on every part"),
        BenchRow("envelope 2: a foreign record, asked by its hints", f"{hinted:.0f} µs", f"its {READERS} parts tried {tried:.0f} µs",
            hinted / tried, aim, hinted <= FOREIGN_MOST),
    ]  # fmt: skip


def _passed(lab: Lab, value: bytes) -> float:
    instance, n, best = lab.instance("assistance", FOREIGN, seal=seals(lab.country)[f"assistance.{FOREIGN}"]), 500, float("inf")
    for poll in range(lab.size(6, 2)):
        found = [_lying(poll * n + m, value) for m in range(n)]
        started = time.process_time()
        instance.take(read(found, 0, frozenset({FOREIGN})))
        best = min(best, (time.process_time() - started) / n * 1e6)
    instance.close()
    return best


def _tried(lab: Lab, value: bytes) -> float:
    stranger = Private(primitives.random_key())

    def every_part() -> None:
        for part in orjson.loads(value)["parts"]:
            try:
                primitives.opened(raw(part)[envelope2.HINT :], stranger, b"context")
            except NotForUs:
                continue

    return _micros(every_part, lab.size(400, 40))


def _lying(offset: int, value: bytes) -> ClientRecord:
    key = token_hex(18).encode()
    return ClientRecord(0, offset, 1, key, value)
