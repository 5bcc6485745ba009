"""The account of the exploitation as it can be read here: the owner's versions, to whom they were released, what holds them; and what other
agencies released to this one.

An entry lies under a key of its own below that of the class of criminal justice, so one version can be erased alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from shared.casework.person_file import Said, statements_of
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case_file import Group
from shared.protocol.vocabulary import DataClass
from shared.records.codec import from_json
from shared.store import at_rest
from shared.store.account_tables import AccountEntry

CLASS = DataClass.D7
"""The class whose key is above those of the entries: evidence."""
ENDED = "ended"
PROCEEDINGS = ("proceeding", "proceeding_number")
"""Fields of the case file that say that there are proceedings."""


class EntryKind(StrEnum):
    """What an entry is."""

    VERSION = "version"
    RELEASE = "release"
    HOLD = "hold"
    """Proceedings that were named: the account is not erased."""
    END = "end"
    """Those are over."""


@dataclass(frozen=True, slots=True)
class Release:
    """Who was given what of a version, for what, why, and on which law."""

    version: int
    ordinal: int
    to: str
    purpose: str
    parts: list[str]
    reason: str
    law: str
    reviewer: str
    officer: str
    at: int


@dataclass(frozen=True, slots=True)
class Version:
    """What was written down, once."""

    number: int
    officer: str
    at: int
    told: dict[str, str]
    """Part of the account → what stands there; empty once the version is erased."""
    erased_at: int | None
    releases: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What an officer named, so that the account is held."""

    id: str
    number: str
    authority: str
    officer: str
    at: int


@dataclass(frozen=True, slots=True)
class Received:
    """An account that another agency released to this one."""

    by: str
    at: int
    told: dict[str, str]
    missing: int
    """Parts of the words that have not come, or were erased."""


@dataclass(frozen=True, slots=True)
class AccountFile:
    """All that can be read here; the newest version first."""

    versions: list[Version] = field(default_factory=list[Version])
    proceedings: list[Proceedings] = field(default_factory=list[Proceedings])
    held: bool = False
    """Whether the account is not erased now, because of proceedings that were named here or stand in the file."""
    received: list[Received] = field(default_factory=list[Received])
    erased: bool = False
    """Whether the class was erased here: nothing more can be kept."""


def account_of(work: UnitOfWork, case: str) -> AccountFile:
    """The account as it can be read here."""
    entries = entries_of(work, case)
    keys, said = work.instance.keystore, statements_of(work, case)
    return AccountFile(
        _versions(work, entries), _proceedings(work, entries), _holds(entries, said), _received(work, said),
        bool(keys and CLASS in keys.gone(case)),
    )  # fmt: skip


def held(work: UnitOfWork, case: str) -> bool:
    """Whether this instance has an account of the case that proceedings keep from being erased."""
    entries = entries_of(work, case)
    alive = any(one.kind == EntryKind.VERSION and one.erased_at is None for one in entries)
    return alive and _holds(entries, statements_of(work, case))


def entries_of(work: UnitOfWork, case: str) -> Sequence[AccountEntry]:
    """All that was written, in order."""
    return work.session.exec(select(AccountEntry).where(AccountEntry.case == case).order_by(col(AccountEntry.seq))).all()


def told_in(work: UnitOfWork, entry: AccountEntry) -> dict[str, Any]:
    """What an entry says; nothing where nobody can open it any more."""
    text = at_rest.opened_value(work.instance.keystore, entry.case, CLASS, entry.id, entry.told)
    return from_json(text) if text else {}


def open_holds(entries: Iterable[AccountEntry]) -> list[AccountEntry]:
    """The proceedings that were named and are not over: an end has the row of what it ends as its number."""
    over = {one.number for one in entries if one.kind == EntryKind.END}
    return [one for one in entries if one.kind == EntryKind.HOLD and one.seq not in over]


def _holds(entries: Sequence[AccountEntry], said: Iterable[Said]) -> bool:
    stages = [one.value for one in said if one.field == PROCEEDINGS[0] and one.stands]
    numbered = any(one.field == PROCEEDINGS[1] and one.stands for one in said)
    runs = any(stage != ENDED for stage in stages) or (numbered and not stages)
    return runs or bool(open_holds(entries))


def _versions(work: UnitOfWork, entries: Sequence[AccountEntry]) -> list[Version]:
    released: dict[int, list[Release]] = {}
    for one in entries:
        if one.kind == EntryKind.RELEASE and (said := told_in(work, one)):
            released.setdefault(one.number, []).append(Release(**said, officer=one.officer, at=one.at, version=one.number))
    return [
        Version(one.number, one.officer, one.at, told_in(work, one), one.erased_at, tuple(released.get(one.number, ())))
        for one in reversed(entries)
        if one.kind == EntryKind.VERSION
    ]


def _proceedings(work: UnitOfWork, entries: Sequence[AccountEntry]) -> list[Proceedings]:
    rows = [(one, told_in(work, one)) for one in open_holds(entries)]
    return [Proceedings(str(one.seq), said.get("number", ""), said.get("authority", ""), one.officer, one.at) for one, said in rows]


def _received(work: UnitOfWork, said: Iterable[Said]) -> list[Received]:
    """By release: its parts come in the order of the log."""
    found: dict[tuple[str, str], list[Said]] = {}
    for one in said:
        if one.group is Group.ACCOUNT and one.by != work.agency:
            found.setdefault((one.author, one.about), []).append(one)
    return [_put_together(ones) for ones in found.values()]


def _put_together(ones: Sequence[Said]) -> Received:
    words = [one.value for one in ones if one.field == "account_words"]
    told = {one.field.removeprefix("account_"): one.value for one in ones if one.field not in ("account_words", "account_parts")}
    parts = next((int(one.value) for one in ones if one.field == "account_parts"), 0)
    return Received(ones[0].by, ones[0].said_at, told | ({"words": "".join(words)} if words else {}), parts - len(words))
