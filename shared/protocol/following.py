"""How one instance follows a case: opening, joining by checkpoint, folding, leaving. Pure, like the fold it stands on.

A joiner keeps everything from the first roster record that names it, its own removal included, takes a checkpoint of the
lead placed at or after that, and folds what follows. Without this rule members reach different verdicts. So does who is given the case
anew, because its picture may lack what it could not read.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from shared.protocol.case import Case, Verdict, agency_of, service_of
from shared.protocol.core import Core
from shared.protocol.events import CaseReported, CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.fold import FollowUp, fold_event
from shared.protocol.leading import open_transfer
from shared.protocol.letters import is_letter
from shared.protocol.versions import FIRST, PROTOCOLS


class Mark(StrEnum):
    """What an instance notes of a record beside the verdicts."""

    WAITING = "waiting"
    """KeptRecord until the lead's checkpoint."""
    IN_CHECKPOINT = "in checkpoint"
    """Told by the checkpoint's state; the settled decisions in it hold its verdict."""
    OUTSIDE = "outside"
    """Addressed to us though we are not in the case: sent before our removal was known."""
    UNDONE = "undone"
    """Settled in a former log, and the lead's checkpoint in the new one lacks it: its author sends it again."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that a joiner keeps until it has the checkpoint."""

    place: int
    event: str
    core: Core


@dataclass(frozen=True, slots=True)
class View:
    """What one instance holds of one case: a picture, or what it keeps while it waits for one, or that it has left."""

    case: Case | None = None
    since: int | None = None
    kept: tuple[KeptRecord, ...] = ()
    left: bool = False

    @property
    def member(self) -> bool:
        """Whether this instance has a picture in force."""
        return self.case is not None and not self.left and self.since is None


@dataclass(frozen=True, slots=True)
class Noted:
    """One record and what this instance says of it; after a checkpoint there are several."""

    event: str
    core: Core
    verdict: Verdict | Mark
    before: Case | None
    after: Case | None
    follow_ups: tuple[FollowUp, ...] = ()


def await_anew(view: View, me: str) -> View:
    """The view of an instance that begins to read another log: what it knew is kept to be shown, and the lead's checkpoint is awaited.

    The lead's own picture stands: the checkpoint is made of it. Who has left a case waits for nothing.
    """
    led = view.case is not None and me == f"referral.{view.case.lead}"
    return view if led or view.left or (view.case is None and view.since is None) else View(view.case, since=0)


def follow(view: View, me: str, record: KeptRecord) -> tuple[View, tuple[Noted, ...]]:
    """The next view of the case and what to note. `me` is the instance, `service.agency`."""
    event = record.core.event()
    if view == View() and is_letter(record.core.case, event):
        return view, (Noted(record.event, record.core, Verdict.COUNTED, None, None),)
    if view.since is not None:
        if isinstance(event, CheckpointSet) and _for_me(event, me, view, record.core):
            return _join(view, me, record, event)
        return replace(view, kept=(*view.kept, record)), (Noted(record.event, record.core, Mark.WAITING, None, None),)
    if view.case is None or view.left:
        return _outside(view, me, record, event)
    if isinstance(event, RosterSet) and _given_anew(event, me, view.case, record.core):
        return _kept(view, record)
    folded = fold_event(view.case, record.core, event)
    gone = isinstance(event, RosterSet) and folded.case is not None and folded.case.member(agency_of(me)) is None
    note = Noted(record.event, record.core, folded.verdict, view.case, folded.case, () if gone else folded.follow_ups)
    return View(folded.case, left=gone), (note,)


def renews(event: Event | None, me: str) -> bool:
    """Whether the lead gives this agency a case anew. An intake that lost its database learns from the checkpoint which it opened."""
    return isinstance(event, RosterSet) and agency_of(me) in event.anew


def _outside(view: View, me: str, record: KeptRecord, event: Event | None) -> tuple[View, tuple[Noted, ...]]:
    reads = service_of(me) != "intake" or view.left or renews(event, me)  # intake follows only the cases that it opened
    if isinstance(event, RosterSet) and reads and any(m.agency == agency_of(me) for m in event.members):
        return _kept(view, record)
    if isinstance(event, CaseReported) and view.case is None and any(m.agency == agency_of(me) for m in event.roster):
        folded = fold_event(None, record.core, event)
        note = Noted(record.event, record.core, folded.verdict, None, folded.case, folded.follow_ups)
        return View(folded.case), (note,)
    return view, (Noted(record.event, record.core, Mark.OUTSIDE, None, None),)


def _given_anew(event: RosterSet, me: str, case: Case, core: Core) -> bool:
    """Whether our picture is to be replaced: our lead says so, in a decision that is new here. Its own stands: it makes the checkpoint."""
    stays = any(m.agency == agency_of(me) for m in event.members)
    return renews(event, me) and stays and core.author == f"referral.{case.lead}" and me != core.author and core.key not in case.settled


def _kept(view: View, record: KeptRecord) -> tuple[View, tuple[Noted, ...]]:
    """The first record that is kept: from here on the checkpoint is awaited."""
    return View(view.case, record.place, (record,)), (Noted(record.event, record.core, Mark.WAITING, None, None),)


def _for_me(event: CheckpointSet, me: str, view: View, core: Core) -> bool:
    """Of the lead that put us on the roster, for us, and not older than that. Whoever else names us cannot keep us waiting."""
    lead = event.state.get("lead") if view.case is None or _led_otherwise(view, event) else view.case.lead
    named = any(k.core.author == core.author and k.core.type == RosterSet.TYPE for k in view.kept)
    ours = agency_of(me) in event.joiners and core.author == f"referral.{lead}"
    return ours and named and view.since is not None and event.place >= view.since


def _led_otherwise(view: View, event: CheckpointSet) -> bool:
    """Whether another leads than when we left, or when the former log ended: our picture has our lead's open request to it, it named us,
    and its state goes on from what we know. What a state says of a change alone any desk could write. Who takes the case anew while it is
    in it knows who leads, since that lead has just named it."""
    assert view.case is not None
    settled: Any = event.state.get("settled")
    goes_on = isinstance(settled, dict) and view.case.head in cast(dict[str, Any], settled)
    asked = open_transfer(view.case)
    passed = asked is not None and asked.to == event.state.get("lead")
    return passed and goes_on and bool(view.kept) and view.kept[0].core.author != f"referral.{view.case.lead}"


def _join(view: View, me: str, record: KeptRecord, event: CheckpointSet) -> tuple[View, tuple[Noted, ...]]:
    try:
        case = Case.model_validate(event.state)
    except ValueError:
        case = None
    if case is None or case.id != record.core.case or agency_of(me) not in case.agencies or not _of_its_protocol(case, record.core):
        return replace(view, kept=(*view.kept, record)), (Noted(record.event, record.core, Mark.WAITING, None, None),)
    if service_of(me) == "intake" and case.opened_by != me:
        return View(), tuple(Noted(k.event, k.core, Mark.OUTSIDE, None, None) for k in (*view.kept, record))
    now, noted = View(case), list[Noted]()
    for kept in view.kept:
        if kept.place <= event.place:
            noted.append(Noted(kept.event, kept.core, Mark.IN_CHECKPOINT, None, None))
        else:
            now, more = follow(now, me, kept)
            noted.extend(more)
    now, last = follow(now, me, record)
    return now, (*noted, *last)


def _of_its_protocol(case: Case, core: Core) -> bool:
    """Whether a checkpoint's state is of a protocol that we fold, and from the second on the one that its core says."""
    return case.protocol in PROTOCOLS and (case.protocol == FIRST or core.v == case.protocol)


def known(view: View, core: Core) -> bool:
    """Whether the head that the author saw is one we know; where not, pictures differ and operators must see it.

    Who has left, or waits to join again, has an old picture and cannot know.
    """
    return view.case is None or not view.member or not core.head or core.head in view.case.settled
