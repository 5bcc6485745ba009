"""An Apache Kafka cluster on loopback as production has it: several brokers, mutual TLS, access rules by table."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from deploy.brokers.access import grant
from deploy.brokers.answers import await_answers
from deploy.brokers.certificates import Authority
from deploy.brokers.formatted import fresh_id
from deploy.brokers.node import KafkaFailed, Node
from deploy.brokers.ports import Ports
from deploy.brokers.properties import ADMIN, HOST, NodePlan, broker_name
from shared.config.country import Agency
from shared.config.kafka import Bus


class Cluster:
    """Some brokers with their data folders and one authority. Started again on the same folder it is the same cluster at the same ports.

    Raises KafkaFailed where the folder holds a cluster of another size.
    """

    keeps = True

    def __init__(self, data: Path, brokers: int = 3, say: Callable[[str], None] = lambda _: None) -> None:
        self.data, self._say = data.resolve(), say
        self.nodes = [Node(self.data / broker_name(n), say) for n in range(1, brokers + 1)]
        self._ports = Ports()
        self.authority = Authority(self.data / "certificates")
        self.cluster, self.plans = self._made(brokers)

    def _made(self, brokers: int) -> tuple[str, list[NodePlan]]:
        """The cluster's id and the plan of each node, as they were chosen when it was made."""
        file = self.data / "cluster.json"
        if not file.exists():
            chosen = {
                "id": fresh_id(),
                "ports": [self._ports.any() for _ in range(brokers)],
                "controllers": [self._ports.any() for _ in range(brokers)],
            }
            file.write_text(json.dumps(chosen))
        kept = json.loads(file.read_text())
        if (made := len(kept["ports"])) != brokers:
            raise KafkaFailed(
                "The cluster in %(data)s was made with %(made)s brokers; start it with as many, or use another folder (--data).",
                data=self.data,
                made=made,
            )
        tls = [self.authority.issue(broker_name(n), HOST) for n in range(1, brokers + 1)]
        controllers = tuple(kept["controllers"])
        return kept["id"], [NodePlan(n, port, controllers, tls[n - 1]) for n, port in enumerate(kept["ports"], 1)]

    @property
    def bootstrap(self) -> str:
        """The addresses of all brokers."""
        return ",".join(plan.address for plan in self.plans)

    @property
    def admin(self) -> Bus:
        """The bus for who makes topics and access rules."""
        return self.bus_of(ADMIN)

    def bus_of(self, name: str) -> Bus:
        """The bus for one agency, with a certificate in its name; what it may do there is another question."""
        return Bus(self.bootstrap, self.authority.issue(name))

    def admit(self, agencies: Iterable[Agency]) -> None:
        """Let these agencies do what the table allows; when this returns they may. Raises KafkaException, NotInForce."""
        grant(self.admin, agencies)

    def start(self) -> None:
        """Start all brokers and wait until each answers; one that runs already stays. Raises KafkaFailed, JarsMissing."""
        self._say(f"starting Apache Kafka, {len(self.nodes)} brokers")
        self._must_have_its_ports()
        try:
            with ThreadPoolExecutor(len(self.nodes)) as pool:  # preparing a log takes two seconds each
                list(pool.map(self.launch, self.nodes, self.plans))
            for node, plan in zip(self.nodes, self.plans, strict=True):
                await_answers(node, Bus(plan.address, self.admin.tls), len(self.nodes))
        except BaseException:
            self.stop()
            raise

    def _must_have_its_ports(self) -> None:
        idle = [plan for node, plan in zip(self.nodes, self.plans, strict=True) if node.ended]
        wanted = [port for plan in idle for port in (plan.port, plan.controllers[plan.node - 1])]
        if taken := [port for port in wanted if not self._ports.keep(port)]:
            raise KafkaFailed(
                "The cluster in %(data)s has its ports for good, and somebody else listens at %(taken)s; stop that one first.",
                data=self.data,
                taken=", ".join(map(str, taken)),
            )

    def launch(self, node: Node, plan: NodePlan) -> None:
        """Start one broker without waiting for it."""
        if node.ended:
            node.stop()
            node.launch(lambda: plan, self.cluster)

    def stop(self) -> None:
        """End all brokers in order; it is safe to call twice."""
        for node in self.nodes:
            node.ask_to_stop()
        for node in self.nodes:
            node.stop()
        self._ports.release()

    @property
    def died(self) -> str:
        """How brokers ended by themselves, with their last lines; empty while all run, and after they were stopped."""
        return "\n".join(node.died for node in self.nodes if node.died)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
