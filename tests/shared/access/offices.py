"""An agency's office where people sign in at a real issuer: what the tests of rights stand on."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from deploy.process.composition import pages_of, service
from deploy.process.country_file import country_of
from shared.access.actor import Actor
from shared.access.oidc import SignedIn
from shared.access.roles import Role
from shared.config.settings import Settings
from shared.crypto.keystore import Keystore
from shared.processing.instance import Instance
from shared.web.admin.application import office
from shared.web.http.desk import Desk
from tests.browser.desks import NOWHERE, REPORT, Databases, as_writer
from tests.shared import network
from tests.shared.access.issuer import AUDIENCE, CLIENT, SECRET
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.client import PageClient
from tests.shared.land import Hand, database, rows, templates

HERE = "http://testserver"
HTML = {"accept": "text/html", "origin": HERE}
AGENCY = "rs-czztlj"
"""The lead: it has every service that shows cases but intake."""


@dataclass
class Person:
    """Somebody with a browser at the office."""

    office: "Office"
    client: PageClient

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == status, (path, answer.status_code, answer.headers.get("location"))
        return answer.text

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(path, data=data, headers=HTML)

    # --- by the issuer ------------------------------------------------------------------------------------------------------------

    def leave(self, after: str = "/work", again: str = "") -> str:
        """To the issuer; where it is asked."""
        answer = self.client.get(f"/signin/go?next={after}{again}", headers=HTML)
        assert answer.status_code == 303
        return answer.headers["location"]

    def choose(self, address: str, sub: str) -> str:
        """At the issuer; the address that it sends back to, as a path of ours."""
        with httpx2.Client(trust_env=False, verify=network.trusted()) as outside:
            page = outside.get(address).raise_for_status().text
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)) | {"sub": sub}
            return outside.post(address.partition("?")[0], data=hidden).headers["location"].removeprefix(HERE)

    def sign_in(self, sub: str, after: str = "/work", again: str = "") -> Any:
        return self.client.get(self.choose(self.leave(after, again), sub), headers=HTML)


@dataclass
class Office:
    """One agency: its application, its instances, and a log that carries when told."""

    app: FastAPI
    instances: list[Instance]
    clock: Hand
    guard: Any
    desks: dict[str, Desk]
    topic: Topic = field(default_factory=Topic)

    def stranger(self) -> Person:
        """Somebody who has not signed in."""
        return Person(self, PageClient(self.app, follow_redirects=False, base_url=HERE))

    def person(self, sub: str, *roles: Role) -> Person:
        """Somebody in a session, without the way to the issuer."""
        made = self.stranger()
        made.client.cookies.set(self.guard.cookie, self.guard.sessions.begin(Actor(sub, sub.title(), frozenset(roles))))
        return made

    def report(self, who: Person) -> str:
        """A case that this person reports; its id."""
        return who.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]

    def carry(self) -> None:
        """What was decided comes to all instances of the agency."""
        for _ in range(20):
            for instance in self.instances:
                for row in instance.outgoing.take(100):
                    key, value, _ = instance.completed(row, instance.view_of(row.case).case)
                    self.topic.land(key, value)
            if not any([self._reads(instance) for instance in self.instances]):
                return

    def _reads(self, instance: Instance) -> bool:
        """Whether there was anything new for it; right after its start, from the last record that it knows, as a consumer does."""
        after = instance.positions.next(0)
        if not (new := self.topic.after({0: after}, 100)):
            return False
        if not as_writer(instance, partial(instance.take, new)):
            assert as_writer(instance, partial(instance.take, self.topic.after({0: after - 1}, 100))), f"{instance.me} does not read on"
        return True

    def audit(self, service: str = "intake") -> list[tuple[str, str, str, str]]:
        """(officer, act, case, key) of each line but those about rows, with those that wait."""
        desk = self.desks[service]
        desk.trail.write()
        return [
            tuple(map(str, row))
            for row in rows(desk.instance, "select officer, act, \"case\", key from audit where rows = '' order by seq")
        ]


def settings_of(agency: str, data: Path, issuer: str, **more: Any) -> Settings:
    signing = (
        {"oidc_issuer": issuer, "oidc_client": CLIENT, "oidc_secret": SECRET, "oidc_audience": AUDIENCE, "address": HERE} if issuer else {}
    )
    return Settings(agency=agency, bus=NOWHERE, country=Path("serbia"), data=data, sealed=False, **(signing | more))


@contextmanager
def opened(
    data: Path, issuer: str = "http://127.0.0.1:9", agency: str = "rs-ir", databases: Databases | None = None,
    keyed: bool = False, log: Sequence[SimulatedRecord] = (), **more: Any,
) -> Iterator[Office]:  # fmt: skip
    """An office on files; without the address of an issuer that runs nobody can sign in there, but sessions can be made.

    `log`: what lay there already when the files in the folder were copied.
    """
    country, clock = country_of(Path("serbia")), Hand()
    settings = settings_of(agency, data, issuer, **more)
    services = [service(name) for name in country.agency(agency).services]
    data.mkdir(exist_ok=True)
    for one in services if not log else ():
        database(data, templates(), one, f"{one.name}.{agency}")
    urls = [databases(one.name, agency) if databases else settings.database(one.name) for one in services]
    stores = [Keystore(f"{one.name}.{agency}", data / "keystore", data / "keys") if keyed else None for one in services]
    instances = [Instance(one, agency, country, url, clock, keystore=keys) for one, url, keys in zip(services, urls, stores, strict=True)]
    app = office(settings, [pages_of(one.name) for one in services], instances)
    desks = app.state.desks
    made = Office(app, instances, clock, next(iter(desks.values())).guard, desks)
    for record in log:
        made.topic.land(record.key, record.value, record.timestamp)
    assert not issuer or isinstance(made.guard, SignedIn)
    yield made
    for instance in instances:
        instance.close()
