"""The bus of an operator, in the foreground: it knows nobody yet, holds nobody's keys, and no directory."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from deploy.brokers.cluster import Cluster
from deploy.brokers.foreground import STOPS
from deploy.brokers.topics import ensure_topics


def run_bus(data: Path, brokers: int, say: Callable[[str], None]) -> None:
    """Start a cluster that speaks TLS alone and make its topics, say how somebody is let in, and stop it on Ctrl-C or SIGTERM. Raises
    Trouble."""
    with Cluster(data, brokers, say) as cluster:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        asyncio.run(ensure_topics(cluster.admin))
        say(f"to let somebody in: ./nrm agency admit ID --csr request.csr --cluster {data}")
        say(f"bus on {cluster.bootstrap} (Ctrl-C stops it)")
        signal.sigwait(STOPS)
        say("stopping the bus")
