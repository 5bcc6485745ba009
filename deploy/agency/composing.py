"""`compose.yml` for one agency alone: a container for each of its services, its folder mounted, its keys readable only."""

from collections.abc import Sequence
from pathlib import Path

HEAD = """\
# The services of {agency}, a container each. Build and start: docker compose up --build --detach
# The containers run as the owner of this folder, who alone can read the key.
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
  stop_grace_period: 30s
  env_file: agency.env
  volumes:
    - ./data:/data
    - ./keys:/keys:ro
    - ./country.toml:/country.toml:ro

services:
"""
SERVICE = """\
  {service}:
    <<: *service
    command: [serve, --service, {service}]
    environment: {{ NRM_DATA: /data, NRM_COUNTRY: /country.toml, NRM_HOST: 0.0.0.0, NRM_PORT: "8000"{tls} }}
    ports: ["127.0.0.1:{port}:8000"]
"""


def compose(agency: str, services: Sequence[str], root: Path, owner: str, port: int, version: str, *, tls: bool) -> str:
    """The text of the file. `owner` is UID:GID; pages are published on loopback, for a reverse proxy with TLS."""
    head = HEAD.format(agency=agency, version=version, root=root, owner=owner)
    keys = ", NRM_TLS: /keys" if tls else ""
    return head + "\n".join(SERVICE.format(service=s, port=port + n, tls=keys) for n, s in enumerate(services))
