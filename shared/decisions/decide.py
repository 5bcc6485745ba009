"""Decide: a person, a clock or a policy asks; a plain function returns events; returning is the only way to publish."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from shared.config.country import Country
from shared.decisions.errors import RuleBroken
from shared.decisions.profile import profile
from shared.decisions.unit_of_work import Work
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.classes import by_class
from shared.protocol.clocks import clocks
from shared.protocol.core import Core
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.fold import Follow, FollowUp, fold
from shared.protocol.roster import banded
from shared.protocol.vocabulary import Basis, DataClass
from shared.records.codec import Decided, turn_of
from shared.store import at_rest

Said = Event | Iterable[Event] | None
UseCase = Callable[[Any, "Tx"], Said]


@dataclass
class Tx:
    """What a use case gets: the picture, the policies, the time, ids. It cannot publish: it returns."""

    work: Work
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
        return self.work.door.me

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return agency_of(self.me)

    @property
    def country(self) -> Country:
        """The directory and the policies."""
        return self.work.door.country

    def case(self, case: str) -> Case:
        """The picture plus own decisions not on the log yet. Raises RuleBroken where we are not in the case, or it is parked."""
        if case in self.work.door.parked:
            raise RuleBroken("case-parked")
        picture = self.work.picture(case)
        if picture is None:
            raise RuleBroken("awaits-checkpoint" if self.work.view(case).since is not None else "no-such-case")
        return picture

    def fresh(self) -> str:
        """A new id that the same cause draws again: for hand-offs and tasks."""
        self.drawn += 1
        return hashlib.sha256(f"{self.me}\n{self.cause}\nid{self.drawn}".encode()).hexdigest()[:16]

    def new_case(self) -> str:
        """The id of a new case: unguessable, the same for the same form, derived from nobody."""
        return str(UUID(bytes=self.work.derived(f"case\n{self.cause}")[:16], version=4))

    def new_trace(self) -> str:
        """The id of a new case's trace, made the same way: it cannot be told from the case's id."""
        return self.work.derived(f"trace\n{self.cause}").hex()[:32]

    def elsewhere(self, case: str, events: list[Event]) -> None:
        """Events of another case that belong to this decision, in the same transaction, under a cause that nobody can link to its own.

        Raises RuleBroken.
        """
        cause = self.work.derived(f"side\n{self.cause}\n{case}").hex()[:32]
        say(Tx(self.work, f"side:{cause}", self.at, self.simulated, self.officer), case, events, strict=True, first=self.first)

    def closed(self, case: str, words: str) -> str:
        """What an officer wrote of a case, as this service's own table may keep it."""
        return at_rest.closed_text(self.work.door.keystore, at_rest.REPORT, case, case, words)

    def count(self, key: str, record: dict[str, Any]) -> None:
        """Author a statistical record that repeats nothing of the person."""
        self.work.count(key, record)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a decision gave: the case, and the keys that pages can follow. `repeated`: the same form was sent before."""

    case: str
    keys: tuple[str, ...] = ()
    repeated: bool = False


def listed(said: Said) -> list[Event]:
    """Nothing, one event or several, as a list."""
    return [] if said is None else [said] if isinstance(said, Event) else list(said)


def decide(work: Work, use_case: UseCase, command: Any, case: str | None, form: str, officer: str, at: int, simulated: bool) -> Receipt:
    """A person asks. The same form twice is one decision. Raises RuleBroken; then nothing is written."""
    cause = f"form:{form}"
    before = work.known_key(work.key(cause, 0))
    if before is not None:
        return Receipt(before, (work.key(cause, 0),), repeated=True)
    tx = Tx(work, cause, at, simulated, officer)
    subject = case or tx.new_case()
    events = listed(use_case(command, tx))
    keys = say(tx, subject, events, strict=True, first=tx.first)
    act = getattr(use_case, "__name__", "decide")
    work.audits.append((at, officer, act, subject, keys[0] if keys else ""))
    return Receipt(subject, tuple(keys))


def foresee(work: Work, forms: Iterable[str]) -> None:
    """Many forms that open cases are about to be decided in this transaction: look up for all of them what each would look up."""
    drafts = [Tx(work, f"form:{form}", 0, simulated=False) for form in forms]
    work.foresee({work.key(tx.cause, 0) for tx in drafts}, {tx.new_case() for tx in drafts})


def say(tx: Tx, case: str, events: list[Event], *, strict: bool, first: bool = False) -> list[str]:
    """Put events into the outbox, each after asking the law what it would say of it now.

    A person learns why an event would not count (`strict`); an automatic policy that comes too late is dropped in silence.
    """
    keys: list[str] = []
    picture = tx.work.picture(case)
    for ordinal, event in enumerate(events):
        parts: dict[str, dict[str, Any]] = {name.value: values for name, values in by_class(event).items()}
        key, turn = tx.work.key(tx.cause, ordinal), turn_of(event.TYPE, first=first)
        decided = Decided(key, case, event.TYPE, tx.cause, tx.at, tx.simulated, parts, ordinal, turn)
        folded = fold(picture, decided.core(tx.me, picture))
        if folded.verdict is not Verdict.COUNTED:
            if strict:
                raise RuleBroken(f"would-be-{folded.verdict}")
            return keys
        picture = folded.case
        tx.work.say(decided, tx.officer)
        keys.append(decided.key)
    return keys


def follow_up(work: Work, follow: FollowUp, core: Core, case: Case, place: int, policies: Mapping[Follow, UseCase]) -> None:
    """An automatic policy acts, in the transaction that folds its cause. Of a simulated cause it is simulated at the cause's time."""
    at, simulated = (core.at, True) if core.simulated else work.door.clock.now()
    tx = Tx(work, f"{core.key}:{follow.follow}:{follow.about}:{case.id}", at, simulated)
    if follow.follow is Follow.CHECKPOINT:
        say(tx, case.id, _checkpoints(work, case, follow.about.split(), place), strict=False)
        return
    if follow.follow is Follow.RENEW:
        members = (work.picture(case.id) or case).members
        say(tx, case.id, [RosterSet(members=members, anew=tuple(sorted(case.agencies)))], strict=False, first=True)
        return
    policy = policies.get(follow.follow)
    picture = work.picture(case.id)
    if policy is not None and picture is not None:
        say(tx, case.id, listed(policy(Due(picture, follow.about, core), tx)), strict=False)


@dataclass(frozen=True, slots=True)
class Due:
    """What a policy is asked: the case, what it is about, and the core that it follows from."""

    case: Case
    about: str
    core: Core | None = None


def _checkpoints(work: Work, case: Case, joiners: list[str], place: int) -> list[Event]:
    """One for those who join, and one for those who are merely consulted, with the band alone: a record says one thing to all."""
    known, state = profile(work, case.id), case.model_dump(mode="json")
    asked = tuple(a for a in joiners if (m := case.member(a)) is not None and m.basis is Basis.CONSULTATION)
    others = tuple(a for a in joiners if a not in asked)
    whole = CheckpointSet(
        place=place, joiners=others, state=state, profile=known.get(DataClass.D1, {}), account=known.get(DataClass.D2, {})
    )  # fmt: skip
    band = CheckpointSet(place=place, joiners=asked, state=state, profile=banded(known.get(DataClass.D1, {})))
    return [*([whole] if others else []), *([band] if asked else [])]


def fire_clocks(work: Work, case: str) -> None:
    """The deadlines of a case that have passed here say so, once."""
    now, simulated = work.door.clock.now()
    picture = work.picture(case)
    for clock in clocks(picture, work.door.me) if picture and case not in work.door.parked else ():
        cause = f"{clock.name}:{case}"
        if clock.at <= now and work.known_key(work.key(cause, 0)) is None:
            say(Tx(work, cause, now, simulated), case, [clock.event], strict=False)
