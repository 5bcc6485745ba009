"""How one instance seals its records, at send time, and opens those addressed to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from shared.config.clock import wall
from shared.crypto import envelopes, key_lifetime, keyring
from shared.crypto.directory import Directory, DirectoryStanding
from shared.crypto.directory_state import Listing
from shared.crypto.envelope import EnvelopeRefused, Inside
from shared.crypto.keyring import Keyring, Unusable
from shared.protocol.case import Case, agency_of, service_of
from shared.protocol.channel import record_key
from shared.protocol.classes import SAYS_NOTHING
from shared.protocol.core import Core, encode
from shared.protocol.events import CaseReported, CheckpointSet, RosterSet
from shared.protocol.letters import LETTERS, CoverSent, ErasureAsked, ReceiptGiven
from shared.protocol.versions import NEWEST
from shared.records.codec import INTRO, NEUTRAL, Decided, Headers, Opened, Unreadable, WireRecord, completed, headers_of, opened_core

logger: Any = structlog.get_logger("nrm.sealing")

SEALED_TYPE = b"application/vnd.nrm.sealed+json; v=%d"
"""Of a record in the envelope of this number."""
BESIDE = 4_608
"""Bytes that a checkpoint has beside the picture in it: the rest of its core, its signature, its sections; hardly ever more."""


class NotNow(Exception):
    """Nothing can be sealed at present; what is to be sent waits. The message says why."""


@dataclass
class Sealer:
    """One instance's keys, and the directory that it shares with its process."""

    ring: Keyring
    listing: Listing
    folder: Path | None = None
    """Where the keys lie, to be read again when the directory lists others than these."""
    troubled: bool = False
    """Whether they could not be read the last time."""

    def __post_init__(self) -> None:
        """Hear of new directories."""
        if self.folder:
            self.listing.told.append(self.renew)

    def renew(self, directory: Directory) -> None:
        """Take up new keys of our own as soon as they are listed. What cannot be read is logged; the former keys go on."""
        listed = directory.instance(self.ring.instance)
        if self.folder is None or listed is None or all(key.public in self.ring.publics[key.use] for key in listed.keys):
            return
        try:
            self.ring, self.troubled = keyring.read(self.folder, self.ring.instance), False
        except Unusable:
            if not self.troubled:
                logger.error("new keys cannot be read", instance=self.ring.instance)
            self.troubled = True

    def look_again(self) -> None:
        """Keys that are lacking here may have been put back meanwhile."""
        if self.listing.now and not self.ready:
            self.renew(self.listing.now)

    def complete(self, decided: Decided, case: Case | None, version: int, now: int) -> WireRecord:
        """The record, under roster and directory as they are `now` (ms UTC). `version` is the directory that is
        in force where the record will lie, as far as it is known. Raises NotNow."""
        if self.listing.standing() is DirectoryStanding.DEAD:
            raise NotNow("the directory has expired")
        case = None if decided.type == CaseReported.TYPE else case
        core, sections, readers = completed(decided, self.ring.instance, case, now)
        opened_by = case.opened_by if case else core.author
        instances = self._instances(set(readers), "" if core.type in LETTERS and case is None else opened_by)
        protocol = self._protocol(core, case, instances)
        instances = [self.ring.instance] if core.type == CoverSent.TYPE else instances  # nobody else has to look into it
        keys = self.listing.readers(instances, version)
        if self.ring.instance not in keys:
            raise NotNow("nobody could seal for this instance itself, so its echo would never open")
        signing = self.signing_key(version)
        if not self.ready:
            raise NotNow("the directory lists a key for this instance that it does not have")
        needed = self._must_read(core, case)
        able = self.listing.readers(needed, version)  # who is asked joins with the lead's next roster, if not before
        for must in needed:
            if must not in able:
                raise NotNow(f"nobody can seal for {must} at present")
        parts = [(key, readers[agency_of(instance)]) for instance, key in keys.items()]
        key = record_key(core.case)
        filled = {name: sections.get(name) for name in (*sections, *core.digests)}  # what is not there lies under a key that nobody gets
        value = envelopes.seal(
            protocol, key, encode(core), signing, filled, parts, intro=core.type in INTRO, room=room(case) if protocol > 1 else 0,
            alike=core.type in SAYS_NOTHING,
        )  # fmt: skip
        return WireRecord(key.encode(), value, _headers(core.type, protocol))

    def _protocol(self, core: Core, case: Case | None, instances: list[str]) -> int:
        """The protocol of a record: that of its case, for good; of a letter, which is of none, the newest that all its readers read."""
        if case is not None:
            return case.protocol
        opening = core.type == CaseReported.TYPE
        return int(core.facts["protocol"]) if opening else min((NEWEST, *map(self.listing.reads, instances)))

    @property
    def ready(self) -> bool:
        """Whether we have each key that others may be sealing for: without one we should read on past what is for us."""
        directory = self.listing.now
        return directory is None or not key_lifetime.lacking(directory.instance(self.ring.instance), self.ring, wall())

    def _must_read(self, core: Core, case: Case | None) -> list[str]:
        """The instances without which a record would reach nobody: the lead's, and of an agency that is asked or joins
        those that act for it. Who is leaving need not."""
        if core.type == ReceiptGiven.TYPE:
            return [f"referral.{core.facts['to']}"]
        if core.type == CoverSent.TYPE:
            return []
        if core.type == ErasureAsked.TYPE and case is None:
            return []  # who has left may have no instance any more; who waits for its receipt sees that it is late
        lead = case.lead if case else str(core.facts.get("lead", ""))
        asked = core.facts.get("joiners", ()) if core.type == CheckpointSet.TYPE else [core.facts.get("to", "")]
        acting = [f"assistance.{agency}" for agency in asked if self.listing.stays(str(agency))]
        follows = core.facts.get("lead") if core.type == RosterSet.TYPE else None  # whoever leads from there on must read it
        return [f"referral.{one}" for one in (lead, follows) if one] + [i for i in acting if self.listing.lists(i)]

    def _instances(self, agencies: set[str], opened_by: str) -> list[str]:
        """The instances of these agencies that follow the case. Of intakes it is the one that opened it, or all where none is named."""
        listed = self.listing.now.instances if self.listing.now else ()
        theirs = [i.id for i in listed if agency_of(i.id) in agencies and service_of(i.id) != "reporting"]  # which reads no case
        return [i for i in theirs if service_of(i) in ("referral", "assistance") or opened_by in ("", i)]

    def signing_key(self, version: int) -> bytes:
        """The key of this instance that counts under a version of the directory; 0: the one that is known. Raises NotNow."""
        directory = self.listing.now
        version, now = version or self.listing.version, wall()
        known = directory.instance(self.ring.instance) if directory else None
        counting = {k.public for k in (known.keys if known else ()) if k.use == "sign" and k.ended is None and k.counts(version, now)}
        for public, private in self.ring.signers.items():
            if public in counting:
                return private
        raise NotNow("the directory does not list this instance's keys")

    def open(self, value: bytes, key: str, version: int, at: int, *, judged: bool = False) -> Opened | None:
        """What a record under this key says to this instance; None where no part of it is for us. `judged`: its author's key counted
        when it came.

        Raises Unreadable.
        """
        try:
            inside = envelopes.open_for(value, key, self.ring.openers)
        except EnvelopeRefused as reason:
            raise Unreadable(str(reason)) from None
        return self._opened(inside, key, version, at, judged, envelopes.protocol_of(value)) if inside else None

    def _opened(self, inside: Inside, lies_under: str, version: int, at: int, judged: bool, envelope: int) -> Opened:
        readers = {agency_of(self.ring.instance): list(inside.sections)}
        opened = opened_core(inside.core, inside.sections, readers, envelope)
        if record_key(opened.core.case) != lies_under:
            raise Unreadable("the record's core is another case's")
        keys = self.listing.signers(opened.core.author, version, at, ever=judged)
        if not keys:
            raise Unreadable("the record's author has no key that counts here")
        if not any(inside.signed_by(key) for key in keys):
            raise Unreadable("the record is not signed by its author")
        return opened


def room(case: Case | None) -> int:
    """Bytes that a checkpoint of this picture would need. Every record of the case is given as many: else its size would name the
    checkpoint."""
    return len(case.model_dump_json()) + BESIDE if case else 0


def _headers(type: str, protocol: int) -> Headers:
    """One bit of envelope 1 tells types apart; under protocol 2 nothing does."""
    told = SEALED_TYPE % protocol
    return headers_of(type, told) if protocol == 1 else [*NEUTRAL, ("content-type", told)]
