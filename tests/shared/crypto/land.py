"""A small land that seals: instances with keys, a directory that lists them, a case with four agencies, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from shared.config.clock import wall
from shared.crypto import envelope, keyring
from shared.crypto.directory import LIFE, Key, issue
from shared.crypto.directory_state import Listing
from shared.crypto.keyring import Keyring
from shared.crypto.protocols_read import state, with_reads
from shared.protocol.case import Case
from shared.protocol.classes import by_class
from shared.protocol.core import Core, decision_key, encode
from shared.protocol.events import CaseReported, HandoffInfoSupplied
from shared.protocol.facts import Event, Member
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import AgeBand, DataClass, Indicator
from shared.records.codec import Decided, Opened, Unreadable
from shared.records.sealer import Sealer
from tests.shared.crypto.directories import COUNTRY, PUBLIC_ROOT, ROOT, directory
from tests.shared.protocol.cases import (
    HEALTH,
    KINDS,
    LEAD,
    LEADING,
    NGO,
    OUTSIDER,
    POLICE,
    REPORTER,
    REPORTING,
    START,
    Story,
    acting,
    opening,
)

CASE, OTHER_CASE = "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "6ba7b811-9dad-41d1-80b4-00c04fd430c8"
AT = 1_700_000_000_000
INSTANCES = (
    REPORTING, acting(REPORTER), LEADING, acting(LEAD), acting(POLICE), f"intake.{POLICE}", acting(NGO), f"intake.{NGO}",
    acting(HEALTH), f"reporting.{LEAD}", acting(OUTSIDER), f"intake.{OUTSIDER}",
)  # fmt: skip
WIDE = (DataClass.D0, DataClass.D1, DataClass.D2)


def wide(agency: str) -> Member:
    """A roster entry that grants profile and indicators; what a kind may see at all narrows it."""
    return Member(agency=agency, kind=KINDS[agency], classes=WIDE)


def reported() -> CaseReported:
    """An opening that tells of the person, to reporter and lead."""
    told = {"age": AgeBand.ADULT, "indicators": (Indicator.LI01,), "roster": (wide(REPORTER), wide(LEAD))}
    return opening().model_copy(update=told)


def supplied() -> HandoffInfoSupplied:
    """What an intake adds later."""
    return HandoffInfoSupplied(handoff="h0", indicators=(Indicator.LI04,))


def joined(*agencies: str) -> Case:
    """The case with these on its roster."""
    case = Story().case
    return case.model_copy(update={"members": tuple(wide(agency) for agency in agencies)})


def decided(event: Event, author: str = REPORTING, case: str = CASE) -> Decided:
    """A decision as the outbox holds it."""
    parts = {str(name): values for name, values in by_class(event).items()}
    return Decided(decision_key(author, "form:1", 0), case, event.TYPE, "form:1", AT, False, parts)


def keys(ring: Keyring, since: int = 1, ended: int | None = None, until: int | None = None) -> tuple[Key, ...]:
    """The newest keys of a ring, as a directory lists them."""
    return tuple(Key(use=use, public=ring.public(use), since=since, ended=ended, until=until) for use in keyring.USES)


@dataclass
class Land:
    """The instances' keys, and a directory of them that changes when the test says so."""

    rings: dict[str, Keyring] = field(default_factory=lambda: {instance: keyring.new(instance) for instance in INSTANCES})
    listed: dict[str, tuple[Key, ...]] = field(default_factory=dict[str, tuple[Key, ...]])
    reads: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INSTANCES, NEWEST))
    listing: Listing = field(default_factory=lambda: Listing(COUNTRY, PUBLIC_ROOT))

    def __post_init__(self) -> None:
        """All are listed since version 1."""
        self.listed = {instance: keys(ring) for instance, ring in self.rings.items()}
        self.publish()

    def publish(self, left: int = LIFE) -> int:
        """The next version, which lists what `listed` says and holds for so long (ms) from now. Its number."""
        version, now = self.listing.version + 1, wall()
        made = with_reads(directory(self.listed, version, now + left - LIFE), self.reads)
        assert self.listing.offer(issue(made, ROOT), state(made, ROOT))
        return version

    def seal(self, instance: str) -> Sealer:
        """How an instance seals and opens."""
        return Sealer(self.rings[instance], self.listing)

    def say(self, event: Event, case: Case | None, author: str = REPORTING, version: int = 0) -> bytes:
        """The value of the record that an instance sends."""
        return self.seal(author).complete(decided(event, author), case, version, START)[1]

    def open(self, value: bytes, instance: str, version: int = 0, at: int = AT, case: str = CASE) -> Opened | None:
        """What an instance finds in it."""
        return self.seal(instance).open(value, case, version, at)

    def readers(self, value: bytes) -> set[str]:
        """The instances that find something in it."""
        return {instance for instance in self.rings if self.open(value, instance) is not None}

    def forged(self, core: Core, signing: bytes, readers: Sequence[str] = INSTANCES, case: str = CASE) -> bytes:
        """A record with any core, signed with any key."""
        body = encode(core)
        public = self.listing.readers(readers)
        return envelope.seal(case, body, envelope.sign(body, signing), [(key, {}) for key in public.values()], intro=False)


def said_by(author: str, case: str = CASE) -> Core:
    """An honest core of this author."""
    core = decided(supplied(), author, case).core(author, Story().case, "salt")
    return replace(core, case=case)


def why(land: Land, value: bytes, version: int = 0, at: int = AT, instance: str = LEADING, case: str = CASE) -> str:
    """Why an instance cannot read a record; empty where it can."""
    try:
        assert land.open(value, instance, version, at, case) is not None, "no part of it is for this instance"
    except Unreadable as reason:
        return str(reason)
    return ""


ROSTER = joined(REPORTER, LEAD, POLICE, NGO, HEALTH)
