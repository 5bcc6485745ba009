"""What a new lead needs and no event had: the bases on record and whom the person leaves out, receipts that are waited for, what an officer
must still look at. The former lead seals it for whoever leads, in sections of `message.sent.v1`, whose core says nothing.

What does not travel: which confidential agency helped or was asked (a refusal of one is told as one of its kind), side cases, officers, and
what an officer wrote for their own agency (docs/adr/0073). Afterwards a former lead can say a withdrawal that it was told, and what came of
a receipt, and nothing that opens more.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

import orjson
from pydantic import Field

from shared.protocol.facts import AgencyId, DecisionKey, Facts, HandoffId, Id, LanguageTag, Moment, Names
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Ground, KeepGround, Need

ROOM = 3_000
"""Bytes of what one part says, so that nearly all parts have one length."""
MOST_PARTS = 200
RowId = Annotated[Id, Names.DECISION]


class ActingService(StrEnum):
    """The services of an agency to which something is disclosed in a case."""

    INTAKE = "intake"
    REFERRAL = "referral"
    ASSISTANCE = "assistance"


class BasisOnRecord(Facts):
    """One basis: who may be told what for what, on which ground, from when until when (ms UTC)."""

    id: RowId
    recipient: AgencyId | None = None
    purpose: Need | None = None
    classes: tuple[DataClass, ...] = ()
    basis: Basis
    given_at: Moment
    until: Moment | None = None
    ended_at: Moment | None = None
    language: LanguageTag = ""
    ground: Ground | None = None
    but: tuple[AgencyKind, ...] = ()
    """Whom the person leaves out, where nobody is named."""
    legible: bool = True
    """False where whom it leaves out was erased at the former lead, too."""


class ReceiptOwed(Facts):
    """A receipt that was waited for, or given: which decision it answers, of whom, for which classes, by when."""

    answers: DecisionKey
    agency: AgencyId
    classes: tuple[DataClass, ...]
    at: Moment
    due: Moment
    erasure: bool
    expects: tuple[ActingService, ...]


class ReceiptCame(Facts):
    """What one service of an agency answered."""

    answers: DecisionKey
    agency: AgencyId
    service: ActingService
    at: Moment
    dropped: tuple[DataClass, ...] = ()
    kept: tuple[DataClass, ...] = ()
    ground: KeepGround | None = None


class ConflictNoted(Facts):
    """A suspect may be close to staff of an agency: whether an officer has looked at whom to ask."""

    id: RowId
    at: Moment
    looked_at: Moment | None = None


class DangerOpen(Facts):
    """An agency was told of somebody in danger without consent, and nobody has looked at that again yet."""

    id: RowId
    agency: AgencyId
    need: Need
    at: Moment
    until: Moment
    due: Moment


Item = BasisOnRecord | ReceiptOwed | ReceiptCame | ConflictNoted | DangerOpen
PLACES = {
    BasisOnRecord: "bases", ReceiptOwed: "owed", ReceiptCame: "came", ConflictNoted: "conflicts", DangerOpen: "dangers",
}  # fmt: skip


class LeadRecord(Facts):
    """A part of what a former lead hands over, or something that it learned afterwards: then it is of no hand-over, and no part of one."""

    handoff: HandoffId | None = None
    """The request by which the lead passed on."""
    part: Annotated[int, Field(ge=1, le=MOST_PARTS)] = 1
    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)] = 1
    bases: Annotated[tuple[BasisOnRecord, ...], Field(max_length=100)] = ()
    owed: Annotated[tuple[ReceiptOwed, ...], Field(max_length=100)] = ()
    came: Annotated[tuple[ReceiptCame, ...], Field(max_length=100)] = ()
    conflicts: Annotated[tuple[ConflictNoted, ...], Field(max_length=100)] = ()
    dangers: Annotated[tuple[DangerOpen, ...], Field(max_length=100)] = ()


def in_parts(handoff: str, items: Iterable[Item]) -> tuple[LeadRecord, ...]:
    """The record of a hand-over in parts that fit, at least one: who leads knows by the number of parts that all have come."""
    parts = list(_parted(items)) or [[]]
    of_it = {"handoff": handoff, "parts": len(parts)}
    return tuple(LeadRecord.model_validate({**of_it, "part": n, **_placed(part)}) for n, part in enumerate(parts, 1))


def later(items: Iterable[Item]) -> LeadRecord:
    """What a former lead learns afterwards: a withdrawal, or a receipt. Whoever leads takes nothing of it that would open more."""
    return LeadRecord.model_validate(_placed(items))


def _placed(items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(PLACES[type(item)], []).append(item)
    return {place: tuple(ones) for place, ones in found.items()}


def _parted(items: Iterable[Item]) -> Iterator[list[Item]]:
    part, filled = list[Item](), 0
    for item in items:
        size = len(orjson.dumps(item.model_dump(mode="json"))) + 1
        if part and filled + size > ROOM:
            yield part
            part, filled = [], 0
        part.append(item)
        filled += size
    if part:
        yield part
