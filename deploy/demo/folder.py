"""Where a demo keeps its things: the log, the agencies' databases, what their processes wrote, and what it was made with."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.config.clock import FileClock


@dataclass(frozen=True)
class Folder:
    """One demo on disk. Deleting the folder deletes the demo."""

    root: Path

    @property
    def kafka(self) -> Path:
        """Kafka's data, as `./nrm kafka --data` takes it."""
        return self.root / "kafka"

    @property
    def agencies(self) -> Path:
        """The databases, one for each instance: `service.agency.db`."""
        return self.root / "agencies"

    @property
    def coordinator(self) -> Path:
        """What the coordinator holds: the root key and the directory that it signed."""
        return self.root / "coordinator"

    @property
    def keys(self) -> Path:
        """Everybody's private keys; real agencies each keep their own."""
        return self.agencies / "keys"

    @property
    def logs(self) -> Path:
        """What each process wrote to its standard error."""
        return self.root / "logs"

    @property
    def clock(self) -> FileClock:
        """The simulated time that all processes share while cases are played."""
        return FileClock(self.root / "clock")

    def databases(self) -> list[Path]:
        """The databases that are there."""
        return sorted(self.agencies.glob("*.db"))

    def played(self) -> dict[str, Any] | None:
        """What was played here to its end: broker, seed, country, who was away. None where nothing was, or it was interrupted."""
        try:
            found: dict[str, Any] = json.loads((self.root / "played.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    def finish(self, what: dict[str, Any]) -> None:
        """Note that the play has reached its end: from here on a start replays nothing."""
        new = self.root / "played.new"
        new.write_text(json.dumps(what))
        new.replace(self.root / "played.json")

    def empty(self) -> None:
        """Begin anew: the log and the databases go together, because neither means anything without the other."""
        (self.root / "played.json").unlink(missing_ok=True)
        self.clock.release()
        for part in (self.agencies, self.kafka, self.logs, self.coordinator):
            shutil.rmtree(part, ignore_errors=True)

    def delete(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.root, ignore_errors=True)

    def make(self) -> None:
        """Make what is missing."""
        for part in (self.agencies, self.logs):
            part.mkdir(parents=True, exist_ok=True)
