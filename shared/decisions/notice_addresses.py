"""Where and how an officer wants to be told that something needs them. An address counts once its owner has written down the code that
was sent there: nobody has another person's telephone ring.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from sqlmodel import Session, col, func, select

from shared.config.calendar import HOUR, MINUTE
from shared.config.clock import wall
from shared.config.notices import Channel, NoticeWish, Pace, quiet_hours
from shared.crypto.keystore import OWN, Keystore
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store import at_rest
from shared.store.database import insert, upsert
from shared.store.notice_tables import NoticeAddress, NoticeChoice, NoticeMessage

NOTICE, CODE = "notice", "code"
"""The kinds of messages."""
COUNTS_FOR = 30 * MINUTE
"""How long a code counts (ms)."""
WRONG_AT_MOST = 5
CODES_AT_MOST = 5
"""Codes that one officer may have sent within the hour."""


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address of an officer as their page shows it."""

    address: str = field(repr=False)
    verified: bool
    awaits_code: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """How an officer is told: what they chose, None where they have not, and their addresses."""

    wish: NoticeWish | None
    addresses: Mapping[Channel, OwnAddress]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told: how, and where."""

    wish: NoticeWish
    addresses: Mapping[Channel, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reachable:
    """Who can be told now: officer → how and where, and the ids of those whose turn on duty it is."""

    known: Mapping[str, Reader]
    on_duty: frozenset[str] = frozenset()

    def by(self, officer: str, channels: Collection[Channel]) -> Reader | None:
        """An officer who has proved an address that there is a way to; None where there is no such."""
        one = self.known.get(officer)
        return one if one and one.addresses.keys() & set(channels) else None

    def in_danger(self, channels: Collection[Channel]) -> list[str]:
        """Who is told by name beside the desk where somebody is in danger: those on duty who can be (docs/domain.md, section 1.7)."""
        return sorted(officer for officer in self.on_duty if self.by(officer, channels))


def address_row(officer: str, channel: str) -> str:
    """How the row of an address is known where it is closed."""
    return f"{officer}:{channel}"


def own_notices(session: Session, keys: Keystore | None, officer: str, at: int) -> OwnNotices:
    """What an officer has chosen."""
    rows = session.exec(select(NoticeAddress).where(NoticeAddress.officer == officer))
    found = {
        Channel(row.channel): OwnAddress(
            _opened(keys, row), row.verified_at is not None, bool(row.code) and row.until > at, row.refused_at is not None
        )
        for row in rows
    }  # fmt: skip
    chosen = session.get(NoticeChoice, officer)
    return OwnNotices(_wish(chosen) if chosen else None, found)


def readers(session: Session, keys: Keystore | None, default: NoticeWish) -> dict[str, Reader]:
    """Officer → how they are told, of all who can be told somewhere."""
    wishes = {row.officer: _wish(row) for row in session.exec(select(NoticeChoice))}
    found: dict[str, dict[Channel, str]] = {}
    counts = select(NoticeAddress).where(col(NoticeAddress.verified_at).is_not(None), col(NoticeAddress.refused_at).is_(None))
    for row in session.exec(counts):
        if address := _opened(keys, row):
            found.setdefault(row.officer, {})[Channel(row.channel)] = address
    return {officer: Reader(wishes.get(officer, default), addresses) for officer, addresses in found.items()}


def language_of(session: Session, officer: str) -> str:
    """In which language somebody wants to be told; empty where they have not said."""
    chosen = session.get(NoticeChoice, officer)
    return chosen.language if chosen else ""


def to_prove(session: Session, keys: Keystore | None, message: NoticeMessage) -> str:
    """The address that a code goes to; empty where another was given meanwhile."""
    row = session.get(NoticeAddress, (message.officer, message.channel))
    return _opened(keys, row) if row is not None and row.code == message.id else ""


def choose(work: UnitOfWork, officer: str, pace: Pace, quiet: str, language: str, at: int) -> None:
    """An officer says how they want to be told. Raises RuleBroken."""
    if quiet_hours(quiet) is None:
        raise RuleBroken("notice-quiet", "quiet_from")
    there = work.session.get(NoticeChoice, officer)
    if there is not None and (there.pace, there.quiet, there.language) == (pace.value, quiet, language):
        return
    row = {"officer": officer, "pace": pace.value, "quiet": quiet, "language": language, "at": at}
    upsert(work.session.connection(), NoticeChoice, [row], ("officer",))
    work.audits.append(AuditLine(at, officer, "chose-notices", "", officer))


def ask_code(work: UnitOfWork, officer: str, channel: Channel, address: str, at: int) -> None:
    """An officer gives an address; a code goes there. Raises RuleBroken where too many have gone lately."""
    lately = select(func.count()).select_from(NoticeMessage)
    lately = lately.where(NoticeMessage.officer == officer, NoticeMessage.kind == CODE, NoticeMessage.made_at > wall() - HOUR)
    if work.session.exec(lately).one() >= CODES_AT_MOST:
        raise RuleBroken("notice-too-many-codes", channel.value)
    id = new_message(work, officer, channel, CODE, wall())
    closed = at_rest.closed_text(work.instance.keystore, at_rest.NOTICE, address_row(officer, channel), OWN, address)
    row = {
        "officer": officer, "channel": channel.value, "address": closed, "code": id, "wrong": 0, "until": at + COUNTS_FOR,
        "verified_at": None, "refused_at": None,
    }  # fmt: skip
    upsert(work.session.connection(), NoticeAddress, [row], ("officer", "channel"))
    work.audits.append(AuditLine(at, officer, "gave-notice-address", "", officer))


def prove(work: UnitOfWork, officer: str, channel: Channel, code: str, at: int) -> str:
    """An officer writes down the code that came: the address counts. Gives the code of what is wrong, empty where nothing is: a wrong try
    is counted, so it is no broken rule that would be taken back."""
    row = work.session.get(NoticeAddress, (officer, channel.value))
    if row is None or not row.code or row.until <= at or row.wrong >= WRONG_AT_MOST:
        return "notice-code-over"
    if not compare_digest(code_of(work, row.code).encode(), code.encode()):
        row.wrong += 1
        work.session.add(row)
        return "notice-code-wrong"
    row.code, row.verified_at, row.refused_at = "", at, None  # the code came, whatever was refused before
    work.session.add(row)
    work.audits.append(AuditLine(at, officer, "proved-notice-address", "", officer))
    return ""


def forget(work: UnitOfWork, officer: str, channel: Channel, at: int) -> None:
    """An officer is told there no more."""
    row = work.session.get(NoticeAddress, (officer, channel.value))
    if row is not None:
        work.session.delete(row)
        work.audits.append(AuditLine(at, officer, "forgot-notice-address", "", officer))


def refused_there(work: UnitOfWork, officer: str, channel: str, address: str, at: int) -> None:
    """The other side says that nobody can be told at this address: it counts no more, and its owner sees why. Of another that they gave
    meanwhile it says nothing."""
    row = work.session.get(NoticeAddress, (officer, channel))
    if row is not None and _opened(work.instance.keystore, row) == address:
        row.refused_at = at
        work.session.add(row)


def new_message(work: UnitOfWork, officer: str, channel: Channel, kind: str, now: int) -> str:
    """A message that goes out from now on, by the machine's clock; its id."""
    id = secrets.token_hex(16)
    row = {
        "id": id,
        "officer": officer,
        "channel": channel.value,
        "kind": kind,
        "made_at": now,
        "next_at": now,
        "sent_at": None,
        "tries": 0,
    }
    insert(work.session.connection(), NoticeMessage, [row | {"refused": False}])
    return id


def code_of(work: UnitOfWork, message: str) -> str:
    """The six digits that this message brings: written down nowhere, and nobody without the instance's secret can work them out."""
    return f"{int.from_bytes(work.derived(f'notice code{chr(10)}{message}')[:8]) % 1_000_000:06d}"


def _wish(row: NoticeChoice) -> NoticeWish:
    quiet = quiet_hours(row.quiet)
    assert quiet is not None  # as it was taken
    return NoticeWish(Pace(row.pace), quiet, row.language)


def _opened(keys: Keystore | None, row: NoticeAddress) -> str:
    return at_rest.opened_text(keys, at_rest.NOTICE, address_row(row.officer, row.channel), OWN, row.address)
