"""Decide: a person, a clock or a policy asks; a plain function returns events; returning them is the only way to publish."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from shared.config.country import Country
from shared.decisions.apart import kept_apart
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import Recorded, SentLately, content, keep, recorded_by, recorded_lately
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol import standing
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.classes import by_class
from shared.protocol.facts import Event, Facts
from shared.protocol.fold import fold
from shared.records.codec import Decided, turn_of
from shared.store import at_rest

Said = Event | Iterable[Event] | None
UseCase = Callable[[Any, "DecisionContext"], Said]


class Decision(NamedTuple):
    """What a person may decide, by page or by program: a line of a service's table `DECISIONS`, under its name."""

    use_case: UseCase
    command: type[Facts]
    on_page: str = ""
    """What the addresses of pages call it, where that is not its name."""


@dataclass
class DecisionContext:
    """What a use case gets: the picture, the policies, the time, ids. It cannot publish: it returns."""

    work: UnitOfWork
    cause: str
    at: int
    """Milliseconds UTC, by the instance's clock."""
    simulated: bool
    officer: str = ""
    drawn: int = 0
    first: bool = False
    """Whether what is decided goes out before what was decided earlier in the case and still waits: a withdrawal must."""

    @property
    def session(self) -> Session:
        """The service's own tables, in this transaction."""
        return self.work.session

    @property
    def me(self) -> str:
        """This instance, `service.agency`."""
        return self.work.instance.me

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return agency_of(self.me)

    @property
    def country(self) -> Country:
        """The directory and the policies."""
        return self.work.instance.country

    @property
    def protocol(self) -> int:
        """The protocol under which a case is opened now."""
        return self.work.instance.protocol

    def case(self, case: str) -> Case:
        """The picture plus own decisions not on the log yet. Raises RuleBroken where we are not in the case, or it is parked."""
        if case in self.work.instance.parked:
            raise RuleBroken("case-parked")
        picture = self.work.picture(case)
        if picture is None:
            raise RuleBroken("awaits-checkpoint" if self.work.view(case).since is not None else "no-such-case")
        return picture

    def open_case(self, case: str) -> Case:
        """The same of a case in which something may still be decided. Raises RuleBroken where it is closed, too."""
        picture = self.case(case)
        if picture.closed_at is not None:
            raise RuleBroken(standing.CLOSED)
        return picture

    def fresh(self) -> str:
        """A new id that the same cause draws again: for hand-offs and tasks."""
        self.drawn += 1
        return hashlib.sha256(f"{self.me}\n{self.cause}\nid{self.drawn}".encode()).hexdigest()[:16]

    def new_case(self) -> str:
        """The id of a new case: unguessable, the same for the same form, derived from nobody."""
        return str(UUID(bytes=self.work.derived(f"case\n{self.cause}")[:16], version=4))

    def new_trace(self) -> str:
        """The id of a new case's trace, made the same way: it cannot be derived from the case's id."""
        return self.work.derived(f"trace\n{self.cause}").hex()[:32]

    def elsewhere(self, case: str, events: list[Event]) -> None:
        """Events of another case that belong to this decision, in the same transaction, under a cause that nobody can link to its own.

        Raises RuleBroken.
        """
        cause = self.work.derived(f"side\n{self.cause}\n{case}").hex()[:32]
        say(DecisionContext(self.work, f"side:{cause}", self.at, self.simulated, self.officer), case, events, strict=True, first=self.first)

    def closed(self, case: str, words: str) -> str:
        """What an officer wrote of a case, as this service's own table may keep it."""
        return at_rest.closed_text(self.work.instance.keystore, at_rest.REPORT, case, case, words)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a decision gave: the case, and the keys that pages can follow. `repeated`: this form was sent before, with the same."""

    case: str
    keys: tuple[str, ...] = ()
    repeated: bool = False


def listed(said: Said) -> list[Event]:
    """Nothing, one event or several, as a list."""
    return [] if said is None else [said] if isinstance(said, Event) else list(said)


def decide(
    work: UnitOfWork, use_case: UseCase, command: Any, case: str | None, form: str, officer: str, at: int, simulated: bool,
    asks_since: int | None = None,
) -> Receipt:  # fmt: skip
    """A person asks. The same form with the same content is one decision. Raises RuleBroken; then nothing is written.

    With other content it raises FormUsed. Where `asks_since` (ms UTC) is given, and the same person recorded the same since then by another
    form, SentLately: they are asked first whether they mean it twice.
    """
    act, cause = getattr(use_case, "__name__", "decide"), f"form:{form}"
    sent = content(work, act, command, case)
    before = recorded_by(work, form, work.key(cause, 0), sent)
    if before is not None:
        return Receipt(before.case, before.keys, repeated=True)
    tx = DecisionContext(work, cause, at, simulated, officer)
    subject = case or tx.new_case()
    keys = tuple(say(tx, subject, listed(use_case(command, tx)), strict=True, first=tx.first))
    lately = None if asks_since is None else recorded_lately(work, officer, act, sent, asks_since)
    if lately and (keys or not lately.keys):  # what makes nothing this time needs no question
        raise SentLately(lately)
    work.audits.append(AuditLine(at, officer, act, subject, keys[0] if keys else ""))
    keep(work, form, sent, Recorded(act, subject, at, keys), officer)
    return Receipt(subject, keys)


def foresee(work: UnitOfWork, forms: Collection[str]) -> None:
    """Many forms that open cases are about to be decided in this transaction: look up for all of them what each would look up."""
    drafts = [DecisionContext(work, f"form:{form}", 0, simulated=False) for form in forms]
    work.foresee(set(forms), {work.key(tx.cause, 0) for tx in drafts}, {tx.new_case() for tx in drafts})


def say(
    tx: DecisionContext, case: str, events: list[Event], *, strict: bool, first: bool = False, as_lead: bool = False
) -> list[str]:  # fmt: skip
    """Put events into the outbox, each after asking the fold for its verdict now.

    A person learns why an event would not count (`strict`); an automatic policy that comes too late is dropped in silence. `as_lead`: it
    goes before the roster by which this instance hands the lead over, should that wait.
    """
    keys: list[str] = []
    picture = tx.work.picture(case, as_lead=as_lead)
    for ordinal, event in enumerate(events):
        parts: dict[str, dict[str, Any]] = {name.value: values for name, values in by_class(kept_apart(tx.work, picture, event)).items()}
        key, turn = tx.work.key(tx.cause, ordinal), turn_of(event.TYPE, first=first)
        decided = Decided(key, case, event.TYPE, tx.cause, tx.at, tx.simulated, parts, ordinal, turn)
        folded = fold(picture, decided.core(tx.me, picture))
        if folded.verdict is not Verdict.COUNTED:
            if strict:
                raise RuleBroken(_against(picture, event, folded.verdict))
            return keys
        picture = folded.case
        tx.work.say(decided, tx.officer)
        keys.append(decided.key)
    return keys


def _against(picture: Case | None, event: Event, verdict: Verdict) -> str:
    """The word for why an event would not count now."""
    return standing.against(picture, event) if picture and verdict is Verdict.SUPERSEDED else f"would-be-{verdict}"
