"""What is restricted (GDPR art. 18): it stays on file, is shown as restricted, and is disclosed to nobody anew until that is lifted.

A restriction speaks of groups of fields, or of all of them. Whoever was told before keeps it: the person asks each agency. A correction of
what is restricted still goes to them, and to nobody who came since: whoever has the old words must learn that they are wrong (art. 16, 19).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select

from shared.casework.person_file import Said, stored
from shared.casework.person_requests import RequestKind, RequestState, read
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.case_file import FIELDS, Group
from shared.protocol.statement_readers import readers, scope
from shared.protocol.statements import Statement, StatementMade, stated
from shared.protocol.versions import FIRST
from shared.store.rights_tables import PersonRequest

RESTRICTABLE = frozenset(Group) - {Group.DURESS}
"""A mark of pressure protects the person, and always gets to the lead."""
PROTECTS = frozenset({Group.COMMUNICATION, Group.SAFE_CONTACT, Group.SAFETY_ALERT, Group.SAFETY_WORDS, Group.HEALTH_NEED})
"""What whoever comes into a case must know at once, so that the person is not harmed: what another agency asks does not restrict it by
itself."""
RESTRICTS = {
    RequestKind.RESTRICTION: frozenset({RequestState.WAITS, RequestState.IN_FORCE}),
    RequestKind.OBJECTION: frozenset({RequestState.WAITS, RequestState.IN_FORCE}),
}
"""Kind of request → the states in which it restricts: an objection does until it is decided (art. 18(1)(d)), and so does what another
agency asks."""


ASKED = select(PersonRequest).where(PersonRequest.case == bindparam("of"), col(PersonRequest.kind).in_([kind.value for kind in RESTRICTS]))
"""What may restrict something of a case. Made once: each roster that counts asks for it."""


def restricted(work: UnitOfWork, case: str, but: str = "") -> frozenset[Group]:
    """The groups of a case that are restricted here; `but` is a request that does not count."""
    return frozenset(told_before(work, case, but))


def freed(work: UnitOfWork, row: PersonRequest) -> frozenset[Group]:
    """The groups that nothing restricts once this request does not."""
    return restricted(work, row.case) - restricted(work, row.case, but=row.id)


def told_before(work: UnitOfWork, case: str, but: str = "") -> dict[Group, frozenset[str]]:
    """Each restricted group, with the agencies that were told what stands in it before it was restricted. What a request said that nobody
    can open any more is taken to mean all groups, and nobody told."""
    found: dict[Group, frozenset[str]] = {}
    for row in work.session.exec(ASKED, params={"of": case}):
        one = read(work.instance.keystore, row)
        if one.id != but and one.state in RESTRICTS[one.kind]:
            unsaid = PROTECTS if one.asker and one.state is RequestState.WAITS else frozenset[Group]()
            for group in groups_of(one.told.get("groups", ())) - unsaid:
                told = frozenset(one.told.get("told", {}).get(group.value, ()))
                found[group] = found.get(group, told) & told
    return found


def lifted_since(work: UnitOfWork, case: str, at: int) -> frozenset[Group]:
    """The groups of requests that have ceased to restrict since this moment (ms UTC), whatever restricts them now."""
    ended = work.session.exec(ASKED.where(col(PersonRequest.decided_at) >= at), params={"of": case})
    rows = [read(work.instance.keystore, row) for row in ended]
    return frozenset(group for one in rows if one.state not in RESTRICTS[one.kind] for group in groups_of(one.told.get("groups", ())))


def readers_of(case: Case | None, groups: Iterable[Group], at: int) -> dict[str, list[str]]:
    """Group → who reads what is stated in it at this moment: what a restriction writes down."""
    return {group.value: readers(case, group, at) for group in groups} if case else {}


def correcting(
    case: Case, corrections: Sequence[Statement], before: Mapping[Group, frozenset[str]], me: str, at: int
) -> list[StatementMade]:
    """What corrects something restricted, for those alone who were told it and may read it still, and for ourselves."""
    told = {agency for agencies in before.values() for agency in agencies}
    events: list[StatementMade] = []
    for agency in [me, *sorted(told - {me})]:
        opened = scope(case.member(agency), at)
        heard = [one for one in corrections if agency == me or _hears(FIELDS[one.field].group, agency, before, opened)]
        events += stated(heard, agency)
    return events


def _hears(group: Group, agency: str, before: Mapping[Group, frozenset[str]], opened: frozenset[Group]) -> bool:
    return agency in before[group] and group in opened


def groups_of(named: Iterable[str]) -> frozenset[Group]:
    """The groups that a restriction speaks of: all where it names none."""
    return (frozenset(Group(name) for name in named) or RESTRICTABLE) & RESTRICTABLE


def again(said: Said, agency: str) -> Statement:
    """A statement once more, for whoever has not been told: author, time and id stay, so that whoever has it passes it over."""
    return Statement(
        id=said.id, field=said.field, about=said.about, value=said.value, source=said.source, said_at=said.said_at,
        by=None if said.by == agency else said.by, supersedes=said.supersedes, withdrawn=said.withdrawn,
    )  # fmt: skip


def tells(work: UnitOfWork, case: Case, leads: frozenset[Group], said: Said) -> bool:
    """Whether a statement is this instance's to pass on: the lead's all that it has, anybody else's its own that the lead was not told."""
    me = work.instance.me
    if me == f"referral.{case.lead}":
        return True
    return said.author == me and said.by == work.agency != case.lead and said.group not in leads


def told_after_all(work: UnitOfWork, case: Case | None, groups: frozenset[Group], at: int) -> Iterator[StatementMade]:
    """A restriction of these groups has ended: whoever may read them now, and came meanwhile, is told what stands in them. Nobody is told
    anything in a case that is closed, parked or left: who takes it anew later is told then."""
    if not groups or case is None or case.closed_at is not None or case.protocol == FIRST or case.id in work.instance.parked:
        return
    leads = scope(case.member(case.lead), at)
    held = [said for said in stored(work, case.id) if said.stands and said.group in groups and tells(work, case, leads, said)]
    for member in case.members:
        opened = scope(member, at) if member.agency != work.agency else frozenset[Group]()
        yield from stated((again(said, work.agency) for said in held if said.group in opened), member.agency)
