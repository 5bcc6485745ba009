"""What an instance does when the ground for what it was told goes, or comes back: drop it or keep it by law, say so, take up anew.

What counts is the lead's roster, and the lead's word that erasure is asked for. Without a keystore nothing can be dropped for certain, so
nothing is, and no receipt is given.
"""

from collections.abc import Iterable

from shared.protocol.case import Case
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event
from shared.protocol.following import Noted, View
from shared.protocol.letters import ErasureAsked
from shared.protocol.roster import lost, told
from shared.protocol.vocabulary import DataClass
from shared.runtime.codec import SECTIONS
from shared.runtime.erasing import ERASE, Wish, ask, keep, revive
from shared.runtime.letters import owed
from shared.runtime.work import Work

BY_ITSELF = ""
"""Which officer asked for it: none."""
WITHDRAWN, ASKED = "the ground is gone", "the lead asked"


def heed(work: Work, noted: Noted, event: Event | None) -> None:
    """After a record of a case has counted: what it means for what we were told."""
    before, after = noted.before, noted.after
    if work.door.keystore is None or before is None or after is None:
        return
    if isinstance(event, RosterSet):
        revive(work, after.id, told(after.member(work.agency)) - told(before.member(work.agency)))
        _let_go(work, before, noted.core, lost(before, after, work.agency), WITHDRAWN)
    elif isinstance(event, ErasureAsked):
        _let_go(work, after, noted.core, event.classes or SECTIONS.values(), ASKED)


def joins(work: Work, view: View, before: View) -> None:
    """We are named on a roster and wait for the checkpoint: what it will tell is kept again, should we have dropped that once."""
    event = view.kept[0].core.event() if view.kept and before.since is None else None
    if work.door.keystore is not None and isinstance(event, RosterSet):
        named = next((m for m in event.members if m.agency == work.agency), None)
        revive(work, view.kept[0].core.case, told(named))


def heard(work: Work, core: Core, event: Event) -> bool:
    """A letter asks us to erase what we may have kept of a case that we have left. Whether it was its lead's to ask."""
    if not isinstance(event, ErasureAsked) or event.to != work.agency:
        return False
    case = work.view(event.about).case
    if case is None or core.author != f"referral.{case.lead}" or work.door.keystore is None:
        return False
    _let_go(work, case, core, event.classes or SECTIONS.values(), ASKED)
    return True


def _let_go(work: Work, case: Case, core: Core, classes: Iterable[DataClass], why: str) -> None:
    """Flag what nobody may read any more, with the receipt that follows once its keys are gone."""
    gone = sorted(c.value for c in classes)
    if not gone:
        return
    law = work.door.country
    kept = {c: ground for c in gone if (ground := law.keeps_by_law(work.agency, case.basis, DataClass(c)))}
    dropped = [c for c in gone if c not in kept]
    if kept:
        keep(work)
    answer = owed(case.lead, core.key, dropped, sorted(kept), next(iter(kept.values()), None))
    ask(work.session, ERASE, case.id, Wish(BY_ITSELF, why, work.door.clock.now()[0], dropped, [answer]))
