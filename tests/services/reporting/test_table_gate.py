"""All tables of a release against the attacker: none of them, nor all of them together with earlier ones, gives away who is few."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product
from random import Random

import pytest

from services.reporting.rules.gate import releases, table_gate, worlds
from services.reporting.rules.gate.released_tables import ReleasedTable
from services.reporting.rules.gate.releases import ReleasedFigures, release, with_tables
from services.reporting.rules.gate.table_gate import Moment, protect
from services.reporting.rules.gate.whole_groups import SAY_OF_NOBODY, SAY_OF_PEOPLE
from services.reporting.rules.gate.worlds import Worlds
from services.reporting.rules.tables.catalogue import ALL_TABLES, TO_RELEASE
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.definitions import TableShape
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.table_cases import CountedCase, counted_case
from shared.config.country_tables import Publication
from shared.protocol.statistics import ReferralCounted, StatedCounted
from tests.services.reporting.table_attacker import Attack, combinations
from tests.services.reporting.test_gate_on_published import SERBIA, YEARS

POLICY, MOMENT = Publication(), Moment(0, lambda _table, _month: 0)
OTHERS, ALL = "[others]", "[all]"
KEYS = ("first_responder_type", "exploitation_type", "age_at_exploitation", "gender", "nationality")
Persons = list[dict[str, str]]
Built = tuple[tuple[str, ...], Sequence[tuple[tuple[str, ...], int | None]]]
"""By what a table was built, and its lines."""


def person(**said: str) -> dict[str, str]:
    known = {
        "quarter": "2031-Q1",
        "first_responder": "one",
        "first_responder_type": "police",
        "exploitation_type": "LAB",
        "nationality": "RS",
    }
    return known | {"age_at_exploitation": "adult", "gender": "male"} | said


STATED = ("place", "region", "dependants")


def counted_people(people: Persons) -> list[CountedCase]:
    return [case(tuple(sorted(one.items()))) for one in people]


@cache
def case(told: tuple[tuple[str, str], ...]) -> CountedCase:
    """Of somebody who is so; many people are alike, and the same ones are in several tests."""
    one = dict(told)
    said = {key: one[key] for key in (*KEYS, "quarter", "first_responder")}
    report = ReferralCounted(kind="referral", basis="none", simulated=True, case="c" * 32, **said)
    month = f"{one['quarter'][:4]}-{3 * int(one['quarter'][-1]):02}"
    stated = [
        StatedCounted(kind="stated", simulated=True, case="c" * 32, month=month, about=about, code=code)
        for about in STATED for code in one.get(about, "").split(",") if code
    ]  # fmt: skip
    return counted_case(Course(tuple(KeptFact(f"r{n}", fact, "2031-09") for n, fact in enumerate([report, *stated]))))


def said_of(one: dict[str, str], name: str) -> str:
    return one.get(name, "not_said") if name in STATED else one[name]


def released(people: Persons, before: dict[int, ReleasedFigures] | None = None) -> ReleasedFigures:
    counted = {
        name: [(*place, n) for place, n in sorted(Counter((p["quarter"], p[name], p["first_responder"]) for p in people).items())]
        for name in RELEASED
    }  # fmt: skip
    figures = release(counted, {}, [], POLICY)
    return protect(counted_people(people), figures, before or {}, POLICY, MOMENT)


def crowd(seed: int, people: int, quarters: int = 2) -> Persons:
    """Of a large one nothing is stated beside the reports, which would cost the solver most of a minute."""
    chance, told = Random(seed), Random(-seed)
    some = {
        "first_responder_type": (("police", "labour_inspectorate", "ngo"), (5, 3, 1)),
        "exploitation_type": (("LAB", "SEX", "LAB,SEX", "BEG"), (8, 5, 2, 1)),
        "age_at_exploitation": (("adult", "child", "unsure"), (12, 5, 1)), "gender": (("male", "female", "other"), (8, 5, 1)),
        "nationality": (("RS", "BA", "MD", "IN"), (8, 4, 2, 1)),
    }  # fmt: skip
    stated = {"place": (("home", "abroad", ""), (6, 2, 3)), "region": (("RS11", "RS12", ""), (5, 2, 4)),
              "dependants": (("0", "1", "5+", ""), (6, 3, 1, 3))}  # fmt: skip
    return [
        person(
            quarter=f"2031-Q{chance.randint(1, quarters)}", **{name: chance.choices(*drawn)[0] for name, drawn in some.items()},
            **{name: word for name, drawn in stated.items() if people <= 100 and (word := told.choices(*drawn)[0])},
        )
        for _ in range(people)
    ]  # fmt: skip


def attack(
    all_: list[tuple[ReleasedFigures, Persons]], tables: tuple[str, ...] | None = None, built: Sequence[Built] = ()
) -> tuple[list, int]:
    """What the attacker narrows too far of all these releases and of what was built of the first, and how many numbers it tried."""
    people = [one for _, some in all_ for one in some]
    quarters = sorted({one["quarter"] for one in people})

    def known(name: str) -> list[str]:
        return sorted({said_of(one, name) for one in people})

    together = ("age_at_exploitation", "gender", "first_responder_type", "exploitation_type")
    blocks = [combinations(quarters, *map(known, together)), *(combinations(quarters, known(name)) for name in ("nationality", *STATED))]
    at = {"quarter": (0, 0)} | {name: (0, n) for n, name in enumerate(together, 1)}
    at |= {name: (n, 1) for n, name in enumerate(("nationality", *STATED), 1)}
    """Where what is said of somebody stands: the block, and the place in each of its kinds. The quarter is the first in all."""
    attacker, truth, asked = Attack(blocks), Counter[tuple[str, ...]](), {}

    @cache
    def kinds(block: int, names: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
        """The unknowns of a block by what of them alone counts."""
        found: dict[tuple[str, ...], list[int]] = {}
        for unknown, (which, kind) in enumerate(attacker.kinds):
            if which == block:
                found.setdefault(tuple(kind[at[name][1]] for name in names), []).append(unknown)
        return found

    @cache
    def real(names: tuple[str, ...]) -> Counter[tuple[str, ...]]:
        return Counter(tuple(said_of(one, name) for name in names) for one in people)

    def looks(name: tuple[str, ...], by: Iterable[str], fits: Callable[[dict[str, str]], bool], number: int | None) -> None:
        """`by`: what of somebody alone counts for whether they fit."""
        if name[0] in (tables or name[0]):
            names = tuple(sorted({"quarter", *by} & at.keys()))
            block = max(at[one][0] for one in names)
            of = [unknown for said, some in kinds(block, names).items() if fits(dict(zip(names, said, strict=True))) for unknown in some]
            attacker.sees(of, number)
            truth[name] = sum(n for said, n in real(names).items() if fits(dict(zip(names, said, strict=True))))
            if number is None:
                asked[name] = of

    for n, (figures, _) in enumerate(all_):
        quarter_of = figures.period_of
        for table in figures.tables.values():
            rest = set(table.rows)
            for row, cells, total in zip(table.rows, table.cells, table.totals, strict=True):
                for period, number in [*zip(table.periods, cells, strict=True), (ALL, total)]:

                    def fits(said: dict[str, str], row=row, rest=rest, period=period, quarter_of=quarter_of, table=table) -> bool:
                        value, quarter = said[table.dimension], said["quarter"]
                        in_row = value == row or (row == OTHERS and value not in rest)
                        return in_row and (quarter in quarter_of if period == ALL else quarter_of.get(quarter) == period)

                    looks((f"{n}:by", table.dimension, row, period), (table.dimension,), fits, number)
            for period, number in zip(table.periods, table.people, strict=True):
                looks((f"{n}:people", period), (), lambda said, p=period, of=quarter_of: of.get(said["quarter"]) == p, number)
        for table in figures.counted:
            _sees_table(looks, n, table)
    for by, lines in built:
        _sees_built(looks, all_[0][0], by, lines)
    few = {name: of for name, of in asked.items() if 0 < truth[name] < POLICY.minimum}
    return attacker.learns(few, POLICY.minimum), len(few)


def _sees_built(looks, figures: ReleasedFigures, by: tuple[str, ...], lines) -> None:
    """A table that somebody built: whoever has a value that it does not name is among the others."""
    known = {name: {values[n] for values, _ in lines} for n, name in enumerate(by)}
    for values, number in lines:
        told = dict(zip(by, values, strict=True))

        def fits(said: dict[str, str], told=told) -> bool:
            period = figures.period_of.get(said["quarter"], "")
            return bool(period) and all(
                value == ALL or name in ("standing", "basis") or (period if name == "quarter" else said[name]) == value
                or (value == OTHERS and said[name] not in known[name])
                for name, value in told.items()
            )  # fmt: skip

        looks(("built", *by, *values), by, fits, number)


NAMES = {"T2": ("gender", "age_at_exploitation"), "T3": ("nationality",), "T6": ("first_responder_type", "exploitation_type"),
         "T1": ("first_responder_type", "standing"), "T4": ("counted_as", "exploitation_type"), "T15": ("exploitation_type",),
         "M20": ("first_responder_type", "standing", "basis"),
         "T7": (), "T13": ("basis",), "T5": ("place",), "T5b": ("region",), "T12b": ("dependants",)}  # fmt: skip
"""By what each table tells the attacker of one person. Of regions each person here has one at most."""


def _sees_table(looks, n: int, table: ReleasedTable) -> None:
    if table.id not in NAMES:
        assert table.id in ("T14", "T19", "T20", "M9", "M18", "M11", "M11b", "M21", "T9", "T9b"), (
            f"what does {table.id} say to the attacker?"
        )
        return
    known = dict(zip(NAMES[table.id], map(set, table.values), strict=True))
    for line in table.lines():
        told = dict(zip(NAMES[table.id], line.values, strict=True))
        each = told.get("counted_as") == "each"
        if each and told["exploitation_type"] in (ALL, OTHERS):
            continue  # counts people more than once: such a sum is not one of people
        of_inspectors = ("first_responder_type",) if table.id == "T15" else ()
        looks((f"{n}:{table.id}", line.period, *line.values), (*told, *of_inspectors), _Fits(table, line.period, told, known, each), line.n)


class _Fits:
    """Whether a line counts somebody, by what each of them is."""

    def __init__(self, table: ReleasedTable, period: str, told: dict[str, str], known: dict[str, set[str]], each: bool) -> None:
        self.table, self.period, self.told, self.known, self.each = table, period, told, known, each

    def __call__(self, said: dict[str, str]) -> bool:
        inspected = self.table.id != "T15" or said["first_responder_type"] == "labour_inspectorate"
        return (
            inspected and self.table.periods.get(said["quarter"]) == self.period and all(self._has(said, *one) for one in self.told.items())
        )

    def _has(self, said: dict[str, str], name: str, value: str) -> bool:
        if value == ALL or name in ("standing", "basis", "counted_as"):
            return True
        values = said[name].split(",") if self.each else [said[name]]
        return any(one == value or (value == OTHERS and one not in self.known[name]) for one in values)


def test_the_attacker_learns_what_can_be_of_nobody_or_of_enough_no_more() -> None:
    attacker = Attack([[("2031-Q1", word) for word in "abcde"]])
    attacker.sees([0, 1, 2, 3, 4], 30)
    attacker.sees([0, 1, 2], 27)
    attacker.sees([0, 1], 7)
    asked = {("may be either", "a"): [0], ("may be either", "b"): [1], ("known", "c"): [2], ("few", "d"): [3], ("some", "b, c"): [1, 2]}
    assert attacker.learns(asked, 5) == [("known", "c"), ("few", "d"), ("some", "b, c")]
    assert [attacker.bounds(of) for of in asked.values()] == [(0, 7), (0, 7), (20, 20), (0, 3), (20, 27)]


@pytest.mark.parametrize(("people", "quarters"), [(17, 1), (60, 2), (300, 4)])
def test_all_tables_together_withstand_the_attacker(people: int, quarters: int) -> None:
    some = crowd(people, people, quarters)
    figures = released(some)
    assert {"T2", "T3", "T4", "T5", "T5b", "T6", "T12b", "T13", "T19"} <= {one.id for one in figures.counted}
    for table in figures.counted:
        assert not any(line.n is not None and 0 < line.n < POLICY.minimum for line in table.lines()), table.id
    narrow, tried = attack([(figures, some)])
    assert narrow == []
    assert tried > 3


def test_where_tables_are_not_linked_the_attacker_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each table by itself is protected, and together they are not."""
    some = crowd(300, 300, 4)
    whole = released(some).counted

    class Alone(Worlds):
        def __init__(self, kinds, stays, hidden, price):
            super().__init__(kinds, (), (), {})

    apart = []
    for id in ("T2", "T4", "T6"):
        monkeypatch.setattr(table_gate, "Worlds", Alone)
        monkeypatch.setattr(table_gate, "TO_RELEASE", [one for one in TO_RELEASE if one.id == id])
        apart += released(some).counted
    figures = with_tables(released(some), tuple(apart))
    narrow, _ = attack([(figures, some)])
    assert narrow
    assert len(whole) > len(apart)


def test_where_only_what_is_few_is_hidden_the_attacker_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worlds, "make_possible", lambda self, wanted: True)
    some = crowd(60, 60, 2)
    narrow, _ = attack([(released(some), some)])
    assert narrow


def test_a_later_release_gives_nothing_away_of_an_earlier_one() -> None:
    first, later = crowd(1, 60, 2), [one | {"quarter": "2031-Q3"} for one in crowd(2, 40, 1)]
    before = released(first)
    after = released([*later], {1: before})
    narrow, tried = attack([(before, first), (after, later)])
    assert (narrow, tried > 5) == ([], True)


def test_where_the_solver_has_no_time_left_more_is_hidden_and_nobody_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "SOLVED_WITHIN", 0.0)
    some = crowd(60, 60, 2)
    hurried = released(some)
    assert all(line.n is None or line.n == 0 or line.n >= POLICY.minimum for table in hurried.counted for line in table.lines())
    monkeypatch.undo()
    assert sum(table.hidden for table in hurried.counted) > sum(table.hidden for table in released(some).counted)


def test_all_of_a_group_are_not_told_apart() -> None:
    """All women are adults: whoever knows of a woman would know her age."""
    some = [*[person(gender="female")] * 9, *[person()] * 20, *[person(age_at_exploitation="child")] * 12]
    (table,) = (one for one in released(some).counted if one.id == "T2")
    lines = {line.values: line.n for line in table.lines()}
    assert lines["female", "adult"] is None
    assert lines["female", "child"] is None, "a zero beside it would say the same"


def test_a_region_in_which_everybody_was_is_hidden_though_some_were_in_others_too() -> None:
    some = [*[person(region="RS11,RS12")] * 14, *[person(region="RS11")] * 12, *[person(quarter="2031-Q2", region="RS11")] * 15]
    some += [person(quarter="2031-Q2", region="RS12")] * 15
    (found,) = (it for it in released(some).counted if it.id == "T5b")
    lines = {(line.period, *line.values): line.n for line in found.lines()}
    assert lines["2031-Q1", "RS11"] is None, "26 of the 26 people that T5 has"
    assert lines["2031-Q2", "RS11"] == 15


def test_each_released_table_is_protected_for_what_it_says_of_people_or_says_nothing_of_them() -> None:
    assert SAY_OF_PEOPLE.keys() | SAY_OF_NOBODY.keys() == {one.id for one in TO_RELEASE}
    assert not SAY_OF_PEOPLE.keys() & SAY_OF_NOBODY.keys()
    for table in TO_RELEASE:
        assert set(table.dimensions) & set(RELEASED) <= set(SAY_OF_PEOPLE.get(table.id, ())), f"{table.id} would tell what T2 hides"
    days = {"M1b", "M2b", "M3c", "M3d", "M10b"}
    assert {one.id for one in ALL_TABLES} - {one.id for one in TO_RELEASE} == {"T1b", "T1c", "T1d", "T12c"} | days
    assert {one.id for one in TO_RELEASE} >= {"M1", "M2", "M3", "M3b", "M10"}, "which say how many there are"


@pytest.mark.parametrize(("table", "said"), [("T5", "place"), ("T5b", "region"), ("T12b", "dependants")])
def test_what_was_stated_of_everybody_in_a_quarter_is_hidden(table: str, said: str) -> None:
    one, other = {"place": ("home", "abroad"), "region": ("RS11", "RS12"), "dependants": ("0", "1")}[said]
    some = [*[person(**{said: one})] * 24, *[person(quarter="2031-Q2", **{said: (one, other)[n % 2]}) for n in range(30)]]
    (found,) = (it for it in released(some).counted if it.id == table)
    lines = {(line.period, *line.values): line.n for line in found.lines()}
    assert lines["2031-Q1", one] is None
    assert lines["2031-Q1", other] is None, "a zero beside it would say the same"


def test_no_total_counts_people_several_times_and_former_releases_keep_theirs() -> None:
    some = [*[person(exploitation_type="LAB,SEX", region="RS11")] * 20, *[person(exploitation_type="LAB", region="RS12")] * 20]
    figures = released(some)
    tables = {table.id: table for table in figures.counted}
    people = {id: {line.values: line.n for line in tables[id].lines()} for id in ("T2", "T4", "T5b")}
    assert people["T2"][ALL, ALL] == 40
    assert not any(ALL in values for id in ("T4", "T5b") for values in people[id]), "60 forms are not 60 people"
    assert {one.id for one in TO_RELEASE if one.several} == {
        "T4", "T5b", "T8", "T9", "T9b", "T10", "T11", "T12", "T17", "T18", "T19", "M8", "M12", "M12b", "M13b", "M14",
    }  # fmt: skip
    body = figures.body()
    former = next(one for one in body["counted"] if one["id"] == "T5b") | {"numbers": (20, 20, 40)}
    del former["several"]
    (before,) = releases.read(body | {"counted": [former]}).counted
    assert {line.values: line.n for line in before.lines()} == {("RS11",): 20, ("RS12",): 20, (ALL,): 40}


def test_a_release_reads_as_it_was_made_and_only_the_gate_makes_tables() -> None:
    figures = released(crowd(3, 40))
    assert releases.read(figures.body()).counted == figures.counted
    with pytest.raises(TypeError):
        ReleasedTable("T2", (), (), TableShape.COUNT, {}, (), (), {}, object())


def test_where_a_country_hides_that_there_was_nobody_no_table_is_released() -> None:
    some = crowd(3, 40)
    figures = released(some)
    alone = with_tables(figures, ())
    assert protect(counted_people(some), alone, {}, Publication(zeros="hidden"), MOMENT) == alone


@pytest.mark.skipif(not SERBIA.is_file(), reason="the published figures are not here")
def test_one_boy_of_serbia_is_in_no_table() -> None:
    with SERBIA.open(encoding="utf-8", newline="") as opened:
        (line,) = [one for one in csv.DictReader(opened) if one["year"] == "2021"]
    assert "boy" in line["source"]
    numbers = {("female", "adult"): 0, ("male", "adult"): 0, ("female", "child"): 0, ("male", "child"): 1}
    for (word, who), after in product({"women": ("female", "adult"), "men": ("male", "adult"), "girls": ("female", "child")}.items(), [0]):
        words = line["source"].split()
        numbers[who] = int(words[words.index(next(w for w in words if w.strip(",.;)") == word)) - 1].strip("(")) + after
    some = [person(gender=sex, age_at_exploitation=age) for (sex, age), n in numbers.items() for _ in range(n)]
    assert len(some) == 43
    figures = released(some)
    narrow, tried = attack([(figures, some)])
    assert (narrow, tried > 0) == ([], True)
    assert all(line.n != 1 for table in figures.counted for line in table.lines())


@pytest.mark.parametrize("file", YEARS, ids=lambda file: file.stem)
def test_the_tables_of_a_year_of_the_united_kingdom_withstand_the_attacker(file, request: pytest.FixtureRequest) -> None:
    """Every day the first quarter; with --long the year."""
    with file.open(encoding="utf-8", newline="") as opened:
        some = [
            one for one in csv.DictReader(opened) for _ in range(int(one.pop("people")))
            if request.config.getoption("--long") or one["quarter"].endswith("Q1")
        ]  # fmt: skip
    narrow, tried = attack([(released(some), some)])
    assert narrow == []
    assert tried > 10
