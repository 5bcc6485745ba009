"""What pages read of reports that somebody has begun: their own to go on with, and of those of others that they are there."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from services.intake.models import ReportDraft
from services.intake.queries.partners import partner_jobs
from services.intake.queries.raids import sent_rows
from services.intake.rules.drafts import goes_at, is_warned
from services.intake.rules.raid import endangered
from services.intake.rules.steps import in_danger
from shared.casework.case_reader import CaseReader
from shared.decisions.form_receipts import ANEW, Recorded, recorded_under
from shared.records.codec import from_json
from shared.store import at_rest
from shared.web.http.own_jobs import OwnJob

AT_MOST = 200
"""Drafts that a list shows, those first that go first."""
GO_ON, GO_ON_WITH_RAID = "/drafts/{id}/go-on", "/raids/{id}/go-on"


@dataclass(frozen=True, slots=True)
class BegunReport:
    """A report that somebody has begun."""

    id: str
    officer: str
    begun_at: int
    goes_at: int
    warned: bool
    danger: bool
    readable: bool
    """Whether its answers open: a database that was put back from a copy may hold drafts whose keys are gone."""
    raid: bool
    """Whether it is of several people who were found together."""

    @property
    def go_on(self) -> str:
        """Where its officer goes on."""
        return (GO_ON_WITH_RAID if self.raid else GO_ON).format(id=self.id)


def draft_of(reader: CaseReader, id: str, officer: str, *, raid: bool = False) -> dict[str, Any] | None:
    """The answers of an officer's own draft of one person, or of a `raid`; None where there is none that is theirs."""
    row = reader.session.get(ReportDraft, id)
    if row is None or row.ended or row.officer != officer or row.raid != raid:
        return None
    return _answers(reader, row)


def is_gone(reader: CaseReader, id: str, officer: str) -> bool:
    """Whether nothing can be saved under this id any more: the draft has ended, is another officer's, cannot be read, or was sent."""
    row = reader.session.get(ReportDraft, id)
    if row is not None and (row.ended or row.officer != officer or (row.answers and not _answers(reader, row))):
        return True
    return at_rest.is_gone(reader.instance.keystore, id) or _receipt(reader, id) is not None


def is_own(reader: CaseReader, id: str, officer: str) -> bool:
    """Whether there is a draft of this id that is this officer's, or was until it ended."""
    row = reader.session.get(ReportDraft, id)
    return row is not None and row.officer == officer


def sent_from(reader: CaseReader, id: str, officer: str) -> Recorded | None:
    """What an officer recorded from a draft, or by a form. None where nothing was recorded, where somebody else did to whom the draft was
    given, and of a case that does not exist for whoever asks."""
    found = _receipt(reader, id)
    return found if found is not None and found.officer == officer and reader.shown(found.case) is not None else None


def is_sent_unseen(reader: CaseReader, id: str, officer: str) -> bool:
    """Whether something was recorded from a draft of which this officer is told nothing."""
    return _receipt(reader, id) is not None and sent_from(reader, id, officer) is None


def _receipt(reader: CaseReader, id: str) -> Recorded | None:
    return recorded_under(reader.session, id) or recorded_under(reader.session, ANEW + id)


def begun(reader: CaseReader, officer: str, now: int, *, of_all: bool = False) -> list[BegunReport]:
    """An officer's drafts, danger first, then what goes first; `of_all`: those of the others too, for whoever hands them over."""
    rows = select(ReportDraft).where(col(ReportDraft.ended).is_(False)).order_by(col(ReportDraft.saved_at), ReportDraft.id).limit(AT_MOST)
    found = reader.session.exec(rows if of_all else rows.where(ReportDraft.officer == officer)).all()
    listed = [_begun(reader, row, now) for row in found]
    return sorted(listed, key=lambda one: (not one.danger, one.goes_at, one.id))


def begun_jobs(reader: CaseReader, officer: str, now: int) -> list[OwnJob]:
    """The rows of Today for an officer's own drafts, and for what partners reported."""
    own = begun(reader, officer, now)
    return partner_jobs(reader, now) + [OwnJob(one.go_on, one.begun_at, one.goes_at, one.warned, one.danger) for one in own if one.readable]


def _begun(reader: CaseReader, row: ReportDraft, now: int) -> BegunReport:
    answers = _answers(reader, row)
    danger = bool(set(endangered(answers)) - sent_rows(reader, row.id, endangered(answers))) if row.raid else in_danger(answers)
    return BegunReport(
        row.id, row.officer, row.begun_at, goes_at(row.saved_at), is_warned(row.saved_at, now), danger, bool(answers), row.raid
    )  # fmt: skip


def _answers(reader: CaseReader, row: ReportDraft) -> dict[str, Any]:
    words = at_rest.opened_text(reader.instance.keystore, at_rest.DRAFT, row.id, row.id, row.answers)
    return from_json(words) if words else {}
