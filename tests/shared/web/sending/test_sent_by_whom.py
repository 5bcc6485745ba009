"""Forms that change what their sender may do, at an office with sessions; and routes that had nothing to do say of no record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from shared.access.assignments import assigned, give, remove
from shared.access.roles import Role
from shared.store.database import insert
from shared.store.tables import Parked
from tests.shared.access.offices import Office, Person, opened
from tests.shared.access.restricted import ANA, BORIS, CECA, reported
from tests.shared.web.sending.page_forms import form_to

Scene = tuple[Office, Person, str]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with reported(tmp_path / "data", keyed=True) as (place, ana, case, _):
        yield place, ana, case


def twice(who: Person, page: str, action: str, **said: str | list[str]) -> tuple[str, str]:
    """Where the form of a page leads, and where the same form leads once more."""
    form = form_to(who.get(page), action)
    first, again = (who.post(form.action, **form.filled(said)) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303), again.text
    return first.headers["location"], again.headers["location"]


def test_a_role_is_given_and_taken_once_also_ones_own_and_sessions_end_as_often_as_it_is_asked(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as place:
        dana, eva = place.person("d4c3", Role.ADMINISTRATOR), place.person("e5d4")
        assert twice(dana, "/roles", "/roles", officer="e5d4", role="administrator") == ("/roles", "/roles?sent=again")
        assert twice(eva, "/roles", "/roles/withdraw") == ("/roles", "/roles?sent=again"), "her own"
        eva.get("/roles", 403)
        refused = eva.post("/roles/withdraw", officer="d4c3", role="administrator")
        assert refused.status_code == 403
        assert ("e5d4", "refused:POST /roles/withdraw", "", "not-your-role") in place.audit()
        form = form_to(dana.get("/roles"), "/roles/end").filled({"officer": "e5d4"})
        for _ in range(2):
            intruder = place.person("e5d4", Role.OFFICER)
            assert dana.post("/roles/end", **form).headers["location"] == "/roles"
            intruder.get("/work", 303)
        done = [act for _, act, *_ in place.audit() if act.endswith("administrator")]
        assert done == ["granted:administrator", "withdrawn:administrator"]


def test_who_leaves_the_case_out_of_their_own_sight_is_led_on_twice_and_refused_as_ever_afterwards(scene: Scene) -> None:
    place, ana, case = scene
    here = f"/restricted/intake/{case}"
    led = twice(ana, here, here, officers=[BORIS, CECA], others=[], reason="official")
    assert led == ("/", "/?sent=again")
    assert ana.post(here, reason="official", officers=[ANA, BORIS]).status_code == 404
    assert ("a1f0", "refused:POST /restricted/{service}/{case}", case, "no-such-case") in place.audit()
    boris = place.person(BORIS, Role.OFFICER)
    form = form_to(boris.get(here), f"{here}/name")
    assert boris.post(form.action, **form.filled({"officer": "", "other": ANA})).status_code == 303
    assert twice(boris, here, "/take-off", officer=BORIS) == ("/", "/?sent=again")


def test_what_found_nothing_to_do_is_asked_anew(scene: Scene) -> None:
    place, _, case = scene
    ceca, intake = place.person(CECA, Role.SUPERVISOR), place.desks["intake"].instance
    here = f"/assignments/intake/{case}"
    intake.transact(lambda work: give(work, case, ANA, ANA, 1))
    form = form_to(ceca.get(here), f"{here}/remove").filled({})
    intake.transact(lambda work: remove(work, case, ANA, "somebody else", 1))
    assert ceca.post(f"{here}/remove", **form).headers["location"] == here
    intake.transact(lambda work: give(work, case, ANA, ANA, 1))
    assert ceca.post(f"{here}/remove", **form).headers["location"] == here, "it says of nothing that it was recorded"
    assert not intake.transact(lambda work: assigned(work.session, case)), "and this time it is done"


def test_a_form_that_stands_still_while_its_case_is_parked_is_asked_anew_afterwards(scene: Scene) -> None:
    place, ana, case = scene
    intake, here = place.desks["intake"].instance, f"/reports/{case}/person/safety_alert"
    form = form_to(ana.get(here), f"{here}?about=person")
    sent = form.filled({}, "x" * 9_000)
    parked = {"case": case, "partition": 0, "place": 99, "value": b"", "code": "could-not-apply", "reason": ""}
    parked |= {"logged_at": 1, "parked_at": 1}
    intake.transact(lambda work: insert(work.session.connection(), Parked, [parked]))
    assert ana.post(form.action, **sent).headers["location"] == f"/reports/{case}/person"
    intake.transact(lambda work: work.session.connection().execute(delete(Parked)))
    assert ana.post(form.action, **sent).status_code == 422, "it is looked at"
