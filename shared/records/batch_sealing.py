"""How a lead's instance seals a batch of statistical records, and how reporting's opens one: who may read it, who may have signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.crypto import statistics_key
from shared.crypto.directory import Directory, DirectoryStanding, ListedInstance
from shared.protocol.case import agency_of, service_of
from shared.protocol.vocabulary import DataClass
from shared.records import batches
from shared.records.codec import Unreadable, WireRecord, from_json, to_json
from shared.records.record import Record
from shared.records.sealer import NotNow, Sealer


class Spoken(Protocol):
    """A statistical record as its lead has it."""

    @property
    def body(self) -> str:
        """JSON."""
        ...

    @property
    def case(self) -> str:
        """The case, which never leaves the lead; empty where no release noted it."""
        ...


READS = 2
"""The protocol in which statistical records travel in sealed batches."""


def must_be_able(seal: Sealer | None) -> None:
    """Raises NotNow while a batch could be sealed for nobody, or for somebody whose release reads none: then what is counted waits."""
    if seal is None:
        return
    directory = seal.listing.now
    if directory is None or seal.listing.standing() is DirectoryStanding.DEAD:
        raise NotNow("there is no directory that may be used")
    readers = _readers(directory)
    if not seal.listing.readers([one.id for one in readers]):
        raise NotNow("the directory lists no instance of reporting that may read statistical records")
    if behind := [one.id for one in readers if one.reads < READS]:
        raise NotNow(f"{', '.join(behind)} reads no batches of statistical records yet")


def seal(by: Sealer | None, name: str, records: Sequence[Spoken]) -> WireRecord:
    """The record of a batch, for each instance of reporting that may read it as the directory lists them now.

    Raises NotNow, BatchTooLong.
    """
    if by is None:
        return batches.clear(name, [one.body for one in records])
    must_be_able(by)
    assert by.listing.now is not None
    bodies = _with_pseudonyms(by, by.listing.now, records)
    keys = by.listing.readers([one.id for one in _readers(by.listing.now)])
    return batches.seal(name, by.listing.country, by.ring.instance, bodies, by.signing_key(0), list(keys.values()))


def _with_pseudonyms(by: Sealer, directory: Directory, records: Sequence[Spoken]) -> list[str]:
    """Each record with the pseudonym of its case, which stands nowhere else; without one as long as the country has no statistics key."""
    key = statistics_key.known_to(directory.instance(by.ring.instance), directory.country, by.ring.openers)
    if key is None:
        return [one.body for one in records]
    return [
        to_json({**from_json(one.body), "case": statistics_key.pseudonym(key, one.case)} if one.case else from_json(one.body))
        for one in records
    ]


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """The statistical records of a batch, not checked yet, and whether a lead must have said them."""

    records: list[Any]
    proven: bool


def opened(seal: Sealer | None, record: Record, at: int) -> OpenedBatch:
    """What a record of the topic says to this instance of reporting. Raises Unreadable.

    `at` is when the log took it (ms UTC): its signer's key must have counted then.
    """
    value = record.value or b""
    if batches.is_sealed(value):
        return OpenedBatch(_signed(seal, record.key or b"", value, at), proven=True)
    if seal is not None and _all_sealed(seal.listing.now):
        raise Unreadable("the record is not sealed, and every instance reads sealed ones")
    return OpenedBatch(batches.records_of(value) if batches.is_clear(value) else [batches.single(value)], proven=seal is None)


def _signed(seal: Sealer | None, key: bytes, value: bytes, at: int) -> list[Any]:
    if seal is None:
        raise Unreadable("the batch is sealed, and this instance has no keys")
    batch = batches.open_for(value, key, seal.ring.openers)
    if batch is None:
        raise Unreadable("the batch was sealed for others, or put on the bus under another key")
    if batch.country != seal.listing.country or service_of(batch.author) != "referral":
        raise Unreadable("the batch is of no lead of this country")
    if not batch.proven(seal.listing.signers(batch.author, 0, at)):
        raise Unreadable("the batch is not signed by its lead with a key that counts")
    return batch.records


def _readers(directory: Directory) -> list[ListedInstance]:
    """The listed instances of reporting whose agency may have statistical records, and stays."""
    may = {a.id for a in directory.agencies if DataClass.D9 in a.classes and not a.leaving}
    return [one for one in directory.instances if service_of(one.id) == "reporting" and agency_of(one.id) in may]


def _all_sealed(directory: Directory | None) -> bool:
    """Whether nobody has a reason any more to say something in the clear: all that is listed, but for revoked keys, reads batches."""
    if directory is None:
        return False
    there = [one for one in directory.instances if not directory.revoked(one.id)]
    return all(one.reads >= READS for one in there if service_of(one.id) in ("referral", "reporting"))
