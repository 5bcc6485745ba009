"""What was done for the person, as the records say that counted (docs/domain.md, section 3.6, M7)."""

from dataclasses import dataclass

from sqlmodel import col, select

from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.events import ActionTaken
from shared.records.codec import Sections
from shared.store import at_rest
from shared.store.tables import Journal


@dataclass(frozen=True, slots=True)
class ActDone:
    """Something done for the person: when (ms UTC), by whom, and of an interview what it was about, as far as this agency reads that."""

    at: int
    by: str
    action: str
    topics: tuple[str, ...] = ()
    together: bool = False
    """Whether another agency took part in it."""


def act_done(case: Case, at: int, author: str, parts: Sections) -> ActDone:
    """What a record says was done, by whom the hand-off is with: what a confidential agency did the lead repeats in its own name."""
    facts, said = parts["D0"], parts.get("D2", {})
    handoff = case.handoffs.get(facts.get("handoff", ""))
    by = handoff.to if handoff else agency_of(author)
    return ActDone(at, by, str(facts.get("action", "")), tuple(said.get("topics", ())), bool(said.get("together")))


def acts_of(reader: CaseReader, case: Case) -> list[ActDone]:
    """All that is on record here, in the order of the log."""
    counted = Journal.case == case.id, Journal.type == ActionTaken.TYPE, Journal.verdict == Verdict.COUNTED
    asked = select(Journal.event, Journal.at, Journal.author, Journal.body).where(*counted).order_by(col(Journal.seq))
    keys = reader.instance.keystore
    return [
        act_done(case, at, author, at_rest.opened(keys, at_rest.JOURNAL, event, case.id, body))
        for event, at, author, body in reader.session.exec(asked)
    ]
