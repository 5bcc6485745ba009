"""Waits until all instances of a country have come to rest."""

from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from deploy.demo.offices import REST_PAUSE
from deploy.proving.soak.load import Noting
from deploy.proving.soak.stage import SoakStage
from shared.config.attempts import last_answer


async def drain(stage: SoakStage, offices: Noting, seconds: float) -> list[str]:
    """Wait until nobody has anything left to do; what is left after so many seconds, nothing where all is well."""

    async def left() -> list[str]:
        stage.supervise()
        return await offices.unrest(stage.fleet.processes, stage.brokers.admin)

    found: list[str] = await AsyncRetrying(
        retry=retry_if_result(bool), stop=stop_after_delay(seconds), wait=wait_fixed(REST_PAUSE),
        retry_error_callback=last_answer,
    )(left)  # fmt: skip
    return found
