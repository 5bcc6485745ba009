"""Apply: one poll, one transaction. Open, note, fold in log order, act on what follows, project; park what fails."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, cast

from shared.casework import asking_others, messages, person_file
from shared.config.clock import wall
from shared.decisions.case_log import CaseLog
from shared.decisions.case_spans import spans_of
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import entitlement
from shared.processing.follow_ups import follow_up
from shared.processing.log_switch import resume
from shared.processing.parking_causes import Cause, ProtocolUnknown
from shared.processing.passing_on import pass_on, pass_on_late, tell_after_all, tell_freed
from shared.processing.service import Service
from shared.processing.unseal import NOT_FOR_US, expected
from shared.protocol.case import Case, Verdict, service_of
from shared.protocol.core import Core
from shared.protocol.events import CaseReopened, CaseReported, CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.following import KeptRecord, Mark, Noted, View, follow, known, renews
from shared.protocol.letters import LETTERS, Letter, is_letter
from shared.protocol.messages import MessageSent
from shared.protocol.statements import StatementMade
from shared.protocol.versions import FIRST, NEWEST
from shared.records.codec import MISSED, Opened, Sections, kept
from shared.records.reader import Taken
from shared.records.record import Record, digest
from shared.store import at_rest
from shared.store.statements import BODY, KEYED, SEEN


def _spoken(work: UnitOfWork, case: Case, core: Core, parts: Sections) -> None:
    messages.take(work, case, core, parts)
    tell_freed(work, case, core, asking_others.take(work, case, core, parts))


TAKEN: dict[type[Event] | type[None], Callable[[UnitOfWork, Case, Core, Sections], None]] = {
    StatementMade: person_file.take, MessageSent: _spoken,
}  # fmt: skip
"""What lies in the sections of a record alone, and who files it."""


def ours(work: UnitOfWork, taken: Taken, own: set[str]) -> bool:
    """Whether a record is this instance's to read: addressed to its agency; intake keeps only the cases it opened.

    `own` are the cases that an earlier record of the poll opened, or that are parked: their pictures are not there to ask.
    """
    opened, me = taken.opened, work.instance.me
    if isinstance(opened, str) or opened is MISSED:
        return True
    if work.agency not in opened.readers:
        return False
    if service_of(me) != "intake" or (opened.core.type in LETTERS and _concerns(work, opened.core)):
        return True
    if opened.core.author == me and opened.core.type == CaseReported.TYPE:
        own.add(opened.core.case)
    view = work.view(opened.core.case)
    return opened.core.case in own or view.case is not None or view.since is not None or renews(opened.core.event(), me)


def _concerns(work: UnitOfWork, core: Core) -> bool:
    """Whether a letter is this intake's own, or about a case that it once followed."""
    event = core.event()
    return core.author == work.instance.me or (isinstance(event, Letter) and work.view(event.about).case is not None)


def apply_all(work: UnitOfWork, mine: list[Taken], service: Service) -> None:
    """The records of a poll that are ours, in log order. Raises what a fold, a policy or a projection raises."""
    work.load({t.opened.core.case for t in mine if isinstance(t.opened, Opened)})
    work.telling = {t.opened.core.case for t in mine if isinstance(t.opened, Opened) and t.opened.core.type == RosterSet.TYPE}
    known_events = seen(work, mine)
    for taken in mine:
        event = _event(taken)
        if event in known_events:
            continue
        known_events.add(event)
        if isinstance(taken.opened, str):
            unreadable(work, taken.record, taken.opened)
        elif taken.opened is MISSED:
            if expected(work, taken.record):
                unreadable(work, taken.record, NOT_FOR_US)
        else:
            apply_one(work, taken.record, taken.opened, service)


def _event(taken: Taken) -> str:
    said = taken.said
    return said.event if said else _unread(taken.record)


def _unread(record: Record) -> str:
    """What stands for the id of an event that cannot be read: the same bytes at the same place of another log are the same."""
    return sha256(f"{record.partition}:{record.offset}:{digest(record)}".encode()).hexdigest()[:32]


def seen(work: UnitOfWork, mine: list[Taken]) -> set[str]:
    """The same bytes twice on the log are one event."""
    ids = [_event(t) for t in mine]
    return set(SEEN(work.session.connection(), ids).scalars()) if ids else set()


def apply_one(work: UnitOfWork, record: Record, opened: Opened, service: Service) -> None:
    """One record: the next view of its case, and all that follows from it."""
    core, case = opened.core, opened.core.case
    before = work.view(case)
    if _newer(before, core):
        raise ProtocolUnknown
    event = core.event()
    if before == View() and event is not None and is_letter(core.case, event):
        _take_letter(work, record, opened, event, service)
        return
    view, noted = follow(before, work.instance.me, KeptRecord(record.offset, opened.event, core))
    work.see(case, view)
    if before.since is not None and view.member:
        resume(work, case, view)
    entitlement.joins(work, view, before, noted)
    sections = kept(opened, work.agency, view.case if view.since is None else _joining(view), record.timestamp)
    _journal(work, record, opened, noted, sections, differs=not known(before, core))
    for note in noted:
        parts = sections if note.event == opened.event else _kept_parts(work, note)
        _note(work, note, parts, record, service)
    if before.since is not None and view.since is None and view.case is not None:
        _told_meanwhile(work, before.case, view.case, [n for n in noted if n.verdict is Mark.IN_CHECKPOINT])


def _told_meanwhile(work: UnitOfWork, before: Case | None, now: Case, noted: Sequence[Noted]) -> None:
    """What only the state of a checkpoint contains is not folded here: what was stated in it is on file all the same, and passed on."""
    events = {note.core.key: note for note in noted}
    for last, after, core, event in entitlement.counted_before(before, now, (note.core for note in noted)):
        if taken := TAKEN.get(type(event)):
            taken(work, now, core, _kept_parts(work, events[core.key]))
        elif isinstance(event, RosterSet) and last.members:
            pass_on(work, last, after, core, event)


def _newer(view: View, core: Core) -> bool:
    """Whether this would give us our first picture of a case whose protocol we do not know. A case that we have keeps its own.

    An opening counts while we know nothing of the case, a checkpoint while we wait for one, from who named us: nobody else can hold it.
    """
    if core.type == CaseReported.TYPE and view == View() and service_of(core.author) == "intake":
        state: Any = core.facts
    elif core.type == CheckpointSet.TYPE and any(k.core.author == core.author and k.core.type == RosterSet.TYPE for k in view.kept):
        state = core.facts.get("state")
    else:
        return False
    protocol: Any = cast(dict[str, Any], state).get("protocol", FIRST) if isinstance(state, dict) else 1
    return type(protocol) is int and protocol > NEWEST


def _joining(view: View) -> Case | None:
    """Until the checkpoint is there, the roster record that named us says what we may keep."""
    event = view.kept[0].core.event() if view.kept else None
    return Case.model_construct(members=event.members, lead="") if isinstance(event, RosterSet) else None


def _journal(work: UnitOfWork, record: Record, opened: Opened, noted: tuple[Noted, ...], parts: Sections, *, differs: bool) -> None:
    core = opened.core
    verdict = next((n.verdict for n in noted if n.event == opened.event), Mark.OUTSIDE)
    work.write_down({
        "event": opened.event, "key": core.key, "case": core.case, "partition": record.partition, "place": record.offset, "type": core.type,
        "author": core.author, "cause": core.cause, "roster": core.roster, "at": core.at, "logged_at": record.timestamp,
        "applied_at": wall(),
        "verdict": verdict.value, "simulated": core.simulated, "differs": differs, "body": parts,
    })  # fmt: skip


def _kept_parts(work: UnitOfWork, note: Noted) -> Sections:
    """What was kept of a record that waited for the checkpoint."""
    row = work.journal.get(note.event)
    if row:
        return row["body"]
    body = work.session.connection().execute(BODY, {"event": note.event}).scalar_one()
    return at_rest.opened(work.instance.keystore, at_rest.JOURNAL, note.event, note.core.case, body)


def _note(work: UnitOfWork, note: Noted, parts: Sections, record: Record, service: Service) -> None:
    row = work.journal.get(note.event)
    if row is None:
        work.remarked.append({"e": note.event, "v": note.verdict.value})
    else:
        row["verdict"] = note.verdict.value
    core = note.core
    if core.author == work.instance.me and isinstance(note.verdict, Verdict):
        work.echo(core.case, core.key, note.verdict)
    if not isinstance(note.verdict, Verdict) or note.after is None:
        return
    change = Change(note, parts, record.offset, record.timestamp, wall())
    if change.counted:
        work.spans += spans_of(work.instance.me, note.before, note.after, core, record.timestamp, CaseLog(work, core.case))
    for due in note.follow_ups:
        if due.by == work.instance.me:
            follow_up(work, due, core, note.after, record.offset, service.follow_ups)
    if change.counted:
        event = core.event()
        entitlement.heed(work, note, event)
        if taken := TAKEN.get(type(event)):
            taken(work, note.after, core, parts)
        if isinstance(event, RosterSet) and note.before is not None:
            pass_on(work, note.before, note.after, core, event)
        elif isinstance(event, CaseReopened):
            pass_on_late(work, note.after, core)
        elif isinstance(event, StatementMade) and core.author == work.instance.me:
            tell_after_all(work, note.after, core, parts)
    service.project(work, change)


def _take_letter(work: UnitOfWork, record: Record, opened: Opened, event: Event, service: Service) -> None:
    """A letter is no part of any picture: it is noted, and whoever it is for acts on it."""
    core, met = opened.core, _met(work, opened.core.key)
    heard = not met and (service.letter(work, core, event) or entitlement.heard(work, core, event))
    verdict = Verdict.REPEATED if met else Verdict.COUNTED if heard or core.author == work.instance.me else Verdict.REFUSED
    _journal(
        work,
        record,
        opened,
        (Noted(opened.event, core, verdict, None, None),),
        kept(opened, work.agency, None, record.timestamp),
        differs=False,
    )
    if core.author == work.instance.me:
        work.echo(core.case, core.key, verdict)


def _met(work: UnitOfWork, key: str) -> bool:
    """Whether another copy of it lay on the log before."""
    here = any(row["key"] == key for row in work.journal.values())
    return here or work.session.connection().execute(KEYED, {"key": key}).first() is not None


def unreadable(work: UnitOfWork, record: Record, reason: str) -> None:
    """Journalled with its reason; it holds nothing."""
    work.write_down({
        "event": _unread(record), "key": "", "case": "", "partition": record.partition, "place": record.offset, "type": "", "author": "",
        "cause": "", "roster": 0, "at": record.timestamp, "logged_at": record.timestamp, "applied_at": wall(), "verdict": "unreadable",
        "simulated": False,
        "differs": False, "body": {"reason": reason},
    })  # fmt: skip


def parked_row(taken: Taken, cause: Cause, reason: str = "") -> dict[str, Any]:
    """A row for a record that could not be applied; `reason` is the kind and place of the failure."""
    assert isinstance(taken.opened, Opened)
    record, core = taken.record, taken.opened.core
    return {
        "case": core.case, "partition": record.partition, "place": record.offset, "logged_at": record.timestamp,
        "value": record.value, "code": cause.code, "reason": reason, "type": core.type, "author": core.author, "parked_at": wall(),
        "retry": False,
    }  # fmt: skip
