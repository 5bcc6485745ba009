"""The OpenAPI documents of `/api`, one for each service, as its agencies' processes serve them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from deploy.process.composition import ORDER, pages_of
from deploy.process.country_file import country_of
from shared.web.http.openapi import described

SERVICES = ORDER
EXAMPLE = Path("serbia")


def document(name: str) -> dict[str, Any]:
    """What this service offers anywhere: what depends on the kind of agency is offered by one of those that run it."""
    kinds = {a.kind: a for a in reversed(country_of(EXAMPLE).agencies) if name in a.services}
    offered = [pages_of(name).routers_of(agency) for agency in kinds.values()]
    found = [_served(routers) for routers in {tuple(map(id, routers)): routers for routers in offered}.values()]
    whole = found[0]
    for other in found[1:]:
        whole["paths"] |= other["paths"]
        whole["components"]["schemas"] |= other["components"]["schemas"]
    whole["paths"] = dict(sorted(whole["paths"].items()))
    whole["components"]["schemas"] = dict(sorted(whole["components"]["schemas"].items()))
    return whole


def _served(routers: Iterable[APIRouter]) -> dict[str, Any]:
    app = described()
    for router in routers:
        app.include_router(router)
    return app.openapi()
