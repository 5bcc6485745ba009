"""What pages need to say how each agency's process stands (`standing_rows.html`)."""

from functools import partial
from typing import Any

from fastapi import Request

from services.reporting.pages.latency import Naming
from services.reporting.queries.view import cleared
from services.reporting.rules.latency.listed_keys import keys_of
from shared.config.calendar import DAY
from shared.config.release import VERSION
from shared.crypto.directory import WARNING
from shared.observability.open_statement import machine_time
from shared.web.http.desk import Desk

RENEW = 30 * DAY
"""A certificate is asked for again so long before it ends, as `./nrm doctor` says at the agency: somebody signs it by hand."""


def standing_context(desk: Desk, request: Request) -> dict[str, Any]:
    """Names and phones, this release, and the directory that is known here with the keys that it lists."""
    clock, seal = machine_time(), desk.instance.seal
    directory = seal.listing.now if seal else None
    return {
        "name": Naming(desk.names(request), desk.pages.gettext(request)), "phone": desk.country.phone_of, "release": VERSION,
        "clock": clock, "directory": directory, "keys": partial(keys_of, directory, now=clock), "soon": WARNING,
        "renew": RENEW,
        "cleared": cleared(desk, request) is not None,
    }  # fmt: skip
