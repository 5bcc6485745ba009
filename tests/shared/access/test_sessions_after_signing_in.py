"""Sessions at a real issuer: begun by an act, few for one account, seen and ended by their owner, ended from the issuer's side."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from shared.access import rate_limit
from shared.access.oidc import FRESH
from shared.access.roles import Role
from shared.access.sessions import MINUTE, MOST_OF_ONE
from shared.access.tokens import ENDED
from shared.config.clock import wall
from tests.browser.desks import words
from tests.shared.access.issuer import CLIENT
from tests.shared.access.offices import HTML, Office, Person, opened
from tests.shared.access.test_signing_in import lie, mint


def signed_in(place: Office, sub: str = "a1f0", again: str = "") -> Person:
    who = place.stranger()
    assert who.sign_in(sub, again=again).status_code == 303
    return who


def logout(place: Office, issuer: str, **claims: Any) -> int:
    """The issuer's back channel; what it is answered."""
    token = mint(issuer, **{"aud": CLIENT, "events": {ENDED: {}}, **claims})["authorization"].removeprefix("Bearer ")
    return place.stranger().client.post("/signin/ended", data={"logout_token": token}).status_code


def asked(address: str) -> dict[str, str]:
    return {name: said for name, (said,) in parse_qs(urlsplit(address).query).items()}


def test_nobody_is_signed_in_without_an_act_of_their_own(place: Office) -> None:
    ana = place.stranger()
    page = ana.get("/signin?next=/reports")
    assert 'href="/signin/go?next=/reports"' in page
    assert not place.guard.sessions._coming.kept, "nothing has begun"
    for site in ("cross-site", "same-site", "none"):
        answer = ana.client.get("/signin/go?next=/reports", headers=HTML | {"sec-fetch-site": site})
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=/reports")
    answer = ana.client.get("/signin/go?next=/reports", headers=HTML | {"sec-fetch-site": "same-origin"})
    assert answer.headers["location"].startswith(place.guard.issuer.issuer)
    assert "//evil" not in ana.get("/signin?next=//evil")


def test_who_knocks_without_end_waits_and_nobody_else(place: Office) -> None:
    place.guard.rate_limit.most = 2
    ana = place.stranger()
    for _ in range(2):
        ana.leave()
    answer = ana.client.get("/signin/go", headers=HTML)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert place.guard.rate_limit.lets("another address")
    place.guard.now = lambda: wall() + rate_limit.WITHIN
    ana.leave()


def test_what_the_issuer_says_has_ended_ends_here(place: Office, issuer: str) -> None:
    lie(issuer, sid="one")
    first = signed_in(place)
    lie(issuer, sid="two")
    second, boris = signed_in(place), signed_in(place, "b2e1")
    assert logout(place, issuer, sid="one", sub="a1f0") == 200
    first.get("/work", 303)
    second.get("/work")
    assert logout(place, issuer, sub="a1f0", iat=wall() // 1000 - 120) == 200, "told late: what began since goes on"
    second.get("/work")
    assert logout(place, issuer, sub="a1f0") == 200
    second.get("/work", 303)
    boris.get("/work")


def test_whoever_is_locked_out_at_the_issuer_is_out_here_within_minutes(place: Office, issuer: str) -> None:
    told: dict[str, Any] = {"refreshes": True, "exp": 2**40}
    lie(issuer, **told)
    ana, boris = signed_in(place), signed_in(place, "b2e1")
    start = wall()

    def later(minutes: int) -> None:
        place.guard.now = lambda: start + minutes * MINUTE

    lie(issuer, **told, locked="a1f0")
    later(9)
    ana.get("/work")
    boris.get("/work")
    later(11)
    ana.get("/work", 303)
    boris.get("/work")
    lie(issuer, **told, roles=["auditor"])
    later(20)
    boris.get("/work")
    later(22)
    boris.get("/work", 403)
    boris.get("/access")
    place.guard.issuer.told["token_endpoint"] = "http://127.0.0.1:9/token"
    for minutes in (31, 33, 40, 44, 50):
        later(minutes)
        boris.get("/access")
    place.guard.issuer.told.clear()
    lie(issuer, **told, sub="c3d2")
    later(54)
    boris.get("/access", 303)


NOT_OF_THE_ISSUER: tuple[dict[str, Any], ...] = (
    {"aud": "another"}, {"events": {}}, {"events": [ENDED]}, {"nonce": "n"}, {"exp": 1}, {"iss": "http://evil"}, {"alg": "none"},
    {"alg": "stranger"}, {"alg": "HS256"}, {"sub": "a1f0", "sid": 7},
)  # fmt: skip


def test_nobody_else_ends_a_session(place: Office, issuer: str) -> None:
    ana = signed_in(place)
    assert [logout(place, issuer, **claims) for claims in NOT_OF_THE_ISSUER] == [400] * len(NOT_OF_THE_ISSUER)
    ana.get("/work")
    assert any(act.startswith("refused:logout:") for _, act, _, _ in place.audit())


def test_strength_and_age_of_a_sign_in_are_asked_for_and_looked_at(tmp_path: Path, issuer: str) -> None:
    with opened(tmp_path / "data", issuer, oidc_acr="gold platinum", oidc_max_age=60) as place:
        said = asked(place.stranger().leave())
        assert (said["acr_values"], said["max_age"]) == ("gold platinum", "3600")
        now = wall() // 1000
        for told, why in (
            ({}, "acr"), ({"acr": "tin", "auth_time": now}, "acr"), ({"acr": "gold"}, "auth_time"),
            ({"acr": "gold", "auth_time": now - 3700}, "auth_time"), ({"acr": "gold", "auth_time": True}, "auth_time"),
        ):  # fmt: skip
            lie(issuer, **told)
            assert place.stranger().sign_in("a1f0").status_code == 401
            assert place.audit()[-1][1] == f"refused:sign-in:{why}"
            for desk in place.desks.values():
                desk.trail.knocks.clear()  # so that each refusal is a line of its own
        lie(issuer, acr="platinum", auth_time=now - 3500)
        signed_in(place).get("/work")


def test_sessions_are_seen_and_ended_by_their_owner_after_a_fresh_proof(place: Office, issuer: str) -> None:
    lie(issuer, auth_time=wall() // 1000 - 3600)
    phone, desk, boris = signed_in(place), signed_in(place), signed_in(place, "b2e1")
    page = desk.get("/sessions")
    assert "To end the others, show again who you are" in words(page)
    names = [one.name for one in place.guard.sessions.of("a1f0", "")]
    assert desk.post("/sessions/end", name=names).headers["location"] == "/sessions"
    phone.get("/work")
    assert asked(desk.leave("/sessions", "&again=true"))["prompt"] == "login"
    assert desk.sign_in("a1f0", "/sessions", "&again=true").status_code == 401, "the issuer has not asked anew"
    lie(issuer)
    assert desk.sign_in("a1f0", "/sessions", "&again=true").status_code == 303
    page = desk.get("/sessions")
    assert "End all others" in words(page)
    theirs = [one.name for one in place.guard.sessions.of("b2e1", "")]
    assert desk.post("/sessions/end", name=[*names, *theirs]).status_code == 303
    phone.get("/work", 303)
    boris.get("/work")
    desk.get("/work")
    signed_in(place)
    place.guard.now = lambda: wall() + FRESH * MINUTE
    assert "To end the others, show again who you are" in words(desk.get("/sessions"))
    thief = place.stranger()
    thief.client.cookies.set(place.guard.cookie, place.guard.sessions.of("a1f0", "")[0].name)
    thief.get("/work", 303)


def test_who_left_at_once_must_show_anew_who_they_are(place: Office, issuer: str) -> None:
    """Whoever sits there now finds addresses of cases in the browser's history, and the issuer knows the officer still."""
    before = wall() // 1000 - 120
    lie(issuer, auth_time=before)
    ana, boris = signed_in(place), signed_in(place, "b2e1")
    case = place.report(ana)
    assert ana.post("/leave").status_code == 303
    sent = ana.sign_in("a1f0", f"/reports/{case}")
    assert (sent.status_code, asked(sent.headers["location"])["prompt"]) == (303, "login"), "the issuer's knowing them is not enough"
    ana.get(f"/reports/{case}", 303)
    assert ana.client.get(ana.choose(sent.headers["location"], "a1f0"), headers=HTML).status_code == 401, "it has not asked anew"
    ana.get(f"/reports/{case}", 303)
    assert place.stranger().sign_in("a1f0", again="&again=true").status_code == 401, "nor in another browser"
    boris.get("/work")
    signed_in(place, "b2e1").get("/work")
    lie(issuer)  # it does not say when somebody proved who they are
    sent = ana.sign_in("a1f0", f"/reports/{case}")
    come = ana.client.get(ana.choose(sent.headers["location"], "a1f0"), headers=HTML)
    assert (come.status_code, come.headers["location"]) == (303, f"/reports/{case}"), "back where they were, asked once"
    ana.get(f"/reports/{case}")
    lie(issuer, auth_time=wall() // 1000)
    signed_in(place).get("/work")


def test_one_account_has_few_sessions_and_an_administrator_ends_them(place: Office) -> None:
    several = [place.person("a1f0", Role.OFFICER) for _ in range(MOST_OF_ONE + 1)]
    dana = place.person("d4c3", Role.ADMINISTRATOR)
    several[0].get("/work", 303)
    for one in several[1:]:
        one.get("/work")
    assert several[1].post("/roles/end", officer="d4c3").status_code == 403
    assert "A1F0" in dana.get("/roles").upper()
    assert dana.post("/roles/end", officer="").status_code == 303
    several[1].get("/work")
    assert dana.post("/roles/end", officer="a1f0").status_code == 303
    several[1].get("/work", 303)
    dana.get("/roles")
    assert ("d4c3", "sessions-ended", "", "a1f0") in place.audit(next(iter(place.desks)))
