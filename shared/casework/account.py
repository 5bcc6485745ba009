"""What an agency decides about the account of the exploitation that it keeps: write a version, release one, hold it, erase one.

It is the owner's alone until it names one agency and one purpose; each release is a decision of its own.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from sqlmodel import col, select

from shared.casework.account_file import CLASS, EntryKind, Version, account_of, entries_of, held, open_holds
from shared.casework.pressure import marked
from shared.casework.restrictions import restricted
from shared.config.calendar import local
from shared.config.codes import WRONG, GivenLanguage, Line
from shared.decisions.decide import Decision, DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case import Case
from shared.protocol.case_file import ACCOUNT_PART, Group, is_text
from shared.protocol.facts import AgencyId, Facts, Id, Member
from shared.protocol.file_codes import AccountMeans
from shared.protocol.statement_readers import releasable, told_now
from shared.protocol.statements import Statement, StatementMade, stated
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgencyKind, Need, Source
from shared.records.codec import to_json
from shared.store import at_rest
from shared.store.account_tables import AccountEntry
from shared.store.database import insert
from shared.store.erasure_tables import LegalHold
from shared.store.person_tables import StatementRow

LONGEST_VERSION = 10_000
"""Characters of a version; who tells more is written down in several."""
MOST_RELEASES = 99
CHARGES = frozenset({AgencyKind.POLICE, AgencyKind.PROSECUTION})
"""Kinds that investigate and charge: what was told to whoever helps goes to them on a law that is named, after a second look."""
BLANKS = re.compile(r"\s{200}")


def _plain(words: str) -> str:
    """The words in one way of writing letters and line breaks. Raises PydanticCustomError where they hold what no text may hold."""
    whole = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
    if whole and (not is_text(whole) or BLANKS.search(whole)):
        wrong: Any = WRONG["plain_text"]
        raise PydanticCustomError("plain_text", wrong)
    return whole


Words = Annotated[str, AfterValidator(_plain)]
Said = Annotated[Line, StringConstraints(strip_whitespace=True)]


class AccountPart(StrEnum):
    """What an account consists of; each may be released or left out."""

    WORDS = "words"
    PRESENT = "present"
    LANGUAGE = "language"
    INTERPRETER = "interpreter"
    DAY = "day"
    MEANS = "means"


class OfAccount(Facts):
    """A command about the account that an agency keeps of a case."""

    case: Id


class WriteAccount(OfAccount):
    """What the person told, word for word, as it is known now. An earlier version stays."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_VERSION), AfterValidator(_plain), Field(min_length=1)]
    means: AccountMeans
    day: date
    present: Annotated[Words, Field(max_length=200)] = ""
    language: GivenLanguage = ""
    interpreter: Annotated[Said, Field(max_length=80)] = ""


class ReleaseAccount(OfAccount):
    """One version, or parts of it, to one agency for what it is in the case for. The reason and who looked it through stay here."""

    version: Annotated[int, Field(ge=1)]
    to: AgencyId
    purpose: Need
    parts: Annotated[tuple[AccountPart, ...], Field(min_length=1)] = tuple(AccountPart)
    reason: Annotated[Words, Field(min_length=1, max_length=500)]
    law: Annotated[Words, Field(max_length=200)] = ""
    reviewer: Annotated[Said, Field(max_length=80)] = ""


class HoldAccount(OfAccount):
    """Proceedings exist, so the account is not erased."""

    number: Annotated[Said, Field(min_length=1, max_length=40)]
    authority: Annotated[Said, Field(min_length=1, max_length=80)]


class EndHold(OfAccount):
    """Proceedings that were named are over."""

    proceedings: Annotated[int, Field(ge=1)]


class EraseAccount(OfAccount):
    """One version is erased here, with what this agency keeps of its releases."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[Words, Field(min_length=1, max_length=500)]


def write_account(command: WriteAccount, tx: DecisionContext) -> None:
    """An officer writes down what the person told."""
    _must_hold(command, tx)
    if command.day > local(tx.at, tx.country.time_zone).date():
        raise RuleBroken("account-day-to-come", "day")
    numbers = [one.number for one in entries_of(tx.work, command.case) if one.kind == EntryKind.VERSION]
    said = command.model_dump(mode="json", exclude={"case"})
    _write(tx, command.case, EntryKind.VERSION, max(numbers, default=0) + 1, {name: value for name, value in said.items() if value})


def release_account(command: ReleaseAccount, tx: DecisionContext) -> list[StatementMade]:
    """An officer releases a version to one agency for one purpose."""
    _must_hold(command, tx)
    case, version = tx.open_case(command.case), _version(command, tx)
    if case.protocol == FIRST:
        raise RuleBroken("statements-later")
    if Group.ACCOUNT in restricted(tx.work, case.id):
        raise RuleBroken("statement-restricted", "version")
    _must_be_entitled(command, case, tx)
    parts = [part for part in command.parts if version.told.get(part)]
    if not parts:
        raise RuleBroken("account-nothing", "parts")
    ordinal = 1 + sum(one.kind == EntryKind.RELEASE for one in entries_of(tx.work, command.case))
    if ordinal > MOST_RELEASES:
        raise RuleBroken("account-too-often")
    said = command.model_dump(mode="json", include={"to", "purpose", "reason", "law", "reviewer"})
    _write(tx, command.case, EntryKind.RELEASE, command.version, said | {"parts": list(parts), "ordinal": ordinal})
    return stated(_statements(command, version, parts, ordinal, tx), command.to, command.purpose)


def hold_account(command: HoldAccount, tx: DecisionContext) -> None:
    """An officer names proceedings."""
    _must_hold(command, tx)
    _write(tx, command.case, EntryKind.HOLD, 0, {"number": command.number, "authority": command.authority})


def end_hold(command: EndHold, tx: DecisionContext) -> None:
    """An officer says that they are over."""
    _must_hold(command, tx)
    if command.proceedings not in [one.seq for one in open_holds(entries_of(tx.work, command.case))]:
        raise RuleBroken("account-no-hold", "proceedings")
    _write(tx, command.case, EntryKind.END, command.proceedings, {})


def erase_account(command: EraseAccount, tx: DecisionContext) -> None:
    """An officer has a version erased: its words go now, its key between two polls. Raises RuleBroken while it is held."""
    _must_hold(command, tx)
    released = {f"account:{one.ordinal}" for one in _version(command, tx).releases}
    if held(tx.work, command.case) or tx.session.get(LegalHold, command.case) is not None:
        raise RuleBroken("account-held")
    if any(one.type == StatementMade.TYPE for one in tx.work.pending(command.case)):
        raise RuleBroken("account-on-its-way")
    for one in entries_of(tx.work, command.case):
        if one.number == command.version and one.kind in (EntryKind.VERSION, EntryKind.RELEASE):
            one.told, one.erased_at = at_rest.PREFIX, tx.at
            tx.session.add(one)
    stated_of_it = select(StatementRow).where(StatementRow.case == command.case, StatementRow.by == tx.agency)
    for row in tx.session.exec(stated_of_it.where(col(StatementRow.about).in_(released))):
        row.value, row.erased_at = at_rest.PREFIX, tx.at
        tx.session.add(row)
    tx.session.flush()


def receivers(case: Case, agency: str, at: int) -> list[Member]:
    """To whom an account may be released at this moment, and for what: an entry for each purpose that opens it."""
    return [one for member in case.members if member.agency != agency for one in releasable(member, at)]


def crosses(own: AgencyKind, to: AgencyKind) -> bool:
    """Whether a release takes what was told to whoever helps to those who charge."""
    return to in CHARGES and own not in CHARGES


def _must_hold(command: OfAccount, tx: DecisionContext) -> None:
    """Raises RuleBroken where the agency may keep no account, the case is not here, or what it would write could never be read."""
    if not tx.country.holds_accounts(tx.agency):
        raise RuleBroken("account-not-here")
    if tx.work.picture(command.case) is None and tx.work.view(command.case).case is None:
        raise RuleBroken("no-such-case")
    keys = tx.work.instance.keystore
    if keys and CLASS in keys.gone(command.case):
        raise RuleBroken("nothing-is-kept")


def _version(command: ReleaseAccount | EraseAccount, tx: DecisionContext) -> Version:
    found = next((one for one in account_of(tx.work, command.case).versions if one.number == command.version), None)
    if found is None or not found.told:
        raise RuleBroken("account-no-version", "version")
    return found


def _must_be_entitled(command: ReleaseAccount, case: Case, tx: DecisionContext) -> None:
    there = [one for one in receivers(case, tx.agency, tx.at) if one.agency == command.to and _told(case, one, tx)]
    if not there:
        raise RuleBroken("account-no-basis", "to")
    if command.purpose not in [one.purpose for one in there]:
        raise RuleBroken("account-other-purpose", "to")
    if crosses(tx.country.agency(tx.agency).kind, there[0].kind):
        if not command.law:
            raise RuleBroken("account-needs-law", "law")
        if not command.reviewer:
            raise RuleBroken("account-needs-reviewer", "reviewer")


def _told(case: Case, to: Member, tx: DecisionContext) -> bool:
    return told_now(case, to) and (to.agency == case.lead or not marked(tx.work, case.id))


def _statements(
    command: ReleaseAccount, version: Version, parts: list[AccountPart], ordinal: int, tx: DecisionContext
) -> Iterator[Statement]:
    words = list(_cut(version.told["words"])) if AccountPart.WORDS in parts else []
    said = [("version", str(command.version)), ("purpose", command.purpose.value), ("law", command.law), ("parts", str(len(words)))]
    said += [(part.value, version.told[part]) for part in parts if part is not AccountPart.WORDS]
    said += [("words", part) for part in words]
    for n, (name, value) in enumerate((name, value) for name, value in said if value):
        id = tx.work.derived(f"account\n{tx.cause}\n{n}").hex()[:16]
        yield Statement(id=id, field=f"account_{name}", about=f"account:{ordinal}", value=value, source=Source.SAID, said_at=tx.at)


def _cut(words: str) -> Iterator[str]:
    """The words in parts of so many bytes at most, none within a letter."""
    part, size = "", 0
    for letter in words:
        length = len(letter.encode())
        if size + length > ACCOUNT_PART:
            yield part
            part, size = "", 0
        part, size = part + letter, size + length
    yield part


def _write(tx: DecisionContext, case: str, kind: EntryKind, number: int, said: dict[str, Any]) -> None:
    id = tx.fresh()
    told = at_rest.closed_value(tx.work.instance.keystore, case, CLASS, id, to_json(said))
    row = {"id": id, "case": case, "kind": kind.value, "number": number, "officer": tx.officer, "at": tx.at, "told": told}
    insert(tx.session.connection(), AccountEntry, [row])


ACCOUNT: dict[str, Decision] = {
    "write-account": Decision(write_account, WriteAccount),
    "release-account": Decision(release_account, ReleaseAccount),
    "hold-account": Decision(hold_account, HoldAccount),
    "end-hold": Decision(end_hold, EndHold),
    "erase-account": Decision(erase_account, EraseAccount),
}
"""What every service with cases lets one decide about an account, where the kind of its agency may keep one."""
