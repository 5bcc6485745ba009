"""The operators' process in tests: agencies ship to it, and somebody has signed in."""

import asyncio
import json

from fastapi.testclient import TestClient

from shared.runtime.telemetry import Telemetry
from tests.reporting.conftest import serving
from tests.reporting.life import COORDINATOR
from tests.runtime.land import rows


def signed_in(app) -> TestClient:
    client = TestClient(app)
    client.post("/who", data={"officer": COORDINATOR.officers[0].id})
    return client


def written(life) -> dict[str, dict]:
    """Every span of every instance, as its own table has it."""
    bodies = [json.loads(body) for door in life.doors.values() for (body,) in rows(door, "select body from span")]
    return {body["span_id"]: body for body in bodies}


async def shipped(life, address: str, enough) -> None:
    """The agencies' processes send until it is enough."""
    telemetry = Telemetry(list(life.doors.values()), address, {}, pause=0.02)
    telemetry.start()
    for _ in range(3000):
        if enough(telemetry):
            break
        await asyncio.sleep(0.01)
    await telemetry.stop()
    assert enough(telemetry)


def unmark(life) -> None:
    """Send everything once more, as after a restored backup."""
    for door in life.doors.values():
        door.transact(lambda work: work.session.connection().exec_driver_sql("update span set sent = 0"))


def all_sent(life):
    """Every row has its mark."""
    return lambda _: all(rows(d, "select count(*) from span where not sent") == [(0,)] for d in life.doors.values())


def all_there(door, life):
    """The operators have every span of the agencies."""
    return lambda _: (
        {span for (span,) in rows(door, "select span_id from finished_span where instance not like 'pages%'")} == set(written(life))
    )


def fill(app, door, lived) -> TestClient:
    """The whole history at the operators'."""
    unmark(lived[0])
    with serving(app) as address:
        asyncio.run(shipped(lived[0], address, all_there(door, lived[0])))
    return signed_in(app)
