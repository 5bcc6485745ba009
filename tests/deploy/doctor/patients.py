"""Installations for the doctor to look at."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from deploy.doctor.finding import Finding, Severity
from deploy.installation.patient import Patient
from deploy.process.country_file import country_of
from shared.config.clock import WallClock
from shared.config.kafka import Bus
from shared.config.settings import Settings
from shared.processing.instance import Instance

GREEN, YELLOW, RED = Severity.GREEN, Severity.YELLOW, Severity.RED
SERBIA = country_of(Path("serbia"))
LEAD = "rs-czztlj"
T = TypeVar("T")


def patient(bus: Bus, data: Path, agency: str = LEAD, **more: Any) -> Patient:
    """An agency of Serbia with its databases in this folder."""
    told = {"agency": agency, "country": "serbia", "bus": bus.servers, "tls": bus.tls, "data": data, **more}
    return Patient(Settings.model_validate(told), SERBIA, SERBIA.agency(agency))


def states(findings: Iterable[Finding], what: str = "") -> list[Severity]:
    """The states of the lines of this name."""
    return [finding.state for finding in findings if what in finding.what]


def made(one: Patient) -> None:
    """The databases as a first start makes them."""
    for kind, url in one.instances():
        Instance(kind, one.agency.id, SERBIA, url, WallClock()).close()


def soon(look: Callable[[], T], wanted: T, seconds: float = 15) -> T:
    """What a look gives once it is what is wanted, or at the end of this time: a cluster's change reaches each broker a moment later."""
    until = time.monotonic() + seconds
    while (found := look()) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return found
