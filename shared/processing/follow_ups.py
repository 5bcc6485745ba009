"""What an instance does by itself: follow-ups of the fold, checkpoints, and clocks that fire."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.casework.profile import profile
from shared.decisions.decide import DecisionContext, UseCase, listed, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.clocks import clocks
from shared.protocol.core import Core
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.fold import Follow, FollowUp
from shared.protocol.roster import banded
from shared.protocol.vocabulary import Basis, DataClass


def follow_up(work: UnitOfWork, follow: FollowUp, core: Core, case: Case, place: int, policies: Mapping[Follow, UseCase]) -> None:
    """An automatic policy acts, in the transaction that folds its cause. Of a simulated cause it is simulated at the cause's time."""
    at, simulated = (core.at, True) if core.simulated else work.instance.clock.now()
    tx = DecisionContext(work, f"{core.key}:{follow.follow}:{follow.about}:{case.id}", at, simulated)
    if follow.follow is Follow.CHECKPOINT:
        say(tx, case.id, _checkpoints(work, case, follow.about.split(), place), strict=False, as_lead=True)
        return
    if follow.follow is Follow.RENEW:
        members = (work.picture(case.id, as_lead=True) or case).members
        say(tx, case.id, [RosterSet(members=members, anew=tuple(sorted(case.agencies)))], strict=False, first=True, as_lead=True)
        return
    policy = policies.get(follow.follow)
    picture = work.picture(case.id)
    if policy is not None and picture is not None:
        say(tx, case.id, listed(policy(PolicyQuestion(picture, follow.about, core), tx)), strict=False)


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """What a policy is asked: the case, what it is about, and the core that it follows from."""

    case: Case
    about: str
    core: Core | None = None


def _checkpoints(work: UnitOfWork, case: Case, joiners: list[str], place: int) -> list[Event]:
    """One for those who join, and one for those who are merely consulted, with the band alone: a record says one thing to all."""
    known, state = profile(work, case.id), case.model_dump(mode="json")
    asked = tuple(a for a in joiners if (m := case.member(a)) is not None and m.basis is Basis.CONSULTATION)
    others = tuple(a for a in joiners if a not in asked)
    whole = CheckpointSet(
        place=place, joiners=others, state=state, profile=known.get(DataClass.D1, {}), account=known.get(DataClass.D2, {})
    )  # fmt: skip
    band = CheckpointSet(place=place, joiners=asked, state=state, profile=banded(known.get(DataClass.D1, {})))
    return [*([whole] if others else []), *([band] if asked else [])]


def fire_clocks(work: UnitOfWork, case: str, waits: Callable[[UnitOfWork, Case, Event], bool]) -> None:
    """The deadlines of a case that have passed here say so, once; not those of which the service `waits` to hear from elsewhere."""
    now, simulated = work.instance.clock.now()
    picture = work.picture(case)
    for clock in clocks(picture, work.instance.me) if picture and case not in work.instance.parked else ():
        cause = f"{clock.name}:{case}"
        known = clock.at > now or work.known_key(work.key(cause, 0)) is not None
        if picture and not known and not waits(work, picture, clock.event):
            say(DecisionContext(work, cause, now, simulated), case, [clock.event], strict=False)
