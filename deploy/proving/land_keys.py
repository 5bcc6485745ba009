"""The keys of all instances of a country, for a simulation or an account of a whole log. Nobody in a real mechanism holds them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import orjson

from deploy.directory import listing
from deploy.oracle import RawRecord
from shared.config.clock import wall
from shared.config.country import Country
from shared.crypto import keyring, primitives
from shared.crypto.directory import issue
from shared.crypto.directory_state import Listing
from shared.crypto.envelopes import introduces, is_sealed
from shared.crypto.protocols_read import state, with_reads
from shared.protocol.case import agency_of
from shared.protocol.core import encode
from shared.protocol.versions import FIRST
from shared.records.codec import Opened, Unreadable
from shared.records.sealer import Sealer


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """A record of the log at its place."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


def seals(country: Country) -> dict[str, Sealer]:
    """Instance → its seal, with keys made now, under a directory that all of them share."""
    return to_be_upgraded(country)[0]


def rooted(country: Country) -> tuple[dict[str, Sealer], bytes]:
    """The same, and the root key that signs what the directory becomes."""
    root = primitives.random_key()
    return to_be_upgraded(country, root=root)[0], root


def to_be_upgraded(country: Country, behind: str = "", root: bytes | None = None) -> tuple[dict[str, Sealer], Callable[[], None]]:
    """The seals; the directory says that the instance `behind` reads the first protocol alone, until what comes with it is called: then a
    newer one says that it has been upgraded."""
    root = root or primitives.random_key()
    rings = [keyring.new(instance) for instance in listing.instances_of(country.agencies)]
    shared = Listing(country.id, primitives.public_of(root, "sign"))
    newest = listing.first(country, rings, wall())
    reads = {one.id: FIRST if one.id == behind else one.reads for one in newest.instances}
    first = with_reads(newest, reads)
    shared.offer(issue(first, root), state(first, root))

    def upgrade() -> None:
        later = newest.model_copy(update={"version": first.version + 1})
        shared.offer(issue(later, root), state(later, root))

    return {ring.instance: Sealer(ring, shared) for ring in rings}, upgrade


def unsealed(records: Iterable[RawRecord], seals: Mapping[str, Sealer]) -> list[PlacedRecord]:
    """A log as it would lie there unsealed, with the agencies that could open each record as its readers.

    What its readers refuse says nothing. What was never sealed says nothing either: no sealed instance takes it.
    """
    members: dict[bytes, set[str]] = defaultdict(set)
    return [_plain(record, seals, members) for record in records]


def _plain(record: RawRecord, seals: Mapping[str, Sealer], members: dict[bytes, set[str]]) -> PlacedRecord:
    if not is_sealed(record.value) or record.value is None or record.key is None:
        return PlacedRecord(record.partition, record.offset, record.key, None)
    tried = seals if introduces(record.value) else members[record.key]
    found: dict[str, Opened] = {}
    for instance in tried:
        try:
            opened = seals[instance].open(record.value, record.key.decode(), 0, wall())
        except (Unreadable, UnicodeDecodeError):
            return PlacedRecord(record.partition, record.offset, record.key, None)
        if opened is not None:
            found[instance] = opened
    members[record.key] |= found.keys()
    return PlacedRecord(record.partition, record.offset, record.key, _value(found))


def _value(found: Mapping[str, Opened]) -> bytes | None:
    if not found:
        return None
    core = next(iter(found.values())).core
    readers = {agency_of(instance): sorted(opened.sections) for instance, opened in found.items()}
    sections = {name: section for opened in found.values() for name, section in opened.sections.items()}
    return orjson.dumps({"core": encode(core).decode(), "sections": sections, "readers": readers})
