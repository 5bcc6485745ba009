"""The root compose file, started under a name of its own: its services, their addresses, its log and databases."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.brokers.ports import free
from deploy.demo.quiescence import Ends
from deploy.oracle import Rows
from deploy.proving.land_keys import PlacedRecord
from deploy.proving.soak.containers import inside
from deploy.proving.soak.containers.engine import Project, image_is_there
from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parents[4]
FILE = ROOT / "docker-compose.yml"
NAME = "nrm-soak"
NEEDED = ("kafka", "postgres")
"""What no case can do without; all else that is pulled only watches."""
TOOLS = "centre-referral"
"""The service whose settings and volumes our own commands in containers use."""


class Land:
    """The agencies of the root compose file with their broker and database."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Raises Trouble where the engine does not read the file."""
        self.project, self.say = Project(NAME, (FILE,)), say
        self.services = self.project.services()
        self.serving = {name: one for name, one in self.services.items() if (one.get("command") or [""])[0] == "serve"}
        self.instances = {_instance(one): name for name, one in self.serving.items()}
        """Instance → the service of the compose file that runs it."""
        self.not_run: dict[str, str] = {}
        """What watches, and why it was left out."""

    @property
    def addresses(self) -> dict[str, str]:
        """Instance → where its pages are."""
        return {instance: _address(self.serving[name]) for instance, name in self.instances.items()}

    def start(self) -> None:
        """Begin with nothing, build our image, and start all. Raises Trouble."""
        self.project.down(forget=True)
        if taken := [port for port in map(int, _ports(self.services)) if not free(port)]:
            raise Trouble(f"The ports {', '.join(map(str, taken))} are taken, which docker-compose.yml publishes; stop what has them.")
        self.say("building our image")
        self.project.compose("build", TOOLS)
        self._find_images()
        self.up()

    def _find_images(self) -> None:
        for name, one in self.services.items():
            if "build" in one or image_is_there(one["image"]):
                continue
            if name in NEEDED:
                raise Trouble(
                    f"NOT RUN: the image {one['image']} is not here and cannot be pulled; without {name} there is nothing to try."
                )
            self.not_run[name] = f"its image {one['image']} is not here and cannot be pulled"
        for name, one in self.services.items():
            if away := self.not_run.keys() & one.get("depends_on", {}).keys():
                self.not_run.setdefault(name, f"it waits for {', '.join(sorted(away))}")
        for name, why in self.not_run.items():
            self.say(f"NOT RUN: {name}: {why}")

    def up(self) -> None:
        """Start what is not running, and wait until all is healthy. Raises Trouble."""
        self.project.up(*(name for name in self.services if name not in self.not_run))

    def stop_agencies(self) -> None:
        """End our own services; log and databases go on."""
        self.project.compose("stop", *self.serving)

    # --- what only containers can see ----------------------------------------------------------------------------------------------

    def _inside(self, *words: str) -> Any:
        program = ("--entrypoint", inside.PROGRAM)
        return json.loads(self.project.once(TOOLS, "-P", "-m", inside.MODULE, *words, more=program))

    def ends(self) -> Ends:
        """How long the log is."""
        return self._inside("ends")

    def everything(self) -> tuple[list[PlacedRecord], dict[str, Rows]]:
        """The case topic, and what the databases hold."""
        said = self._inside("everything", *self.instances)
        records = [PlacedRecord(partition, offset, _bytes(key), _bytes(value)) for partition, offset, key, value in said["records"]]
        return records, {name: Rows(**rows) for name, rows in said["instances"].items()}

    def together(self, to: Path) -> Path:
        """A copy of the folder with everybody's keys, root and directory."""
        self.project.compose("cp", f"{TOOLS}:/data/together", str(to))
        return to


def _instance(service: dict[str, Any]) -> str:
    command = service["command"]
    return f"{command[command.index('--service') + 1]}.{service['environment']['NRM_AGENCY']}"


def _ports(services: dict[str, Any]) -> Iterator[str]:
    for one in services.values():
        yield from (port["published"] for port in one.get("ports", []))


def _address(service: dict[str, Any]) -> str:
    (port,) = service["ports"]
    return f"http://{port['host_ip']}:{port['published']}"


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
