"""What waits for the bus has one order: the queue in memory and the table after a restart give the same rows, whatever was added when."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from services.referral.service import SERVICE as REFERRAL
from shared.decisions.send_queue import SendQueue
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.processing.log_switch import revive
from shared.protocol.case import Verdict
from shared.protocol.core import decision_key
from shared.protocol.events import CheckpointSet, HandoffOverdue, RosterSet
from shared.records.codec import Decided, Turn, to_json
from shared.store.outbox import waiting
from shared.store.tables import Journal
from tests.shared.land import LEAD_ME, Hand, database, instance_at

CASE = "a"
KINDS = {
    "usual": (HandoffOverdue.TYPE, Turn.USUAL), "roster": (RosterSet.TYPE, Turn.USUAL), "withdrawal": (RosterSet.TYPE, Turn.WITHDRAWAL),
    "checkpoint": (CheckpointSet.TYPE, Turn.CHECKPOINT),
}  # fmt: skip
SAID = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4)
STEPS = st.lists(st.one_of(st.tuples(st.just("say"), SAID), st.tuples(st.sampled_from(("echo", "anew")), st.just([]))), max_size=12)


class Desk:
    """A lead that decides things in one case, hears echoes, and meets another log."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.number, self.done = instance, 0, list[Decided]()

    def say(self, kinds: list[str]) -> None:
        self.instance.transact(lambda work: [work.say(self._decided(kind)) for kind in kinds])

    def _decided(self, kind: str) -> Decided:
        type, turn = KINDS[kind]
        self.number += 1
        facts: dict[str, Any] = {"members": [{"agency": f"m{self.number}"}]} if type == RosterSet.TYPE else {"n": self.number}
        cause = f"form:{self.number}"
        return Decided(decision_key(LEAD_ME, cause, 0), CASE, type, cause, self.number, False, {"D0": facts}, turn=turn)

    def echo(self, _: list[str]) -> None:
        if queue := self.instance.outgoing.of(CASE):
            self.instance.transact(lambda work: work.echo(CASE, queue[0].key, Verdict.COUNTED))
            self.done.append(queue[0])

    def anew(self, _: list[str]) -> None:
        """Another log lacks all that this one had."""
        self.instance.transact(lambda work: [self._again(work, row) for row in self.done])
        self.done.clear()

    def _again(self, work: UnitOfWork, row: Decided) -> None:
        told = Journal(
            event=row.key, key=row.key, case=CASE, partition=0, place=0, type=row.type, author=LEAD_ME, cause=row.cause, roster=1,
            at=row.at, logged_at=0, applied_at=0, verdict="counted", body=to_json(row.parts),
        )  # fmt: skip
        revive(work, told)


def restarted(instance: Instance) -> list[Decided]:
    """The rows as the same instance would find them when it starts now."""
    again = SendQueue()
    with Session(instance.engine) as session:
        again.fill(waiting(session, None))
    return again.of(CASE)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_the_queue_is_the_same_before_and_after_a_restart(templates: Path, steps: list[tuple[str, list[str]]]) -> None:
    with TemporaryDirectory() as folder:
        instance = instance_at(database(Path(folder), templates, REFERRAL, LEAD_ME), LEAD_ME, Hand())
        desk = Desk(instance)
        for step, kinds in steps:
            getattr(desk, step)(kinds)
            assert instance.outgoing.of(CASE) == restarted(instance)
        instance.close()


def test_a_checkpoint_goes_behind_withdrawals_and_before_a_roster_that_may_add_somebody(tmp_path: Path, templates: Path) -> None:
    """Who joins by a roster behind which the checkpoint lands never reads it. A checkpoint is never stale: its key stays unknown there."""
    instance = instance_at(database(tmp_path, templates, REFERRAL, LEAD_ME), LEAD_ME, Hand())
    desk = Desk(instance)
    for kinds in (["usual", "roster"], ["checkpoint"], ["withdrawal"], ["checkpoint", "withdrawal"]):
        desk.say(kinds)
    assert [row.at for row in instance.outgoing.of(CASE)] == [4, 6, 3, 5, 1, 2]
    assert {row.parts["D0"]["members"][0]["agency"] for row in instance.outgoing.of(CASE) if row.type == RosterSet.TYPE} == {"m6"}
    instance.close()
