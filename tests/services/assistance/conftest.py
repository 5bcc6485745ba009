"""A reported case with its invitations, at the pages of the agencies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Response

from tests.browser.desks import Town, Visitor
from tests.shared.reported import reported


@dataclass
class Scene:
    """The reporter, the lead, the clinic, the lawyers; and the case."""

    town: Town
    case: str

    @property
    def clinic(self) -> Visitor:
        return self.town.at["rs-zdr-bg"]

    @property
    def lawyers(self) -> Visitor:
        return self.town.at["rs-ngo-pomoc"]

    @property
    def lead(self) -> Visitor:
        return self.town.at["rs-czztlj"]

    @property
    def reporter(self) -> Visitor:
        return self.town.at["rs-ir"]

    def invitation(self, visitor: Visitor) -> str:
        """The path of the first invitation in an agency's work list."""
        page = visitor.get("/work")
        return page[page.index(f'href="/cases/{self.case}/handoffs/') + 6 :].partition('"')[0]

    def open(self, visitor: Visitor) -> str:
        path = self.invitation(visitor)
        assert visitor.post(f"{path}/open", form_id=f"open {visitor.agency}").status_code == 303
        return path

    def close(self, ending: str = "not_needed", form: str = "close", **more: str) -> Response:
        """The lead closes the case, with one answer to all that its page says is open."""
        page = self.lead.get(f"/lead/{self.case}/close")
        answers = {field: re.findall(rf'name="{field}".*?value="([^" ]+ {ending})"', page, re.DOTALL) for field in ("handoffs", "tasks")}
        return self.lead.post(f"/lead/{self.case}/close", form_id=form, **{"reason": "goals_met", **answers, **more})

    def act_together(self) -> None:
        """All three agencies accept, so that the joint action starts."""
        for visitor in (self.clinic, self.lawyers, self.reporter):
            path = self.open(visitor)
            assert visitor.post(f"{path}/accept", form_id=f"accept {visitor.agency}").status_code == 303
        self.town.carry()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with reported(tmp_path) as (made, case):
        yield Scene(made, case)
