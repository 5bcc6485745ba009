"""The directory: which agencies there are, their instances, and the keys of these. One document, signed by the coordinator's root.

It is versioned and expires. In the log a version takes effect at a marker, which the root signs for each partition: every reader judges a
record by the version in force at its place, so all judge alike. A key says from which version on it counts and in which it ended,
so the newest document is enough to judge by every older one.
"""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.config.country import Agency, AgencyName, ServiceName
from shared.config.i18n import N_, WordedError
from shared.crypto import primitives
from shared.crypto.keyring import Use
from shared.crypto.primitives import raw, text
from shared.protocol.facts import Moment
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgencyKind, DataClass

DAY = 24 * 3_600_000
LIFE, WARNING, GRACE = 30 * DAY, 7 * DAY, 14 * DAY
"""Milliseconds that a directory holds, before its end one is warned, and after its end keys that were listed before are still used."""
DOCUMENT, MARKER = b"nrm directory 1\n", b"nrm marker 1\n"


UNSIGNED = {
    "document": (N_("this is not a signed document"), N_("the document is not signed by the root that this installation trusts")),
    "marker": ("this is not a signed marker", "the marker is not signed by the root that this installation trusts"),
}  # fmt: skip
"""What is wrong with what is no signed value at all, and with what another root signed. Of markers nobody is told the words."""


class Distrusted(WordedError, ValueError):
    """This directory or marker cannot be taken; the code says why, and the words for the middle of a sentence."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class DirectoryStanding(StrEnum):
    """How a directory stands in time."""

    GOOD = "good"
    ENDING = "ending"
    """It expires soon: somebody must have a new one made."""
    EXPIRED = "expired"
    """Nothing is sealed for keys that it was the first to list."""
    DEAD = "dead"
    """Nothing is sealed at all any more; what others sealed is read."""


class Part(BaseModel):
    """A value that the root signs, or a part of one: nothing in it but what is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=Part)


class Key(Part):
    """A public key of an instance."""

    use: Use
    public: Annotated[str, Field(min_length=44, max_length=44)]
    """Base64."""
    since: Annotated[int, Field(ge=1)]
    """The version from which on it counts."""
    ended: Annotated[int, Field(ge=1)] | None = None
    """The version from which on it does not: a revocation."""
    until: Moment | None = None
    """The end of its time (ms, by the log's clock): a rotation, with overlap."""

    @model_validator(mode="after")
    def _is_a_key(self) -> Self:
        if not primitives.usable(raw(self.public), self.use):
            raise ValueError("not a public key")
        return self

    def counts(self, version: int, at: int) -> bool:
        """Whether it counts under this version for a record that the log took at this moment (ms). Version 0: nobody knows which."""
        begun = version == 0 or self.since <= version
        revoked = self.ended is not None and (version == 0 or version >= self.ended)
        return begun and not revoked and (self.until is None or at < self.until)


class ListedInstance(Part):
    """A service of an agency, with its keys; the newest of each use stands last."""

    id: str
    keys: tuple[Key, ...]
    reads: Annotated[int, Field(ge=FIRST, exclude=True)] = FIRST
    """The newest protocol that it reads. It is no part of the document: it is said beside it (`crypto.protocols_read`)."""
    statistics: Annotated[str, Field(exclude=True, max_length=256)] = ""
    """The country's statistics key, sealed for this instance: its opening key, a dot, the part. Said beside the document, too."""


class ListedAgency(Part):
    """An agency as the coordinator lists it."""

    id: AgencyName
    name: str
    kind: AgencyKind
    type: str = ""
    services: tuple[ServiceName, ...]
    classes: tuple[DataClass, ...] = tuple(DataClass)
    """What it may have at most. D0 alone for one whose law forbids even sealed personal data."""
    confidential: bool = False
    leaving: bool = False

    def as_agency(self) -> Agency:
        """The same as the country's files list it."""
        return Agency.model_validate(self.model_dump())


class Directory(Part):
    """The document."""

    country: str
    version: Annotated[int, Field(ge=1)]
    issued: Moment
    expires: Moment
    agencies: tuple[ListedAgency, ...]
    instances: tuple[ListedInstance, ...]

    def instance(self, id: str) -> ListedInstance | None:
        """An instance by its id."""
        return self.by_id.get(id)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        agencies, instances = [a.id for a in self.agencies], [i.id for i in self.instances]
        if len({*agencies}) != len(agencies) or len({*instances}) != len(instances):
            raise ValueError("an agency or an instance is listed twice")
        if not {i.partition(".")[2] for i in instances} <= {*agencies}:
            raise ValueError("an instance is of no agency that is listed")
        return self

    @cached_property
    def by_id(self) -> dict[str, ListedInstance]:
        """The instances by id."""
        return {instance.id: instance for instance in self.instances}

    def standing(self, now: int) -> DirectoryStanding:
        """How it stands at this moment (ms)."""
        if now < self.expires - WARNING:
            return DirectoryStanding.GOOD
        if now < self.expires:
            return DirectoryStanding.ENDING
        return DirectoryStanding.EXPIRED if now < self.expires + GRACE else DirectoryStanding.DEAD

    def signed_by(self, author: str, version: int, at: int, *, ever: bool = False) -> list[bytes]:
        """The keys that this author may sign with under a version, in a record that the log took at this moment (ms); or `ever` could."""
        return [raw(key.public) for key in self._keys(author, "sign") if ever or key.counts(version, at)]

    def sealed_for(self, reader: str, now: int, version: int = 0) -> str | None:
        """The key that is sealed for in a record that will lie under a version (0: this one): the newest of that version that is not
        revoked. Its reader has the former ones still, so an `until` ends nothing here. None where there is none that may be used.

        A key that is newer than the version might not be known to its reader yet.
        """
        standing = self.standing(now)
        last = min(version or self.version, self.version) - (standing is DirectoryStanding.EXPIRED and version in (0, self.version))
        usable = [k for k in self._unrevoked(reader) if k.since <= last]
        return usable[-1].public if usable and standing is not DirectoryStanding.DEAD else None

    def newest(self, instance: str) -> str | None:
        """Its newest opening key that is not revoked; None where there is none."""
        return next((key.public for key in reversed(self._unrevoked(instance))), None)

    def revoked(self, instance: str) -> bool:
        """Whether nobody may seal for it any more."""
        return not self._unrevoked(instance)

    def _unrevoked(self, instance: str) -> list[Key]:
        return [k for k in self._keys(instance, "seal") if k.ended is None or k.ended > self.version]

    def _keys(self, instance: str, use: Use) -> list[Key]:
        known = self.instance(instance)
        return [key for key in known.keys if key.use == use] if known else []


class Marker(Part):
    """From its place on, in its partition, a version is in force."""

    directory: Annotated[int, Field(ge=1)]
    partition: Annotated[int, Field(ge=0)]
    country: str


def issue(directory: Directory, root: bytes) -> bytes:
    """The signed document, as it lies in a file and on the topic of directories."""
    return signed_value("document", DOCUMENT, directory.model_dump_json(), root)


def mark(marker: Marker, root: bytes) -> bytes:
    """The value of a marker's record."""
    return signed_value("marker", MARKER, marker.model_dump_json(), root)


MARKED = b'{"marker":'
"""What every marker begins with, and no other record."""


def is_marker(value: bytes | None) -> bool:
    """Whether these bytes claim to be a marker."""
    return value is not None and value.startswith(MARKED)


def signed_value(name: str, kind: bytes, said: str, root: bytes) -> bytes:
    """What is said, as a string, and the root's signature over its kind and it."""
    return orjson.dumps({name: said, "signature": text(primitives.signature(root, kind + said.encode()))})


def read_directory(value: bytes, root: bytes) -> Directory:
    """A directory that the root signed. Raises Distrusted."""
    return checked(Directory, proven(value, "document", DOCUMENT, root))


def read_marker(value: bytes, root: bytes) -> Marker:
    """A marker that the root signed. Raises Distrusted."""
    return checked(Marker, proven(value, "marker", MARKER, root))


def proven(value: bytes, name: str, kind: bytes, root: bytes) -> str:
    """What is said in it, as a string, once the signature was checked. Raises Distrusted."""
    try:
        body: Any = orjson.loads(value)
        said, proof = body[name], raw(body["signature"])
        if not isinstance(said, str) or len(body) != 2:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Distrusted("shape", UNSIGNED[name][0]) from None
    if not primitives.signed(root, proof, kind + said.encode()):
        raise Distrusted("signature", UNSIGNED[name][1])
    return said


def checked(kind: type[P], said: str) -> P:
    """What is said, as its kind. Raises Distrusted."""
    try:
        return kind.model_validate_json(said)
    except ValidationError:
        raise Distrusted("shape", N_("what is signed is not of the right shape; a newer release may read it")) from None


def judge(known: Directory | None, new: Directory, country: str) -> bool:
    """Whether a directory replaces the one that is known: a newer version does, the same one changes nothing.

    Raises Distrusted for another country's, for an older one (roll-back), and for another one of the same version (fork).
    """
    if new.country != country:
        raise Distrusted("country", N_("the directory is another country's"))
    if known is None or new.version > known.version:
        return True
    if new.version < known.version:
        raise Distrusted("roll-back", f"the directory is version {new.version}, and version {known.version} is known here")
    if new.model_dump() != known.model_dump():
        raise Distrusted("fork", f"there are two directories of version {new.version}: somebody has the coordinator's root")
    return False
