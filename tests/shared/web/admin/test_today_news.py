"""What is new is said to a page that is open: a number and nothing else, for so many at once, and for no longer than a session lasts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from fastapi import Request

from shared.access.actor import DemoAccess
from shared.access.oidc import SignedIn
from shared.access.roles import Role
from shared.web.admin.today_news import NewsStreams
from tests.browser.desks import Visitor, town
from tests.shared.access.offices import HTML, opened
from tests.shared.web.admin.test_today import reported

KIND = {"accept": "text/event-stream"}
MINE = "/today/news?whose=agency"


@dataclass(frozen=True)
class GoneAfter(DemoAccess):
    """Somebody is there for as many looks as there are left."""

    looks: Iterator[bool] = repeat(False, 0)

    def there(self, request: Request) -> bool:
        return next(self.looks, False)


def test_a_page_is_told_a_number_and_nothing_else(tmp_path: Path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        lead = made.at["rs-czztlj"]
        assert 'data-news="/today/news?whose=agency"' in lead.get("/today")
        lead.client.app.state.news = NewsStreams(longest=60.0, every=0.01)
        first = heard(lead, 1)
        assert first.headers["content-type"].startswith("text/event-stream")
        assert first.headers["x-accel-buffering"] == "no", "a proxy that collects it would say it when the stream ends"
        assert first.headers["cache-control"] == "no-store"
        since, number = re.fullmatch(r"id: (\d+)\ndata: (\d+)\n\n", first.text).groups()
        assert (int(since), number) == (made.clock.at, "0")
        lead.post("/today/looked")
        made.later(1)
        reported(made, "one", needs=["health"])
        reported(made, "two", needs=["legal"])
        fresh = re.search(r"(\d+) are new since you looked", lead.get("/today"))[1]
        assert heard(lead, 1, f"&since={since}").text == f"id: {since}\ndata: {fresh}\n\n"
        assert heard(lead, 2).text == f"id: {made.clock.at}\ndata: 0\n\n:\n\n", "where nothing is new, a line says that it is still heard"
        assert lead.client.app.state.news.open.total() == 0
        assert lead.client.get(MINE, headers={"accept": "text/html"}).status_code == 406


def heard(who: Visitor, looks: int, more: str = "") -> Any:
    """The stream of somebody who is there for so many looks, and gone then: how long that takes is the machine's."""
    desks = who.client.app.state.desks.values()
    guard = next(iter(desks)).guard
    for desk in desks:
        desk.guard = GoneAfter(guard.agency, looks=repeat(True, looks))
    try:
        return who.client.get(MINE + more, headers=KIND)
    finally:
        for desk in desks:
            desk.guard = guard


def test_there_are_so_many_at_once() -> None:
    streams = NewsStreams(longest=1.0, most=3, most_of_one=2)
    with streams.one("ana"), streams.one("ana"):
        assert streams.full("ana")
        assert not streams.full("vera")
        with streams.one("vera"):
            assert streams.full("boris")
    assert not streams.full("ana")


def test_who_has_too_many_is_told_not_to_ask_again(tmp_path: Path) -> None:
    with town(tmp_path, rs_czztlj="jelena") as made:
        lead = made.at["rs-czztlj"]
        lead.client.app.state.news = NewsStreams(longest=1.0, most=0)
        assert lead.client.get(MINE, headers=KIND).status_code == 204


def test_hearing_what_is_new_is_no_use_of_a_session(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as office:
        ana = office.person("ana", Role.OFFICER)
        guard = office.guard
        assert isinstance(guard, SignedIn)
        office.app.state.news = NewsStreams(longest=60.0, every=0.01)
        looks: list[bool] = []
        there: Callable[..., bool] = guard.there

        def counted(request: object) -> bool:
            looks.append(there(request))
            if len(looks) == 3:
                guard.sessions.ended_there("ana", "", 2**53)
            return looks[-1]

        guard.there = counted
        assert ana.client.get("/today/news", headers=HTML | KIND).status_code == 200
        assert looks == [True, True, True, False], "the stream ends with the session"
