"""Who comes later is told what is stated now: in records for that agency alone, once for each roster by which more is open to it.

The lead passes on what it holds. What was not open to the lead before that roster, the instance that stated it says again: nobody else has
it. The author, the time and the id of a statement stay, so that whoever has it already passes it over. An agency that has left tells
nobody anything more. What is restricted is told to nobody anew (`decisions.restrictions`), nor the municipality where a shelter has, or
had, the person.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, select

from shared.casework.person_file import Said, stored
from shared.casework.pressure import marked
from shared.casework.restrictions import again, lifted_since, restricted, tells, told_after_all
from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, Verdict
from shared.protocol.case_file import Group
from shared.protocol.core import Core
from shared.protocol.documents import AGED, document_in
from shared.protocol.events import CaseClosed, RosterSet
from shared.protocol.statement_readers import grown, scope, told_now
from shared.protocol.statements import stated, understood
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DataClass
from shared.protocol.whereabouts import BLANK, blank_to, ever_sheltered
from shared.records.codec import Sections, from_json
from shared.store.database import table
from shared.store.tables import Journal

PASSED_ON = "stated:"
"""With what the cause of such a decision begins."""
J = table(Journal).c
COUNTED = (J.case == bindparam("of"), J.type == bindparam("type"), J.verdict == Verdict.COUNTED.value)
CLOSED = select(func.max(J.seq)).where(*COUNTED)
CLOSED_AT = select(J.at).where(J.seq == bindparam("seq"))
ROSTERS = select(J.body).where(*COUNTED, J.seq > bindparam("since"))


def pass_on(work: UnitOfWork, before: Case, after: Case, core: Core, roster: RosterSet) -> None:
    """A roster has counted: who may read more than before is told what there is of that, as far as it is for this instance to tell.

    A new lead is told by the one that led until then.

    It is a decision like any policy's, with the roster as its cause: after a crash, or from a restored database, it is the same once more.
    """
    if after.protocol != FIRST and after.closed_at is None:
        opened = grown(before, after, roster.anew, core.at)
        _tell(work, after, core, opened, _told_to_lead(before, core), taken_back=before.paused and not after.paused, led=before)


def pass_on_late(work: UnitOfWork, case: Case, core: Core) -> None:
    """A case is open again: who took it anew while it was closed, when nothing could be stated, is told now; and whoever may read what
    was restricted until then."""
    connection = work.session.connection()
    closing = connection.execute(CLOSED, {"of": case.id, "type": CaseClosed.TYPE}).scalar() or 0
    rosters = connection.execute(ROSTERS, {"of": case.id, "type": RosterSet.TYPE, "since": closing}).scalars()
    anew = {agency for body in rosters for agency in from_json(body)["D0"].get("anew", ())}
    closed_at = connection.execute(CLOSED_AT, {"seq": closing}).scalar() or 0
    free = lifted_since(work, case.id, closed_at) if closing else frozenset[Group]()
    told = {m.agency: scope(m, core.at) - blank_to(case, m.agency) for m in case.members if told_now(case, m)}
    opened = {agency: groups if agency in anew else groups & free for agency, groups in told.items()}
    _tell(work, case, core, opened, _told_to_lead(case, core))


def _told_to_lead(case: Case, core: Core) -> frozenset[Group]:
    return scope(case.member(case.lead), core.at)


def tell_after_all(work: UnitOfWork, case: Case, core: Core, parts: Sections) -> None:
    """A record of this instance has counted. What it states for the lead alone, decided before it was known here that the lead had looked
    at a mark of pressure, and landing behind that, is told to everybody else who may know it."""
    if core.cause.startswith(PASSED_ON) or case.paused or case.closed_at is not None or marked(work, case.id):
        return
    sections = [understood(DataClass(name), values)[0] for name, values in parts.items() if name != DataClass.D0]
    alone = {one.id for said in sections if said.to == case.lead and said.purpose is None for one in said.statements}
    if not alone:
        return
    closed = restricted(work, case.id) | {Group.DURESS}
    late = [one for one in stored(work, case.id) if one.id in alone and one.key == core.key and one.group not in closed]
    events = stated(again(one, work.agency) for one in late)
    if events:
        say(_decided(work, core, "all"), case.id, list(events), strict=False)


def tell_freed(work: UnitOfWork, case: Case, core: Core, groups: frozenset[Group]) -> None:
    """Another service of this agency has refused, for this one, too, what restricted these groups: whoever came meanwhile is told."""
    events = list(told_after_all(work, case, groups, core.at))
    if events:
        say(_decided(work, core, "freed"), case.id, [*events], strict=False)


def _tell(
    work: UnitOfWork,
    case: Case,
    core: Core,
    opened: Mapping[str, frozenset[Group]],
    leads: frozenset[Group],
    *,
    taken_back: bool = False,
    led: Case | None = None,
) -> None:
    """Tell each agency what stands in the groups that are open to it now, as far as it is for this instance to tell; and what was taken
    back, where it may have been told before."""
    to_tell = {to: groups for to, groups in opened.items() if groups and to != work.agency}
    closed = restricted(work, case.id) if to_tell else frozenset[Group]()
    there = [said for said in stored(work, case.id) if said.stands or (taken_back and said.withdrawn)] if to_tell else []
    ours = [said for said in there if tells(work, led or case, leads, said)]
    closed |= BLANK if ever_sheltered(case) else frozenset[Group]()
    held = [said for said in ours if said.group not in closed]
    for to, groups in to_tell.items():
        told = [said for said in held if said.group in groups]
        _send_anew(work, told)
        events = stated((again(said, work.agency) for said in told), to)
        if events:
            say(_decided(work, core, to), case.id, list(events), strict=False)


def _send_anew(work: UnitOfWork, told: Iterable[Said]) -> None:
    """Documents of long ago are not on their topic any more: whoever tells of them sends their pieces, too. Twice does no harm."""
    folder = work.instance.documents.folder if work.instance.documents else None
    for said in told if folder else ():
        ref, aged = document_in(said.value), work.instance.clock.now()[0] - said.said_at > AGED
        if folder and ref and aged and folder.here(ref.id) >= set(range(ref.pieces)):
            folder.send_from(ref.id, 0)


def _decided(work: UnitOfWork, core: Core, to: str) -> DecisionContext:
    """Under a cause of which nobody can tell whom it is about: the core shows it to all members."""
    at, simulated = (core.at, True) if core.simulated else work.instance.clock.now()
    cause = work.derived(f"passed on\n{core.key}\n{core.case}\n{to}").hex()[:32]
    return DecisionContext(work, f"{PASSED_ON}{cause}", at, simulated)
