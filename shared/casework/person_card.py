"""A card that a person is offered and may refuse: whom to call, and the number to say. Nobody has to take it: what somebody carries can be
found on them (docs/domain.md, section 1.5, S3).

What was offered, how, and that it was refused is in the audit, and nothing of it on the bus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator
from sqlmodel import col, select

from shared.casework.case_reader import CaseReader
from shared.config.codes import language_tag
from shared.decisions.audit import AuditLine
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Facts, Id
from shared.store.tables import Audit

STARTS = "card-"
SHOWN = 20


class Offering(StrEnum):
    """What became of it."""

    PAPER = "paper"
    READ = "read"
    REFUSED = "refused"
    STATUS = "status"
    """They asked how things are, and were told in plain words."""


class OfferCard(Facts):
    """The person of a case was offered a card, in this language, or was told how things are."""

    case: Id
    how: Offering
    language: Annotated[str, AfterValidator(language_tag)]


@dataclass(frozen=True, slots=True)
class Offered:
    """One time that it was offered."""

    at: int
    officer: str
    how: Offering
    language: str


def offer_card(command: OfferCard, tx: DecisionContext) -> None:
    """An officer offered it. Raises RuleBroken where the case is not here."""
    if tx.work.picture(command.case) is None and tx.work.view(command.case).case is None:
        raise RuleBroken("no-such-case")
    tx.work.audits.append(AuditLine(tx.at, tx.officer, f"{STARTS}{command.how}", command.case, command.language))


def offerings(reader: CaseReader, case: str) -> Sequence[Offered]:
    """When it was offered, the last time first."""
    rows = select(Audit).where(Audit.case == case, col(Audit.act).in_([f"{STARTS}{how}" for how in Offering]))
    found = reader.session.exec(rows.order_by(col(Audit.seq).desc()).limit(SHOWN))
    return [Offered(row.at, row.officer, Offering(row.act.removeprefix(STARTS)), row.key) for row in found]
