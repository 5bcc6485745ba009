"""A country that all these stories share: each tells a case of its own, between pages as officers read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.config.calendar import HOUR
from shared.processing.instance import Instance
from shared.protocol.case import Case, Handoff
from shared.protocol.vocabulary import Need
from tests.browser.desks import REPORT, Town, Visitor, town, words

LEAD, CLINIC, LAWYERS, REPORTER = "rs-czztlj", "rs-zdr-bg", "rs-ngo-pomoc", "rs-ir"


@dataclass
class Story:
    """One case, and what people do in it."""

    town: Town
    case: str

    @property
    def lead(self) -> Visitor:
        return self.town.at[LEAD]

    @property
    def clinic(self) -> Visitor:
        return self.town.at[CLINIC]

    @property
    def lawyers(self) -> Visitor:
        return self.town.at[LAWYERS]

    @property
    def reporter(self) -> Visitor:
        return self.town.at[REPORTER]

    def handoff(self, need: Need = Need.HEALTH) -> Handoff:
        """The newest of a need, as the lead has it."""
        return [h for h in self.picture().handoffs.values() if h.need is need][-1]

    def picture(self, instance: str = "") -> Case:
        if not instance:
            return self.town.picture(self.case)
        one = next(one for one in self.town.instances if one.me == instance)
        shown = one.transact(lambda work: work.picture(self.case))
        assert shown is not None
        return shown

    def says(self, who: Visitor, decision: str, need: Need = Need.HEALTH, status: int = 303, **said: Any) -> str:
        """Somebody sends a form about the newest hand-off of a need."""
        path = f"/cases/{self.case}/handoffs/{self.handoff(need).id}/{decision}"
        answer = who.post(path, form_id=f"{who.agency} {path}", **said)
        assert answer.status_code == status, words(answer.text)[:400]
        return words(answer.text)

    def first(self, *agencies: str) -> None:
        """What these have decided reaches the log before what others have decided meanwhile."""
        self.town.instances.sort(key=lambda one: one.agency not in agencies)
        self.town.carry()

    def told(self, *who: Visitor) -> list[str]:
        """The history of the case, as each of these agencies reads it."""
        return [words(one.get(f"{'/lead' if one is self.lead else '/cases'}/{self.case}?tab=history")) for one in who]

    def same_everywhere(self) -> Case:
        """All who are in the case have the same picture; it is given."""
        found = [view.case for one in self.town.instances if (view := one.view_of(self.case)).case and view.member]
        assert len({case.model_dump_json() for case in found}) == 1, "the pictures differ"
        return found[0]


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    officers = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_zdr_bg": "zora", "rs_ngo_pomoc": "nada"}
    with town(tmp_path_factory.mktemp("country"), **officers) as made:
        yield made


@pytest.fixture
def story(country: Town) -> Story:
    """Somebody was reported who needs health care and a lawyer; both are asked."""
    country.clock.at += 2 * HOUR
    answer = country.at[REPORTER].post("/reports/new", form_id=f"report {country.clock.at}", **REPORT)
    assert answer.status_code == 303, words(answer.text)[:300]
    country.carry()
    return Story(country, answer.headers["location"].rpartition("/")[2])


def instance(town: Town, me: str) -> Instance:
    return next(one for one in town.instances if one.me == me)
