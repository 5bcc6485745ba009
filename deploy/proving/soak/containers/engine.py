"""`docker compose`, whichever engine is behind it: one compose file as a project with a name of its own."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.trouble import Trouble

SECONDS = 900
"""For one command at most: a build fetches packages, and the machine may be busy."""
SHOWN = 12
"""Lines of a command's output that are shown where it fails."""


class NoEngine(Trouble):
    """There is no container engine, or not the one that is needed; the sentence says what to do."""


def must_be_there() -> None:
    """Whether Docker answers and has Compose 2. Raises NoEngine."""
    if shutil.which("docker") is None:
        raise NoEngine(
            "NOT RUN: there is no container engine here: no `docker` on PATH. Install Docker with Compose 2 (the plugin `docker compose`), "
            "let this user use it, and run this again."
        )
    if said := _failure(["docker", "compose", "version"]):
        raise NoEngine(
            f"NOT RUN: Docker has no Compose 2 here ({said}). Install its plugin `docker compose`; `docker-compose` 1 will not do."
        )
    if said := _failure(["docker", "version"]):
        raise NoEngine(f"NOT RUN: the container engine does not answer ({said}). Start it, or let this user use it (group `docker`).")


def _failure(command: Sequence[str]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else lines[0] if lines else f"exit code {done.returncode}"


def docker(*words: str, seconds: float = SECONDS) -> str:
    """The output of a command of the engine. Raises Trouble where it fails, with its last lines."""
    try:
        done = subprocess.run(["docker", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Trouble(f"`docker {' '.join(words)}` did not end within {seconds:.0f} s.") from None
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-SHOWN:])
        raise Trouble(f"`docker {' '.join(words)}` failed with {done.returncode}:\n{last}")
    return done.stdout


def image_is_there(image: str) -> bool:
    """Whether an image is here, or can be pulled now."""
    for words in (["image", "inspect", image], ["pull", "--quiet", image]):
        try:
            docker(*words)
        except Trouble:
            continue
        return True
    return False


@dataclass(frozen=True)
class Project:
    """The containers, networks and volumes of one compose file."""

    name: str
    files: tuple[Path, ...]

    def compose(self, *words: str) -> str:
        """What `docker compose` says to this. Raises Trouble."""
        files = [word for file in self.files for word in ("--file", str(file))]
        return docker("compose", "--project-name", self.name, *files, *words)

    def services(self) -> dict[str, Any]:
        """The services as Compose understands the file."""
        return json.loads(self.compose("config", "--format", "json"))["services"]

    def up(self, *services: str) -> None:
        """Start these and what they depend on, and wait until all are healthy or, where they end by themselves, have ended well."""
        self.compose("up", "--detach", "--wait", "--wait-timeout", str(SECONDS // 2), *services)

    def once(self, service: str, *words: str, more: Sequence[str] = ()) -> str:
        """What a command says in a container of its own, as this service has it; `more` are options of `docker compose run`."""
        return self.compose("run", "--rm", "--no-deps", "-T", *more, service, *words)

    def restarts(self) -> dict[str, int]:
        """Container → how often the engine had to start it again because it had ended by itself; those alone that it had."""
        found: dict[str, int] = {}
        for id in self.compose("ps", "--all", "--quiet").split():
            name, count = docker("inspect", "--format", "{{.Name}} {{.RestartCount}}", id).split()
            if int(count):
                found[name.removeprefix("/")] = int(count)
        return found

    def down(self, *, forget: bool = False) -> None:
        """End and remove the containers; `forget`: the volumes, too."""
        self.compose("down", "--remove-orphans", *(["--volumes"] if forget else []))

    def keep_logs(self, folder: Path) -> None:
        """Write the output of all containers to a file."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.log").write_text(self.compose("logs", "--no-color", "--timestamps"), encoding="utf-8")
