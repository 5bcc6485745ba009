"""The brokers of a soak: one in the clear or three with mutual TLS and access rules, each agency on a line of its own to each of them."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from deploy.brokers.answers import await_answers
from deploy.brokers.cluster import Cluster
from deploy.brokers.formatted import fresh_id
from deploy.brokers.node import Node
from deploy.brokers.ports import Ports
from deploy.brokers.properties import HOST, ExtraListener, NodePlan
from deploy.brokers.topics import ensure_topics
from shared.config.country import Agency
from shared.config.kafka import Bus


class Brokers(Protocol):
    """Nodes with their plans; `admin` reaches them directly, agencies by their lines."""

    nodes: list[Node]
    plans: list[NodePlan]
    cluster: str

    @property
    def admin(self) -> Bus:
        """The bus of who may do everything."""
        ...

    def tls_of(self, agency: str) -> Path | None:
        """The folder with an agency's certificate."""
        ...

    def admit(self, agencies: Iterable[Agency]) -> None:
        """Let these agencies in."""
        ...


class Single:
    """One broker in the clear, which asks nobody who he is."""

    def __init__(self, data: Path) -> None:
        self.nodes, self.cluster = [Node(data / "broker1", lambda _: None)], fresh_id()
        self.plans = [NodePlan(1, 0, (0,))]

    @property
    def admin(self) -> Bus:
        """The broker directly."""
        return Bus(self.plans[0].address)

    def tls_of(self, agency: str) -> Path | None:
        """Nobody needs one."""
        return None

    def admit(self, agencies: Iterable[Agency]) -> None:
        """Everybody is in."""


class Three(Cluster):
    """Three brokers as production has them."""

    def tls_of(self, agency: str) -> Path | None:
        """The folder with an agency's certificate."""
        return self.bus_of(agency).tls


Table = list[tuple[str, int, int]]
"""(agency, port that it sees, port of the broker), a row for each agency and broker."""


def plan(brokers: Brokers, agencies: Sequence[Agency], ports: Ports, first: int) -> tuple[Table, int]:
    """Choose all ports, from `first` on, and give each agency a listener of its own at each broker; and the port after the last.

    None is one that the system hands out to clients: a broker that was away must find its own free when it comes back.
    """
    free = _free(ports, first)
    controllers = tuple(next(free) for _ in brokers.plans)
    table: Table = []
    for n, made in enumerate(brokers.plans):
        lines = tuple(ExtraListener(f"LINE{m}", next(free), next(free)) for m, _ in enumerate(agencies))
        brokers.plans[n] = replace(made, port=next(free), controllers=controllers, lines=lines)
        table += [(agency.id, line.shown, line.port) for agency, line in zip(agencies, lines, strict=True)]
    return table, max(plan.port for plan in brokers.plans) + 1


def _free(ports: Ports, first: int) -> Iterator[int]:
    while True:
        first = ports.take(first) + 1
        yield first - 1


def bus_of(brokers: Brokers, table: Table, agency: str) -> Bus:
    """How an agency reaches the brokers: by its lines."""
    return Bus(",".join(f"{HOST}:{shown}" for name, shown, _ in table if name == agency), brokers.tls_of(agency))


def launch(brokers: Brokers, n: int) -> None:
    """Start one broker, whatever became of it, without waiting until it answers."""
    node = brokers.nodes[n]
    if node.ended:
        node.stop()
        node.launch(lambda: brokers.plans[n], brokers.cluster)


def answers(brokers: Brokers, n: int) -> None:
    """Wait until one broker answers; one that has ended meanwhile is started once more. Raises KafkaFailed."""
    launch(brokers, n)
    await_answers(brokers.nodes[n], Bus(brokers.plans[n].address, brokers.admin.tls))


def start(brokers: Brokers, agencies: Sequence[Agency]) -> None:
    """Start all, make topics and access rules. Raises KafkaFailed, JarsMissing."""
    everyone = range(len(brokers.nodes))
    with ThreadPoolExecutor(len(brokers.nodes)) as pool:
        list(pool.map(launch, [brokers] * len(brokers.nodes), everyone))
    for n in everyone:
        answers(brokers, n)
    asyncio.run(ensure_topics(brokers.admin))
    brokers.admit(agencies)


def stop(brokers: Brokers) -> None:
    """End all in order; safe to call twice, and for brokers that never started."""
    for node in brokers.nodes:
        node.ask_to_stop()
    for node in brokers.nodes:
        node.stop()
