"""One agency's process by a clock that can go wrong: `python -m deploy.proving.soak.wrong_clock FILE`, settings from the environment."""

import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.process.serve import run
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.config.settings import Settings


@dataclass
class WrongClock:
    """A real clock that is wrong by as many seconds as a file says, right while it is not there."""

    path: Path

    def now(self) -> tuple[int, bool]:
        """The real time, moved; not simulated, as a clock that is wrong does not know it."""
        try:
            return wall() + 1000 * int(self.path.read_text()), False
        except (FileNotFoundError, ValueError):
            return wall(), False


def main() -> None:
    """Serve; a trouble is said in its sentence."""
    try:
        run(Settings(), WrongClock(Path(sys.argv[1])))  # pyright: ignore[reportCallIssue]  the agency comes from NRM_AGENCY
    except Trouble as trouble:
        sys.exit(f"nrm: {trouble}")


if __name__ == "__main__":
    main()
