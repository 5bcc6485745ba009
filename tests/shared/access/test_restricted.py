"""Restricting a case: who may be named, what the restriction does to those who had it, who is told when nobody acts, and what is kept."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from deploy.oracle import judge
from deploy.verify.ledger import read_file
from services.referral.queries.side_cases import linked
from shared.access import restrictions
from shared.access.restriction_head import ACTS_WITHIN, waits
from shared.access.restrictions import NewRestriction, RestrictionReason
from shared.access.roles import Role
from shared.config.calendar import HOUR
from shared.decisions.case_wall import in_force
from tests.browser.desks import REPORT, words
from tests.services.referral.street import LEAD_ME, Street
from tests.shared.access.offices import HTML, Office, Person
from tests.shared.access.restricted import ANA, BORIS, CECA, DEPUTY, HEAD, reported, restrict, tells_of
from tests.shared.land import rows

Scene = tuple[Office, Person, str]
SERVICES = ("intake", "referral", "assistance")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with reported(tmp_path / "data", keyed=True) as (place, ana, case, _):
        yield place, ana, case


@pytest.fixture(scope="module")
def unrestricted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The same for tests in which nothing comes of what is asked."""
    with reported(tmp_path_factory.mktemp("unrestricted") / "data", keyed=True) as (place, ana, case, _):
        yield place, ana, case


def acts(place: Office, service: str = "intake") -> list[tuple[str, str, str]]:
    """(officer, act, about whom) of what was done about the restriction."""
    told = ("restrict", "named", "assigned", "unassigned", "asked-for")
    return [(officer, act, key) for officer, act, _, key in place.audit(service) if act.startswith(told)]


# --- by an officer ----------------------------------------------------------------------------------------------------------------------


def test_who_is_named_sees_the_case_at_every_service_and_nobody_else_does(scene: Scene) -> None:
    place, ana, case = scene
    boris, ceca = place.person(BORIS, Role.OFFICER), place.person(CECA, *Role)
    assert f'href="/restricted/intake/{case}"' in ana.get(f"/reports/{case}")
    page = ana.get(f"/restricted/intake/{case}")
    assert "Backups" in words(page), "it is said what this does not hide"
    assert re.search(rf'value="{ANA}"[^>]*checked', page), "whoever restricts is one of them, unless they say otherwise"
    assert restrict(ana, "intake", case).headers["location"] == f"/restricted/intake/{case}"
    for who in (ana, boris):
        for path in (f"/reports/{case}", f"/lead/{case}", f"/cases/{case}"):
            assert "This case is restricted" in words(who.get(path)), path
        assert tells_of(who.get("/reports"), case)
    for path in (f"/reports/{case}", f"/lead/{case}", f"/cases/{case}", f"/restricted/intake/{case}", f"/access/intake/{case}"):
        ceca.get(path, 404)
    assert ("a1f0", "restricted:official", "") in acts(place)
    assert ("a1f0", "named", BORIS) in acts(place, "referral")


def test_whose_case_it_was_has_it_no_more_where_they_are_not_named(scene: Scene) -> None:
    place, ana, case = scene
    boris = place.person(BORIS, Role.OFFICER)
    assert restrict(ana, "intake", case, (BORIS, CECA)).headers["location"] == "/"
    ana.get(f"/reports/{case}", 404)
    boris.get(f"/reports/{case}")
    assert (ANA, "unassigned", ANA) in acts(place)
    again = ana.post("/reports/new", form_id="r", **REPORT)
    assert not tells_of(again.text, case), "the same form again does not tell what it had recorded"
    assert again.status_code == 409
    assert not tells_of(ana.client.get("/reports/new?form=r", headers=HTML).text, case)


def test_an_idempotency_key_does_not_tell_what_it_had_recorded(scene: Scene) -> None:
    place, ana, _ = scene
    body = {"danger": False, "age": "adult", "consent": True, "needs": ["legal"]}
    key = {"idempotency-key": "one", **HTML}
    case = ana.client.post("/api/intake/reports", json=body, headers=key).json()["case"]
    assert ana.client.post("/api/intake/reports", json=body, headers=key).json()["case"] == case
    assert restrict(ana, "intake", case, (BORIS, CECA)).status_code == 303
    for sent in (body, body | {"age": "child", "consent": False}):
        answer = ana.client.post("/api/intake/reports", json=sent, headers=key)
        assert answer.status_code == 409
        assert not tells_of(answer.text, case)
    place.carry()
    lately = ana.post("/reports/new", form_id="fresh", **REPORT | {"needs": ["legal"]})
    assert not tells_of(lately.text, case)


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"officers": [ANA]}, "officers", "at least two"), ({"officers": [ANA, ANA]}, "officers", "at least two"),
        ({"officers": []}, "officers", "at least two"), ({"reason": ""}, "reason", "choose one of the reasons"),
        ({"reason": "other", "words": ""}, "words", "what the reason is"), ({"others": "nikođ"}, "officers", "Choose an officer"),
        ({"reason": "other", "words": "x" * 501}, "words", "what the reason is"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    unrestricted: Scene, sent: dict[str, object], field: str, said: str
) -> None:
    place, ana, case = unrestricted
    answer = ana.post(f"/restricted/intake/{case}", **{"reason": "staff", "officers": [ANA, BORIS], "words": "A cousin", **sent})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert said in words(answer.text)
    assert str(sent.get("words", "A cousin")) in answer.text
    assert rows(place.desks["intake"].instance, "select count(*) from restrictedcase") == [(0,)]


def test_all_that_is_wrong_is_said_at_once(unrestricted: Scene) -> None:
    _, ana, case = unrestricted
    answer = ana.post(f"/restricted/intake/{case}", reason="other", words="", officers=[ANA])
    assert {'href="#words"' in answer.text, 'href="#officers"' in answer.text} == {True}


def test_names_are_put_on_and_taken_off_and_two_always_stay(scene: Scene) -> None:
    place, ana, case = scene
    boris, ceca = place.person(BORIS, Role.OFFICER), place.person(CECA, Role.SUPERVISOR)
    restrict(ana, "intake", case)
    home = f"/restricted/intake/{case}"
    few = boris.post(f"{home}/take-off", officer=ANA)
    assert (few.status_code, "at least two" in words(few.text)) == (422, True)
    assert boris.post(f"{home}/name", other=CECA).status_code == 303
    ceca.get(f"/lead/{case}")
    assert boris.post(f"{home}/take-off", officer=ANA).status_code == 303
    ana.get(f"/reports/{case}", 404)
    wrong = ceca.post(f"{home}/name", officer="", other="no body")
    assert (wrong.status_code, 'value="no body"' in wrong.text) == (422, True)
    assert ceca.post(f"/assignments/intake/{case}/give", officer=ANA).status_code == 409, "who has it is said at the restriction"
    assert ceca.post(f"/restricted/intake/{case}", reason="staff", officers=[ANA, CECA]).status_code == 409
    page = words(ceca.get(f"{home}/access"))
    assert "restricted it" in page
    assert "was refused" in page, "who tried to see it"


def test_when_it_ends_the_case_is_like_any_other_and_the_chain_says_that_it_was_restricted(scene: Scene) -> None:
    place, ana, case = scene
    ceca = place.person(CECA, Role.SUPERVISOR)
    restrict(ana, "intake", case)
    assert not tells_of(ceca.get("/reports"), case)
    assert ana.post(f"/restricted/intake/{case}/lift").headers["location"] == f"/reports/{case}"
    for page in ("/reports", "/lead", "/cases"):
        assert tells_of(ceca.get(page), case)
    assert "restricted it" in words(ceca.get(f"/access/intake/{case}"))
    assert restrict(ana, "intake", case, (ANA, BORIS), reason="staff").status_code == 303, "and can be restricted again"
    assert not tells_of(ceca.get("/reports"), case)
    for name in SERVICES:
        place.desks[name].trail.write()
        with closing(sqlite3.connect(str(place.desks[name].instance.engine.url.database))) as db:
            db.execute("pragma wal_checkpoint(truncate)")
        found = read_file(Path(str(place.desks[name].instance.engine.url.database)))
        assert judge({found.name: found}).audit == []


def test_a_supervisor_who_does_not_see_it_cannot_make_it_nobodys(scene: Scene) -> None:
    place, ana, case = scene
    ceca = place.person(CECA, Role.SUPERVISOR)
    restrict(ana, "intake", case)
    assert ceca.post("/assignments/intake/release", officer=ANA).status_code == 303
    ana.get(f"/reports/{case}")
    assert ceca.post(f"/assignments/intake/{case}/give", officer=CECA).status_code == 404
    assert ceca.post(f"/assignments/intake/{case}/take").status_code == 404


def test_who_was_let_in_by_breaking_the_glass_is_out_again(tmp_path: Path) -> None:
    with reported(tmp_path / "data") as (place, ana, case, _):
        ceca = place.person(CECA, Role.SUPERVISOR)
        assert ceca.post("/break-glass", service="intake", case=case, reason="somebody waits").status_code == 303
        ceca.get(f"/reports/{case}")
        restrict(ana, "intake", case)
        ceca.get(f"/reports/{case}", 404)
        other = place.person("e6a7", Role.SUPERVISOR)
        assert not tells_of(other.get("/break-glass/reviews"), case)
        assert other.post("/break-glass/reviews/intake/1", in_order="true").status_code == 404
        assert other.post("/break-glass/reviews/intake/999", in_order="true").status_code == 404


def test_a_found_case_that_is_restricted_later_is_gone_from_what_was_found(scene: Scene) -> None:
    place, ana, case = scene
    ceca = place.person(CECA, *Role)
    found = ceca.post("/search", need="health", beyond="true", reason="told by telephone").headers["location"]
    assert tells_of(ceca.get(found), case)
    restrict(ana, "intake", case)
    assert not tells_of(ceca.get(found), case)
    ceca.get(f"{found}/intake/{case}", 404)


def test_the_words_lie_closed_and_go_with_the_case(scene: Scene) -> None:
    place, ana, case = scene
    restrict(ana, "intake", case, reason="other", words="The canary of Novi Beograd")
    assert "The canary of Novi Beograd" in words(ana.get(f"/restricted/intake/{case}"))
    desk = place.desks["intake"]
    files = [f for f in (Path(str(desk.instance.engine.url.database)).parent).rglob("*") if f.is_file()]
    assert not [f for f in files if b"canary of Novi" in f.read_bytes()]
    keys = desk.instance.keystore
    assert keys is not None
    checked = [Sound(desk.instance.me), Sound(desk.instance.me)]
    look(checked[0], desk.instance.engine, keys)
    ((kept,),) = rows(desk.instance, "select words from restrictedcase where words <> ''")
    for said, finds in (("nrm-r1.bm90aGluZw", True), (kept, False)):
        with desk.instance.engine.begin() as connection:
            connection.exec_driver_sql("update restrictedcase set words = ? where words <> ''", (said,))
        if finds:
            look(checked[1], desk.instance.engine, keys)
    assert (checked[0].wrong, bool(checked[1].wrong)) == ([], True), "a rehearsed backup opens the words"
    keys.erase({case: ["D8"]})
    assert "The canary of Novi Beograd" not in ana.get(f"/restricted/intake/{case}"), "once the case is erased nobody reads it"
    assert place.person(CECA, *Role).client.get(f"/reports/{case}", headers=HTML).status_code == 404, "and it is still not there"


def test_a_name_that_was_typed_when_the_session_had_ended_is_shown_again(scene: Scene) -> None:
    place, ana, case = scene
    restrict(ana, "intake", case)
    home = f"/restricted/intake/{case}"
    page = ana.get(home)
    form = re.search(rf'action="{home}/name".*?name="form_id" value="([^"]+)"', page, re.DOTALL)
    assert form
    stranger = place.stranger()
    sent = stranger.post(f"{home}/name", form_id=form[1], other="e6a7")
    assert sent.status_code == 303
    way = re.search(r"next=([^&]+)", sent.headers["location"])
    assert way
    again = place.person(ANA, Role.OFFICER)
    again.client.cookies.update(stranger.client.cookies)
    again.client.cookies.set(place.guard.cookie, ana.client.cookies.get(place.guard.cookie) or "")
    shown = again.client.get(unquote(way[1]), headers=HTML)
    assert 'value="e6a7"' in shown.text
    assert (ANA, "named", "e6a7") not in acts(place)


# --- the agency's head ------------------------------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from("abc")), st.one_of(st.none(), st.integers(0, 10**9)), st.one_of(st.none(), st.integers(0, 10**9)))
def test_the_head_is_told_when_nobody_is_left_or_something_is_late_and_nobody_acts(
    named: set[str], late: int | None, acted: int | None
) -> None:  # fmt: skip
    now = 10**9
    told = waits(named, late, acted, now)
    assert told or named, "nobody is left"
    if named:
        assert told is (late is not None and (acted is None or acted < late or acted < now - ACTS_WITHIN))


def test_the_head_is_told_of_the_deadline_and_names_somebody_whom_a_second_person_confirms(scene: Scene) -> None:
    place, ana, case = scene
    restrict(ana, "intake", case)
    head, deputy, ceca = place.person(HEAD, Role.HEAD), place.person(DEPUTY, Role.HEAD), place.person(CECA, Role.SUPERVISOR)
    assert "None waits" in words(head.get("/restricted-waiting"))
    place.clock.at += 30 * 24 * HOUR
    page = head.get("/restricted-waiting")
    assert "A restricted case waits since" in words(page)
    assert not tells_of(page, case)
    assert "Identification" not in words(page)
    assert "A restricted case waits" in words(head.get("/restricted-waiting"))
    (way,) = set(re.findall(r'action="(/restricted-waiting/[0-9a-f]{32})"', page))
    assert way.rpartition("/")[2] not in case
    assert head.post(way, officer="", other=HEAD).status_code == 403, "nobody names themselves"
    assert head.post(way, other="no body").status_code == 422
    assert head.post(way, other=CECA).status_code == 303
    ceca.get(f"/lead/{case}", 404)
    assert head.post(f"{way}/confirm").status_code == 403, "a second person confirms it"
    assert "Somebody else confirms it" in words(head.get("/restricted-waiting"))
    assert "To be named" in words(deputy.get("/restricted-waiting"))
    assert deputy.post(f"{way}/confirm").status_code == 303
    ceca.get(f"/lead/{case}")
    assert (HEAD, "named-by-head", CECA) in acts(place, "referral")
    assert (DEPUTY, "named-confirmed", CECA) in acts(place, "referral")
    head.get(f"/lead/{case}", 403)


def test_an_act_of_somebody_named_quiets_it_for_a_day(scene: Scene) -> None:
    place, ana, case = scene
    restrict(ana, "intake", case)
    head = place.person(HEAD, Role.HEAD)
    place.clock.at += 30 * 24 * HOUR
    ana.get(f"/lead/{case}")
    assert "waits since" in words(head.get("/restricted-waiting")), "looking is not acting"
    noted = ana.client.post("/api/referral/write-note", json={"case": case, "note": "I have called."}, headers=HTML)
    assert noted.status_code == 201
    assert "None waits" in words(head.get("/restricted-waiting"))
    place.clock.at += 25 * HOUR
    assert "waits since" in words(head.get("/restricted-waiting"))


def test_when_all_who_are_named_have_lost_the_role_the_head_is_told_and_may_be_refused(scene: Scene) -> None:
    place, ana, case = scene
    restrict(ana, "intake", case)
    for sub in (ANA, BORIS):
        place.person(sub, Role.AUDITOR).get("/work", 403)  # the issuer says so at the next sign-in
    ana.get(f"/reports/{case}", 404)
    assert ("", "named-no-more", ANA) in acts(place)
    head, auditor = place.person(HEAD, Role.HEAD), place.person("u9", Role.AUDITOR)
    way = re.findall(r'action="(/restricted-waiting/[0-9a-f]{32})"', head.get("/restricted-waiting"))[0]
    assert head.post(way, other=CECA).status_code == 303
    assert auditor.post(way, other=CECA).status_code == 403
    assert auditor.post(f"{way}/refuse").status_code == 303
    place.person(CECA, Role.SUPERVISOR).get(f"/reports/{case}", 404)
    assert head.post(f"{way}/confirm").status_code == 404, "nobody is named"


def test_nobody_is_named_who_reads_no_cases(scene: Scene) -> None:
    place, ana, case = scene
    head, deputy = place.person(HEAD, Role.HEAD), place.person(DEPUTY, Role.HEAD)
    place.person("u9", Role.AUDITOR)
    assert 'value="u9"' not in ana.get(f"/restricted/intake/{case}")
    assert "no role in which cases are read" in words(restrict(ana, "intake", case, (ANA, "u9")).text)
    restrict(ana, "intake", case)
    assert ana.post(f"/restricted/intake/{case}/name", other="u9").status_code == 422
    assert 'value="u9"' not in ana.get(f"/restricted/intake/{case}")
    place.clock.at += 30 * 24 * HOUR
    page = head.get("/restricted-waiting")
    assert 'value="u9"' not in page
    way = re.findall(r'action="(/restricted-waiting/[0-9a-f]{32})"', page)[0]
    assert head.post(way, other="u9").status_code == 422
    assert head.post(way, other=CECA).status_code == 303, "nothing is known of who is not there"
    place.person(CECA, Role.AUDITOR)
    assert deputy.post(f"{way}/confirm").status_code == 422, "it has turned out since what they are"


def test_the_page_of_the_head_is_not_for_others(scene: Scene) -> None:
    place, _, _ = scene
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        place.person("x", role).get("/restricted-waiting", 403)


# --- side cases -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["main", "side"])
def test_a_side_case_is_restricted_with_its_main_case_whichever_was_there_first(tmp_path: Path, first: str) -> None:
    street = Street(tmp_path)
    lead = street.instances[LEAD_ME]

    def close() -> None:
        with Session(lead.engine) as session:
            cases = linked(session, street.main)
        new = NewRestriction("r1", cases, (ANA, BORIS), RestrictionReason.OFFICIAL)
        lead.transact(lambda work: restrictions.restrict(work, new, ANA, 1))

    if first == "main":
        close()
    side = street.ask()
    if first == "side":
        close()
    with Session(lead.engine) as session:
        assert sorted(linked(session, side)) == sorted(linked(session, street.main)) == sorted([street.main, side])
        assert in_force(session) == {case: {ANA, BORIS} for case in (street.main, side)}
    assert [name for name in street.instances if rows(street.instances[name], "select * from restrictedcase")] == [LEAD_ME], (
        "the agency's own"
    )
    for instance in street.instances.values():
        instance.close()
