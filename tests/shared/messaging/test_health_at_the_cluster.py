"""What a running agency says of a bus that can be read and takes nothing: a right that only brokers with access rules can refuse."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from deploy.brokers import Cluster
from deploy.brokers.access import revoke
from deploy.brokers.topics import CASE_EVENTS
from deploy.process.country_file import country_of
from shared.config.kafka import Bus
from shared.processing.faults import Fault
from tests.shared.served import AGENCY, SERVICES, served


def test_a_bus_that_takes_nothing_is_not_up_though_it_can_be_read(cluster: Cluster, tmp_path: Path) -> None:
    own = country_of(Path("serbia")).agency(AGENCY)
    cluster.admit([own])
    with ExitStack() as last, served(cluster.bus_of(AGENCY), tmp_path / "data") as agency:
        last.callback(revoke, cluster.admin, own)
        with forbidden(cluster.admin, f"User:{AGENCY}"):
            refused = {"intake": {Fault.NOT_SENT}, "assistance": set[str]()}
            agency.becomes(lambda faults: agency.report().status_code == 201 and faults == refused, "what intake sends is refused")
            assert agency.metric("nrm_bus_up") == {"intake": 0.0, "assistance": 1.0}
        agency.await_ready()
        assert agency.metric("nrm_bus_up") == dict.fromkeys(SERVICES, 1.0)


@contextmanager
def forbidden(admin: Bus, whom: str) -> Iterator[None]:
    """Somebody may not write to the log."""
    kafka = AdminClient(admin.librdkafka())
    topic = ResourceType.TOPIC, CASE_EVENTS, ResourcePatternType.LITERAL
    (made,) = kafka.create_acls([AclBinding(*topic, whom, "*", AclOperation.WRITE, AclPermissionType.DENY)]).values()
    made.result()
    try:
        yield
    finally:
        (gone,) = kafka.delete_acls([AclBindingFilter(*topic, whom, "*", AclOperation.WRITE, AclPermissionType.DENY)]).values()
        assert len(gone.result()) == 1
