"""The machine: room on the disk, the packages that were pinned, the process that runs."""

import http.client
import json
import os
import platform
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from deploy.dev import runtime_lock
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.i18n import N_
from shared.config.release import PROJECT, VERSION
from shared.processing.faults import ASIDE, DATABASE, TAKING_IN, TENDING, Fault
from shared.web.text.messages import DISTRUSTED

GIB = 1024**3
LITTLE, TOO_LITTLE = 5 * GIB, GIB
TOLD = ("aiokafka", "alembic", "confluent-kafka", "fastapi", "faststream", "psycopg", "sqlalchemy", "sqlmodel", "uvicorn")
"""The packages that carry the log, the database and the pages."""


def disk(patient: Patient) -> Iterator[Finding]:
    """Whether the data folder can be written and has room."""
    folder = patient.settings.data
    if not folder.is_dir():
        yield yellow("disk", "%(folder)s is not there yet", "the first start makes it", folder=folder)
    elif not os.access(folder, os.W_OK):
        yield red(
            "disk", "%(folder)s cannot be written by this user", "chown it to the user that runs the services: %(folder)s", folder=folder
        )
    else:
        yield room(shutil.disk_usage(folder).free)


def room(free: int, what: str = "disk") -> Finding:
    """What so many free bytes mean."""
    said = translate("%(gib)s GiB free for the data", gib=f"{free / GIB:.1f}")
    if free < TOO_LITTLE:
        return red(what, said, "make room now: a full disk stops every decision")
    return yellow(what, said, "make room soon") if free < LITTLE else green(what, said)


def versions(patient: Patient) -> Iterator[Finding]:
    """This release, and whether the packages are those that were pinned."""
    lock = PROJECT.with_name("requirements.lock")
    yield green(
        "release", "NRM Joint Action %(version)s on Python %(python_version)s", version=VERSION, python_version=platform.python_version()
    )
    yield pinned(lock.read_text(encoding="utf-8") if lock.exists() else "")


def pinned(lock: str) -> Finding:
    """Whether what is installed is what the lock says."""
    wanted = runtime_lock.pinned(lock)
    other = {name: have for name in TOLD if (have := _installed(name)) != wanted.get(name)}
    if not wanted:
        return yellow("packages", "not checked: requirements.lock is not here", "look into the image or the checkout")
    if other:
        said = ", ".join(
            translate("%(name)s %(have)s (pinned: %(pinned)s)", name=name, have=have, pinned=wanted.get(name) or translate("not at all"))
            for name, have in other.items()
        )
        return red("packages", said, "start through ./nrm, which installs what requirements.lock pins")
    return green("packages", ", ".join(f"{name} {wanted[name]}" for name in TOLD))


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return translate("missing")


def process(patient: Patient) -> Iterator[Finding]:
    """What the running processes say of themselves at /health: one for all services, or one for each on ports that follow each other."""
    first, agency = patient.settings.port, patient.agency.id
    told = {port: _health(patient.settings.host, port) for port in range(first, first + len(patient.services))}
    ours = [body for body in told.values() if body and body.get("agency") == agency]
    if not ours and told[first] is not None:
        yield running(told[first], agency)
        return
    for body in ours:
        yield running(body, agency)
    there = {i["instance"] for body in ours for i in body["instances"]}
    if missing := [name for name in patient.services if f"{name}.{agency}" not in there]:
        ports = f"{first}" if len(told) == 1 else f"{first}–{max(told)}"
        said = N_("nothing answers for %(missing)s on port %(ports)s")
        yield yellow("process", said, "start it, if it should run here", missing=", ".join(missing), ports=ports)


def _health(host: str, port: int) -> Any:
    """The answer of /health; None where nobody answers, and an empty one where somebody else does."""
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/health"  # noqa: S104
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return _json(answer.read())
    except urllib.error.HTTPError as error:
        return _json(error.read())
    except (OSError, http.client.HTTPException):
        return None


def _json(text: bytes) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return cast(Any, found) if isinstance(found, dict) else {}


def running(body: Any, agency: str) -> Finding:
    """What the answer of /health means."""
    if body.get("agency") != agency:
        return red("process", "another program answers at this agency's address", "choose another port (NRM_PORT)")
    fenced = [f"{i['instance']}: {i['fence']}" for i in body["instances"] if i["fence"]]
    if fenced:
        return red("process", "; ".join(fenced), 'see docs/operations.md, "Another log"')
    if code := next((i["directory"] for i in body["instances"] if i.get("directory")), ""):
        said = translate("a directory came that was not taken: %(code)s", code=translate(DISTRUSTED.get(code, code)))
        return red("process", said, "call the coordinator, on a number that you knew before; the one that was known goes on")
    faults = {code: said for i in body["instances"] for code, said in i.get("faults", {}).items()}
    unready = ", ".join(i["instance"] for i in body["instances"] if i.get("faults"))
    if faults and set(faults) <= {Fault.STARTING, Fault.CATCHING_UP}:
        said = N_("still starting: %(unready)s") if Fault.STARTING in faults else N_("still catching up: %(unready)s")
        return yellow("process", said, "wait; look at the bus if it lasts", unready=unready)
    if faults and ASIDE.issuperset(faults):
        said = translate("ready: %(unready)s. %(faults)s", unready=unready, faults=" ".join(faults.values()))
        if TENDING.isdisjoint(faults):
            return yellow("process", said, "it goes on by itself once their topic takes them")
        return yellow("process", said, "its log names the kind of error: who develops it must know")
    if faults:
        said = translate("not ready: %(unready)s. %(faults)s", unready=unready, faults=" ".join(faults.values()))
        if not TAKING_IN.isdisjoint(faults) and DATABASE.isdisjoint(faults):
            return red("process", said, "its log names the kind of error: who develops it must know")
        return red("process", said, "see what is red above; it goes on by itself once that is back")
    return green("process", "runs and is ready: %(ready)s", ready=", ".join(i["instance"] for i in body["instances"]))
