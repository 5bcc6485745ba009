"""Whatever can happen next: every move that is possible in a state, with the state it leads to."""

from collections.abc import Iterator
from typing import NamedTuple

from deploy.proving.explorer.instance import Flight, Instance, Row, imagined, put, record_of, restarted, sendable
from deploy.proving.explorer.instance import heard as heard_by
from deploy.proving.explorer.picture import Kind, Picture, Record
from deploy.proving.explorer.state import EVERYBODY, Bounds, Message, State, having, sorted_network
from deploy.proving.explorer.view import LEAD, View, follow


class Move(NamedTuple):
    """What happened, at whose instance, to which decision."""

    what: str
    who: str
    key: str = ""


def moves(state: State, bounds: Bounds) -> Iterator[tuple[Move, State]]:
    """All that can happen next: first what must come in the end, then what people decide, then troubles."""
    yield from progress(state, bounds)
    if state.decisions:
        for one in state.instances:
            yield from _decisions(state, one, bounds)
    if state.troubles:
        yield from _troubles(state, bounds)


def progress(state: State, bounds: Bounds) -> Iterator[tuple[Move, State]]:
    """What happens by itself: records are read, rows are sent, what is on its way arrives."""
    for one in state.instances:
        if one.position < len(state.log):
            yield Move("reads", one.name, state.log[one.position].key), _calm(_read(state, one, bounds), bounds)
        row = None if _round_goes_on(state, one, bounds) else sendable(one, bounds.rules)
        if row:
            yield Move("sends", one.name, row.key), _send(state, one, row, bounds)
    for n, message in enumerate(state.network):
        if n == 0 or message != state.network[n - 1]:
            what = "arrives" if message.awaited else "arrives late"
            yield Move(what, message.record.author, message.record.key), _calm(_land(state, n, bounds), bounds)


def _round_goes_on(state: State, one: Instance, bounds: Bounds) -> bool:
    """A relay sends the next rows when all that it sent was answered, or given up."""
    return bounds.rules.one_at_a_time and any(m.awaited and m.record.author == one.name for m in state.network)


def _read(state: State, one: Instance, bounds: Bounds) -> State:
    record = state.log[one.position]
    if one.name not in record.to:
        return having(state, heard_by(one, one.view, (), bounds.rules))
    view, notes = follow(one.view, one.name, one.position, record, bounds.rules)
    return having(state, heard_by(one, view, notes, bounds.rules))


def _calm(state: State, bounds: Bounds) -> State:
    """Reads whose moment makes no difference happen at once: of records for others, and where nothing waits that is said otherwise
    after it, and nobody can decide otherwise."""
    for n in range(len(state.instances)) if bounds.eager else ():
        while (one := state.instances[n]).position < len(state.log):
            if one.name in state.log[one.position].to and (one.queue or _may_decide(state, one, bounds)):
                break
            state = _read(state, one, bounds)
    return state


def _may_decide(state: State, one: Instance, bounds: Bounds) -> bool:
    return state.decisions > 0 and one.view.member and (bounds.acts or bounds.hands_over or one.name == LEAD)


def _send(state: State, one: Instance, row: Row, bounds: Bounds) -> State:
    picture = one.view.picture
    assert picture is not None
    record = record_of(one, row, picture, bounds.rules)
    network = sorted_network((*state.network, Message(record, True)))
    sent = having(state, one._replace(flights=(*one.flights, Flight(row.key))))._replace(network=network)
    told = _told(record, picture) & state.withdrawn if one.name == LEAD else frozenset[str]()
    return sent._replace(fault=f"{row.key} tells {_names(told)}, withdrawn before it was sent") if told else sent


def _told(record: Record, picture: Picture) -> frozenset[str]:
    """To whom anything of the person is disclosed: by a roster, or to the lead alone, to nobody; by a checkpoint to joiners that are
    members still."""
    if record.kind in (Kind.ROSTER, Kind.MESSAGE):
        return frozenset()
    return record.members & picture.members if record.kind is Kind.CHECKPOINT else record.to


def _names(agencies: frozenset[str]) -> str:
    return " and ".join(sorted(agencies))


def _land(state: State, n: int, bounds: Bounds) -> State:
    record, awaited = state.network[n]
    landed = state._replace(network=state.network[:n] + state.network[n + 1 :], log=(*state.log, record))
    if awaited and not bounds.rules.echo:
        return having(landed, _done(_author(state, record), record.key))
    return landed


def _author(state: State, record: Record) -> Instance:
    return state.instances[EVERYBODY.index(record.author)]


def _done(one: Instance, key: str) -> Instance:
    """Without the rule of the echo: the broker's word is enough."""
    return one._replace(queue=tuple(r for r in one.queue if r.key != key), flights=tuple(f for f in one.flights if f.key != key))


def _decisions(state: State, one: Instance, bounds: Bounds) -> Iterator[tuple[Move, State]]:
    picture = imagined(one, bounds.rules)
    if picture is None or one.name not in picture.members or not _may_decide(state, one, bounds):
        return
    if bounds.acts and picture.holder in ("", one.name):
        kind = Kind.RELEASE if picture.holder else Kind.TAKE
        yield Move(kind, one.name), _decided(state, one, Row("", kind, one.made), bounds)
    if bounds.hands_over:
        yield from _hand_over(state, one, picture, bounds)
    for agency in EVERYBODY[1:] if picture.lead == one.name else ():
        if agency == one.name or (one.name != LEAD and agency in state.withdrawn):
            continue  # What the person has withdrawn at one desk they do not agree to at another.
        if agency not in picture.members:
            if agency == EVERYBODY[2] and _unknown(state, EVERYBODY[1]) and _unknown(state, agency):
                continue  # Two of whom nothing is known yet are the same to everybody.
            row = Row("", Kind.ROSTER, one.made, members=picture.members | {agency})
            yield Move("adds", one.name, agency), _decided(state, one, row, bounds)
            continue
        row = Row("", Kind.ROSTER, one.made, members=picture.members - {agency})
        yield Move("removes", one.name, agency), _decided(state, one, row, bounds)
        withdrawn = _decided(state, one, row._replace(first=True), bounds)
        yield Move("withdraws", one.name, agency), withdrawn._replace(withdrawn=state.withdrawn | {agency})


def _hand_over(state: State, one: Instance, picture: Picture, bounds: Bounds) -> Iterator[tuple[Move, State]]:
    """The lead asks the member to lead, who says yes or no; and a desk that has handed the case over is told of a withdrawal."""
    _, member, joiner = EVERYBODY
    if picture.lead == one.name == LEAD and not picture.asked and member in picture.members:
        yield Move(Kind.OFFER, one.name, member), _decided(state, one, Row("", Kind.OFFER, one.made, members=frozenset({member})), bounds)
    if picture.asked == one.name and not picture.agreed:
        for kind in (Kind.YES, Kind.NO):
            yield Move(kind, one.name), _decided(state, one, Row("", kind, one.made), bounds)
    if one.name == LEAD and picture.lead != LEAD and joiner in picture.members:
        row = Row("", Kind.MESSAGE, one.made, members=frozenset({joiner}))
        if any(other.lead for other in one.queue):  # The case is on its way: the roster goes ahead of that, a message where it is late.
            row = Row("", Kind.ROSTER, one.made, True, picture.members - {joiner})
        told = _decided(state, one, row, bounds)
        yield Move("withdraws", one.name, joiner), told._replace(withdrawn=told.withdrawn | {joiner}, wanted=told.wanted - {joiner})


def _unknown(state: State, agency: str) -> bool:
    rows = any(agency in row.members for row in state.lead.queue)
    said = any(agency in record.to for record in (*state.log, *(message.record for message in state.network)))
    return state.instances[EVERYBODY.index(agency)].view == View() and not rows and not said


def _decided(state: State, one: Instance, row: Row, bounds: Bounds) -> State:
    row = row._replace(key=f"{one.name}{len(one.decided) + 1}" + ("!" if row.first else ""))
    wanted = row.members if row.kind is Kind.ROSTER else state.wanted
    said = one._replace(queue=put(one.queue, row, bounds.rules), made=one.made + 1, decided=(*one.decided, row.key))
    now = having(state, said)._replace(wanted=wanted, withdrawn=state.withdrawn - wanted)
    return _calm(now._replace(decisions=state.decisions - 1), bounds)


def _troubles(state: State, bounds: Bounds) -> Iterator[tuple[Move, State]]:
    less = state._replace(troubles=state.troubles - 1)
    for one in state.instances:
        if one.queue:  # Who has nothing to say loses nothing.
            network = tuple(m._replace(awaited=False) if m.record.author == one.name else m for m in state.network)
            dead = having(less._replace(network=sorted_network(network)), restarted(one, len(state.log), bounds.rules))
            yield Move("restarts", one.name), _calm(dead, bounds)
    for n, message in enumerate(state.network):
        if message.awaited:
            author, key, end = _author(state, message.record), message.record.key, len(state.log)
            others = state.network[:n] + state.network[n + 1 :]
            free = author._replace(flights=tuple(f for f in author.flights if f.key != key))
            late = sorted_network((*others, message._replace(awaited=False)))
            yield Move("hears no answer", author.name, key), having(less._replace(network=late), free)
            if not bounds.rules.echo:
                yield Move("is forgotten", author.name, key), having(less._replace(network=others), _done(author, key))
            elif author.position < end:
                lost = author._replace(flights=tuple(f._replace(lost=end) if f.key == key else f for f in author.flights))
                yield Move("is forgotten", author.name, key), having(less._replace(network=others), lost)
            else:
                yield Move("is forgotten", author.name, key), having(less._replace(network=others), free)
