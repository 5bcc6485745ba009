"""The broker alone in the foreground: for work on a service, and for the demo's agencies, which all meet at it."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from deploy.brokers import open_broker
from deploy.brokers.topics import ensure_topics


def run(data: Path, port: int | None, say: Callable[[str], None]) -> None:
    """Starts the broker and its topics, says where it is, and stops it in order on Ctrl-C or SIGTERM."""
    stops = {signal.SIGINT, signal.SIGTERM}
    with open_broker(data, port, say) as broker:
        # Blocked, then waited for: no moment is left in which a signal could end us between two lines.
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)
        asyncio.run(ensure_topics(broker.bus))
        say(f"broker on {broker.bootstrap} (Ctrl-C stops it)")
        signal.sigwait(stops)
        say("stopping the broker")
