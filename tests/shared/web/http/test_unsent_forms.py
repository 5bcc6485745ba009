"""A form that could not be recorded is not lost: it comes back with all that was typed, to the officer who typed it, and to nobody else."""

import re
from typing import Any
from urllib.parse import unquote

import pytest

from shared.access import kept_forms
from shared.access.kept_forms import KeptForm, KeptForms
from shared.access.roles import Role
from shared.config.clock import wall
from tests.browser.desks import words
from tests.shared.access.offices import HTML, Office, Person

CANARY = "behind the old mill, Canary7c1d"
TYPED: dict[str, Any] = {"danger": "true", "age": "child", "needs": ["health", "safety"], "note": f"{CANARY}\r\nsecond line"}


def form_of(who: Person, path: str) -> str:
    return re.findall(r'name="form_id" value="([^"]+)"', who.client.get(path, headers=HTML, follow_redirects=True).text)[0]


def end_session(who: Person) -> None:
    who.office.guard.sessions.end(who.client.cookies.get(who.office.guard.cookie) or "")


def sign_in(who: Person, sub: str, *roles: Role) -> None:
    who.client.cookies.set(who.office.guard.cookie, who.office.person(sub, *roles).client.cookies[who.office.guard.cookie])


def sent_without_a_session(who: Person, path: str, **typed: Any) -> str:
    """Where one is led after signing in."""
    end_session(who)
    answer = who.post(path, **typed)
    assert answer.status_code == 303, "the way to sign in"
    way, _, after = answer.headers["location"].partition("?next=")
    assert way == "/signin"
    assert CANARY not in str(answer.headers)
    return unquote(after)


def test_what_was_typed_is_there_after_signing_in_again_and_nothing_is_recorded_before(place: Office) -> None:
    ana = place.person("a1f0", Role.OFFICER)
    form = form_of(ana, "/reports/new")
    after = sent_without_a_session(ana, "/reports/new", form_id=form, **TYPED)
    ana.get(after, 303)
    sign_in(ana, "a1f0", Role.OFFICER)
    answer = ana.client.get(after, headers=HTML)
    assert "This is probably not recorded" in words(answer.text)
    assert f"{CANARY}\nsecond line</textarea>" in answer.text.replace("\r", "")
    for chosen in ('value="child" checked', 'value="health" checked', 'value="safety" checked'):
        assert chosen in answer.text
    assert "Nothing has been reported here yet." in ana.get("/reports")
    again = re.search(r'name="form_id" value="([^"]+)"', answer.text)
    assert again is not None
    filed = ana.post("/reports/new", form_id=again[1], **TYPED)
    assert CANARY in ana.get(filed.headers["location"])
    ana.get(after, 404)


def test_it_is_shown_to_the_officer_who_typed_it_alone(place: Office) -> None:
    ana = place.person("a1f0", Role.OFFICER)
    form = form_of(ana, "/reports/new")
    after = sent_without_a_session(ana, "/reports/new", form_id=form, **TYPED)
    thief = place.person("b2e1", Role.OFFICER)
    thief.get(after, 404)
    sign_in(ana, "b2e1", Role.OFFICER)
    page = ana.get(after, 404)
    assert "Another officer had filled it in" in words(page)
    assert CANARY not in page
    sign_in(ana, "a1f0", Role.OFFICER)
    assert "is kept for 30 minutes" in words(ana.get(after, 404)), "it was forgotten at once"


def test_forms_that_these_pages_did_not_give_out_are_not_kept(place: Office) -> None:
    stranger = place.stranger()
    for form in ("", "f", "0" * 32, "anew-" + "0" * 32):
        answer = stranger.post("/reports/new", form_id=form, **TYPED)
        assert "unsent" not in answer.headers["location"]
        assert "set-cookie" not in answer.headers
    answer = stranger.client.post("/reports/new", data=TYPED, headers=HTML | {"referer": "http://testserver/reports/new"})
    assert unquote(answer.headers["location"]) == "/signin?next=/reports/new?sent=no"


def test_a_press_of_a_button_after_the_session_has_ended_is_told_not_to_count(place: Office) -> None:
    boss = place.person("c3d2", Role.SUPERVISOR)
    case = place.report(place.person("a1f0", Role.OFFICER))
    end_session(boss)
    came = {"referer": "http://testserver/assignments"}
    answer = boss.client.post(f"/assignments/intake/{case}/take", headers=HTML | came)
    after = unquote(answer.headers["location"].partition("?next=")[2])
    assert after == "/assignments?sent=no"
    sign_in(boss, "c3d2", Role.SUPERVISOR)
    assert "You were signed out, and what you did last was not recorded." in words(boss.get(after))


def test_the_query_of_a_link_is_there_after_signing_in(place: Office) -> None:
    stranger = place.stranger()
    answer = stranger.client.get("/cases?show=closed&page=2", headers=HTML)
    assert answer.headers["location"] == "/signin?next=/cases%3Fshow%3Dclosed%26page%3D2"
    page = stranger.get(answer.headers["location"])
    assert 'href="/signin/go?next=/cases%3Fshow%3Dclosed%26page%3D2"' in page


WAYS: tuple[tuple[str, str, dict[str, str], tuple[str, ...]], ...] = (
    ("/break-glass", "/break-glass", {"service": "intake", "case": "1A2B-3C4D", "reason": CANARY}, (CANARY, "1A2B-3C4D")),
    ("/roles", "/roles", {"officer": "e5f6", "role": "auditor"}, ("e5f6", 'value="auditor" selected')),
    ("/assignments/intake/{case}", "/assignments/intake/{case}/give", {"other": "f6a7"}, ("f6a7",)),
)  # fmt: skip


@pytest.mark.parametrize(("page", "path", "typed", "there"), WAYS, ids=[way[1] for way in WAYS])
def test_so_do_the_forms_beside_those_of_cases(
    place: Office, page: str, path: str, typed: dict[str, str], there: tuple[str, ...]
) -> None:  # fmt: skip
    roles = (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR)
    one = place.person("d4c3", *roles)
    case = place.report(one)
    lines = [line for line in place.audit() if line[1] in ("break-glass", "assigned", "granted")]
    page, path = page.format(case=case), path.format(case=case)
    form = form_of(one, page)
    after = sent_without_a_session(one, path, form_id=form, **typed)
    sign_in(one, "d4c3", *roles)
    shown = one.client.get(after, headers=HTML).text
    assert all(words_ in shown for words_ in there), words(shown)
    assert [line for line in place.audit() if line[1] in ("break-glass", "assigned", "granted")] == lines


def test_what_fails_on_our_side_keeps_the_form_too(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = place.person("a1f0", Role.OFFICER)
    form = form_of(ana, "/reports/new")
    place.desks["intake"].instance.fenced("another log")
    answer = ana.post("/reports/new", form_id=form, **TYPED)
    assert answer.status_code == 503
    assert "Nothing of your form was recorded." in words(answer.text)
    assert CANARY not in answer.text
    place.desks["intake"].instance.unfenced()
    way = re.search(r'href="(/unsent/[^"]+)"', answer.text)
    assert way is not None
    shown = ana.client.get(way[1], headers=HTML).text
    assert CANARY in shown
    assert ana.post("/reports/new", form_id=form, **TYPED).status_code == 303


def test_a_kept_form_is_closed_short_lived_and_bounded() -> None:
    kept = KeptForms(wall)
    name = kept.keep(KeptForm("/reports/new", "f", [("note", CANARY)]))
    assert name is not None
    assert kept.find(name) == KeptForm("/reports/new", "f", [("note", CANARY)])
    assert kept.find("another") is None
    held = repr(vars(kept))
    assert CANARY not in held
    assert name not in held
    start = wall()
    kept.now = lambda: start + kept_forms.MINUTES * 60_000 + 1_000
    assert kept.find(name) is None
    assert kept.keep(KeptForm("/reports/new", "f", [("note", "x" * kept_forms.LARGEST)])) is None
    small = KeptForms(wall, room=3000)
    names = [small.keep(KeptForm("/reports/new", "f", [("note", "x" * 1000)])) for _ in range(5)]
    assert [small.find(each or "") is not None for each in names] == [False] * 3 + [True] * 2


def test_a_route_that_cannot_show_its_form_again_is_never_sent_to_once_more(place: Office) -> None:
    boss = place.person("c3d2", Role.SUPERVISOR)
    case = place.report(place.person("a1f0", Role.OFFICER))
    form = form_of(boss, f"/assignments/intake/{case}")
    desk = place.desks["intake"]
    name = desk.first.kept.keep(KeptForm(f"/assignments/intake/{case}/remove", form, [("officer", "a1f0")]))
    assert name is not None
    boss.client.cookies.set(f"nrm-unsent-{name[:8]}", name)
    boss.get(f"/unsent/{name[:8]}", 403)
    assert "a1f0" in boss.get(f"/assignments/intake/{case}")
