"""Nothing that the operators' site serves belongs to a side case, or leads to one: each page, file, answer of the interface and metric of a
played month is opened over HTTP. By names, by moments as they are written there, by what lies nearest in time, and by counts. With a
positive control: were a shelter's spans let through, the same adversary would win.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.proving.adversary import truth
from deploy.proving.adversary.month_cases import START
from deploy.proving.adversary.operators import MOMENT, SideTruth, traces_of
from shared.config.calendar import DAY
from shared.web.http.environment import when
from tests.deploy.proving.adversary.operators_site import filled, opened
from tests.deploy.proving.adversary.test_operators_view import SERBIA

TRACE = re.compile(r"\b[0-9a-f]{32}\b")
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.S)
WRITTEN = re.compile(r"\d{1,2}\s\w{3}\s\d{4},\s\d{2}:\d{2}")
NEAR = 30
"""Minutes within which two things are taken to belong together."""


@dataclass
class Site:
    """What was served, and what was so."""

    texts: dict[str, str]
    side: SideTruth
    main: set[str]
    """Traces of main cases."""
    links: dict[str, str]
    """Trace of a side case → that of its main case."""

    def minutes(self, trace: str) -> list[str]:
        """The moments on the page of a case, as they are written there."""
        return [one.replace("\u00a0", " ") for one in WRITTEN.findall(self.texts.get(f"/operations/traces/{trace}", ""))]

    @property
    def visible(self) -> set[str]:
        """All traces that are named anywhere."""
        return {trace for text in self.texts.values() for trace in TRACE.findall(text)}


def site(folder: Path, home: Path, side: SideTruth, *, leaky: bool) -> Site:
    traces, sides = traces_of(folder), truth.read(folder).sides
    home.mkdir()
    with filled(folder, home, SERBIA, START + 40 * DAY, leaky=leaky) as app:
        texts = opened(app, SERBIA, traces.values())
    links = {traces[one]: traces[main] for one, main in sides.items()}
    return Site(texts, side, set(traces.values()) - links.keys(), links)


@pytest.fixture(scope="module")
def served(played: tuple[Path, SideTruth], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """As it is."""
    return site(*played[:1], tmp_path_factory.mktemp("site") / "as-it-is", played[1], leaky=False)


@pytest.fixture(scope="module")
def leaky(played: tuple[Path, SideTruth], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """As it would be if shelters sent their spans."""
    return site(*played[:1], tmp_path_factory.mktemp("site") / "leaky", played[1], leaky=True)


def linked(seen: Site) -> dict[str, str]:
    """The adversary's answer: of each trace in which nobody else is asked, the one whose request for it lies nearest in time before."""
    asked = [(minute, trace) for trace in seen.visible & seen.main for minute in seen.minutes(trace)]
    found = dict[str, str]()
    for trace in seen.visible - seen.main:
        begins = min(map(_number, seen.minutes(trace)), default=None)
        near = [(begins - _number(minute), main) for minute, main in asked if begins is not None and 0 <= begins - _number(minute) <= NEAR]
        found |= {trace: min(near)[1]} if near else {}
    return found


def _number(minute: str) -> int:
    return int(datetime.strptime(minute, "%d %b %Y, %H:%M").replace(tzinfo=UTC).timestamp() // 60)


def of_sides(seen: Site) -> tuple[list[str], list[str]]:
    """Names and moments of side cases that are served."""
    whole = "\n".join(seen.texts.values()).replace("\u00a0", " ")
    moments = {int(one) for one in MOMENT.findall(whole)}
    written = {when(one, zone=UTC) for one in seen.side.moments} - {when(one, zone=UTC) for one in seen.side.main}
    named = [name for name in seen.side.names if name in whole]
    return named, [*map(str, seen.side.moments & moments), *(one for one in written if one in whole)]


def test_everything_is_opened(served: Site) -> None:
    kinds = {re.sub(r"[0-9a-f]{32}|rs-[a-z-]+", "*", address.partition("?")[0]) for address in served.texts}
    assert kinds >= {
        "/operations", "/operations/latency.csv", "/operations/promises", "/operations/promises.csv", "/operations/agencies", "/metrics",
        "/operations/agencies/*", "/operations/pairs/*/*", "/operations/traces/*", "/operations/stalled", "/operations/records",
        "/api/reporting/handoffs", "/api/reporting/latency", "/operations/away", "/operations/away.csv", "/operations/waiting",
        "/operations/waiting.csv", "/operations/passed-round",
        "/operations/passed-round/came-back.csv", "/operations/passed-round/requests.csv", "/operations/traces/*/way.csv",
    }  # fmt: skip
    written = {when(one, zone=UTC) for one in served.side.main}
    assert sum(minute in written for trace in served.main for minute in served.minutes(trace)) > 50, "moments are read as they are written"


def test_catch_up_reports_are_served_of_agencies_that_were_away(served: Site) -> None:
    lines = served.texts["/operations/away.csv"].splitlines()
    assert len(lines) > 10
    assert any(re.search(r",yes,\d+,[1-9]\d*,", line) or re.search(r",no,\d+,[1-9]\d*,", line) for line in lines), lines[:4]


def test_no_name_and_no_moment_of_a_side_case_is_served(served: Site) -> None:
    assert of_sides(served) == ([], [])


def test_no_trace_is_served_but_those_of_main_cases_so_no_count_tells_how_many_others_there_are(served: Site) -> None:
    assert served.visible == served.main
    assert linked(served) == {}


def test_if_shelters_sent_their_spans_the_adversary_would_win(leaky: Site) -> None:
    assert of_sides(leaky)[0]
    guessed = linked(leaky)
    right = sum(leaky.links.get(trace) == main for trace, main in guessed.items())
    assert right > len(leaky.links) / 2, (right, len(guessed), len(leaky.links))
