"""What one instance has of a case, read once for its page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from shared.access.restrictions import Restriction, restriction_of
from shared.casework.case_reader import CaseReader, Shown
from shared.casework.kept_for_proceedings import Keeping, kept_of_case
from shared.casework.messages import SentMessage
from shared.casework.own_record import KeptOfCase, OwnNames, kept_of
from shared.casework.person_file import OnFile
from shared.casework.profile import Profile, add, of_decision
from shared.casework.uncounted import Uncounted, unseen
from shared.decisions.errors import RuleBroken
from shared.processing.set_aside import Aside, lacking
from shared.protocol.case import Case
from shared.protocol.events import ActionTaken
from shared.records.codec import Decided, to_json
from shared.store import at_rest
from shared.store.tables import Journal, Parked


@dataclass(frozen=True)
class CaseFile:
    """What one instance has of a case."""

    shown: Shown
    profile: Profile
    records: list[Journal] = field(default_factory=list[Journal])
    pending: list[Decided] = field(default_factory=list[Decided])
    parked: str = ""
    """Why its records cannot be applied here: the code of what holds the first of them."""
    uncounted: list[Uncounted] = field(default_factory=list[Uncounted])
    """Decisions made here that did not count, and that somebody has yet to see."""
    lacks: list[Aside] = field(default_factory=list[Aside])
    """What was set aside here: the picture may be incomplete."""
    person: tuple[OnFile, ...] = ()
    """What was stated of the person, as far as this agency may know it."""
    messages: tuple[SentMessage, ...] = ()
    """What was said between agencies, as far as it was for this one."""
    restricted: Restriction | None = None
    """Who alone may see it here, where somebody has restricted it."""
    keeping: Sequence[Keeping] = ()
    """What is kept for proceedings though its ground has gone."""
    own: KeptOfCase = field(default_factory=lambda: KeptOfCase(OwnNames()))
    """What this agency keeps of it for itself."""

    @property
    def case(self) -> Case:
        """The picture with own pending decisions."""
        return self.shown.case


def case_file(reader: CaseReader, case: str) -> CaseFile:
    """Read a case. Raises RuleBroken where this instance has none of that id, or could not apply the records that belong to it."""
    shown = reader.shown(case)
    if shown is None:
        raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
    records = [_opened(reader, one) for one in reader.session.exec(select(Journal).where(Journal.case == case).order_by(col(Journal.seq)))]
    parked = reader.session.exec(select(Parked.code).where(Parked.case == case).order_by(col(Parked.place)).limit(1)).first()
    profile = reader.profile(case)
    pending = reader.pending(case)
    for row in pending:  # what we have just decided ourselves is known here before it is on the log
        add(profile, of_decision(row.key, row.parts))
    found = unseen(reader, case)
    return CaseFile(
        shown, profile, records, pending, parked or "", found, lacking(records), reader.person_file(case), reader.messages(case),
        restriction_of(reader, case),
        kept_of_case(reader, case),
        kept_of(reader, case),
    )  # fmt: skip


def _opened(reader: CaseReader, row: Journal) -> Journal:
    """A record as pages read it: of something done with what this agency may read of it, which lies closed; of others they read D0."""
    if row.type == ActionTaken.TYPE:
        reader.session.expunge(row)  # what is opened here is written nowhere
        row.body = to_json(at_rest.opened(reader.instance.keystore, at_rest.JOURNAL, row.event, row.case, row.body))
    return row
