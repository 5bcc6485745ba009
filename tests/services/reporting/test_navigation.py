"""What stands in the navigation of an agency without cases: nothing that it can never have, and nothing that one's roles do not open."""

import re
from pathlib import Path

import pytest

from services.reporting.service import PAGES
from shared.access.roles import Role
from shared.config.country import Officer
from shared.web.admin.application import office
from tests.browser.desks import words
from tests.services.reporting.life import WATCHED, reporting_instance, settings
from tests.shared.client import PageClient
from tests.shared.land import Hand

OF_CASES = ("/assignments", "/break-glass", "/break-glass/reviews", "/words-sample", "/access", "/restricted-waiting", "/search")
ROLES = [(), *((role,) for role in Role)]


@pytest.mark.parametrize("agency", ["rs-koord", "rs-zg"])
def test_the_navigation_leads_to_what_an_agency_without_cases_can_have_and_a_bookmark_says_what_is_so(tmp_path: Path, agency: str) -> None:
    instance = reporting_instance(tmp_path, agency, Hand())
    officers = tuple(Officer(id=f"o{n}", name="Invented", roles=roles) for n, roles in enumerate(ROLES))
    here = WATCHED.agency(agency).model_copy(update={"officers": officers})
    others = tuple(one for one in WATCHED.agencies if one.id != agency)
    instance.country = WATCHED.model_copy(update={"agencies": (*others, here)})
    client = PageClient(office(settings(tmp_path, agency).model_copy(update={"assignment": True}), [PAGES], [instance]))
    for officer in officers:
        client.post("/who", data={"officer": officer.id})
        page = client.get("/").text
        offered = re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', page)
        assert offered
        assert not set(offered) & set(OF_CASES)
        assert {client.get(href).status_code for href in offered} == {200}, officer.roles
        for path in OF_CASES:
            answer = client.get(path)
            assert answer.status_code in (200, 403), path
            assert answer.status_code == 403 or "Your agency takes part in no cases" in words(answer.text), path
    instance.close()
