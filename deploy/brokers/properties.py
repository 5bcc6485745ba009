"""The settings of a Kafka node: alone on loopback in the clear, or one of a cluster with mutual TLS and access rules."""

from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
ADMIN = "admin"
"""The principal that makes topics and access rules."""
# A short session: after a crash the new start must wait until the controller has forgotten the old one.
# A long idle interval: else controllers tell each other twice a second that nothing is new, which is much of what three brokers do at rest.
# They share few cores with all that stands on them: each of Kafka's eight threads wakes for nothing.
COMMON = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners={listeners},CONTROLLER://{host}:{controller}
advertised.listeners={advertised}
listener.security.protocol.map={security}:{security},CONTROLLER:{security}{kinds}
inter.broker.listener.name={security}
log.dirs={logs}
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor={copies}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={agreeing}
log.cleaner.dedupe.buffer.size=8388608
metadata.max.idle.interval.ms=10000
num.io.threads=2
num.network.threads=2
"""
SECURE = """\
ssl.keystore.type=PEM
ssl.keystore.location={tls}/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={tls}/ca.pem
ssl.client.auth=required
ssl.endpoint.identification.algorithm=https
ssl.principal.mapping.rules=RULE:^.*CN=([^,]+).*$/$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users={supers}
allow.everyone.if.no.acl.found=false
"""


@dataclass(frozen=True, slots=True)
class ExtraListener:
    """One more listener of a node, which sends its clients to another port than its own: something between passes the bytes on."""

    name: str
    """Capital letters and digits; the same at all nodes of a cluster."""
    port: int
    """Where the node listens."""
    shown: int
    """Where its clients connect."""


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node: its number from 1, its ports on loopback, the cluster it belongs to."""

    node: int
    port: int
    controllers: tuple[int, ...]
    """The controller port of each node of the cluster, in their order."""
    tls: Path | None = None
    """Folder with this node's `keystore.pem` and the cluster's `ca.pem`."""
    lines: tuple[ExtraListener, ...] = ()

    @property
    def address(self) -> str:
        """Where clients reach this node."""
        return f"{HOST}:{self.port}"

    def text(self, logs: Path) -> str:
        """The file of settings, its log lying in `logs`."""
        nodes = len(self.controllers)
        copies = min(3, nodes)
        voters = ",".join(f"{n}@{HOST}:{port}" for n, port in enumerate(self.controllers, 1))
        security = "SSL" if self.tls else "PLAINTEXT"
        own = f"{security}://{self.address}"
        text = COMMON.format(
            node=self.node, voters=voters, security=security, host=HOST, controller=self.controllers[self.node - 1], logs=logs,
            copies=copies, agreeing=max(1, copies - 1),
            listeners=",".join([own, *(f"{line.name}://{HOST}:{line.port}" for line in self.lines)]),
            advertised=",".join([own, *(f"{line.name}://{HOST}:{line.shown}" for line in self.lines)]),
            kinds="".join(f",{line.name}:{security}" for line in self.lines),
        )  # fmt: skip
        if self.tls is None:
            return text
        supers = ";".join(f"User:{name}" for name in (ADMIN, *map(broker_name, range(1, nodes + 1))))
        return text + SECURE.format(tls=self.tls, supers=supers)


def broker_name(node: int) -> str:
    """The name in a node's certificate."""
    return f"broker{node}"
