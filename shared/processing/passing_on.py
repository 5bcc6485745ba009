"""Who comes later is told what is stated now: in records for that agency alone, once for each roster by which more is open to it.

The lead passes on what it holds. What was not open to the lead before that roster, the instance that stated it says again: nobody else has
it. The author, the time and the id of a statement stay, so that whoever has it already passes it over. An agency that has left tells
nobody anything more.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, func, select

from shared.decisions.decide import DecisionContext, say
from shared.decisions.person_file import Said, stored
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, Verdict
from shared.protocol.case_file import Group
from shared.protocol.core import Core
from shared.protocol.events import CaseClosed, RosterSet
from shared.protocol.statement_readers import grown, scope
from shared.protocol.statements import Statement, stated
from shared.protocol.versions import FIRST
from shared.records.codec import from_json
from shared.store.database import table
from shared.store.tables import Journal

J = table(Journal).c
COUNTED = (J.case == bindparam("of"), J.type == bindparam("type"), J.verdict == Verdict.COUNTED.value)
CLOSED = select(func.max(J.seq)).where(*COUNTED)
ROSTERS = select(J.body).where(*COUNTED, J.seq > bindparam("since"))


def pass_on(work: UnitOfWork, before: Case, after: Case, core: Core, roster: RosterSet) -> None:
    """A roster has counted: who may read more than before is told what there is of that, as far as it is for this instance to tell.

    It is a decision like any policy's, with the roster as its cause: after a crash, or from a restored database, it is the same once more.
    """
    if after.protocol != FIRST and after.closed_at is None:
        opened = grown(before, after, roster.anew, core.at)
        _tell(work, after, core, opened, _told_to_lead(before, core))


def pass_on_late(work: UnitOfWork, case: Case, core: Core) -> None:
    """A case is open again: who took it anew while it was closed, when nothing could be stated, is told now."""
    connection = work.session.connection()
    closing = connection.execute(CLOSED, {"of": case.id, "type": CaseClosed.TYPE}).scalar() or 0
    rosters = connection.execute(ROSTERS, {"of": case.id, "type": RosterSet.TYPE, "since": closing}).scalars()
    anew = {agency for body in rosters for agency in from_json(body)["D0"].get("anew", ())}
    opened = {m.agency: scope(m, core.at) for m in case.members if m.agency in anew}
    _tell(work, case, core, opened, _told_to_lead(case, core))


def _told_to_lead(case: Case, core: Core) -> frozenset[Group]:
    return scope(case.member(case.lead), core.at)


def _tell(work: UnitOfWork, case: Case, core: Core, opened: Mapping[str, frozenset[Group]], leads: frozenset[Group]) -> None:
    """Tell each agency what stands in the groups that are open to it now, as far as it is for this instance to tell."""
    to_tell = {to: groups for to, groups in opened.items() if groups and to != work.agency}
    tells = _tells(work, case.lead, leads)
    held = [said for said in stored(work, case.id) if said.stands and tells(said)] if to_tell else []
    for to, groups in to_tell.items():
        events = stated((_again(said, work.agency) for said in held if said.group in groups), to)
        if events:
            say(_decided(work, core, to), case.id, list(events), strict=False)


def _tells(work: UnitOfWork, lead: str, leads: frozenset[Group]) -> Callable[[Said], bool]:
    """Which statements are this instance's to pass on: the lead's all that it has, anybody else's its own that the lead was not told."""
    me = work.instance.me
    if me == f"referral.{lead}":
        return lambda said: True
    return lambda said: said.author == me and said.by == work.agency != lead and said.group not in leads


def _again(said: Said, agency: str) -> Statement:
    return Statement(
        id=said.id, field=said.field, about=said.about, value=said.value, source=said.source, said_at=said.said_at,
        by=None if said.by == agency else said.by, supersedes=said.supersedes,
    )  # fmt: skip


def _decided(work: UnitOfWork, core: Core, to: str) -> DecisionContext:
    """Under a cause of which nobody can tell whom it is about: the core shows it to all members."""
    at, simulated = (core.at, True) if core.simulated else work.instance.clock.now()
    cause = work.derived(f"passed on\n{core.key}\n{core.case}\n{to}").hex()[:32]
    return DecisionContext(work, f"stated:{cause}", at, simulated)
