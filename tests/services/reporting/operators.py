"""The operators' process in tests: agencies ship to it, and somebody has signed in."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import uvicorn
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from shared.observability.exporter import Telemetry
from tests.services.reporting.life import COORDINATOR
from tests.shared.client import PageClient
from tests.shared.land import rows

PROTOBUF = {"content-type": "application/x-protobuf"}
CANARY = "Jelena Kanarinac"


class Serving(uvicorn.Server):
    """A server in a thread that says when it listens."""

    def __init__(self, app: FastAPI, port: int = 0) -> None:
        super().__init__(uvicorn.Config(app, port=port, lifespan="off", log_config=None, ws="none"))
        self.listening = Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The application on loopback, while the block runs."""
    server = Serving(app, port)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listening.wait(30)
    try:
        yield server.address
    finally:
        server.should_exit = True
        thread.join(30)


def signed_in(app) -> PageClient:
    client = PageClient(app)
    client.post("/who", data={"officer": COORDINATOR.officers[0].id})
    return client


def written(life) -> dict[str, dict]:
    """Every span of every instance, as its own table has it."""
    bodies = [json.loads(body) for instance in life.instances.values() for (body,) in rows(instance, "select body from span")]
    return {body["span_id"]: body for body in bodies}


async def shipped(life, address: str, enough, token: Path | None = None) -> None:
    """The agencies' processes send until it is enough."""
    telemetry = Telemetry(list(life.instances.values()), address, {}, token, pause=0.02)
    telemetry.start()
    for _ in range(3000):
        if enough(telemetry):
            break
        await asyncio.sleep(0.01)
    await telemetry.stop()
    assert enough(telemetry)


def unmark(life) -> None:
    """Send everything once more, as after a restored backup."""
    for instance in life.instances.values():
        instance.transact(lambda work: work.session.connection().exec_driver_sql("update span set sent = 0"))


def all_sent(life):
    """Every row has its mark."""
    return lambda _: all(rows(d, "select count(*) from span where not sent") == [(0,)] for d in life.instances.values())


def all_there(instance, life):
    """The operators have every span of the agencies."""
    held = "select span_id from finished_span where instance not like 'pages%'"
    return lambda _: {span for (span,) in rows(instance, held)} == set(written(life))


def fill(app, instance, lived) -> PageClient:
    """The whole history at the operators', and what is open."""
    unmark(lived[0])
    spans = all_there(instance, lived[0])

    def enough(telemetry: Telemetry) -> bool:
        return spans(telemetry) and bool(rows(instance, "select agency from heard_from"))

    with serving(app) as address, ThreadPoolExecutor(1) as beside:  # a browser's test has a loop in this thread already
        beside.submit(lambda: asyncio.run(shipped(lived[0], address, enough))).result()
    return signed_in(app)


def batch(**span) -> bytes:
    """One span that carries a name wherever it can."""
    message = ExportTraceServiceRequest()
    sender = message.resource_spans.add()
    sender.resource.attributes.append(KeyValue(key="service.name", value=AnyValue(string_value=CANARY)))
    moment = {"start_time_unix_nano": 10**6, "end_time_unix_nano": 2 * 10**6}
    told = {"trace_id": b"\1" * 16, "span_id": b"\2" * 8, "name": f"{CANARY}?", **moment}
    one = sender.scope_spans.add().spans.add(**(told | span))
    for key in ("nrm.handoff.need", "user.name"):
        one.attributes.append(KeyValue(key=key, value=AnyValue(string_value=CANARY)))
    return message.SerializeToString()
