"""`compose.yml` for one agency alone: a container for each of its services, given what the settings name at the very same paths.

So one `agency.env` serves commands, units and containers alike, and what a message says of a path is true on the machine and inside.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.places import Place, near, places

HEAD = """\
# The services of {agency}, a container each. Build and start (Docker with Compose 2): docker compose up --build --detach
# They run as the owner of this folder, who alone can read the keys, and read the settings as every other command does. What the
# settings name lies at the same path in the container; where they name another path later, remove this file and run `agency init` again.
# {network}
name: nrm-{agency}

x-service: &service
  image: nrm-joint-action:{version}
  build: {{ context: {root}, dockerfile: deploy/Dockerfile }}
  user: "{owner}"
  restart: unless-stopped
  read_only: true
  tmpfs: [/tmp]
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  mem_limit: 512m
  pids_limit: 256
  stop_grace_period: 30s{mode}
  volumes:
{mounts}

services:
"""
HOST_MODE = "\n  network_mode: host"
ON_THE_HOST = "On the network of this machine, because the settings name loopback ({names}), which elsewhere would be the container's own."
BESIDE = "On a network of their own, with the pages on the loopback of this machine."
SERVICE = """\
  {service}:
    <<: *service
    command: [serve, --env-file, {env}, --service, {service}, --host, {host}, --port, "{port}"]
    environment: {{ NRM_PORT: "{port}" }} # for the health check
"""
PORTS = """\
    ports: ["127.0.0.1:{port}:{port}"]
"""


@dataclass(frozen=True)
class Composed:
    """What the file is made from."""

    agency: str
    services: Sequence[str]
    env: Path
    """The agency's settings file."""
    root: Path
    """Where the project lies."""
    owner: str
    """UID:GID of the folder's owner."""
    port: int
    version: str


def compose(of: Composed, values: Mapping[str, str]) -> str:
    """The text of the file; `values` are the settings in force. Pages are for a reverse proxy with TLS. Raises Trouble."""
    loopback = near(values)
    mounts = [_mount(place) for place in (Place(of.env, written=False), *places(values))]
    head = HEAD.format(
        agency=of.agency, version=of.version, root=_quoted(of.root), owner=of.owner, mounts="\n".join(mounts),
        network=ON_THE_HOST.format(names=", ".join(loopback)) if loopback else BESIDE, mode=HOST_MODE if loopback else "",
    )  # fmt: skip
    entry = SERVICE if loopback else SERVICE + PORTS
    host = "127.0.0.1" if loopback else "0.0.0.0"  # noqa: S104  inside a container, published on loopback alone
    told = [entry.format(service=s, port=of.port + n, env=_quoted(of.env), host=host) for n, s in enumerate(of.services)]
    return head + "\n".join(told)


def _mount(place: Place) -> str:
    """In the long form: a path that is not there is a mistake, and not a folder that the engine makes as root."""
    path, rights = _quoted(place.path), "" if place.written else ", read_only: true"
    return f"    - {{ type: bind, source: {path}, target: {path}{rights}, bind: {{ create_host_path: false }} }}"


def _quoted(path: Path) -> str:
    """As YAML reads it; a `$` stands for itself."""
    return json.dumps(str(path), ensure_ascii=False).replace("$", "$$")
