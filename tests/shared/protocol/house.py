"""A small house for random histories: instances that decide, relay and follow one log, with the real `follow` and `fold`.

What happens there: re-sends after a doubt, zombies, losses, stale rows sent again, one row of the case on its way.
"""

from dataclasses import dataclass, field, replace
from random import Random

from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.core import Core, decision_key, decode, encode, event_id
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.fold import Follow, fold
from shared.protocol.following import KeptRecord, Mark, Noted, View, follow, known
from shared.protocol.roster import recipients
from tests.shared.protocol.cases import LEAD, LEADING, REPORTING, START, core_of, members, opening
from tests.shared.protocol.plays import AUTHORS, OTHERS, step


@dataclass(frozen=True)
class Rules:
    """What may be switched off, to see that the checks are sharp."""

    buffer: bool = True
    one_at_a_time: bool = True
    ordered: bool = True


@dataclass(frozen=True)
class Row:
    """A decision in an outbox: what was decided, not what is sent."""

    key: str
    at: int
    event: Event


@dataclass(frozen=True)
class Sent:
    """A record: its bytes, and the agencies that have a part in it."""

    body: bytes
    to: frozenset[str]


@dataclass
class Instance:
    """One instance: its view, journal and outbox."""

    me: str
    rules: Rules
    view: View = field(default_factory=View)
    place: int = 0
    journal: dict[int, Verdict | Mark] = field(default_factory=dict[int, Verdict | Mark])
    outbox: list[Row] = field(default_factory=list[Row])
    on_its_way: set[str] = field(default_factory=set[str])
    removed: set[str] = field(default_factory=set[str])
    strange_heads: int = 0
    joined: int = 0
    sends: int = 0

    def read(self, sent: Sent) -> None:
        """Follows one record of the log, if it has a part for us."""
        place, self.place = self.place, self.place + 1
        if agency_of(self.me) not in sent.to:
            return
        core = decode(sent.body)
        if self.view.member and core.author != self.me:
            self.strange_heads += not known(self.view, core)
        waited = self.view.since is not None
        self.view, noted = follow(self.view, self.me, KeptRecord(place, f"{place}:{event_id(sent.body)}", core))
        self.joined += waited and self.view.member
        if self.view.since is not None and not self.rules.buffer:
            self.view = replace(self.view, kept=self.view.kept[:1])
        for note in noted:
            self._note(note)
        if self.view.left:
            self.removed |= {row.key for row in self.outbox}
            self.outbox, self.on_its_way = [], set()

    def _note(self, note: Noted) -> None:
        place = int(note.event.partition(":")[0])
        says = note.verdict
        if says is Mark.IN_CHECKPOINT and self.view.case is not None:
            says = self.view.case.settled.get(note.core.key, says)
        self.journal[place] = says
        if note.core.author == self.me and says not in (Mark.WAITING, Mark.OUTSIDE):
            self.on_its_way.discard(note.core.key)
            self.outbox = [r for r in self.outbox if r.key != note.core.key or says in (Verdict.STALE, Mark.IN_CHECKPOINT)]
        for follow_up in note.follow_ups:
            if (follow_up.follow, follow_up.by) == (Follow.CHECKPOINT, self.me) and note.after is not None:
                joiners, state = tuple(follow_up.about.split()), note.after.model_dump(mode="json")
                state = state if self.rules.ordered else {**state, "handoffs": dict(sorted(state["handoffs"].items()))}
                key = decision_key(self.me, note.core.key, 0)
                self.outbox.append(Row(key, note.core.at, CheckpointSet(place=place, joiners=joiners, state=state)))

    def pending(self) -> Case:
        """The picture plus what is decided here and not on the log yet."""
        case = self.view.case
        assert case is not None
        for row in self.outbox:
            case = fold(case, core_of(case, self.me, row.event, row.at, key=row.key)).case or case
        return case

    def send(self) -> Sent | None:
        """The first row not on its way, completed under the roster known now; one row at a time."""
        case, rows = self.view.case, [r for r in self.outbox if r.key not in self.on_its_way]
        if case is None or not self.view.member or not rows or (self.rules.one_at_a_time and self.on_its_way):
            return None
        row = rows[0]
        self.on_its_way.add(row.key)
        self.sends += 1
        core = core_of(case, self.me, row.event, row.at, key=row.key, salt=f"{self.me} {self.sends}")
        return Sent(encode(core), recipients(case, row.event) | {agency_of(self.me)})


class House:
    """All instances, the log they share, the network before it, and a witness that reads everything."""

    def __init__(self, seed: int, rules: Rules) -> None:
        self.dice = Random(seed)
        self.instances = {me: Instance(me, rules) for me in AUTHORS}
        core = core_of(None, REPORTING, opening(pingpong=self.dice.choice((2, 3))), key="opening", salt="0")
        self.log = [Sent(encode(core), frozenset({LEAD, agency_of(REPORTING)}))]
        self.network: list[Sent] = []
        self.decided: dict[str, str] = {}

    def run(self, ticks: int) -> None:
        """Some time of work in any order, then until all is quiet."""
        self._read(self.instances[LEADING], 1)
        for now in range(START, START + ticks):
            self._tick(now, self.instances[self.dice.choice(AUTHORS)], self.dice.random())
        for _ in range(300):
            self.log += self.network
            self.network = []
            for instance in self.instances.values():
                self._read(instance, len(self.log))
                instance.on_its_way = set()
                if sent := instance.send():
                    self.log.append(sent)
            if not any(i.outbox for i in self.instances.values()) and all(i.place == len(self.log) for i in self.instances.values()):
                return

    def _tick(self, now: int, who: Instance, luck: float) -> None:
        if luck < 0.36:
            self._read(who, self.dice.randint(1, 4))
        elif luck < 0.56:
            self._decide(who, now)
        elif luck < 0.62:
            self._change_roster(now)
        elif luck < 0.76:
            self.network += [sent] if (sent := who.send()) else []
        elif luck < 0.91 and self.network:
            self.log.append(self.network.pop(self.dice.randrange(len(self.network))))
        elif luck < 0.94 and self.network:
            core = decode(self.network.pop(self.dice.randrange(len(self.network))).body)
            self.instances[core.author].on_its_way.discard(core.key)
        elif luck < 0.97:
            who.on_its_way = set()

    def _read(self, who: Instance, count: int) -> None:
        for sent in self.log[who.place : who.place + count]:
            who.read(sent)

    def _decide(self, who: Instance, now: int) -> None:
        if who.view.member and (found := step(who.pending(), self.dice, f"{now}", now, (who.me,))) and not isinstance(found[1], RosterSet):
            self._row(who, now, found[1])

    def _change_roster(self, now: int) -> None:
        lead = self.instances[LEADING]
        if lead.view.member:
            agencies = [m.agency for m in lead.pending().members]
            toggled = self.dice.choice(OTHERS)
            self._row(lead, now, RosterSet(members=members(*sorted(set(agencies) ^ {toggled}))))

    def _row(self, who: Instance, now: int, event: Event) -> None:
        key = decision_key(who.me, f"form {now}", 0)
        self.decided[key] = who.me
        who.outbox.append(Row(key, now, event))

    def cores(self) -> list[Core]:
        """What lies on the log."""
        return [decode(sent.body) for sent in self.log]
