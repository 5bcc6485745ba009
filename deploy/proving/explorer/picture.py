"""What a record means at its place: the explorer's own reading of rosters, settlement and one thing that one member at most holds."""

from enum import StrEnum
from typing import NamedTuple

from deploy.proving.explorer.rules import Checkpoints, Rules

LEAD = "L"
OPENING = "opening"
"""The key of the decision that opened the case."""


class Kind(StrEnum):
    """Kinds of records. Take and release stand for all that members do: one of them is allowed at a time, whoever comes first."""

    TAKE = "take"
    RELEASE = "release"
    ROSTER = "roster"
    CHECKPOINT = "checkpoint"
    OFFER = "asks to lead"
    YES = "agrees to lead"
    NO = "declines to lead"
    MESSAGE = "message"
    """A former lead tells the lead of whom consent was withdrawn."""


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
    lead: str = LEAD
    asked: str = ""
    """Who is asked to lead."""
    agreed: bool = False
    """Whether they said yes."""
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
    """A roster's; of a checkpoint those who join, of a message those who are to be taken off, of a request who is asked."""
    place: int = -1
    """Of a checkpoint: after which place of the log its state was taken."""
    state: Picture | None = None
    lead: str = ""
    """Of a roster by which the lead passes on: to whom."""


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
    after, verdict = (picture, Verdict.REFUSED) if record.author not in picture.members else _effect(picture, record, rules)
    return after._replace(settled=(*picture.settled, (record.key, verdict))), verdict


def _remembered(picture: Picture, key: str, rules: Rules) -> bool:
    return any(known == key and (rules.settlement or verdict == Verdict.COUNTED) for known, verdict in picture.settled)


def _effect(picture: Picture, record: Record, rules: Rules) -> tuple[Picture, Verdict]:
    if record.kind in (Kind.CHECKPOINT, Kind.MESSAGE):
        return picture, Verdict.COUNTED
    if record.kind is Kind.ROSTER:
        return _roster(picture, record)
    if record.kind in (Kind.OFFER, Kind.YES, Kind.NO):
        return _of_lead(picture, record, rules)
    if picture.holder != ("" if record.kind is Kind.TAKE else record.author):
        return picture, Verdict.SUPERSEDED
    return picture._replace(holder=record.author if record.kind is Kind.TAKE else ""), Verdict.COUNTED


def _roster(picture: Picture, record: Record) -> tuple[Picture, Verdict]:
    """Who leads at its place sets it; to another lead the case passes whom it asked, who said yes and is in the case by it."""
    if record.author != picture.lead:
        return picture, Verdict.REFUSED
    passes = record.lead != ""
    if passes and not (picture.agreed and picture.asked == record.lead and record.lead in record.members):
        return picture, Verdict.SUPERSEDED
    asked = "" if passes or picture.asked in picture.members - record.members else picture.asked
    after = picture._replace(members=record.members, version=picture.version + 1, asked=asked, agreed=picture.agreed and asked != "")
    holder = picture.holder if picture.holder in record.members else ""
    return after._replace(holder=holder, lead=record.lead or picture.lead), Verdict.COUNTED


def _of_lead(picture: Picture, record: Record, rules: Rules) -> tuple[Picture, Verdict]:
    if record.kind is Kind.OFFER:
        (asked,) = record.members
        if record.author != picture.lead or picture.asked:
            return picture, Verdict.SUPERSEDED
        return picture._replace(asked=asked), Verdict.COUNTED
    if record.author != picture.asked or picture.agreed:
        return picture, Verdict.SUPERSEDED
    if record.kind is Kind.NO:
        return picture._replace(asked=""), Verdict.COUNTED
    if rules.handed_over:
        return picture._replace(agreed=True), Verdict.COUNTED
    return picture._replace(lead=record.author, asked=""), Verdict.COUNTED
