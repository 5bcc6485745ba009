"""Apache Kafka, one node on loopback, in the clear: the broker of the demo and of most tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from deploy.brokers.answers import await_answers
from deploy.brokers.formatted import fresh_id
from deploy.brokers.node import KafkaFailed, Node
from deploy.brokers.ports import Ports, free
from deploy.brokers.properties import NodePlan
from deploy.language_choice import translate
from shared.config.kafka import Bus

TRIES = 5
"""So often another port is tried where somebody takes the chosen one before the broker has it."""


def _quiet(_: str) -> None:
    """Progress goes nowhere unless somebody asks for it."""


class Kafka:
    """One broker with its data folder. Started again on the same folder it has the same log, and the same port where that is free."""

    keeps = True

    def __init__(self, data: Path, port: int | None = None, say: Callable[[str], None] = _quiet) -> None:
        self.node = Node(data, say)
        self.data = self.node.data
        self.bootstrap = ""
        self._port = port
        self._ports = Ports()
        self._say = say

    @property
    def bus(self) -> Bus:
        """How agencies reach it."""
        return Bus(self.bootstrap)

    def start(self) -> str:
        """Starts the broker, waits until it answers the Kafka protocol, and returns its bootstrap address. Started already, it stays."""
        if self.node.started:
            return self.bootstrap
        self._say("starting Apache Kafka")
        plan = self._answering(TRIES)
        (self.data / "port").write_text(str(plan.port))
        self.bootstrap = plan.address
        return self.bootstrap

    def _answering(self, tries: int) -> NodePlan:
        plan = self.node.launch(self._plan, fresh_id())
        try:
            await_answers(self.node, Bus(plan.address))
        except BaseException as failure:
            taken = self.node.ended and not (free(plan.port) and free(plan.controllers[0]))
            self.stop()
            if not (isinstance(failure, KafkaFailed) and taken and tries > 1):
                raise
        else:
            return plan
        self._say(
            translate(
                "somebody else has taken port %(port)s or %(other)s meanwhile, trying others",
                port=plan.port,
                other=plan.controllers[0],
            )
        )
        return self._answering(tries - 1)

    @property
    def died(self) -> str:
        """How it ended by itself, with its last lines; empty while it runs, and after it was stopped."""
        return self.node.died

    def stop(self) -> None:
        """Ends the broker in order; it is safe to call twice."""
        self.node.stop()
        self._ports.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _plan(self) -> NodePlan:
        kept = self.data / "port"
        wanted = self._port or (int(kept.read_text()) if kept.exists() else 0)
        if not (wanted and self._ports.keep(wanted)):
            wanted = self._ports.take(wanted) if wanted else self._ports.any()
        return NodePlan(1, wanted, (self._ports.any(),))


__all__ = ["Kafka", "KafkaFailed"]
