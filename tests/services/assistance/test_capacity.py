"""An agency says in two taps whether it takes somebody; who chooses an agency sees it with its age; a shelter says nothing."""

from datetime import datetime
from pathlib import Path

from shared.config.calendar import HOUR
from shared.config.capacity import CapacityNow, CapacityState
from shared.protocol.vocabulary import Need
from tests.browser.desks import REPORT, town, words


def test_what_was_said_is_shown_with_its_age_where_somebody_chooses(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_csr_ns="sofija", rs_kuca="mara") as made:
        social, lead, house = made.at["rs-csr-ns"], made.at["rs-czztlj"], made.at["rs-kuca"]
        made.clock.at = now = int(datetime(2026, 3, 2, 10, tzinfo=made.instances[0].country.time_zone).timestamp() * 1000)
        assert "Nothing was said yet." in words(social.get("/capacity"))
        for wrong in ({"places": "many", "state": "takes"}, {"state": "closed"}, {"places": "100", "state": "takes"}):
            assert social.post("/capacity", form_id="w", need="housing", **wrong).status_code == 422
        refused = social.post("/capacity", form_id="r", need="residence", state="full", places="")
        assert "does not say whether it takes somebody for this need" in words(refused.text)
        assert social.post("/capacity", form_id="s", need="housing", state="takes", places="3").status_code == 303
        said = words(social.get("/capacity"))
        assert "We take people , free places: 3, said" in said
        assert "not sent yet" in said, "nobody has it before its echo has come"
        social.client.app.state.desks["assistance"].capacity = lambda: {
            ("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.TAKES, 3, now)
        }
        assert "not sent yet" not in words(social.get("/capacity"))

        house.get("/capacity", 404)
        assert house.post("/capacity", form_id="h", need="housing", state="full").status_code in (409, 422)
        assert 'href="/capacity"' not in house.get("/today")
        assert 'href="/capacity"' in social.get("/today")

        case = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        desk = lead.client.app.state.desks["referral"]
        desk.capacity = lambda: {("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.FULL, None, now - 2 * HOUR)}
        page = words(lead.get(f"/lead/{case}/add-agency?need=housing"))
        assert "It takes nobody now, as it said 2 h ago." in page
        assert page.index("NGO Legal and Psychological Help") < page.index("Centre for Social Work Novi Sad"), "who may take somebody first"
        desk.capacity = lambda: {("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.FULL, None, now - 25 * HOUR)}
        assert "is out of date: it said it" in words(lead.get(f"/lead/{case}/add-agency?need=housing"))
