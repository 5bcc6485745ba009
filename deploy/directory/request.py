"""What an agency asks the coordinator for: to be listed with these instances and their public keys. It holds no secret.

Each instance signs the request with its newest key, which shows that it has it; where it is listed already, with the former one too.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.directory.listing import instance
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto import primitives
from shared.crypto.directory import Directory, ListedAgency, ListedInstance
from shared.crypto.keyring import Keyring
from shared.crypto.primitives import raw, text
from shared.protocol.versions import FIRST, NEWEST

REQUEST = b"nrm request 1\n"


class ListingRequest(BaseModel):
    """The request."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    agency: ListedAgency
    instances: tuple[ListedInstance, ...]
    reads: Annotated[int, Field(ge=FIRST)] = FIRST
    """The newest protocol that the agency's release reads; the releases that do not say it read the first one."""


def written(agency: ListedAgency, rings: Sequence[Keyring]) -> bytes:
    """The request as a file."""
    said = ListingRequest(agency=agency, instances=tuple(instance(ring, 1) for ring in rings), reads=NEWEST).model_dump_json()
    proofs = {ring.instance: [text(primitives.signature(key, REQUEST + said.encode())) for key in ring.sign] for ring in rings}
    return orjson.dumps({"request": said, "proofs": proofs})


def read(file: Path, directory: Directory | None) -> ListingRequest:
    """The request in a file, signed as it must be. Raises Trouble."""
    try:
        body = orjson.loads(file.read_bytes())
        said, proofs = body["request"], {name: [raw(one) for one in some] for name, some in body["proofs"].items()}
        asked = ListingRequest.model_validate_json(said)
    except OSError as error:
        raise Trouble("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror) from None
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise Trouble("%(file)s is no request as `./nrm agency init` and `rotate` write it.", file=file) from None
    if not asked.instances:
        raise Trouble("%(file)s asks for no instance, so nobody has signed it.", file=file)
    every = [proof for some in proofs.values() for proof in some]
    for one in asked.instances:
        if one.id.partition(".")[2] != asked.agency.id:
            raise Trouble("%(file)s asks for %(one)s, which is no instance of %(agency)s.", file=file, one=one.id, agency=asked.agency.id)
        _must_be_signed(one, said, proofs.get(one.id, []), every, directory)
    return asked


def _must_be_signed(asked: ListedInstance, said: str, proofs: list[bytes], every: list[bytes], directory: Directory | None) -> None:
    """With its own new key, and with one that is listed: its own, or for a further instance of an agency another's of that agency."""
    new = [raw(key.public) for key in asked.keys if key.use == "sign"]
    if not _signed(new, said, proofs):
        raise Trouble("The request is not signed with the key of %(asked)s that it names.", asked=asked.id)
    agency, at = asked.id.partition(".")[2], wall()
    known = [i for i in directory.instances if i.id.partition(".")[2] == agency] if directory else []
    same = [i for i in known if i.id == asked.id] or known
    keys = [key for i in same for key in i.keys if key.use == "sign" and key.ended is None]
    old = [raw(key.public) for key in keys if key.until is None or at < key.until]
    if not old and any(key.ended is None for i in same for key in i.keys):
        raise Trouble(
            "The keys of %(asked)s that are listed have run out; have them revoked, and compare the new ones by phone.", asked=asked.id
        )
    if old and not _signed(old, said, every):
        raise Trouble(
            "%(asked)s is listed already, and the request is not signed with a key that it has there. If the old keys are "
            "lost, have them revoked first, and compare the new ones by phone.",
            asked=asked.id,
        )


def _signed(keys: list[bytes], said: str, proofs: list[bytes]) -> bool:
    return any(primitives.signed(key, proof, REQUEST + said.encode()) for key in keys for proof in proofs)


def fingerprint(file: Path) -> str:
    """What both sides compare by phone: the beginning of the request's SHA-256, in groups of four. Raises Trouble."""
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:32]
    except OSError as error:
        raise Trouble("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror) from None
    return " ".join(digest[n : n + 4] for n in range(0, 32, 4))
