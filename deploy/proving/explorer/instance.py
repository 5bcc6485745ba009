"""One instance: its view, what waits to be sent in its order, and what of that is on its way."""

from typing import NamedTuple

from deploy.proving.explorer.picture import Kind, Picture, Record, Verdict, fold
from deploy.proving.explorer.rules import Rules
from deploy.proving.explorer.view import LEAD, Note, View

NOBODY = frozenset[str]()


class Row(NamedTuple):
    """A decision that waits until its record has been read back."""

    key: str
    kind: Kind
    seq: int
    first: bool = False
    members: frozenset[str] = NOBODY
    place: int = -1
    state: Picture | None = None
    lead: str = ""


class Flight(NamedTuple):
    """A row on its way. `lost` is the place that the broker had acknowledged before it forgot the record."""

    key: str
    lost: int = -1


class Instance(NamedTuple):
    """Committed are view, position and rows; the order of the queue, what is on its way and the gate are known to the process alone."""

    name: str
    view: View
    position: int = 0
    queue: tuple[Row, ...] = ()
    flights: tuple[Flight, ...] = ()
    gate: int = 0
    """Where the log ended when the process started: before that is read it sends nothing."""
    made: int = 0
    """How many rows it ever had."""
    decided: tuple[str, ...] = ()
    """The decisions of its people."""
    ended: frozenset[str] = NOBODY
    """Decisions that ended with its removal."""


def imagined(one: Instance, rules: Rules) -> Picture | None:
    """The picture with what waits to be sent: what its officers decide on."""
    picture = one.view.picture if one.view.member else None
    for row in one.queue:
        if picture is None:
            return None
        picture = fold(picture, record_of(one, row, picture, rules), rules)[0]
    return picture


def record_of(one: Instance, row: Row, picture: Picture, rules: Rules) -> Record:
    """The record of a row as it goes out under this picture."""
    members, to = row.members, picture.members | {LEAD}
    if row.kind is Kind.ROSTER and row.first and rules.takes_away:
        members = members & picture.members
    if row.kind in (Kind.ROSTER, Kind.CHECKPOINT):
        to = to | members
    return Record(one.name, row.key, row.kind, picture.version, to, members, row.place, row.state, row.lead)


def turn(row: Row, rules: Rules) -> int:
    """Which of the rows that wait goes first: withdrawals, checkpoints, all else; of one turn the one decided first."""
    if row.kind is Kind.CHECKPOINT:
        return 1 if rules.checkpoint_behind else 0
    return 0 if row.first and rules.withdrawal_first else 2


def put(queue: tuple[Row, ...], row: Row, rules: Rules) -> tuple[Row, ...]:
    """The queue with a new row at its place."""
    if row.first and row.kind is Kind.ROSTER and rules.restated:
        queue = tuple(other._replace(members=row.members) if other.kind is Kind.ROSTER else other for other in queue)
    if row.kind is Kind.CHECKPOINT and not rules.checkpoint_behind:
        return (row, *queue)
    if row.kind is Kind.CHECKPOINT and not rules.one_order:  # behind every roster that waits, until a restart
        at = next((n for n, other in enumerate(queue) if other.kind is not Kind.ROSTER), len(queue))
    else:
        at = next((n for n, other in enumerate(queue) if turn(other, rules) > turn(row, rules)), len(queue))
    return (*queue[:at], row, *queue[at:])


def restarted(one: Instance, end: int, rules: Rules) -> Instance:
    """The process died and is there again, on what was committed."""
    queue = one.queue
    if not rules.one_order:
        queue = tuple(sorted(queue, key=lambda row: (turn(row, rules), row.seq)))
    return one._replace(queue=queue, flights=(), gate=end)


def sendable(one: Instance, rules: Rules) -> Row | None:
    """The row that goes next, if one may go now."""
    if not one.view.member or one.position < one.gate or (one.flights and rules.one_at_a_time):
        return None
    under_way = {flight.key for flight in one.flights}
    return next((row for row in one.queue if row.key not in under_way), None)


def heard(one: Instance, view: View, notes: tuple[Note, ...], rules: Rules) -> Instance:
    """The instance once it has read one record: rows that are done, rows that go again, and a checkpoint that follows."""
    queue, flights, ended = one.queue, one.flights, one.ended
    if view.left and rules.removal:
        ended |= {row.key for row in queue}
        queue, flights = (), ()
    for note in notes:
        if note.record.author == one.name:
            flights = tuple(flight for flight in flights if flight.key != note.record.key)
            queue = queue if note.verdict is Verdict.STALE else tuple(row for row in queue if row.key != note.record.key)
    position = one.position + 1
    flights = tuple(flight for flight in flights if not 0 <= flight.lost <= position)
    now = one._replace(view=view, position=position, queue=queue, flights=flights, ended=ended)
    for note in notes:
        joiners = note.after.members - note.before.members
        if note.record.author == one.name and note.record.kind is Kind.ROSTER and note.verdict is Verdict.COUNTED and joiners:
            key = f"{note.record.key}'s checkpoint"
            row = Row(key, Kind.CHECKPOINT, now.made, True, joiners, note.place, note.after)
            now = saying(now, row, rules)
        follows = _of_the_lead(now, note, rules)
        now = saying(now, follows, rules) if follows else now
    return now


def saying(one: Instance, row: Row, rules: Rules) -> Instance:
    """The instance with one more decision that waits."""
    return one._replace(queue=put(one.queue, row, rules), made=one.made + 1)


def _of_the_lead(one: Instance, note: Note, rules: Rules) -> Row | None:
    """What follows at this instance where the lead passes on: the roster for a yes, a message for a withdrawal that came too late, and
    for the message the roster of who leads."""
    record, counted = note.record, note.verdict is Verdict.COUNTED
    shown = imagined(one, rules)
    if shown is None:
        return None
    if record.kind is Kind.YES and counted and note.after.agreed and one.name == note.after.lead:
        return Row(f"{record.key}'s roster", Kind.ROSTER, one.made, members=shown.members, lead=record.author)
    if record.kind is Kind.MESSAGE and counted and one.name == note.after.lead and record.members & shown.members:
        return Row(f"{record.key}'s roster", Kind.ROSTER, one.made, True, shown.members - record.members)
    late = rules.passed_on and record.kind is Kind.ROSTER and record.author == one.name and note.verdict is Verdict.REFUSED
    if late and record.key.endswith("!") and note.before.members - record.members:
        return Row(f"{record.key}'s message", Kind.MESSAGE, one.made, members=note.before.members - record.members)
    return None


def leads(one: Instance, rules: Rules) -> bool:
    """Whether its people take themselves for the lead."""
    picture = imagined(one, rules)
    return picture is not None and picture.lead == one.name
