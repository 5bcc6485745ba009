"""What pages read of people who were found together: which reports of a form are sent, and what came of each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from services.intake.models import RaidCase
from services.intake.rules.raid import form_of
from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case
from shared.protocol.vocabulary import AgencyKind
from shared.records.codec import from_json
from shared.store.tables import FormReceipt


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One of them: their case, and what this agency keeps of how they were found."""

    case: str
    picture: Case | None
    waiting: int
    """Decisions that are not on the log yet."""
    parent: str
    """The case of whoever they depend on; empty where there is none that whoever asks may see."""
    found_at: int | None
    present: tuple[AgencyKind, ...]


def sent_rows(reader: CaseReader, draft: str, rows: Collection[int]) -> frozenset[int]:
    """The rows of a form whose report is recorded."""
    forms = {form_of(draft, row): row for row in rows}
    found = reader.session.exec(select(FormReceipt.form).where(col(FormReceipt.form).in_(list(forms))))
    return frozenset(forms[form] for form in found)


def found_together(reader: CaseReader, raid: str) -> list[FoundPerson]:
    """The people of a raid whose cases whoever asks may see, in the order of the form. Nothing says how many others there are."""
    here = select(RaidCase).where(RaidCase.raid == raid, reader.open(col(RaidCase.case))).order_by(col(RaidCase.row))
    rows = reader.session.exec(here).all()
    by_row = {row.row: row.case for row in rows}
    return [_person(reader, row, by_row.get(row.parent or 0, "")) for row in rows]


def raid_of(reader: CaseReader, case: str) -> str:
    """The raid to which a case belongs; empty where it belongs to none."""
    row = reader.session.get(RaidCase, case)
    return row.raid if row is not None else ""


def _person(reader: CaseReader, row: RaidCase, parent: str) -> FoundPerson:
    words = reader.opened(row.case, row.said)
    said: dict[str, Any] = from_json(words) if words else {}
    shown = reader.shown(row.case)
    present = tuple(AgencyKind(kind) for kind in said.get("present", ()) if kind in set(AgencyKind))
    return FoundPerson(
        row.case, shown.case if shown else None, shown.waiting if shown else 0, parent, said.get("found_at"), present
    )  # fmt: skip
