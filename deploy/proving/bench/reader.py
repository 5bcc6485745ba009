"""A process of its own that reads the log once: reports when it is ready, waits for a line of input, prints how many seconds it took."""

import asyncio
import sys
from pathlib import Path

from deploy.proving.bench.catchup import again
from deploy.proving.bench.lab import Lab
from shared.config.kafka import Bus


def main() -> None:
    """BUS FOLDER."""
    home = Path(sys.argv[2])
    home.mkdir(parents=True)
    lab = Lab(Bus(sys.argv[1]), home)
    lab.lead().close()  # imports and migrations are not what is measured
    print("ready", flush=True)
    sys.stdin.readline()
    print(asyncio.run(again(lab, 1))[1], flush=True)


if __name__ == "__main__":
    main()
