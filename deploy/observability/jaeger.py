"""Jaeger's own program, all in one and in memory, on ports of its own; and what its query interface says, as spans.

What is read is Jaeger's, not ours: a trace store that others run is believed of nothing but what it shows.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from deploy.brokers import guard
from deploy.brokers.ports import Ports
from deploy.brokers.properties import HOST
from deploy.last_words import last_words
from deploy.trouble import Trouble
from shared.config.attempts import poll_until

READY_SECONDS, ANSWER_SECONDS = 60, 60
EVER = {"lookback": "custom", "start": "0", "end": "4102444800000000", "limit": "1000000"}
"""Everything that there is until the year 2100 (µs)."""
ALWAYS = {"endTs": "4102444800000", "lookback": "4102444800000"}
"""The same for its graph of services (ms)."""
PARENT, LINK = "CHILD_OF", "FOLLOWS_FROM"


@dataclass(frozen=True)
class SeenSpan:
    """A span as Jaeger shows it. Times are µs UTC; `links` are (trace, span)."""

    id: str
    trace: str
    name: str
    service: str
    start: int
    end: int
    parent: str = ""
    links: tuple[tuple[str, str], ...] = ()
    scope: str = ""
    tags: dict[str, Any] = field(default_factory=dict[str, Any])


class Jaeger:
    """One process of Jaeger behind its guard: `with Jaeger(program, log) as jaeger`. It forgets all that it was told when it ends."""

    def __init__(self, program: Path, log: Path) -> None:
        self.program, self.log, self.ports = program, log, Ports()
        self.takes, self.asked = (f"http://{HOST}:{self.ports.any()}" for _ in range(2))
        """Where it takes spans by OTLP, and where it is asked."""

    def __enter__(self) -> Self:
        """Start it and wait until it answers. Raises Trouble."""
        others = ("collector.otlp.grpc", "admin.http", "query.grpc-server", "collector.http-server", "collector.grpc-server")
        hosts = {"collector.otlp.http": self.takes, "query.http-server": self.asked}
        said = [f"--{name}.host-port={address.removeprefix('http://')}" for name, address in hosts.items()]
        said += [f"--{name}.host-port={HOST}:{self.ports.any()}" for name in others]
        command = [str(self.program), *said, "--query.max-clock-skew-adjustment=0s"]  # its guesses would move spans of other agencies
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-I", guard.__file__, *command], stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        try:
            poll_until(self._answers, READY_SECONDS, 0.1, lambda: Trouble("Jaeger does not answer. %(words)s", words=last_words(self.log)))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End it."""
        if self.process.stdin is not None:
            self.process.stdin.close()  # the guard's sign
        self.process.wait(guard.GRACE_SECONDS + 5)
        self.ports.release()

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise Trouble("Jaeger has ended. %(words)s", words=last_words(self.log))
        try:
            return httpx2.get(f"{self.asked}/api/services", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def _ask(self, path: str, **query: str) -> Any:
        return httpx2.get(f"{self.asked}/api/{path}", params=query, timeout=ANSWER_SECONDS).raise_for_status().json()["data"]

    def spans(self) -> list[SeenSpan]:
        """Every span of every trace; one that it was told twice is there twice. Raises httpx2.HTTPError."""
        found = {trace["traceID"]: trace for service in self._ask("services") for trace in self._ask("traces", service=service, **EVER)}
        return [span for trace in found.values() for span in _spans(trace)]

    def pairs(self) -> set[tuple[str, str]]:
        """Who asked and who was asked, as its graph of services draws them. Raises httpx2.HTTPError."""
        return {(one["parent"], one["child"]) for one in self._ask("dependencies", **ALWAYS) if one["parent"] != one["child"]}


def _spans(trace: dict[str, Any]) -> Iterator[SeenSpan]:
    for span in trace["spans"]:
        tags = {tag["key"]: tag["value"] for tag in span["tags"]}
        sender = trace["processes"][span["processID"]]
        of = {kind: [one for one in span["references"] if one["refType"] == kind] for kind in (PARENT, LINK)}
        own = [one for one in of[PARENT] if one["traceID"] == span["traceID"]]
        yield SeenSpan(
            id=span["spanID"], trace=span["traceID"], name=span["operationName"], service=sender["serviceName"],
            start=span["startTime"], end=span["startTime"] + span["duration"], parent=own[0]["spanID"] if own else "",
            links=tuple((one["traceID"], one["spanID"]) for one in of[LINK]), scope=str(tags.get("otel.scope.name", "")),
            tags=tags | {tag["key"]: tag["value"] for tag in sender["tags"]},
        )  # fmt: skip
