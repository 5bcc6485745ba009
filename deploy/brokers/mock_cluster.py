"""librdkafka's mock cluster, one line of text per command: `python mock_cluster.py TOPIC…` prints its address and ends with its input.

A process of its own, so that the owner's own Kafka clients and this cluster do not share an interpreter.
"""

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path

import confluent_kafka

PARTITIONS = 4
PRODUCER = 0
POINTER = ctypes.c_void_p


def _library() -> ctypes.CDLL:
    """The library inside the confluent-kafka wheel; the wheel's Python part does not offer the mock."""
    site = Path(confluent_kafka.__file__).parent.parent
    found = [*site.glob("confluent_kafka.libs/librdkafka-*.so*"), *site.glob("confluent_kafka/.dylibs/librdkafka*.dylib")]
    if not found:
        sys.exit("the confluent-kafka wheel brings no librdkafka here; install the packages of requirements.lock again (./nrm does)")
    return ctypes.CDLL(str(found[0]))


class MockCluster:
    """One mock broker with its topics; the reply to an order is librdkafka's error code, 0 when it was done."""

    def __init__(self, topics: list[str]) -> None:
        self._lib = _library()
        for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
            getattr(self._lib, name).restype = POINTER
        self._lib.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        conf = POINTER(self._lib.rd_kafka_conf_new())
        self._lib.rd_kafka_conf_set(conf, b"log_level", b"3", None, ctypes.c_size_t(0))  # Else it warns of having no address, its own.
        error = ctypes.create_string_buffer(512)
        owner = self._lib.rd_kafka_new(PRODUCER, conf, error, len(error))
        if not owner:
            sys.exit(f"librdkafka did not start: {error.value.decode()}")
        self._cluster = POINTER(self._lib.rd_kafka_mock_cluster_new(POINTER(owner), 1))
        self._lib.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        for topic in topics:
            self.topic(topic)

    def bootstrap(self) -> str:
        """Where clients find it."""
        return self._lib.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()

    def topic(self, name: str) -> int:
        """Creates a topic."""
        return self._lib.rd_kafka_mock_topic_create(self._cluster, name.encode(), PARTITIONS, 1)

    def down(self) -> int:
        """Drops connections and refuses new ones."""
        return self._lib.rd_kafka_mock_broker_set_down(self._cluster, 1)

    def up(self) -> int:
        """Takes connections again; nothing was lost."""
        return self._lib.rd_kafka_mock_broker_set_up(self._cluster, 1)

    def latency(self, milliseconds: str) -> int:
        """Delays each answer."""
        return self._lib.rd_kafka_mock_broker_set_rtt(self._cluster, 1, int(milliseconds))

    def fail(self, api: str, *codes: str) -> int:
        """Answers the next requests of one kind (Kafka's API key) with these error codes, one each."""
        errors = (ctypes.c_int * len(codes))(*map(int, codes))
        self._lib.rd_kafka_mock_push_request_errors_array(self._cluster, ctypes.c_int16(int(api)), ctypes.c_size_t(len(codes)), errors)
        return 0


def main(topics: list[str]) -> None:
    """Prints the address, then a reply for each order, until the owner closes our input or is gone."""
    cluster = MockCluster(topics)
    orders: dict[str, Callable[..., int]] = {
        order.__name__: order for order in (cluster.topic, cluster.down, cluster.up, cluster.latency, cluster.fail)
    }
    print(cluster.bootstrap(), flush=True)
    for line in sys.stdin:
        order, *words = line.split()
        print(orders[order](*words), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
