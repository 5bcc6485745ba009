"""A story of the explorer, played by the real parts: instances, relays, queues and fold, on real databases, in the simulation's land.

The lead is the land's lead, whoever joins is its organisation and its police; the reporter is in the case too and says nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from deploy.oracle import Judgement
from deploy.proving.explorer.moves import Move
from deploy.proving.explorer.search import Step
from deploy.proving.explorer.state import JOINER, MEMBER, State
from deploy.proving.explorer.view import LEAD
from deploy.proving.simulation.deeds import Without, remove
from deploy.proving.simulation.land import LEAD as CENTRE
from deploy.proving.simulation.network import Message
from deploy.proving.simulation.rules import Rules
from deploy.proving.simulation.scene import at_rest
from deploy.proving.simulation.world import World
from services.intake.handlers.reports import FileReport, file_report
from services.referral.handlers.consent import Withdraw, withdraw
from shared.decisions.decide import DecisionContext
from shared.protocol.core import decode
from shared.protocol.events import RosterSet
from shared.protocol.vocabulary import Basis, Need
from shared.records.codec import TOPIC

AGENCIES = {LEAD: "rs-lead", MEMBER: "rs-ngo", JOINER: "rs-pol"}
POSTS = {LEAD: CENTRE, MEMBER: "assistance.rs-ngo", JOINER: "assistance.rs-pol"}
REPORTER = "intake.rs-insp"
OPENING = 1
"""Records that lie before a story's first: the case is opened."""


def add(command: Without, tx: DecisionContext) -> RosterSet:
    """The lead brings an agency in, and asks it nothing."""
    member = tx.country.member(command.agency, Need.LEGAL, Basis.CONSENT)
    return RosterSet(members=(*tx.case(command.case).members, member))


class Played:
    """A land in which one story is played."""

    def __init__(self, folder: Path, templates: Path, rules: Rules | None = None) -> None:
        self.world = World(2, folder, templates, rules)  # An even seed: records travel as they are.
        self.case, self.partition, self.keys = "", 0, dict[str, str]()

    async def __aenter__(self) -> "Played":
        reporter, lead = self.world.posts[REPORTER], self.world.posts[CENTRE]
        met = FileReport.model_validate({"danger": False, "consent": True, "age": "adult", "needs": (), "forms": ()})
        self.world.say(reporter, file_report, met)
        self.case = self.world.cases[0]
        self.partition = self.world.topic.home(self.case.encode())
        reporter.send()
        await self._turn()
        (report,) = self._messages()
        await self._arrive(report)
        for post in (reporter, lead):
            post.poll(self.world.topic, 10)
        assert len(self.world.topic.logs[self.partition]) == OPENING
        assert not len(lead.instance.outgoing)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.world.close()

    async def play(self, story: Sequence[Step]) -> None:
        """Every move of a story, and after each the queues that the model has."""
        for move, state in story:
            await self._move(move, state)
            for one in state.instances:
                self._read_to(one.name, one.position)
                told = [self._told(key) for key in self._queue(one.name)]
                assert told == [row.key for row in one.queue], f"after {move}: {told} and {one.queue}"

    async def judged(self) -> Judgement:
        """What the oracle says once everything has come to rest."""
        return (await at_rest(self.world)).judge()

    def verdicts(self, name: str) -> dict[str, str]:
        """What an instance has settled, by the model's names, in the order of the log; the opening left out."""
        case = self.world.posts[POSTS[name]].instance.view_of(self.case).case
        assert case is not None
        return {self._told(key): verdict.value for key, verdict in list(case.settled.items())[OPENING:]}

    async def _move(self, move: Move, state: State) -> None:
        lead, about = self.world.posts[POSTS[move.who]], {"case": self.case, "agency": AGENCIES.get(move.key, "")}
        match move.what:
            case "adds":
                self._say(lead, add, Without(**about), state)
            case "removes":
                self._say(lead, remove, Without(**about), state)
            case "withdraws":
                self._say(lead, withdraw, Withdraw(**about), state)
            case "sends":
                lead.send()
                await self._turn()
            case "arrives":
                await self._arrive(self._under_way(move.key, given_up=False))
            case "arrives late":
                await self._arrive(self._under_way(move.key, given_up=True))
            case "hears no answer":
                self._under_way(move.key, given_up=False).fail()
                await self._turn()
            case "restarts":
                self.world.crash(POSTS[move.who])
                await self._turn()
            case _:
                assert move.what == "reads"

    def _say(self, post: Any, use_case: Any, command: Any, state: State) -> None:
        before = set(self._queue(LEAD))
        self.world.say(post, use_case, command)
        (key,) = set(self._queue(LEAD)) - before
        self.keys[key] = state.lead.decided[-1]

    def _queue(self, name: str) -> list[str]:
        return [row.key for row in self.world.posts[POSTS[name]].instance.outgoing.of(self.case)]

    def _told(self, key: str) -> str:
        """The model's name of a decision; a checkpoint is called after the roster that it follows."""
        if key not in self.keys:
            instance = self.world.posts[CENTRE].instance
            row = next((row for row in instance.outgoing.of(self.case) if row.key == key), None)
            assert row is not None, "a decision that the model does not have"
            self.keys[key] = f"{self.keys[row.cause.partition(':')[0]]}'s checkpoint"
        return self.keys[key]

    def _under_way(self, name: str, *, given_up: bool) -> Message:
        there = [(self._told(_key(message)), message) for message in self._messages()]
        found = next((message for told, message in there if told == name and message.given_up == given_up), None)
        assert found is not None, f"{name} is not under way: {[(told, message.given_up) for told, message in there]}"
        return found

    async def _turn(self) -> None:
        """Whoever can go on does so. What is sent to the rapporteur arrives at once: a relay's round ends when all of it was answered."""
        await self.world.turn()
        for message in [m for m in self.world.network.messages if m.topic != TOPIC]:
            self.world.network.messages.remove(message)
            message.acknowledge(self.world.network.land(message, self.world.at))
        await self.world.turn()

    def _messages(self) -> list[Message]:
        """What is under way to the log of cases."""
        return [message for message in self.world.network.messages if message.topic == TOPIC]

    async def _arrive(self, message: Message) -> None:
        self.world.network.messages.remove(message)
        message.acknowledge(self.world.network.land(message, self.world.at))
        await self._turn()

    def _read_to(self, name: str, place: int) -> None:
        post = self.world.posts[POSTS[name]]
        while post.instance.positions.next(self.partition) < place + OPENING:
            post.poll(self.world.topic, 1)


def _key(message: Message) -> str:
    return decode(orjson.loads(message.value)["core"].encode()).key
