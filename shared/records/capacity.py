"""The bytes of a record on `nrm.capacity`: what one agency says it can take for one need, in clear and signed by the instance that says it.

The key is the agency and the need, so that Kafka keeps the newest alone. Four fields and an instance, each bounded: there is no room for a
word, a case or a person. docs/protocol.md, section 17.
"""

from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.config.capacity import MOST_PLACES, CapacityNow, CapacityState
from shared.crypto import primitives
from shared.protocol.case import agency_of
from shared.protocol.vocabulary import Need

TOPIC = "nrm.capacity"
CONTEXT = b"nrm capacity 1\n"
SIGNATURE = "signature"
"""The header that carries the signature, base64."""
LONGEST_VALUE = 512
"""Bytes of a value; what is longer is none."""


class CapacitySaid(BaseModel):
    """What an agency says it can take for a need now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: Annotated[str, Field(pattern=r"^assistance\.[a-z0-9][a-z0-9-]{1,60}$")]
    """Who says it."""
    need: Need
    state: CapacityState
    places: Annotated[int, Field(ge=0, le=MOST_PLACES)] | None = None
    """How many places are free, where it says so."""
    at: Annotated[int, Field(ge=0, lt=2**53)]
    """When it said so, ms UTC."""

    @property
    def agency(self) -> str:
        """The agency of the instance."""
        return agency_of(self.instance)

    @property
    def key(self) -> bytes:
        """The record's key."""
        return f"{self.agency}/{self.need.value}".encode()

    @property
    def capacity(self) -> CapacityNow:
        """What it says, apart from who says it."""
        return CapacityNow(self.state, self.places, self.at)

    def written(self) -> bytes:
        """The record's value."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @classmethod
    def read(cls, key: bytes | None, value: bytes | None) -> Self | None:
        """What a record says; None where it is none, or lies under another's key."""
        if value is None or len(value) > LONGEST_VALUE:
            return None
        try:
            said = cls.model_validate_json(value)
        except ValidationError:
            return None
        return said if said.key == key else None


def signed(private: bytes, value: bytes) -> bytes:
    """The header's value for a record's value."""
    return primitives.text(primitives.signature(private, CONTEXT + value)).encode()


def proven(publics: list[bytes], header: bytes, value: bytes) -> bool:
    """Whether one of these keys has signed it."""
    try:
        proof = primitives.raw(header.decode("ascii"))
    except ValueError:
        return False
    return any(primitives.signed(public, proof, CONTEXT + value) for public in publics)
