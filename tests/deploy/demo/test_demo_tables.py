"""The rapporteur's tables of the demo, held against its journals and pictures: nothing is added by hand, nothing lacks."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from services.reporting.queries import releases
from services.reporting.queries.referrals import referrals
from services.reporting.rules.gate.protected import OTHERS
from services.reporting.rules.gate.releases import release
from shared.config.country_tables import Publication
from shared.store.database import engine_for
from tests.deploy.demo.conftest import Played
from tests.services.reporting.attacker import alone, too_narrow
from tests.services.reporting.test_gate import see

LEAD, RAPPORTEUR = "referral.rs-czztlj", "reporting.rs-zg"


def asked(folder: Path, name: str, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{folder / 'agencies' / name}.db?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def table(folder: Path, id: str) -> Counter:
    """Values → how many, over all periods; all times of the demo are simulated."""
    found = Counter()
    for cell, n in asked(folder, RAPPORTEUR, f"select cell, n from figure_cell where \"by\" = '{id}' and simulated and n <> 0"):
        found[tuple(json.loads(cell))] += n
    return found


def quarter(moment: str) -> str:
    when = datetime.fromisoformat(moment)
    return f"{when.year}-Q{(when.month + 2) // 3}"


def happened(folder: Path) -> list[tuple[str, str, dict]]:
    """Case, type and facts of what counted in main cases, in the order of the lead's journal."""
    rows = asked(folder, LEAD, "select \"case\", type, author, body from journal where verdict = 'counted' order by seq")
    sides = {case for case, type_, author, _ in rows if type_ == "case.reported.v1" and author == LEAD}
    return [(case, type_, json.loads(body)["D0"]) for case, type_, _, body in rows if case not in sides and type_ != "cover.sent.v1"]


def test_every_person_reported_is_in_each_table_of_people_once(played: Played) -> None:
    lines = happened(played.folder)
    reports = [facts for _, type_, facts in lines if type_ == "case.reported.v1"]
    for id in ("T1", "T2", "T3", "T6", "T7", "T13", "M9", "M19"):
        assert sum(table(played.folder, id).values()) == len(reports) > 5, id
    bases = Counter(facts["basis"] for facts in reports)
    assert Counter({basis: n for (_, basis), n in _over_periods(table(played.folder, "T13")).items()}) == bases


def _over_periods(found: Counter) -> Counter:
    over = Counter()
    for (_, *values), n in found.items():
        over["", *values] += n
    return over


def test_hand_offs_that_have_ended_are_counted_as_the_pictures_show_them(played: Played) -> None:
    """But for the rest of what was agreed to in part: it came back as it began, so nobody was asked for it and nothing has ended."""
    ended = [h for h in played.summary["handoffs"] if h["ended_at"] and h["kind"] != "consultation" and h["state"] != "ended"]
    left = [h for h in ended if h["state"] == "returned" and h["answered_at"] is None]
    assert left or "sent-on" not in played.told, "a story agrees to a part"
    assert all(h["ended_at"] == h["requested_at"] for h in left)
    ended = [h for h in ended if h not in left]
    main = {case for case, type_, _ in happened(played.folder) if type_ == "case.reported.v1"}
    shown = Counter((h["need"], h["state"]) for h in ended if h["case"] in main)
    counted = Counter({(need, how): n for (_, need, how), n in _over_periods(table(played.folder, "T16")).items() if how != "ended"})
    assert counted == shown
    declined = Counter(h["code"] for h in ended if h["case"] in main and h["state"] == "declined" and h["code"] != "C14")
    answers = Counter()
    for (_, _, answer), n in table(played.folder, "M6").items():
        answers[answer] += n
    assert all(answers[code] >= n for code, n in declined.items())


def test_decisions_and_closings_are_counted_as_the_journal_has_them(played: Played) -> None:
    lines = happened(played.folder)
    stages = {(case, facts["stage"]) for case, type_, facts in lines if type_ == "status.decided.v1"}
    assert Counter(stage for _, stage, *_ in table(played.folder, "T8").elements()) == Counter(stage for _, stage in stages)
    ends = [(case, type_) for case, type_, _ in lines if type_ in ("case.closed.v1", "case.reopened.v1")]
    closed = {case for case, type_ in ends if type_ == "case.closed.v1"} - {
        case for case, type_ in dict(ends).items() if "reopened" in type_
    }
    assert sum(table(played.folder, "M17").values()) == len(closed) > 0


def test_what_the_story_of_a_joint_action_puts_on_file_is_in_the_tables(played: Played) -> None:
    """The lead states four steps in it; whoever met somebody states for most where, and for some how many depend on them."""
    folder = played.folder
    assert _over_periods(table(folder, "T10")) == {("", "reflection"): 1}
    assert _over_periods(table(folder, "T17")) == {("", "claimed", "criminal_court"): 1}
    assert _over_periods(table(folder, "T18")) == {("", "reported", "trafficking"): 1, ("", "charged", "trafficking"): 1}
    people = sum(table(folder, "T2").values())
    for id in ("T5", "T12b"):
        found = _over_periods(table(folder, id))
        assert sum(found.values()) == people
        assert len(found) > 2, id
    assert {region for _, region in table(folder, "T5b")} >= {"RS11", "not_said"}


def test_the_public_view_of_the_demo_withstands_the_attacker(played: Played) -> None:
    engine = engine_for(f"sqlite:///{played.folder / 'agencies' / RAPPORTEUR}.db").execution_options(reader=True)
    with Session(engine) as session:
        quarters = sorted({quarter for (quarter,), _ in referrals(session, ("quarter",), simulated=True)})
        source = releases.source(session, True, quarters)
    engine.dispose()
    figures = release(*source, Publication())
    least = figures.minimum
    for name, found in figures.tables.items():
        sizes = Counter[tuple[str, str]]()
        for when, value, _, n in source.counted[name]:
            period = next(p for p in figures.periods if p.partition("/")[0] <= when <= (p.partition("/")[2] or p))
            row = value if value in found.rows else OTHERS
            sizes.update({(row, period): n, (row, ""): n})
        shown = see(found)
        assert not any(n is not None and 0 < n < least for n in shown.values()), name
        narrow = too_narrow(alone(shown) if found.rows else {}, lambda place, sizes=sizes: sizes[place[-2], place[-1]], least)
        assert narrow == [], name
