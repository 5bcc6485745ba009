"""An agency's pages without a bus: what a test client posts and reads, as a browser without JavaScript would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from deploy.serve import country_of, service
from shared.runtime.door import Transactions
from shared.runtime.office import office
from shared.runtime.settings import Settings

NOWHERE = "127.0.0.1:9"
"""A port where no broker listens."""


class Visitor:
    """Somebody at an agency's pages."""

    def __init__(self, client: TestClient, agency: str, officer: str = "") -> None:
        self.client, self.agency = client, agency
        if officer:
            client.cookies.set(f"nrm_officer_{agency}", officer)

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == status, (answer.status_code, words(answer.text)[:400])
        return answer.text

    def post(self, path: str, **data: Any) -> Response:
        return self.client.post(path, data=data, headers={"accept": "text/html", "origin": "http://testserver"})

    def form_id(self, page: str, action: str) -> str:
        """The id of the form on a page that posts to this address."""
        return re.search(rf'action="{re.escape(action)}".*?name="form_id" value="([^"]+)"', page, re.DOTALL)[1]

    def head(self, page: str, action: str) -> str:
        return re.search(rf'action="{re.escape(action)}".*?name="head" value="([^"]+)"', page, re.DOTALL)[1]


@contextmanager
def at(agency: str, officer: str, data: Path, country: Path = Path("serbia")) -> Iterator[Visitor]:
    """The agency's office before its instances have reached the bus."""
    settings = Settings(agency=agency, bus=NOWHERE, country=country, data=data)
    services = [service(name) for name in country_of(country).agency(agency).services]
    doors = [Transactions(s, agency, country_of(country), settings.database(s.name), settings.clock_in_use()) for s in services]
    yield Visitor(TestClient(office(settings, services, doors), follow_redirects=False), agency, officer)
    for door in doors:
        door.close()


def words(html: str) -> str:
    """The text of a page's main part."""
    main = html[html.index("<main") :] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


REPORT = {"danger": "false", "age": "adult", "consent": "true", "forms": ["LAB"], "indicators": ["LI04", "LI05"], "needs": ["health", "legal"]}
"""The answers of a complete report."""
