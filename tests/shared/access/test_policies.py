"""Small rules of the trail and of sessions that no page shows."""

from typing import Any

import pytest

from shared.access.actor import Actor
from shared.access.issuer import fit
from shared.access.local_redirect import local
from shared.access.roles import Role
from shared.access.sessions import MINUTE, Sessions
from shared.access.tokens import actor_of, roles_of
from tests.shared.access.offices import Office, Person


@pytest.mark.parametrize(
    ("address", "ours"),
    [("/work", "/work"), ("//evil", "/"), ("/\\evil", "/"), ("https://evil", "/"), ("/a\nb", "/"), ("", "/"), ("javascript:x", "/")],
)
def test_nobody_is_led_to_another_site(address: str, ours: str) -> None:
    assert local(address) == ours


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://sso.example", True), ("http://127.0.0.1:8", True), ("http://[::1]:8", True), ("http://sso.example", False),
        ("http://127.0.0.1.evil.example", False), ("ftp://localhost", False), ("https://", False), ("file:///etc/passwd", False),
    ],
)  # fmt: skip
def test_only_tls_or_this_machine_is_asked(address: str, may: bool) -> None:
    assert fit(address) is may


def test_old_sign_ins_give_way_before_the_memory_is_full() -> None:
    kept = Sessions(lambda: 0, 10, 480, most=3)
    ids = [kept.begin(Actor(str(n), "", frozenset())) for n in range(5)]
    assert [kept.actor(id) is not None for id in ids] == [False, False, True, True, True]


def test_ids_are_long_and_not_what_is_kept() -> None:
    kept = Sessions(lambda: 0, 10, 480)
    id = kept.begin(Actor("a", "Ana", frozenset()))
    assert len(id) == 43
    assert id not in repr(vars(kept))


def test_limits_hold_to_the_millisecond() -> None:
    now = 0
    kept = Sessions(lambda: now, 10, 20)
    id = kept.begin(Actor("a", "Ana", frozenset()))
    for now in (10 * MINUTE - 1, 20 * MINUTE - 2, 20 * MINUTE - 1):  # noqa: B007  the clock of the sessions
        assert kept.actor(id)
    now = 20 * MINUTE
    assert kept.names() == {}
    assert kept.actor(id) is None


@pytest.mark.parametrize(
    ("claims", "claim", "roles"),
    [
        ({"roles": ["officer"]}, "roles", {Role.OFFICER}), ({"realm_access": {"roles": ["auditor"]}}, "realm_access.roles", {Role.AUDITOR}),
        ({"a.b": "supervisor"}, "a.b", {Role.SUPERVISOR}), ({"realm_access": "officer"}, "realm_access.roles", set()), ({}, "roles", set()),
        ({"roles": {"officer": 1}}, "roles", set()),
    ],
)  # fmt: skip
def test_roles_are_found_where_the_settings_say(claims: dict[str, Any], claim: str, roles: set[Role]) -> None:
    assert roles_of(claims, claim) == roles


def test_a_name_is_cut_and_the_id_stands_in_for_it() -> None:
    assert actor_of({"sub": "s", "name": "Ana\n  " + "x" * 99}, "roles").name == "Ana " + "x" * 76
    assert actor_of({"sub": "s", "name": 7, "preferred_username": " "}, "roles").name == "s"


def test_lines_that_could_not_be_written_stay_and_are_neither_lost_nor_doubled(place: Office, ana: Person) -> None:
    trail = place.desks["intake"].trail
    ana.get("/reports/x", 404)
    instance, kept = trail.instance, trail.instance.transact
    instance.transact = _fails  # type: ignore[method-assign, assignment]
    with pytest.raises(OSError, match="full"):
        trail.write()
    instance.transact = kept  # type: ignore[method-assign]
    assert len(trail.lines) == 1
    assert [line[1] for line in place.audit()] == ["refused:GET /reports/{case}"]
    assert len(trail.lines) == 0


def _fails(_job: Any) -> None:
    raise OSError("full")
