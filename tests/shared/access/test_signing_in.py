"""Signing in at a real issuer: the way there and back, everything that is refused, and how a session ends."""

import re
from typing import Any

import pytest

from shared.access.sessions import MINUTE, UNDER_WAY
from shared.config.clock import wall
from tests.shared import network
from tests.shared.access.issuer import CLIENT
from tests.shared.access.offices import HTML, Office, Person


def lie(issuer: str, **lies: Any) -> None:
    network.post(f"{issuer}/lie", json=lies).raise_for_status()


def mint(issuer: str, **claims: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {network.post(f'{issuer}/mint', json=claims).raise_for_status().json()['token']}"}


def test_from_a_page_to_the_issuer_and_back_to_that_page(place: Office) -> None:
    ana = place.stranger()
    sent = ana.client.get("/reports", headers=HTML)
    assert (sent.status_code, sent.headers["location"]) == (303, "/signin?next=/reports")
    answer = ana.sign_in("a1f0", "/reports")
    assert (answer.status_code, answer.headers["location"]) == (303, "/reports")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(place.guard.cookie))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    page = ana.get("/reports")
    assert "<strong>Ana</strong>, officer" in page
    assert "Change person" not in page
    assert "Sign out" in page
    assert ("a1f0", "signed-in", "", "") in place.audit()


def test_what_is_written_down_names_the_subject_and_never_the_person(place: Office) -> None:
    ana = place.stranger()
    ana.sign_in("a1f0")
    case = place.report(ana)
    ana.get(f"/reports/{case}")
    assert ("a1f0", "read:GET /reports/{case}", case, "assigned") in place.audit()
    assert "Ana" not in str(place.audit())
    for file in place.instances[0].engine.url.database, f"{place.instances[0].engine.url.database}-wal":
        with open(str(file), "rb") as raw:
            assert b"Ana" not in raw.read()


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_other_keys_of_the_issuer_count(place: Office, issuer: str, alg: str) -> None:
    lie(issuer, alg=alg)
    assert place.stranger().sign_in("a1f0").status_code == 303


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"aud": "another-client"}, "audience"), ({"aud": [CLIENT, "x"], "azp": "x"}, "audience"), ({"aud": None}, "audience"),
        ({"iss": "http://127.0.0.1:1"}, "issuer"), ({"exp": 1}, "exp"), ({"exp": None}, "exp"), ({"iat": 2**40}, "not yet"),
        ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"), ({"alg": "none"}, "algorithm"), ({"alg": "HS256"}, "algorithm"),
        ({"alg": "stranger"}, "signature"), ({"sub": ""}, "subject"), ({"sub": "two\nlines"}, "subject"), ({"sub": 7}, "subject"),
        ({"back": {"iss": "http://evil.example"}}, "issuer"),
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_what_it_must_be_signs_nobody_in(place: Office, issuer: str, lies: dict[str, Any], why: str) -> None:
    lie(issuer, **lies)
    ana = place.stranger()
    answer = ana.sign_in("a1f0")
    assert answer.status_code == 401
    assert place.guard.cookie not in str(answer.headers.get_list("set-cookie"))
    assert ("", f"refused:sign-in:{why}", "", "not-signed-in") in place.audit()
    ana.get("/work", 303)


def test_a_state_counts_once_and_only_in_the_browser_that_left(place: Office) -> None:
    ana, mallory = place.stranger(), place.stranger()
    back = ana.choose(ana.leave(), "a1f0")
    assert mallory.client.get(back, headers=HTML).status_code == 401, "another browser"
    assert ana.client.get(back, headers=HTML).status_code == 401, "and then it is spent"
    back = ana.choose(ana.leave(), "a1f0")
    assert ana.client.get(back, headers=HTML).status_code == 303
    assert ana.client.get(back, headers=HTML).status_code == 401
    assert ana.client.get("/signin/back?code=x&state=made-up", headers=HTML).status_code == 401
    assert ana.client.get("/signin/back?error=access_denied", headers=HTML).status_code == 401


def test_a_sign_in_that_took_too_long_is_begun_anew(place: Office) -> None:
    ana = place.stranger()
    back = ana.choose(ana.leave(), "a1f0")
    place.guard.now = lambda: wall() + UNDER_WAY
    assert ana.client.get(back, headers=HTML).status_code == 401


def test_a_code_without_its_verifier_is_worth_nothing(place: Office) -> None:
    ana = place.stranger()
    back = ana.choose(ana.leave(), "a1f0")
    for kept in place.guard.sessions._coming.kept.values():
        kept.value = type(kept.value)(kept.value.nonce, "x" * 43, kept.value.browser, "/")
    assert ana.client.get(back, headers=HTML).status_code == 401


def test_the_session_is_a_new_one_at_every_sign_in(place: Office) -> None:
    ana = place.stranger()
    ana.client.cookies.set(place.guard.cookie, "chosen-by-an-attacker")
    ana.sign_in("a1f0")
    first = _session(place, ana)
    assert first != "chosen-by-an-attacker"
    ana.sign_in("a1f0")
    second = _session(place, ana)
    assert first != second
    old = place.stranger()
    old.client.cookies.set(place.guard.cookie, first)
    old.get("/work", 303)


def _session(place: Office, who: Person) -> str:
    """The session that the browser got last."""
    return [c.value for c in who.client.cookies.jar if c.name == place.guard.cookie][-1]


def test_after_signing_out_the_session_is_nobodys(place: Office) -> None:
    ana = place.stranger()
    ana.sign_in("a1f0")
    kept = _session(place, ana)
    out = ana.post("/signout")
    assert out.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "You have signed out" in ana.get(out.headers["location"])
    thief = place.stranger()
    thief.client.cookies.set(place.guard.cookie, kept)
    thief.get("/work", 303)
    assert ("a1f0", "signed-out", "", "") in place.audit()


def test_who_leaves_at_once_is_signed_out_and_nothing_says_where_they_were(place: Office) -> None:
    for mode, cleared in (("navigate", '"cookies", "storage"'), ("cors", '"cache", "cookies", "storage"')):
        ana = place.stranger()
        ana.sign_in("a1f0", again="&again=true")
        assert "Leave now" in ana.get("/work")
        thief = place.stranger()
        thief.client.cookies.set(place.guard.cookie, _session(place, ana))
        left = ana.client.post("/leave", headers=HTML | {"sec-fetch-mode": mode})
        assert (left.status_code, left.headers["location"], left.headers["clear-site-data"]) == (303, "/left", cleared)
        thief.get("/work", 303)
        empty = ana.client.get("/left", headers=HTML)
        assert (empty.headers["cache-control"], empty.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert set(re.findall(r"[A-Za-z]+", re.sub(r"<[^>]+>", " ", empty.text))) == {"Empty", "page"}
    assert ("a1f0", "signed-out", "", "") in place.audit()


def test_signing_out_is_not_for_other_sites(place: Office) -> None:
    ana = place.stranger()
    ana.sign_in("a1f0")
    assert ana.client.post("/signout", headers={"accept": "text/html", "origin": "http://evil"}).status_code == 403
    ana.get("/work")


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_day_of_work(place: Office) -> None:
    ana, start = place.stranger(), wall()
    ana.sign_in("a1f0")
    for minutes in (9, 18, 27):
        place.guard.now = lambda minutes=minutes: start + minutes * MINUTE
        ana.get("/work")
    place.guard.now = lambda: start + 38 * MINUTE
    ana.get("/work", 303)
    place.guard.now = lambda: start
    ana.sign_in("a1f0")
    for minutes in range(5, 480, 5):
        place.guard.now = lambda minutes=minutes: start + minutes * MINUTE
        assert place.guard.sessions.actor(_session(place, ana))
    place.guard.now = lambda: start + 481 * MINUTE
    ana.get("/work", 303)


def test_an_issuer_that_sends_elsewhere_or_is_away_is_said_so(place: Office, issuer: str) -> None:
    lie(issuer, described={"token_endpoint": "https://evil.example/token"})
    assert place.stranger().client.get("/signin/go", headers=HTML).status_code == 503
    lie(issuer, described={"issuer": "https://evil.example"})
    answer = place.stranger().client.get("/signin/go", headers=HTML)
    assert answer.status_code == 503
    assert "does not answer now" in answer.text


def test_a_bearer_token_for_the_interface_opens_it_with_its_roles(place: Office, issuer: str) -> None:
    client = place.stranger().client
    assert client.get("/api/intake/cases", headers=mint(issuer)).status_code == 200
    assert client.get("/api/intake/cases", headers=mint(issuer, sub="d4c3")).status_code == 403
    assert client.get("/api/intake/cases", headers=mint(issuer, sub="f6a5")).status_code == 403
    told = client.post("/api/intake/reports", json={"danger": True, "ground": "life"}, headers=mint(issuer, sub="b2e1"))
    assert told.status_code == 201
    assert ("b2e1", "file_report") in [line[:2] for line in place.audit()]


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"aud": CLIENT}, {"iss": "http://evil"}, {"exp": 1}, {"alg": "none"}, {"alg": "HS256"}, {"alg": "stranger"}],
    ids=str,
)
def test_a_bearer_token_of_another_kind_opens_nothing_even_beside_a_session(place: Office, issuer: str, claims: dict[str, Any]) -> None:
    ana = place.stranger()
    ana.sign_in("a1f0")
    answer = ana.client.get("/api/intake/cases", headers=mint(issuer, **claims))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_demos_way_to_say_who_one_is_does_not_exist(place: Office) -> None:
    nobody = place.stranger()
    nobody.get("/who", 404)
    nobody.client.cookies.set("nrm_officer_rs-ir", "ines")
    nobody.get("/work", 303)
    assert nobody.client.get("/api/intake/cases", headers={"nrm-officer": "ines"}).status_code == 401
