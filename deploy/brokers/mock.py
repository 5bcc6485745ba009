"""The stand-in where Kafka's jars cannot be had, and the fault injector of tests: librdkafka's mock cluster in a child process."""

import subprocess
import sys
from typing import Self

from deploy.brokers import mock_cluster
from deploy.brokers.topics import CONFIGS
from deploy.language_choice import translate
from deploy.last_words import how
from deploy.trouble import Trouble
from shared.config.kafka import Bus


class MockFailed(Trouble):
    """The mock cluster did not start or did not obey."""


class Mock:
    """One mock broker with the project's topics. It speaks Kafka's protocol, keeps everything in memory and forgets it when stopped."""

    keeps = False

    def __init__(self) -> None:
        self.bootstrap = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Starts the cluster and returns its bootstrap address; the port is a new one each time. Started already, it stays."""
        if self._process is not None:
            return self.bootstrap
        command = [sys.executable, "-I", mock_cluster.__file__, *CONFIGS]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
        )  # A session of its own, as Kafka's: Ctrl-C is for the owner. It ends when its input does, which outlives nobody.
        self.bootstrap = self._reply()
        return self.bootstrap

    @property
    def bus(self) -> Bus:
        """How agencies reach it."""
        return Bus(self.bootstrap)

    @property
    def died(self) -> str:
        """How it ended by itself; empty while it runs, and after it was stopped."""
        code = self._process.poll() if self._process else None
        return "" if code is None else translate("The mock broker ended %(how)s; what lay on its log is gone with it.", how=how(code))

    def stop(self) -> None:
        """Ends the cluster; it is safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # It has nothing to save.
            process.communicate()

    def broker_down(self) -> None:
        """The broker drops its connections and takes no new ones."""
        self._order("down")

    def broker_up(self) -> None:
        """The broker answers again, with what it had."""
        self._order("up")

    def latency(self, milliseconds: int) -> None:
        """Each answer comes this much later."""
        self._order("latency", milliseconds)

    def fail(self, api: int, *codes: int) -> None:
        """The next requests with this API key (0 produce, 1 fetch, 3 metadata) get these Kafka error codes, one each."""
        self._order("fail", api, *codes)

    def topic(self, name: str) -> None:
        """Creates one more topic: a test of its own may want a fresh one."""
        self._order("topic", name)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _order(self, *words: object) -> None:
        if self._process is None or self._process.stdin is None:
            raise MockFailed("the mock cluster is not running; call start() first.")
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        if (code := self._reply()) != "0":
            raise MockFailed("the mock cluster refused '%(words)s' with librdkafka's error %(code)s.", words=words[0], code=code)

    def _reply(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise MockFailed("the mock cluster ended; its reason is above.")
        return line
