"""An agency's pages without a bus: what a test client posts and reads, as a browser without JavaScript would."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from httpx2 import Response

from deploy.process.composition import pages_of, service
from deploy.process.country_file import country_of
from shared.config.calendar import HOUR
from shared.config.settings import Settings
from shared.crypto.keystore import Keystore
from shared.processing.instance import Instance
from shared.protocol.case import Case
from shared.records.codec import complete
from shared.records.reader import Taken
from shared.web.admin.application import office
from shared.web.case.case_tabs import CaseTab
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.client import PageClient
from tests.shared.land import Hand, database, templates

SERBIA = Path("serbia")
T = TypeVar("T")
Databases = Callable[[str, str], str]
"""(service, agency) → URL."""
NOWHERE = "127.0.0.1:9"
"""A port where no broker listens."""


class Visitor:
    """Somebody at an agency's pages."""

    def __init__(self, client: PageClient, agency: str, officer: str = "") -> None:
        self.client, self.agency, self.officer = client, agency, officer
        if officer:
            client.cookies.set(f"nrm_officer_{agency}", officer)

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers={"accept": "text/html"}, follow_redirects=status == 200)
        assert answer.status_code == status, (answer.status_code, words(answer.text)[:400])
        assert not repeated_ids(answer.text), path
        return answer.text

    def whole(self, case_page: str) -> str:
        """The page of a case with all that lies behind its tabs."""
        return "".join(self.get(f"{case_page}?tab={tab}") for tab in CaseTab)

    def post(self, path: str, **data: Any) -> Response:
        return self.client.post(path, data=data, headers={"accept": "text/html", "origin": "http://testserver"})

    def form_id(self, page: str, action: str) -> str:
        """The id of the form on a page that posts to this address."""
        return re.search(rf'action="{re.escape(action)}".*?name="form_id" value="([^"]+)"', page, re.DOTALL)[1]

    def head(self, page: str, action: str) -> str:
        return re.search(rf'action="{re.escape(action)}".*?name="head" value="([^"]+)"', page, re.DOTALL)[1]


def as_writer(instance: Instance, job: Callable[[], T]) -> T:
    """In the thread that writes for this instance, as its consumer has it: a page may be at work on it at the same time."""
    return instance.worker.submit(job).result()


class Town:
    """Agencies whose pages work as ever, and a log in memory between them that carries only when the test says so."""

    def __init__(
        self, data: Path, country: Path = SERBIA, databases: Databases | None = None, assignment: bool = False,
        settings: Mapping[str, Any] = MappingProxyType({}), log: Sequence[SimulatedRecord] = (), at: int | None = None, keyed: bool = False,
        **officers: str,
    ) -> None:  # fmt: skip
        self.keyed = keyed
        self.databases, self.assignment, self.settings = databases, assignment, settings
        self.instances: list[Instance] = []
        self.country = country
        self.clock = Hand()
        self.began = self.clock.at
        self.clock.at = at or self.began
        self.topic = Topic()
        for record in log:
            self.topic.land(record.key, record.value, record.timestamp)
        self.at = {agency.replace("_", "-"): self._open(agency.replace("_", "-"), officer, data) for agency, officer in officers.items()}

    def _open(self, agency: str, officer: str, data: Path) -> Visitor:
        country = country_of(self.country)
        settings = Settings(agency=agency, bus=NOWHERE, country=self.country, data=data, assignment=self.assignment, **self.settings)
        services = [service(name) for name in country.agency(agency).services]
        for one in services if not self.topic.all() else ():
            database(data, templates(), one, f"{one.name}.{agency}")
        urls = [self.databases(s.name, agency) if self.databases else settings.database(s.name) for s in services]
        stores = [Keystore(f"{s.name}.{agency}", data / "keystore", data / "keys") if self.keyed else None for s in services]
        instances = [
            Instance(s, agency, country, url, self.clock, keystore=keys) for s, url, keys in zip(services, urls, stores, strict=True)
        ]
        self.instances += instances
        return Visitor(
            PageClient(office(settings, [pages_of(one.name) for one in services], instances), follow_redirects=False), agency, officer
        )

    def carry(self) -> None:
        """Everything that was decided reaches everybody, and what follows from it too."""
        while self._send() + self._read():
            pass

    def picture(self, case: str) -> Case:
        """A case as its lead has it, with what the lead has just decided."""
        lead = next(one for one in self.instances if one.me == f"referral.{one.country.lead}")
        shown = lead.transact(lambda work: work.picture(case))
        assert shown is not None
        return shown

    def later(self, hours: float) -> None:
        """Time passes, and the deadlines that passed with it fire."""
        self.clock.at += int(hours * HOUR)
        for instance in self.instances:
            instance.catches_up()
            as_writer(instance, lambda one=instance: one.idle(clocks=True))
        self.carry()

    def _send(self) -> int:
        sent = 0
        for instance in self.instances:
            for row in instance.outgoing.take(100):
                key, value, _ = complete(row, instance.me, instance.view_of(row.case).case, self.clock.at)
                self.topic.land(key, value)
                sent += 1
        return sent

    def _read(self) -> int:
        read = 0
        for instance in self.instances:
            if fresh := self._after(instance):
                joins = as_writer(instance, lambda one=instance, new=fresh: one.take(new)) or self._reads_again(instance)
                assert joins, f"{instance.me} does not read on"
                read += len(fresh)
        return read

    def _after(self, instance: Instance, known: int = 0) -> list[Taken]:
        """What an instance reads next, and so many records that it knows before."""
        return self.topic.after({0: max(0, instance.positions.next(0) - known)}, 100)

    def _reads_again(self, instance: Instance) -> bool:
        """After a commit in doubt: from the last record that it knows, as a consumer does. Whether that joins on."""
        known = self._after(instance, known=1)
        return as_writer(instance, lambda: instance.take(known))

    def close(self) -> None:
        for instance in self.instances:
            instance.close()


@contextmanager
def town(
    data: Path, country: Path = SERBIA, databases: Databases | None = None, assignment: bool = False,
    settings: Mapping[str, Any] = MappingProxyType({}), log: Sequence[SimulatedRecord] = (), at: int | None = None, keyed: bool = False,
    **officers: str,
) -> Iterator[Town]:  # fmt: skip
    """Agencies and who sits there: `rs_ir="ines"`; on files in this folder where no other databases are named. Without assignment whoever
    sits there has every case: rights are looked at elsewhere (`tests/shared/access`). `settings`: what each process is set to besides.
    `log`: what lay there already when the databases in the folder were copied (`tests/shared/reported.py`), and `at`: what time it was.
    `keyed`: they close at rest what they keep."""
    made = Town(data, country, databases, assignment, settings, log, at, keyed, **officers)
    yield made
    made.close()


@contextmanager
def at(agency: str, officer: str, data: Path) -> Iterator[Visitor]:
    """One agency's office whose instances have not reached the bus."""
    with town(data, **{agency: officer}) as made:
        yield made.at[agency]


def words(html: str) -> str:
    """The text of a page's main part."""
    main = html[html.index("<main") :] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def repeated_ids(html: str) -> list[str]:
    """The ids that more than one element of a page has: labels and the links of an error summary find only the first."""
    return [each for each, times in Counter(re.findall(r'\sid="([^"]+)"', html)).items() if times > 1]


REPORT: dict[str, Any] = {
    "danger": "false", "age": "adult", "consent": "true", "forms": ["LAB"], "indicators": ["LI04", "LI05"], "needs": ["health", "legal"],
}  # fmt: skip
"""The answers of a complete report."""
