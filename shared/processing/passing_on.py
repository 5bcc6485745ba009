"""Who comes later is told what is stated now: in records for that agency alone, once for each roster by which more is open to it.

The lead passes on what it holds. What was not open to the lead before that roster, the instance that stated it says again: nobody else has
it. The author, the time and the id of a statement stay, so that whoever has it already passes it over. An agency that has left tells
nobody anything more.
"""

from collections.abc import Callable

from shared.decisions.decide import DecisionContext, say
from shared.decisions.person_file import Said, stored
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.statement_readers import grown, scope
from shared.protocol.statements import Statement, stated
from shared.protocol.versions import FIRST


def pass_on(work: UnitOfWork, before: Case, after: Case, core: Core, roster: RosterSet) -> None:
    """A roster has counted: who may read more than before is told what there is of that, as far as it is for this instance to tell.

    It is a decision like any policy's, with the roster as its cause: after a crash, or from a restored database, it is the same once more.
    """
    if after.protocol == FIRST or after.closed_at is not None:
        return
    opened = {to: groups for to, groups in grown(before, after, roster.anew, core.at).items() if to != work.agency}
    if not opened:
        return
    tells = _tells(work, before, after, core.at)
    held = [said for said in stored(work, after.id) if said.stands and tells(said)]
    for to, groups in opened.items():
        events = stated((_again(said, work.agency) for said in held if said.group in groups), to)
        if events:
            say(_decided(work, core, to), after.id, list(events), strict=False)


def _tells(work: UnitOfWork, before: Case, after: Case, at: int) -> Callable[[Said], bool]:
    """Which statements are this instance's to pass on."""
    me, lead = work.instance.me, after.lead
    if me == f"referral.{lead}":
        return lambda said: True
    told = scope(before.member(lead), at)
    return lambda said: said.author == me and said.by == work.agency != lead and said.group not in told


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
