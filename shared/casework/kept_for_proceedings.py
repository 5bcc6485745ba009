"""What an agency keeps for proceedings though its ground has gone: an officer names them, and says when they are over, or were none.

It lies at one instance and is never on the bus: others hear by the receipt that something is kept, by which kind of law, and at last that
it is kept no more (docs/adr/0066). Source: docs/domain.md, sections 2.2 and 3.7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import or_
from sqlmodel import col, select

from shared.casework.account_file import CLASS, held
from shared.casework.case_reader import CaseReader
from shared.config.codes import Line
from shared.crypto.keystore import Keystore
from shared.decisions.decide import Decision, DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Facts, Id
from shared.protocol.vocabulary import DataClass
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.erasure_tables import KeptForProceedings, LegalHold

Said = Annotated[Line, StringConstraints(strip_whitespace=True)]
LISTED_AT_MOST = 100
IS_KEPT = col(KeptForProceedings.ended_at).is_(None)
UNNAMED = col(KeptForProceedings.named_at).is_(None)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of a case since when (ms UTC), by when an officer names the proceedings, or looks at them again, and which those are;
    empty where nobody has named any."""

    id: str
    case: str
    classes: tuple[str, ...]
    at: int
    due: int
    number: str = ""
    authority: str = ""
    officer: str = ""
    named_at: int | None = None


class OfKeeping(Facts):
    """A command about what is kept of a case for proceedings."""

    case: Id
    kept: Id


class NameProceedings(OfKeeping):
    """The proceedings for which it is kept: their number, and before whom. Named anew, what was named before counts no more."""

    number: Annotated[Said, Field(min_length=1, max_length=40)]
    authority: Annotated[Said, Field(min_length=1, max_length=80)]


class EndKeeping(OfKeeping):
    """There are no such proceedings, or they are over: what is kept goes."""


def name_proceedings(command: NameProceedings, tx: DecisionContext) -> None:
    """An officer names the proceedings. Raises RuleBroken where nothing is kept, or what it would write could never be read."""
    row = _kept(command, tx)
    said = to_json({"number": command.number, "authority": command.authority})
    row.told = at_rest.closed_value(tx.work.instance.keystore, row.case, closed_in(from_json(row.classes)), row.answers, said)
    if row.told == at_rest.PREFIX:
        raise RuleBroken("nothing-is-kept")
    row.officer, row.named_at, row.due = tx.officer, tx.at, tx.country.in_days(tx.at, tx.country.proceedings_review_days)
    tx.session.add(row)


def end_keeping(command: EndKeeping, tx: DecisionContext) -> None:
    """An officer says that nothing keeps it any more; it goes between two polls, and the lead hears of it.

    Raises RuleBroken where nothing is kept, and while somebody holds the case, or proceedings the account that is kept.
    """
    row = _kept(command, tx)
    if CLASS in from_json(row.classes) and held(tx.work, row.case):
        raise RuleBroken("account-held")
    if tx.session.get(LegalHold, row.case) is not None:
        raise RuleBroken("kept-held")
    row.ended_at, row.ended_by = tx.at, tx.officer
    tx.session.add(row)


def kept_of_case(reader: CaseReader, case: str) -> list[Keeping]:
    """What is kept of a case for proceedings now, the earliest first."""
    if not reader.sees(case):
        return []
    rows = select(KeptForProceedings).where(KeptForProceedings.case == case, IS_KEPT).order_by(col(KeptForProceedings.at))
    return _read(reader.instance.keystore, reader.session.exec(rows).all())


def to_be_named(reader: CaseReader) -> list[Keeping]:
    """Of which nobody has named the proceedings, or not for so long that somebody must look whether they still run, in cases that whoever
    asks may list; what is due first comes first."""
    soon = reader.country.in_days(reader.instance.clock.now()[0], reader.country.proceedings_days)
    asked = or_(UNNAMED, col(KeptForProceedings.due) <= soon)
    rows = select(KeptForProceedings).where(IS_KEPT, asked, reader.open(col(KeptForProceedings.case)))
    return _read(reader.instance.keystore, reader.session.exec(rows.order_by(col(KeptForProceedings.due)).limit(LISTED_AT_MOST)).all())


def closed_in(classes: Sequence[str]) -> str:
    """The class under whose key the name of the proceedings lies: that of criminal justice where it is kept, else one that is."""
    return DataClass.D7.value if DataClass.D7 in classes else min(classes)


def _kept(command: OfKeeping, tx: DecisionContext) -> KeptForProceedings:
    row = tx.session.get(KeptForProceedings, command.kept)
    if row is None or row.case != command.case or row.ended_at is not None:
        raise RuleBroken("kept-no-more")
    return row


def _read(keys: Keystore | None, rows: Sequence[KeptForProceedings]) -> list[Keeping]:
    return [_one(keys, row, tuple(from_json(row.classes))) for row in rows]


def _one(keys: Keystore | None, row: KeptForProceedings, classes: tuple[str, ...]) -> Keeping:
    told = at_rest.opened_value(keys, row.case, closed_in(classes), row.answers, row.told) if row.told else ""
    said: dict[str, str] = from_json(told) if told else {}
    return Keeping(row.answers, row.case, classes, row.at, row.due, **said, officer=row.officer, named_at=row.named_at)


KEEPING: dict[str, Decision] = {
    "name-proceedings": Decision(name_proceedings, NameProceedings),
    "end-keeping": Decision(end_keeping, EndKeeping),
}
"""What every service with cases lets one decide about what is kept for proceedings."""
