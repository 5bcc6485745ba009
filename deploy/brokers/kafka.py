"""Apache Kafka, one node on loopback, in the clear: the broker of the demo and of most tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from deploy.brokers.node import KafkaFailed, Node, new_cluster
from deploy.brokers.ports import any_port, await_answers, next_free
from deploy.brokers.properties import Plan
from shared.runtime.bus import Bus


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
        plan = self.node.launch(lambda: Plan(1, self._choose_port(), (any_port(),)), new_cluster())
        try:
            await_answers(self.node, Bus(plan.address))
        except BaseException:
            self.node.stop()
            raise
        (self.data / "port").write_text(str(plan.port))
        self.bootstrap = plan.address
        return self.bootstrap

    def stop(self) -> None:
        """Ends the broker in order; it is safe to call twice."""
        self.node.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _choose_port(self) -> int:
        kept = self.data / "port"
        return next_free(self._port or (int(kept.read_text()) if kept.exists() else any_port()))


__all__ = ["Kafka", "KafkaFailed"]
