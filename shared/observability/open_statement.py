"""What an agency says to the operators at a steady beat: which hand-offs are open there, and how its process stands.

Open is said, never inferred from a span that did not come; and when an agency says nothing, that is seen. Codes and random ids only: no
case, no person; a confidential agency is its kind, and of a side case nothing is said.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.config.clock import wall
from shared.crypto import primitives

BEAT = 10.0
"""Seconds from one statement to the next. It is steady, so that the time of one tells nothing of a case."""
SILENT = 90_000
"""ms after which an agency has gone silent: a few beats may be lost to a restart."""
CONTEXT = b"nrm open hand-offs\n"
SIGNATURE = "x-nrm-signature"
"""The header that carries the signature, base64."""

SAID_NOTHING = "silent"
"""The code of what stands still without anybody having said why."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
Number = Annotated[int, Field(ge=0, lt=2**31)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OpenHandoff(_Said):
    """A hand-off that has not ended. Moments are ms UTC."""

    handoff: Code
    trace: Code
    giver: Code
    receiver: Code
    need: Code
    kind: Literal["handoff", "consultation"]
    state: Code
    waiting: bool
    """Whether the receiver has not answered."""
    mover: Code
    """Who must move next."""
    asked_at: Moment
    due: Moment
    simulated: bool


class Stalled(_Said):
    """A clock of a case that has come up the ladder to the coordinator: this and no more, so that whoever reads it knows no agency and no
    person by it."""

    trace: Code
    clock: Code
    """A clock of the country, or what must be done (`next_moves.What`)."""
    code: Code
    """Why, as whoever must act says it (`vocabulary.StallCode`), or that they have said nothing."""
    simulated: bool


class OpenStatement(_Said):
    """All open hand-offs that one agency knows, and how it stands."""

    instance: Code
    at: Moment
    release: Annotated[str, Field(max_length=40)]
    unsent: Number
    """Decisions that are not on the log yet."""
    unsent_since: Moment
    """When the oldest of them was made; 0 where there is none."""
    parked: Number
    open: Annotated[tuple[OpenHandoff, ...], Field(max_length=200_000)]
    stalled: Annotated[tuple[Stalled, ...], Field(max_length=200_000)] = ()
    """What nobody has done for so long that the coordinator must know."""
    began: Moment = 0
    """When this process began; 0 where a former release says nothing."""
    behind: bool = False
    """Whether it still reads what lay on the log when it began."""
    missed: Number = 0
    """Records of main cases that it took in while the operators did not hear it."""
    directory: Number = 0
    """The version of the directory that it knows; 0 where it has none."""
    directory_ends: Moment = 0
    certificate_ends: Moment = 0
    """Until when the bus believes it who it is; 0 where it speaks to the bus without a certificate, or a former release does not say."""

    def written(self) -> bytes:
        """The statement as JSON, as it is sent."""
        return self.model_dump_json().encode()

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The statement that was sent. Raises pydantic's ValidationError."""
        return cls.model_validate_json(body)


def machine_time() -> int:
    """ms UTC by this machine's own clock: whether a process lives has nothing to do with the clock of its cases."""
    return wall()


def signed(private: bytes, body: bytes) -> str:
    """The header's value for a body."""
    return primitives.text(primitives.signature(private, CONTEXT + body))


def proven(publics: list[bytes], header: str, body: bytes) -> bool:
    """Whether one of these keys has signed it."""
    try:
        proof = primitives.raw(header)
    except ValueError:
        return False
    return any(primitives.signed(public, proof, CONTEXT + body) for public in publics)
