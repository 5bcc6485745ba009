"""The catch-up report: from when to when an agency was silent, what came to it meanwhile, what was overdue when it was back, and how long
it took to catch up; by what agencies say and by finished spans alone."""

import csv
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from services.reporting.ingest.open_handoffs import store
from services.reporting.queries import absences, spans
from services.reporting.queries.absences import AwayReport, Missed
from services.reporting.service import PAGES
from shared.config.calendar import HOUR
from shared.observability.beat import Beat
from shared.observability.open_statement import SILENT, OpenHandoff, OpenStatement, machine_time
from shared.observability.span_delivery import handoffs
from shared.processing.instance import Instance
from shared.web.admin.application import office
from tests.services.reporting.life import Life, reporting_instance, settings
from tests.services.reporting.operators import serving, signed_in
from tests.shared.land import Hand, rows

LEAD, AWAY, OTHER = "rs-lead", "rs-pol", "rs-ngo"
TRACE = "ab" * 16


def one(handoff: str, asked_at: int, **said: Any) -> OpenHandoff:
    told = {"giver": LEAD, "receiver": AWAY, "need": "health", "state": "requested", "due": asked_at + HOUR, "simulated": False, **said}
    mover = told.pop("mover", told["receiver"])
    return OpenHandoff(handoff=handoff, trace=TRACE, kind="handoff", waiting=True, mover=mover, asked_at=asked_at, **told)


def over(handoff: str, asked_at: int, end: int, outcome: str, receiver: str = AWAY) -> dict[str, Any]:
    return {
        "span_id": f"{handoff:0>16}", "trace_id": TRACE, "parent_id": None, "name": "handoff", "instance": f"assistance.{receiver}",
        "start": asked_at, "end": end, "handoff": handoff, "stage": "answered", "giver": LEAD, "receiver": receiver, "need": "health",
        "outcome": outcome, "answer_by": asked_at + HOUR, "late": False, "simulated": False, "attributes": "{}",
    }  # fmt: skip


class Desk:
    """The operators' instance, and who says what to it when."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.clock = instance, instance.clock
        instance.began = machine_time() - 10 * HOUR
        self.n = 0

    def says(self, agency: str, *found: OpenHandoff, **said: Any) -> None:
        self.n += 1
        told = {"release": "1", "unsent": 0, "unsent_since": 0, "parked": 0, "began": 1, **said}
        statement = OpenStatement(instance=f"assistance.{agency}", at=self.n, open=found, **told)
        self.instance.transact(lambda work: store(work, statement))

    def passes(self, ms: int, *, cases: int | None = None) -> None:
        """Time: so much less is it since anybody was heard."""
        self.clock.at += ms if cases is None else cases
        moved = f"update heard_from set heard_at = heard_at - {ms}"
        self.instance.transact(lambda work: work.session.connection().exec_driver_sql(moved))

    def ended(self, *found: dict[str, Any]) -> None:
        self.instance.transact(lambda work: spans.store(work, [dict(each) for each in found]))

    def reports(self) -> list[AwayReport]:
        return self.instance.transact(lambda work: absences.reports(work.session, 10))

    def away(self) -> list[AwayReport]:
        now = self.clock.now()[0]
        return self.instance.transact(lambda work: absences.away_now(work.session, self.instance.country, machine_time(), now))


@pytest.fixture
def desk(tmp_path: Path, url: str) -> Any:
    instance = reporting_instance(tmp_path, "rs-koord", Hand(), url=url)
    yield Desk(instance)
    instance.close()


def played(desk: Desk) -> int:
    """An agency is away for three hours. When it was heard last (ms, by the clock of cases)."""
    t = desk.clock.at
    before = [one("old", t - HOUR // 2), one("asked-back", t - HOUR // 2, state="info_requested", mover=LEAD)]
    desk.says(LEAD, *before)
    desk.says(AWAY, *before)
    desk.passes(3 * HOUR)
    desk.ended(
        over("lapsed", t + 1, t + HOUR, "expired"), over("old-lapsed", t - 9 * HOUR, t + 5, "expired"),
        over("revoked", t + 2, t + 9, "revoked"), over("before", t - 99, t - 9, "accepted"), over("others", t + 3, t + 9, "expired", OTHER),
    )  # fmt: skip
    now = desk.clock.at
    came = (
        one("came", now - 5),
        one("came-late", t + 9),
        one("from-it", t + 9, giver=AWAY, receiver=OTHER, state="info_requested", mover=AWAY),
    )
    desk.says(LEAD, *before, *came, one("made-up", t + 9, simulated=True), one("theirs", t + 9, receiver=OTHER))
    return t


def test_what_came_and_what_was_overdue_is_what_was_said_and_no_more(desk: Desk) -> None:
    played(desk)
    (silent,) = desk.away()
    assert (silent.agency, silent.back, silent.real[:2], silent.made_up[:2]) == (AWAY, None, (2, 3), (1, 1))
    desk.says(AWAY, began=machine_time(), behind=True, missed=12)
    assert not desk.away()
    lead, mine = sorted(desk.reports(), key=lambda one: one.agency)
    assert lead.agency == LEAD
    assert mine.back is not None
    assert abs(mine.back - mine.since - 3 * HOUR) < 60_000
    assert (mine.ran_on, mine.records, mine.caught_up) == (False, 12, None)
    assert mine.real == Missed(came=4, overdue=5, waited=4, unanswered=4)
    assert mine.made_up == Missed(came=1, overdue=1, waited=1, unanswered=1)
    kept = {row[0] for row in rows(desk.instance, f"select handoff from missed_handoff where agency = '{AWAY}' and not simulated")}
    assert kept == {"came", "came-late", "old", "from-it", "lapsed", "old-lapsed", "revoked"}


def test_it_has_caught_up_once_it_has_read_all_and_people_once_all_is_answered(desk: Desk) -> None:
    played(desk)
    desk.says(AWAY, began=machine_time(), behind=True, missed=12)
    desk.says(AWAY, began=machine_time(), missed=40)
    desk.says(AWAY, began=machine_time())
    mine = next(one for one in desk.reports() if one.agency == AWAY)
    assert (mine.records, mine.read_after is not None, mine.answered_after(False)) == (40, True, None)
    back = desk.clock.at
    desk.ended(*(over(id, back - HOUR, back + n * HOUR, "accepted") for n, id in enumerate(("came", "came-late", "old"), 1)))
    assert next(one for one in desk.reports() if one.agency == AWAY).real.unanswered == 1
    desk.ended(over("from-it", back - HOUR, back + HOUR, "accepted"))
    mine = next(one for one in desk.reports() if one.agency == AWAY)
    assert mine.answered_after(False) == 3 * HOUR
    assert mine.answered_after(True) is None


def test_what_a_former_release_does_not_say_is_not_known_later_either(desk: Desk) -> None:
    desk.says(AWAY, began=0)
    desk.passes(5 * HOUR)
    desk.says(AWAY, began=0)
    desk.says(AWAY, began=machine_time(), missed=3)
    (mine,) = desk.reports()
    assert (mine.records, mine.caught_up) == (None, None)


def test_who_was_away_again_before_it_had_read_all_has_read_all_of_the_last_absence_alone(desk: Desk) -> None:
    desk.says(AWAY)
    desk.passes(5 * HOUR)
    desk.says(AWAY, began=machine_time(), behind=True, missed=40)
    desk.says(AWAY, began=machine_time(), behind=True, missed=7)
    desk.passes(5 * HOUR)
    desk.says(AWAY, began=machine_time(), missed=90)
    last, first = desk.reports()
    assert (first.records, first.caught_up, first.last) == (40, None, False), "a process that began anew counts from its own start"
    assert (last.records, last.caught_up is not None, last.last) == (90, True, True)


def test_who_is_heard_in_time_was_not_away_and_nobody_is_while_the_desk_itself_was_down(desk: Desk) -> None:
    desk.says(AWAY)
    desk.passes(SILENT - 20_000)
    desk.says(AWAY)
    desk.passes(5 * HOUR)
    desk.instance.began = machine_time() - 10_000
    desk.says(AWAY)
    assert desk.reports() == []


def test_a_process_that_ran_on_says_so_and_a_former_release_says_nothing_of_records(desk: Desk) -> None:
    desk.says(AWAY)
    desk.passes(5 * HOUR)
    desk.says(AWAY, began=5)
    desk.passes(5 * HOUR)
    desk.says(AWAY, began=0)
    former, ran_on = desk.reports()
    assert (ran_on.ran_on, ran_on.records, former.ran_on, former.records) == (True, 0, False, None)


def test_pages_and_file_say_it(desk: Desk, tmp_path: Path) -> None:
    played(desk)
    desk.says(AWAY, began=machine_time(), missed=12, directory=7, directory_ends=machine_time() + HOUR, parked=3)
    client = signed_in(office(settings(tmp_path, "rs-koord"), [PAGES], [desk.instance]))

    def text(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\u00a0", " ").split())

    for path in ("/operations", "/operations/away", f"/operations/agencies/{AWAY}"):
        assert re.search(
            r"3 h 4 1 simulated 5 1 simulated 4 have no answer yet 1 has no answer yet \(simulated\) 12 at once", text(path)
        ), path
    profile = text(f"/operations/agencies/{AWAY}")
    assert "lapsed meanwhile" in profile
    assert 0 < profile.rindex("▲ overdue") < profile.index("lapsed meanwhile"), "what waits there and is late stands first"
    for path in ("/operations", "/operations/agencies", f"/operations/agencies/{AWAY}"):
        assert re.search(r"Heard .*? 0 3 1 version 7 until ", text(path)), path
    desk.passes(HOUR)
    desk.says(AWAY, began=machine_time(), behind=True, missed=5)
    desk.passes(HOUR)
    desk.says(AWAY, began=machine_time(), behind=True, missed=6)
    desk.passes(HOUR)
    desk.says(AWAY, began=0)
    assert re.search(r" – – .*? 6 not before it was away again .*? 5 not before it was away again .*? 12 at once", text("/operations/away"))
    told = list(csv.DictReader(StringIO(client.get("/operations/away.csv").text.removeprefix("\ufeff"))))
    mine = {line["simulated"]: line for line in told if line["agency"] == AWAY and line["records"] == "12"}
    assert [mine["no"][name] for name in ("came", "overdue", "unanswered", "records", "answered_ms")] == ["4", "5", "4", "12", ""]
    assert [mine["yes"][name] for name in ("came", "overdue")] == ["1", "1"]


def test_an_agency_tells_how_much_it_took_in_while_it_was_not_heard_and_else_nothing(lived: tuple[Life, list[str]], tmp_path: Path) -> None:
    life = lived[0]
    police, operators = life.instances["assistance.rs-pol"], reporting_instance(tmp_path, "rs-koord", life.clock)
    ((whole,),) = rows(police, "select count(*) from journal")
    with serving(office(settings(tmp_path, "rs-koord"), [PAGES], [operators])) as address:
        beat = Beat(police, handoffs(address), {})
        beat.unheard.number = 0
        assert beat.tell()
        assert beat.unheard.number == whole, "it is heard now"
        assert beat.unheard.since(machine_time()) is None
        assert beat.unheard.since(machine_time() + SILENT + 60_000) == whole
        assert beat.tell(), "and again"
    operators.close()


@dataclass
class Simulated:
    """A hand of a clock that is simulated, as long as the test says."""

    at: int
    simulated: bool = True

    def now(self) -> tuple[int, bool]:
        return self.at, self.simulated


def test_who_began_anew_while_a_simulated_clock_was_moved_was_away_for_as_long_as_that_says(desk: Desk) -> None:
    desk.instance.clock = desk.clock = clock = Simulated(desk.clock.at)
    t = clock.at
    for agency in (LEAD, AWAY, OTHER):
        desk.says(agency, began=machine_time())
    desk.passes(0, cases=14 * HOUR)
    desk.says(LEAD, one("came", t + HOUR, simulated=True), began=1)
    assert desk.reports() == [], "who ran on was heard all the while"
    desk.says(AWAY, began=machine_time() + 1, missed=12)
    (mine,) = desk.reports()
    assert (mine.agency, mine.simulated, mine.silence) == (AWAY, True, (t, t + 14 * HOUR))
    assert (mine.made_up.came, mine.made_up.overdue, mine.records, mine.read_after) == (1, 1, 12, 0)
    clock.simulated = False
    desk.passes(0, cases=14 * HOUR)
    desk.says(OTHER, began=machine_time() + 1)
    assert len(desk.reports()) == 1, "by a real clock it is this machine's that counts"
