"""What a page or the API may ask of an instance: pictures with own decisions that wait for the bus, duties, profiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, select

from shared.casework.messages import SentMessage, messages_of
from shared.casework.person_file import OnFile, person_file
from shared.casework.profile import Profile, stored_profile
from shared.decisions.errors import RuleBroken
from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import HELD, Case
from shared.protocol.following import View
from shared.records.codec import Decided
from shared.store import at_rest
from shared.store.tables import Assignment

if TYPE_CHECKING:
    from shared.config.country import Country


@dataclass
class Shown:
    """A case as a page shows it: the picture with own pending decisions, and how many of those wait for the bus."""

    case: Case
    waiting: int
    member: bool
    parked: bool
    awaits: bool = False
    """Another log is read, and the lead has not put the case on it yet: this is how it was before."""


@dataclass
class CaseReader:
    """Reads for a page."""

    instance: State
    session: Session
    officer: str = ""
    """Whose lists these are, where lists leave out the cases of others."""
    hidden: frozenset[str] = frozenset()
    """Restricted cases that do not exist for whoever reads; the session leaves them out by itself (`case_wall.stand_before`)."""

    def sees(self, case: str) -> bool:
        """Whether a case may exist for whoever reads."""
        return case not in self.hidden

    @property
    def parked(self) -> set[str]:
        """The cases that have a parked record."""
        return self.instance.parked - self.hidden

    @property
    def unsent(self) -> list[str]:
        """The cases with decisions of ours that are not on the log yet."""
        return [case for case in self.instance.outgoing.cases() if case not in self.hidden]

    @property
    def unsendable(self) -> dict[str, str]:
        """The cases of which something can never be sent, and why."""
        return {case: why for case, why in dict(self.instance.outgoing.spoilt).items() if case not in self.hidden}

    def pending(self, case: str) -> list[Decided]:
        """What of a case is not on the log yet."""
        return self.instance.outgoing.of(case) if self.sees(case) else []

    def open(self, case: Any) -> ColumnElement[bool]:
        """For a list: whether a row's case may be shown, because it is this officer's or nobody's."""
        if not self.officer:
            return true()
        mine = select(Assignment.case).where(col(Assignment.case) == case)
        return or_(mine.where(Assignment.officer == self.officer).exists(), ~mine.exists())

    def closed(self, cases: Iterable[str]) -> set[str]:
        """Those of these cases that are other officers' alone."""
        rows = select(Assignment.case, Assignment.officer).where(col(Assignment.case).in_(list(cases)))
        whose: dict[str, set[str]] = {}
        for case, officer in self.session.exec(rows) if self.officer else ():
            whose.setdefault(case, set()).add(officer)
        return {case for case, officers in whose.items() if self.officer not in officers}

    @property
    def country(self) -> "Country":
        """The directory and the policies."""
        return self.instance.country

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return self.instance.agency

    def shown(self, case: str) -> Shown | None:
        """A case, or None where this instance has none of that id."""
        if not self.sees(case):
            return None
        work = UnitOfWork(self.instance, self.session)
        view = work.view(case)
        picture = work.picture(case) or view.case
        pending = len(work.pending(case))
        return Shown(picture, pending, _member(view), case in self.instance.parked, view.since is not None) if picture else None

    def opened(self, case: str, column: str) -> str:
        """What an officer wrote of a case, for this agency alone; empty once the case was erased here."""
        return at_rest.opened_text(self.instance.keystore, at_rest.REPORT, case, case, column)

    def profile(self, case: str) -> Profile:
        """What we may know of the person. Raises RuleBroken where the case does not exist for whoever reads."""
        self._must_see(case)
        return stored_profile(UnitOfWork(self.instance, self.session), case)

    def person_file(self, case: str) -> tuple[OnFile, ...]:
        """What was stated of the person, as far as we may know it, with own ones that wait for the bus. Raises RuleBroken likewise."""
        self._must_see(case)
        return person_file(UnitOfWork(self.instance, self.session), case)

    def messages(self, case: str) -> tuple[SentMessage, ...]:
        """What agencies said to each other, as far as it was for us, with own ones that wait for the bus. Raises RuleBroken likewise."""
        self._must_see(case)
        return tuple(messages_of(UnitOfWork(self.instance, self.session), case))

    def _must_see(self, case: str) -> None:
        if not self.sees(case):
            raise RuleBroken("no-such-case")


def _member(view: View) -> bool:
    return view.member or view.case is None or (view.since is not None and not view.left)


def knows_person(case: Case, agency: str) -> bool:
    """Whether the facts may be shown: who is asked sees them once it has opened the invitation, and everybody knows that it has."""
    opened = any(h.to == agency and (h.seen_at is not None or h.state in HELD) for h in case.handoffs.values())
    return agency in (case.reporter, case.lead) or opened
