"""Waits until all instances of a country have come to rest."""

import asyncio
import time

from confluent_kafka import KafkaException

from deploy.demo.quiescence import ends, unrest
from deploy.proving.soak.load import Noting
from deploy.proving.soak.stage import Stage


async def drain(stage: Stage, offices: Noting, seconds: float) -> list[str]:
    """Wait until nobody has anything left to do; what is left after so many seconds, nothing where all is well."""
    until = time.monotonic() + seconds
    while True:
        stage.supervise()
        healths = {agency: await offices.health(agency) for agency in stage.fleet.processes}
        try:  # after them: what is sent meanwhile lies beyond what they have read
            end = await asyncio.to_thread(ends, stage.brokers.admin)
            left = [said for agency, health in healths.items() for said in unrest(agency, health, end)]
        except KafkaException as error:
            left = [f"the brokers do not answer: {error}"]
        if not left or time.monotonic() > until:
            return left
        await asyncio.sleep(0.3)
