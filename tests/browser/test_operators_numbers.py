"""Each page of the operators in a real browser: the numbers there are those of a recount of the agencies' own journals, which knows neither
spans nor tallies; each is seen in a few screens, its sheet of paper lacks nothing, and axe finds nothing (on the others in
`test_reporting_pages`)."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser

from services.reporting.service import PAGES
from shared.config.calendar import HOUR
from shared.observability.beat import Beat
from shared.observability.span_delivery import handoffs
from shared.processing.instance import Instance
from shared.protocol.case import agency_of
from shared.web.admin.application import office
from tests.browser.looking import WIDTHS, faults_of, faults_on_paper
from tests.browser.looking import text as words_of
from tests.browser.test_reporting_pages import operators, signed_in  # noqa: F401  the same pages
from tests.services.reporting.life import Life, reporting_instance, settings
from tests.services.reporting.operators import fill, serving
from tests.shared.land import instance_at, rows

pytestmark = pytest.mark.browser
JOURNAL = "select \"case\", type, author, at, body from journal where verdict = 'counted' order by seq"
ANSWERS = ("handoff.accepted.v1", "handoff.declined.v1")
LEAD, POLICE = "referral.rs-lead", "assistance.rs-pol"
HEARD = tuple(f"/operations/{name}" for name in ("promises", "records", "passed-round", "away", "waiting", "traces"))
Pair = tuple[str, str]


@dataclass
class Recount:
    """What the lead's journal says of hand-offs."""

    asked: dict[str, tuple[Pair, int]] = field(default_factory=dict[str, "tuple[Pair, int]"])
    """Hand-off → who asked whom, and when."""
    due: dict[str, int] = field(default_factory=dict[str, int])
    """Hand-off → until when an answer is due."""
    answered: dict[str, int] = field(default_factory=dict[str, int])
    need: dict[str, str] = field(default_factory=dict[str, str])
    """Hand-off → what was asked."""
    back: set[str] = field(default_factory=set[str])
    """Those that were declined; in this history nothing comes back in another way."""
    traces: set[str] = field(default_factory=set[str])

    @property
    def needs(self) -> set[str]:
        """Needs of which a wait is over."""
        return {self.need[id] for id in self.answered if id in self.asked}

    def of(self, pair: Pair) -> tuple[int, int]:
        """How many of a pair are answered, and how many wait."""
        mine = [id for id, (one, _) in self.asked.items() if one == pair]
        ended = sum(id in self.answered for id in mine)
        return ended, len(mine) - ended

    def within(self, now: int, hours: int) -> tuple[int, int]:
        """Of what is answered, or has waited longer than so many hours: how many, and how many took longer."""
        took = [at - self.asked[id][1] for id, at in self.answered.items() if id in self.asked]
        waits = [now - at for id, (_, at) in self.asked.items() if id not in self.answered]
        late = sum(ms > hours * HOUR for ms in (*took, *waits))
        return len(took) + sum(ms > hours * HOUR for ms in waits), late

    @property
    def waiting(self) -> int:
        """How many wait at all."""
        return len(self.asked.keys() - self.answered.keys())


def recount(life: Life) -> Recount:
    """By the journal of the lead, who reads every event."""
    found = Recount()
    for _, type, author, at, body in rows(life.instances["referral.rs-lead"], JOURNAL):
        said: dict[str, Any] = orjson.loads(body)["D0"]
        if type == "case.reported.v1":
            found.traces.add(said["trace"].replace("-", ""))
            found.asked[said["handoff"]], found.need[said["handoff"]] = ((agency_of(author), said["lead"]), at), "identification"
            found.due[said["handoff"]] = said["answer_by"]
        elif type == "handoff.requested.v1":
            found.asked[said["handoff"]], found.need[said["handoff"]] = ((agency_of(author), said["to"]), at), said["need"]
            found.due[said["handoff"]] = said["answer_by"]
        elif type in ANSWERS:
            found.answered[said["handoff"]] = at
            found.back |= {said["handoff"]} if type == ANSWERS[1] else set()
    return found


def test_the_numbers_on_each_page_are_those_of_the_journals(
    browser: Browser, operators: tuple[str, str], lived: tuple[Life, list[str]]  # noqa: F811
) -> None:  # fmt: skip
    address, _ = operators
    right = recount(lived[0])
    page = signed_in(browser, address)
    looked, wrong = set[str](), list[str]()

    def text(path: str) -> str:
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        if (kind := "/".join(path.split("/")[:3])) not in looked:
            looked.add(kind)
            narrow = WIDTHS[-1] if kind in HEARD else None
            faults = [f"{width} px: {one}" for width in WIDTHS for one in faults_of(page, width, heard=width == narrow)]
            wrong.extend(f"{path}: {one}" for one in (*faults, *faults_on_paper(page)))
            page.set_viewport_size({"width": 1280, "height": 720})
        return " ".join(words_of(page).split())

    assert f"{right.waiting} requests wait for an answer, {right.waiting} of them late" in text("/operations")
    pairs = {pair for pair, _ in right.asked.values()}
    assert len(pairs) > 2
    for giver, receiver in sorted(pairs):
        ended, waits = right.of((giver, receiver))
        assert f"Asked until answered people {ended} {waits} " in text(f"/operations/pairs/{giver}/{receiver}"), (giver, receiver)
    by_receiver = defaultdict[str, list[Pair]](list)
    for pair in pairs:
        by_receiver[pair[1]].append(pair)
    for receiver, mine in by_receiver.items():
        said = text(f"/operations/agencies/{receiver}")
        assert all(f" {ended} {waits} " in said for ended, waits in map(right.of, mine)), receiver
    for trace in sorted(right.traces):
        assert trace in text(f"/operations/traces/{trace}")
    assert "rs-lead" not in text("/operations/agencies"), "agencies have names"
    n, late = right.within(lived[0].clock.at, 24)
    assert f"Everybody Everybody Asked until answered 90 % within 1 d {n} {late} " in text("/operations/promises")
    over = sum(right.of(pair)[0] for pair in pairs)
    came_back = len(right.back)
    said = text("/operations/passed-round")
    assert came_back
    for need in right.needs:
        mine = [id for id, one in right.need.items() if one == need and id in right.answered]
        bad = sum(id in right.back for id in mine)
        assert re.search(rf" {len(mine)} {bad} {bad * 100 / len(mine):.0f}\W%", said), need
    assert over == sum(id in right.answered for id in right.asked)
    assert "No agency was away and came back" in text("/operations/away")
    assert f"{right.waiting} requests wait for an answer" in text("/operations?older=1")
    waits = sorted((right.due[id], id) for id in right.asked.keys() - right.answered.keys())
    said = text("/operations/waiting")
    late = [re.search(r"late by", one) for one in said.split(" → ")[1:]]
    assert len([one for one in late if one]) >= len(waits)
    told = csv.DictReader(StringIO(page.request.get(f"{address}/operations/waiting.csv").text().removeprefix("\ufeff")))
    now = lived[0].clock.at
    assert [(line["from"], line["to"], line["need"], int(line["late_ms"])) for line in told] == [
        (*right.asked[id][0], right.need[id], now - due) for due, id in waits
    ]
    assert "The way of a case" in text(f"/operations/traces?trace={min(right.traces)[:8]}")
    assert "Nothing stands still" in text("/operations/stalled")
    assert text("/operations/records")
    assert text("/operations/agencies")
    assert looked >= {*HEARD}
    assert wrong == []


def test_the_catch_up_report_of_an_agency_is_what_the_journals_have(browser: Browser, tmp_path: Path, templates: Path) -> None:
    life = Life(tmp_path, templates)
    desk = reporting_instance(tmp_path, "rs-koord", life.clock)
    desk.began -= 10 * HOUR  # the desk has listened all the while
    app = office(settings(tmp_path, "rs-koord"), [PAGES], [desk])

    def tells(address: str, me: str) -> None:
        assert Beat(life.instances[me], handoffs(address), {}).tell()

    with serving(app) as address:
        life.case("before")
        for me in (LEAD, POLICE):
            tells(address, me)
        heard = life.clock.at
        ((known,),) = rows(life.instances[POLICE], "select count(*) from journal")
        life.instances.pop(POLICE).close()
        for name in ("meanwhile", "and-again"):
            life.later(50)
            life.case(name)
        silent_for(desk, "rs-pol", 2 * HOUR)
        tells(address, LEAD)
        page = signed_in(browser, address)

        def text() -> str:
            page.goto(f"{address}/operations/away")
            return " ".join(words_of(page).split())

        assert re.search(r"Silent now .*Police", text())
        life.instances[POLICE] = instance_at(tmp_path / f"{POLICE}.db", POLICE, life.clock)
        life.settle()
        tells(address, POLICE)
        right = recount(life)
        mine = [id for id, ((_, receiver), _) in right.asked.items() if receiver == "rs-pol"]
        came = [id for id in mine if right.asked[id][1] > heard]
        late = [id for id in mine if right.due[id] < life.clock.at]
        waits = {*came, *late}
        ((records,),) = rows(life.instances[POLICE], "select count(*) from journal")
        assert 1 < len(came) < len(mine)
        assert 1 < len(late) < len(mine)
        row = rf"Police .* 2 h {len(came)} {len(late)} {{}} {records - known} at once"
        assert re.search(row.format(f"{len(waits)} have no answer yet"), said := text()), said
        life.later(3)
        for case in {case for case, type, *_ in rows(life.instances[LEAD], JOURNAL) if type == "case.reported.v1"}:
            for one in (one for one in life.waiting(case) if one.to == "rs-pol"):
                life.accept(case, one)
    fill(app, desk, (life, []))
    with serving(app) as address:
        page = signed_in(browser, address)
        assert recount(life).answered.keys() >= waits
        assert re.search(row.format("all after 3 h"), said := text()), said
    desk.close()
    life.close()


def silent_for(desk: Instance, agency: str, ms: int) -> None:
    """So much longer it is since it was heard."""
    moved = f"update heard_from set heard_at = heard_at - {ms} where agency = '{agency}'"
    desk.transact(lambda work: work.session.connection().exec_driver_sql(moved) and None)
