"""What a record means at its place: the explorer's own reading of rosters, settlement and one thing that one member at most holds."""

from enum import StrEnum
from typing import NamedTuple

from deploy.proving.explorer.rules import Checkpoints, Rules

OPENING = "opening"
"""The key of the decision that opened the case."""


class Kind(StrEnum):
    """Kinds of records. Take and release stand for all that members do: one of them is allowed at a time, whoever comes first."""

    TAKE = "take"
    RELEASE = "release"
    ROSTER = "roster"
    CHECKPOINT = "checkpoint"


class Verdict(StrEnum):
    """What is made of it."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    STALE = "stale"
    REPEATED = "repeated"


class Picture(NamedTuple):
    """The case as an instance knows it."""

    members: frozenset[str]
    version: int = 1
    holder: str = ""
    settled: tuple[tuple[str, str], ...] = ((OPENING, Verdict.COUNTED),)
    """(key, verdict) in the order of the log."""


class Record(NamedTuple):
    """A decision as it lies on the log."""

    author: str
    key: str
    kind: Kind
    roster: int
    """The version that it was made under."""
    to: frozenset[str]
    members: frozenset[str] = frozenset()
    """A roster's; of a checkpoint those who join."""
    place: int = -1
    """Of a checkpoint: after which place of the log its state was taken."""
    state: Picture | None = None


def fold(picture: Picture, record: Record, rules: Rules) -> tuple[Picture, Verdict]:
    """The next picture and the verdict."""
    if _remembered(picture, record.key, rules):
        return picture, Verdict.REPEATED
    checkpoint = record.kind is Kind.CHECKPOINT
    if checkpoint and rules.checkpoints is Checkpoints.UNSETTLED:
        return picture, Verdict.COUNTED
    fenced = rules.fence and (not checkpoint or rules.checkpoints is Checkpoints.FENCED)
    if fenced and record.roster != picture.version:
        return picture, Verdict.STALE
    after, verdict = (picture, Verdict.REFUSED) if record.author not in picture.members else _effect(picture, record)
    return after._replace(settled=(*picture.settled, (record.key, verdict))), verdict


def _remembered(picture: Picture, key: str, rules: Rules) -> bool:
    return any(known == key and (rules.settlement or verdict == Verdict.COUNTED) for known, verdict in picture.settled)


def _effect(picture: Picture, record: Record) -> tuple[Picture, Verdict]:
    if record.kind is Kind.CHECKPOINT:
        return picture, Verdict.COUNTED
    if record.kind is Kind.ROSTER:
        holder = picture.holder if picture.holder in record.members else ""
        return picture._replace(members=record.members, version=picture.version + 1, holder=holder), Verdict.COUNTED
    if picture.holder != ("" if record.kind is Kind.TAKE else record.author):
        return picture, Verdict.SUPERSEDED
    return picture._replace(holder=record.author if record.kind is Kind.TAKE else ""), Verdict.COUNTED
