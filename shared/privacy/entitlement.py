"""What an instance does when its ground for disclosed data goes, or comes back: drop it or keep it by law, give a receipt, keep anew.

What counts is the lead's roster, and the lead's word that erasure is asked for. Without a keystore nothing can be dropped for certain, so
nothing is, and no receipt is given.
"""

from collections.abc import Collection, Iterable, Iterator

from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import keeping, receipts
from shared.privacy.erasure import keep, revive
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.privacy.receipts import ReceiptDue
from shared.protocol.case import Case, Verdict
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event
from shared.protocol.following import Mark, Noted, View
from shared.protocol.letters import ErasureAsked
from shared.protocol.roster import lost, told
from shared.protocol.vocabulary import DataClass

BY_ITSELF = ""
"""Which officer asked for it: none."""
WITHDRAWN, ASKED = "the ground is gone", "the lead asked"


def heed(work: UnitOfWork, noted: Noted, event: Event | None) -> None:
    """After a record of a case has counted: what it means for what was disclosed to us."""
    before, after = noted.before, noted.after
    if work.instance.keystore is None or before is None or after is None:
        return
    if isinstance(event, RosterSet):
        _changed(work, before, after, noted.core)
        if after.member(work.agency) is None:
            keep(work)
    elif isinstance(event, ErasureAsked):
        _let_go(work, after, noted.core, event.classes or SECTIONS.values(), ASKED)


def joins(work: UnitOfWork, view: View, before: View, noted: Iterable[Noted]) -> None:
    """We are named on a roster and wait for the checkpoint: what it will disclose is kept again, should we have dropped it once. When it
    has come: rosters and requests that only its state contains are not folded here, so what they mean for disclosed data is heeded now."""
    if work.instance.keystore is None:
        return
    named = view.kept[0].core.event() if view.kept and before.since is None else None
    if isinstance(named, RosterSet):
        has = told(next((m for m in named.members if m.agency == work.agency), None))
        _told_anew(work, view.kept[0].core.case, has - told(before.case.member(work.agency) if before.case else None))
    if before.since is not None and view.since is None and view.case is not None:
        _passed(work, before.case, view.case, (n.core for n in noted if n.verdict is Mark.IN_CHECKPOINT))


def _passed(work: UnitOfWork, before: Case | None, now: Case, cores: Iterable[Core]) -> None:
    for last, after, core, event in counted_before(before, now, cores):
        if isinstance(event, RosterSet):
            _changed(work, last, after, core)
        elif isinstance(event, ErasureAsked):
            _let_go(work, last, core, event.classes or SECTIONS.values(), ASKED)


def counted_before(before: Case | None, now: Case, cores: Iterable[Core]) -> Iterator[tuple[Case, Case, Core, Event]]:
    """Of records that a checkpoint's state (`now`) contains those that counted: with who was in the case before and after each."""
    last = before or now.model_copy(update={"members": ()})
    for core in cores:
        event = core.event() if now.settled.get(core.key) is Verdict.COUNTED else None
        if event is not None:
            after = now.model_copy(update={"members": event.members}) if isinstance(event, RosterSet) else last
            yield last, after, core, event
            last = after


def _changed(work: UnitOfWork, before: Case, after: Case, core: Core) -> None:
    """A roster: what may be disclosed to us again, and what may not any more."""
    _told_anew(work, after.id, told(after.member(work.agency)) - told(before.member(work.agency)))
    _let_go(work, before, core, lost(before, after, work.agency), WITHDRAWN)


def _told_anew(work: UnitOfWork, case: str, classes: Collection[DataClass]) -> None:
    """Of what there is a ground for again nothing is kept by law alone."""
    revive(work, case, classes)
    keeping.end(work, case, [name.value for name in classes])
    receipts.told_anew(work, case, [name.value for name in classes])


def heard(work: UnitOfWork, core: Core, event: Event) -> bool:
    """A letter asks us to erase what we may have kept of a case that we have left. Whether it was its lead's to ask."""
    if not isinstance(event, ErasureAsked) or event.to != work.agency:
        return False
    case = work.view(event.about).case
    if case is None or core.author != f"referral.{case.lead}" or work.instance.keystore is None:
        return False
    _let_go(work, case, core, event.classes or SECTIONS.values(), ASKED)
    return True


def _let_go(work: UnitOfWork, case: Case, core: Core, classes: Iterable[DataClass], why: str) -> None:
    """Ask to erase what nobody may read any more, with the receipt that follows once its keys are gone."""
    gone = sorted(c.value for c in classes)
    if not gone:
        return
    law, keys = work.instance.country, work.instance.keystore
    there = [c for c in gone if keys is None or c not in keys.gone(case.id)]  # of what was erased before nothing is kept
    kept = {c: ground for c in there if (ground := law.keeps_by_law(work.agency, case.basis, DataClass(c)))}
    dropped = [c for c in gone if c not in kept]
    due = ReceiptDue(case.lead, core.key, dropped, sorted(kept), next(iter(kept.values()), None))
    keeping.begin(work, case.id, due, kept)
    request_erasure(work.session, case.id, ErasureRequest(BY_ITSELF, why, work.instance.clock.now()[0], dropped, [due]))
