"""The lead's rules: whom to invite, whom to call, what the joint plan holds. Pure functions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from shared.protocol.case import HELD, Case, HandoffState
from shared.protocol.events import RosterSet
from shared.protocol.facts import Member, PlannedTask, hidden
from shared.protocol.fold import passed_round
from shared.protocol.grants import SILENT, each, joined, purposes, together, without_classes
from shared.protocol.roster import CODES
from shared.protocol.statement_readers import scope
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Basis, DataClass, DeclineCode, Form, HandoffKind, Need, Urgency

DONE = HELD | {HandoffState.COMPLETED}


class PolicyLine(Protocol):
    """One line of an invitation policy, as the country file has it."""

    @property
    def need(self) -> Need:
        """What is asked for."""
        ...

    @property
    def agency(self) -> str:
        """Who is asked."""
        ...

    @property
    def forms(self) -> frozenset[Form]:
        """Only for one of these; for all where empty."""
        ...

    @property
    def basis(self) -> frozenset[Basis]:
        """Only on one of these grounds; on all where empty."""
        ...

    @property
    def urgency(self) -> frozenset[Urgency]:
        """Only when this urgent; always where empty."""
        ...


class Asking(Protocol):
    """What the policy looks at in a case."""

    @property
    def lead(self) -> str:
        """Who invites."""
        ...

    @property
    def needs(self) -> Sequence[Need]:
        """What the person needs."""
        ...

    @property
    def basis(self) -> Basis:
        """On which ground the case may be passed on."""
        ...

    @property
    def urgency(self) -> Urgency:
        """How soon somebody must act."""
        ...


def whom_to_invite(policy: Sequence[PolicyLine], case: Asking, forms: Iterable[Form]) -> tuple[tuple[Need, str], ...]:
    """(need, agency) for each need of the case that the policy places, in its order; nobody without the person's word or another ground."""
    if case.basis is Basis.NONE:
        return ()
    told = set(forms)

    def fits(line: PolicyLine) -> bool:
        return (
            (line.need in case.needs)
            and (not line.forms or bool(line.forms & told))
            and (not line.basis or case.basis in line.basis)
            and (not line.urgency or case.urgency in line.urgency)
            and line.agency != case.lead
        )

    first = dict[Need, str]()
    for line in policy:
        if fits(line):
            first.setdefault(line.need, line.agency)
    return tuple(first.items())


def helped(case: Case) -> set[Need]:
    """The needs that somebody is asked for, works on, or has seen to; advice is no help."""
    return {h.need for h in case.handoffs.values() if h.kind is not HandoffKind.CONSULTATION and (h.waiting or h.state in DONE)}


def needs_on(needs: Iterable[Need], basis: Basis) -> tuple[Need, ...]:
    """What the person needs on this basis, in a fixed order: a child a guardian, and who is none no more."""
    wanted = {*needs} - {Need.GUARDIANSHIP} | ({Need.GUARDIANSHIP} if basis is Basis.CHILD else set[Need]())
    return tuple(need for need in Need if need in wanted)


def invited_with(invited: Mapping[tuple[Need, str], Member], at_once: Collection[Need]) -> dict[str, Member]:
    """The roster entry of each agency that is invited. Who is called by danger alone, without consent, gets codes and no more; who is
    invited for another need too has what that gives, each for its purpose.

    Source: docs/domain.md, section 3.1 (danger to life: the minimum).
    """
    found = dict[str, list[Member]]()
    for need, agency in sorted(invited, key=lambda asked: asked[0] in at_once):
        entry = invited[need, agency]
        found.setdefault(agency, []).append(least(entry) if need in at_once and entry.basis is not Basis.CONSENT else entry)
    return {agency: together(entries) for agency, entries in found.items()}


def least(entry: Member) -> Member:
    """The entry with codes that name nobody, and no more."""
    return entry.model_copy(update={"classes": tuple(c for c in entry.classes if c in CODES)})


def roster(case: Case, joiners: Iterable[Member], at: int) -> tuple[Member, ...]:
    """The whole roster with these in it at this moment (ms UTC). Who is in it already is so for one purpose more, where that opens
    anything; under protocol 1 it stays as it is, and who joins comes for the first of its purposes."""
    new = {m.agency: m if case.protocol > FIRST else m.model_copy(update={"besides": (), "without": ()}) for m in joiners}
    there = [more(m, new[m.agency], at) or m if m.agency in new and case.protocol > FIRST else m for m in case.members]
    return (*there, *(m for agency, m in new.items() if agency not in case.agencies))


def brought_in(case: Case, member: Member, at: int) -> RosterSet | None:
    """The roster with this entry in it at this moment (ms UTC); None where it changes nothing."""
    old = case.member(member.agency)
    if old is None:
        return RosterSet(members=roster(case, [member], at))
    now = more(old, member, at) if case.protocol > FIRST else _instead(old, member, at)
    return RosterSet(members=tuple(now if m is old else m for m in case.members)) if now else None


def more(old: Member, new: Member, at: int) -> Member | None:
    """The entry of who is in the case already, with another: the same purpose is set anew, and a further one stands beside it. None where
    that opens nothing, for no longer."""
    now = joined(old, new, at)
    if set(purposes(new)) <= set(purposes(old)):
        return None if now == old else now
    return now if given_more(old, now, at) or not scope(now, at) <= scope(old, at) or _longer(old, new) else None


def _instead(old: Member, new: Member, at: int) -> Member | None:
    """The same under protocol 1, where an entry has one purpose: what lets an agency know more, or for longer, takes its place."""
    new = new.model_copy(update={"without": ()})
    changes = given_more(old, new, at) or _longer(old, new) or (new.purpose is old.purpose and new != old)
    return new if changes else None


def _longer(old: Member, new: Member) -> bool:
    ends = [one.until for one in each(old)]
    return None not in ends and any(one.until is None or one.until > max(end or 0 for end in ends) for one in each(new))


def called_together(case: Case, need: Need) -> tuple[str, ...]:
    """Whom a call to joint action asks: those between whom the need was passed, but for the lead, who calls, and a shelter, which an
    officer asks. Not who has a conflict of safety in this case, whatever it was asked for.

    Source: docs/domain.md, section 3.5, C13.
    """
    conflicts = {h.to for h in case.handoffs.values() if h.code is DeclineCode.SAFETY_CONFLICT}
    return tuple(a for a in passed_round(case, need) if a != case.lead and not hidden(a) and a not in conflicts)


def without(case: Case, agencies: Collection[str], classes: Collection[DataClass]) -> RosterSet:
    """The roster without these agencies; where classes are named they stay, without those."""
    less = [without_classes(m, classes) for m in case.members]
    both = zip(case.members, less, strict=True)
    return RosterSet(members=tuple(now if m.agency in agencies else m for m, now in both if classes or m.agency not in agencies))


def given_more(old: Member, new: Member, at: int) -> bool:
    """Whether an entry lets a member know what the one before did not: it lacks what was disclosed meanwhile, or all of it."""
    had = {c for one in each(old) if one.basis not in SILENT and (one.until is None or one.until > at) for c in one.classes}
    return not {c for one in each(new) for c in one.classes} <= {*had, DataClass.D0}


def plan(case: Case, due: int, fresh: Callable[[], str]) -> tuple[PlannedTask, ...]:
    """One task for each accepted hand-off; all of them concurrent, one owner each (docs/domain.md, section 3.7)."""
    return tuple(PlannedTask(task=fresh(), owner=h.to, need=h.need, due=due, handoff=h.id) for h in case.holding())
