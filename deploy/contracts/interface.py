"""The OpenAPI documents of `/api`, one for each service, as its agencies' processes serve them."""

import tempfile
from pathlib import Path
from typing import Any

from deploy.process.composition import ORDER, pages_of, service
from deploy.process.country_file import country_of
from shared.config.clock import WallClock
from shared.processing.instance import Transactions
from shared.web.desk import Desk
from shared.web.openapi import described
from shared.web.pages import Pages

SERVICES = ORDER
EXAMPLE = Path("serbia")


def document(name: str) -> dict[str, Any]:
    """What this service offers anywhere: what depends on the kind of agency is offered by one of those that run it."""
    agencies = [a for a in country_of(EXAMPLE).agencies if name in a.services]
    kinds = {a.kind: a.id for a in reversed(agencies)}
    with tempfile.TemporaryDirectory(prefix="nrm-contract-") as folder:
        found = [_served(f"sqlite:///{folder}/{agency}.db", agency, name) for agency in kinds.values()]
    whole = found[0]
    for other in found[1:]:
        whole["paths"] |= other["paths"]
        whole["components"]["schemas"] |= other["components"]["schemas"]
    whole["paths"] = dict(sorted(whole["paths"].items()))
    whole["components"]["schemas"] = dict(sorted(whole["components"]["schemas"].items()))
    return whole


def _served(url: str, agency: str, name: str) -> dict[str, Any]:
    part, shows = service(name), pages_of(name)
    door = Transactions(part, agency, country_of(EXAMPLE), url, WallClock())
    try:
        app = described()
        if shows.routes:
            app.include_router(shows.routes(Desk(door, Pages(), shows.cases)))
        return app.openapi()
    finally:
        door.close()
