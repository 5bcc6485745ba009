"""What is seen of a log beside its records: where it ends, and whether its client still gives what lies there."""

from time import monotonic
from typing import Any

from shared.config.clock import wall
from shared.decisions.send_queue import LogEnds
from shared.messaging.prefetch import Prefetch
from shared.messaging.subscription import SilentClient, lags

SILENT = 30.0
"""Seconds for which a client may give nothing though something lies there, as over a slow line where a question or two of its ten seconds
came to nothing; and for which a log may seem to end earlier than it did."""

LATELY = 1_000
"""Milliseconds for which an answer to the client that reads shows that its bus is there: at rest one comes each half second."""


class LogWatch:
    """Over the log of one consumer."""

    def __init__(self, silent: float = SILENT) -> None:
        self.silent = silent
        self.came = 0
        """How many polls had come when the client was last looked at."""
        self.ends: LogEnds | None = None
        """Where the log was last seen to end."""
        self.gives_nothing: float | None = None
        """Since when the client gives nothing though something lies there (monotonic seconds)."""
        self.shorter: float | None = None
        """Since when the log ends before where it ended at the start (monotonic seconds)."""

    def begins(self) -> None:
        """Another client is looked at from now on."""
        self.gives_nothing = None

    async def hears(self, consumer: Any, prefetch: Prefetch) -> float | None:
        """When all partitions were heard of last (monotonic seconds), where that was lately and the client has given all that lies there:
        nobody needs to be asked then. Else None."""
        ages, now = list[int](), wall()
        for part in consumer.assignment():
            at = consumer.last_poll_timestamp(part)
            ages.append(-1 if at is None else now - at)
        if not ages or min(ages) < 0 or max(ages) > LATELY:  # never heard of, or this machine's clock was set back
            return None
        if prefetch.polls or await lags(consumer, {part: consumer.highwater(part) for part in consumer.assignment()}):
            return None
        self.gives_nothing, self.came = None, prefetch.came
        return monotonic() - max(ages) / 1000

    async def look(self, consumer: Any, prefetch: Prefetch, *, expects: bool) -> LogEnds:
        """Where all partitions end. `expects`: whether somebody reads what comes. Raises KafkaError, and SilentClient where the client has
        given nothing for long though something lies there."""
        since, self.gives_nothing, asked = self.gives_nothing, None, monotonic()
        found = await consumer.end_offsets(consumer.assignment())
        self.ends = LogEnds(asked, {part.partition: end for part, end in found.items()})
        if expects and prefetch.came == self.came and not prefetch.polls and await lags(consumer, found):
            self.gives_nothing = since or monotonic()
        self.came = prefetch.came
        if self.gives_nothing is not None and monotonic() - self.gives_nothing > self.silent:
            raise SilentClient
        return self.ends

    def shortened(self, ends: dict[int, int], now: LogEnds) -> dict[int, int]:
        """Where the log ended at the start, but for what a broker has lost of it since: nobody waits for that. A new leader may say less
        for a moment."""
        if not any(now.of.get(partition, end) < end for partition, end in ends.items()):
            self.shorter = None
        elif self.shorter is None:
            self.shorter = now.asked
        elif now.asked - self.shorter > self.silent:
            return {partition: min(end, now.of.get(partition, end)) for partition, end in ends.items()}
        return ends
