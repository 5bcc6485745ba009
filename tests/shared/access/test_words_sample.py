"""A supervisor draws a few of the messages that the own agency sent, at random and for a reason that is audited."""

import re

from sqlmodel import Session

from shared.store.restricted_tables import RestrictedCase, RestrictedOfficer
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person

SAID = {"purpose": "identification", "about": "communication", "shown": "rs-czztlj", "spot": "with_us", "who": "Canary Mira"}
WHEN = {"when-day": "28", "when-month": "2", "when-year": "2031", "time": "9:05"}


def test_a_sample_is_drawn_for_a_reason_and_audited_in_each_case(place: Office, ana: Person, ceca: Person) -> None:
    case = place.report(ana)
    on = re.search(rf'href="(/reports/{case}/words/[^"]+)"', ana.get(f"/reports/{case}?tab=words"))[1]
    for n in range(7):
        sent = ana.post(f"{on}/arrange", form_id=f"m{n}", bring=f"Canary{n}", **SAID, **WHEN)
        assert sent.status_code == 303, words(sent.text)[:500]
    place.carry()
    ana.get("/words-sample", 403)
    assert ana.post("/words-sample", reason="I am curious").status_code == 403
    assert "Canary" not in ceca.get("/words-sample"), "nothing is drawn by looking"
    for nothing in ("", " ", "Danger\x1b"):
        assert ceca.post("/words-sample", reason=nothing).status_code == 422
    before = len(place.audit())
    answer = ceca.post("/words-sample", reason="Quarterly look")
    assert answer.status_code == 200
    drawn = {n for n in range(7) if f"Canary{n}" in answer.text}
    assert 1 <= len(drawn) <= 5
    assert "At our agency" not in answer.text
    assert "Quarterly look" not in str(place.audit())
    lines = [line for line in place.audit()[before:] if line[1].startswith("sampled:")]
    assert [(officer, at) for officer, _, at, _ in lines] == [("c3d2", case)] * len(drawn)
    assert "drew it among a sample" in words(ceca.get(f"/access/intake/{case}"))


def test_a_restricted_case_is_in_no_sample_of_who_may_not_see_it(place: Office, ana: Person, ceca: Person) -> None:
    case = place.report(ana)
    on = re.search(rf'href="(/reports/{case}/words/[^"]+)"', ana.get(f"/reports/{case}?tab=words"))[1]
    assert ana.post(f"{on}/arrange", form_id="m", bring="Canary", **SAID, **WHEN).status_code == 303
    place.carry()
    intake = next(instance for instance in place.instances if instance.me.startswith("intake"))
    with Session(intake.engine) as session, session.begin():
        session.add(RestrictedCase(id="r1", case=case, by="a1f0", at=1, reason="relative", words=""))
        session.add(RestrictedOfficer(id="r1", case=case, officer="a1f0", by="a1f0", at=1))
    assert "Canary" not in ceca.post("/words-sample", reason="Quarterly look").text
    with Session(intake.engine) as session, session.begin():
        session.add(RestrictedOfficer(id="r1", case=case, officer="c3d2", by="a1f0", at=1))
    assert "Canary" in ceca.post("/words-sample", reason="Quarterly look").text
