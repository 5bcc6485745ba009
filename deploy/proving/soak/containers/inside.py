"""What can be seen only from within the containers' network: the log and the databases. Runs in our image, and says it as JSON."""

import sys
from base64 import b64encode
from dataclasses import asdict
from typing import Any

import orjson

from deploy.demo.quiescence import ends
from deploy.proving.soak.log import topic
from deploy.verify.ledger import read_postgres
from shared.config.settings import Settings

MODULE = "deploy.proving.soak.containers.inside"
PROGRAM = "/nrm/.venv/bin/python"


def settings() -> Settings:
    """As the container has them."""
    from_environment: dict[str, Any] = {}
    return Settings(**from_environment)


def everything(instances: list[str]) -> dict[str, Any]:
    """Each record of the case topic, and what the databases of these instances hold."""
    here = settings()
    records = [[r.partition, r.offset, _text(r.key), _text(r.value)] for r in topic(here.bus_in_use())]
    return {"records": records, "instances": {name: asdict(read_postgres(_url(here, name), name)) for name in instances}}


def _url(here: Settings, instance: str) -> str:
    service, _, agency = instance.partition(".")
    return here.model_copy(update={"agency": agency}).database(service).replace("postgresql+psycopg:", "postgresql:")


def _text(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()


if __name__ == "__main__":
    word, *names = sys.argv[1:]
    sys.stdout.buffer.write(orjson.dumps(ends(settings().bus_in_use()) if word == "ends" else everything(names)))
