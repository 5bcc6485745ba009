"""The duty rota: a supervisor writes it, Today names who is on duty beside what is urgent and nobody has, and no other agency sees it."""

import re
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from shared.store.tables import Audit
from tests.browser.desks import REPORT, town, words

NIGHT = {"officer": "pavle", "byday": ["MO", "TU"], "begins": "20:00", "ends": "8:00", "place": "beograd", "phone": "069 000 001"}


def test_who_is_on_duty_is_named_where_something_urgent_is_nobodys(tmp_path: Path) -> None:
    with town(tmp_path, assignment=True, rs_pu_bg="petra", rs_czztlj="jelena", rs_ir="ines") as made:
        police, zone = made.at["rs-pu-bg"], made.instances[0].country.time_zone
        made.clock.at = int(datetime(2026, 3, 2, 23, tzinfo=zone).timestamp() * 1000)  # a Monday night
        assert "Nobody is on duty at this hour." in words(police.get("/duty"))
        assert "told of danger" not in words(police.get("/duty")), "where no notices are sent"
        refused = police.post("/duty", form_id="wrong", **NIGHT | {"begins": "late", "byday": [], "phone": "069 000 001"})
        assert refused.status_code == 422
        said = words(refused.text)
        assert "From: give hours and minutes, such as 08:30" in said
        assert "Days: give an answer" in said
        assert 'value="069 000 001"' in refused.text, "what was typed stays"
        assert police.post("/duty", form_id="nobody", **NIGHT | {"officer": "jelena"}).status_code == 422, "of another agency"
        assert "choose one of the answers offered" in words(police.post("/duty", form_id="sea", **NIGHT | {"place": "sea"}).text)
        for _ in range(2):
            assert police.post("/duty", form_id="night", **NIGHT).status_code == 303
        page = police.get("/duty")
        assert "On duty now: Pavle Invented, duty officer (Belgrade) 069 000 001" in words(page)
        assert page.count('name="turn"') == 1, "one form is one turn"
        for form, why in (("night", "Something else was recorded under this form before"), ("", "This is probably not recorded")):
            another = police.post("/duty", form_id=form, **NIGHT | {"phone": "069 000 002"})
            assert another.status_code == 422
            assert why in words(another.text)
            assert 'value="069 000 002"' in another.text, "what was typed stays"
            again = re.search(r'name="form_id" value="([^"]+)"', another.text)
            assert again is not None
            assert again[1] != form, "and can be sent anew"
        assert police.get("/duty").count('name="turn"') == 1

        filed = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"danger": "true", "needs": ["safety"]})
        assert filed.status_code == 303, words(filed.text)
        made.carry()
        today = words(police.get("/today?whose=agency"))
        assert "Nobody has it yet" in today
        assert "On duty now: Pavle Invented" in today
        assert "Pavle" not in words(made.at["rs-czztlj"].get("/today?whose=agency")), "each agency has its own rota"

        made.clock.at += 9 * 3_600_000
        assert "On duty now" not in words(police.get("/today?whose=agency")), "the turn has ended"
        turn = re.search(r'name="turn" value="([0-9a-f]+)"', page)
        assert turn is not None
        assert police.post("/duty/end", turn=turn[1]).status_code == 303
        assert "Turns of each week" not in words(police.get("/duty"))
        law = next(one for one in made.instances if one.agency == "rs-pu-bg")
        done = law.transact(lambda work: [row.act for row in work.session.exec(select(Audit)) if row.act.startswith("duty")])
        assert done == ["duty-turn-added", "duty-turn-ended"]
