"""The gate against the attacker: nothing suppressed is narrowed below the rule, and where a step is left out the attacker wins."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.rules.gate import protected, releases
from services.reporting.rules.gate.bounds import TOTAL, Grid, bounds
from services.reporting.rules.gate.protected import ALL, OTHERS, ProtectedTable, protect
from services.reporting.rules.gate.releases import EndedStage, release
from services.reporting.rules.gate.suppression import NothingToShow, Why, sensitive, suppressed
from services.reporting.rules.shown import public
from services.reporting.rules.tables.figures import RELEASED
from shared.config.country_tables import Publication
from tests.services.reporting.attacker import Shown, alone, brute, joint, too_narrow

POLICY = Publication()
QUARTERS = ("2031-Q1", "2031-Q2", "2031-Q3", "2031-Q4")
GRIDS = st.integers(1, 3).flatmap(
    lambda columns: st.lists(st.lists(st.integers(0, 9), min_size=columns, max_size=columns).map(tuple), min_size=2, max_size=4)
).map(lambda rows: Grid(tuple(rows)))  # fmt: skip


def shown(grid: Grid, hidden) -> Shown:
    rows, columns = grid.size
    table: Shown = {(f"r{r}", f"c{c}"): None if (r, c) in hidden else grid.at((r, c)) for r in range(rows) for c in range(columns)}
    last = TOTAL if columns > 1 else 0
    table |= {(f"r{r}", ""): None if (r, last) in hidden else grid.at((r, TOTAL)) for r in range(rows)}
    return table | {("", f"c{c}"): grid.column(c) for c in range(columns)}


def truth(grid: Grid):
    return lambda place: grid.at((int(place[-2][1:]), int(place[-1][1:]) if place[-1] else TOTAL))


def see(table: ProtectedTable) -> Shown:
    found: Shown = {(r, p): n for r, line in zip(table.rows, table.cells, strict=True) for p, n in zip(table.periods, line, strict=True)}
    found |= {(r, ""): n for r, n in zip(table.rows, table.totals, strict=True)}
    return found | {("", p): n for p, n in zip(table.periods, table.people, strict=True)}


def test_the_bounds_are_those_of_linear_programmes_and_of_trying_all() -> None:
    chance, compared = Random(3), 0
    for _ in range(25):
        grid = Grid(tuple(tuple(chance.randrange(5) for _ in range(2)) for _ in range(3)))
        hidden = {place for place in grid.places() if chance.random() < 0.6}
        table = shown(grid, hidden)
        said = {
            (f"r{r}", "" if c == TOTAL else f"c{c}"): bounds(grid, hidden, (r, c)) for r, c in hidden
        }  # fmt: skip
        assert said == alone(table) == brute(table), table
        compared += len(said)
    assert compared > 100


@settings(max_examples=60, deadline=None)
@given(grid=GRIDS)
def test_no_number_of_few_can_be_narrowed(grid: Grid) -> None:
    if any(grid.column(c) < POLICY.minimum for c in range(grid.size[1])):
        with pytest.raises(NothingToShow):
            suppressed(grid, POLICY)
        return
    hidden = suppressed(grid, POLICY)
    assert all(place in hidden for place in grid.places() if 0 < grid.at(place) < POLICY.minimum)
    assert too_narrow(alone(shown(grid, hidden)), truth(grid), POLICY.minimum) == []
    for place in (place for place, why in hidden.items() if why is Why.WHOLE_GROUP):
        least, _ = bounds(grid, hidden, place)
        assert least <= grid.at(place) - POLICY.minimum, "others of the group may be somewhere else"


def test_one_boy_among_43_people_is_not_to_be_had() -> None:
    """The shape of a small country's year: women and girls, men and one boy."""
    grid = Grid(((22, 12), (8, 1)))
    primary = sensitive(grid, POLICY)
    assert set(primary) == {(1, 1)}
    table = shown(grid, primary)
    assert alone(table)["r1", "c1"] == (1, 1), "with primary suppression alone the attacker wins"
    hidden = suppressed(grid, POLICY)
    least, most = alone(shown(grid, hidden))["r1", "c1"]
    assert (least, most) == (0, 9)


def test_a_whole_group_and_a_dominated_figure_are_hidden() -> None:
    grid = Grid(((9, 20), (0, 30), (0, 25)))
    assert set(sensitive(grid, POLICY)) == {(0, 0), (1, 1), (2, 1)}, "a column, and two rows, of one cell each"
    assert sensitive(grid, POLICY)[0, 0].why is Why.WHOLE_GROUP
    assert alone(shown(grid, {(0, 0)}))["r0", "c0"] == (9, 9), "left alone it is read from the column"
    assert alone(shown(grid, suppressed(grid, POLICY)))["r0", "c0"][0] <= 4
    counted = [("q", "police", "one", 19), ("q", "police", "two", 1), ("q", "ngo", "three", 10), ("q", "ngo", "four", 10)]
    open_ = protect("first_responder_type", ["q"], counted, POLICY)
    assert open_.hidden == 0
    assert protect("first_responder_type", ["q"], counted, Publication(dominance=0.9)).hidden == 2


def test_zeros_are_hidden_where_the_country_says_so() -> None:
    grid = Grid(((9, 0, 7), (8, 12, 6), (7, 11, 9)))
    assert suppressed(grid, POLICY) == {}
    hidden = suppressed(grid, Publication(zeros="hidden"))
    assert hidden[0, 1] is Why.SMALL
    assert alone(shown(grid, hidden))["r0", "c1"][1] >= POLICY.minimum


def year(seed: int, people: int, quarters: int = 4):
    """Invented people in the shape of a published year: a few large values, and many of one person."""
    chance = Random(seed)
    some = {
        "first_responder_type": (["Police", "Government", "NGO", "Council"], [50, 30, 15, 5]),
        "exploitation_type": (["Labour", "Sexual", "Criminal", "Domestic", "Labour & Sexual", "Other"], [40, 25, 25, 6, 3, 1]),
        "age_at_exploitation": (["Adult", "Child", "Unknown"], [60, 38, 2]),
        "gender": (["Male", "Female", "Other"], [78, 21, 1]),
        "nationality": ([f"Country {n}" for n in range(40)], [2 ** (-n / 3) for n in range(40)]),
    }  # fmt: skip
    counted = {name: Counter[tuple[str, str, str]]() for name in RELEASED}
    for _ in range(people):
        quarter, responder = chance.choice(QUARTERS[:quarters]), f"Responder {chance.randrange(6)}"
        for name, (values, weights) in some.items():
            counted[name][quarter, chance.choices(values, weights)[0], responder] += 1
    return {name: [(*place, n) for place, n in sorted(found.items())] for name, found in counted.items()}


@pytest.mark.parametrize(("people", "quarters"), [(17, 1), (43, 4), (400, 4), (4000, 4), (30, 2)])
def test_released_figures_withstand_the_attacker(people: int, quarters: int) -> None:
    counted = year(people, people, quarters)
    figures = release(counted, {}, [], POLICY)
    tried = 0
    for name, table in figures.tables.items():
        sizes = Counter[tuple[str, str]]()
        for quarter, value, _, n in counted[name]:
            period = next(p for p in figures.periods if p.partition("/")[0] <= quarter <= (p.partition("/")[2] or p))
            row = value if value in table.rows else OTHERS
            for place in ((row, period), (row, "")):
                sizes[place] += n
        found = alone(see(table)) if table.rows else {}
        assert too_narrow(found, lambda place, sizes=sizes: sizes[place[-2], place[-1]], POLICY.minimum) == []
        assert not any(n is not None and 0 < n < POLICY.minimum for n in see(table).values()), name
        tried += len(found)
    assert tried or people == 17, "of a handful all values are added up, and nothing is left to suppress"


def test_where_complementary_suppression_is_left_out_the_attacker_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = year(5, 400)

    def primary(grid: Grid, policy: Publication, largest=None):
        return {place: one.why for place, one in sensitive(grid, policy, largest).items()}

    monkeypatch.setattr(protected, "suppressed", primary)
    figures = release(counted, {}, [], POLICY)
    pinned = [bound for table in figures.tables.values() for bound in alone(see(table)).values() if bound[0] == bound[1]]
    assert pinned, "some suppressed number follows from the rest"


def test_tables_that_share_the_quarter_alone_give_nothing_away_together() -> None:
    counted = year(11, 60, 2)
    figures = release(counted, {}, [], POLICY)
    tables = {name: see(figures.tables[name]) for name in ("age_at_exploitation", "gender", "exploitation_type")}
    together = joint(tables)
    assert together, "something is suppressed"
    apart = {(name, *place): bound for name, table in tables.items() for place, bound in alone(table).items()}
    assert together == apart


def test_a_table_by_two_other_things_beside_them_would_give_something_away() -> None:
    """Why nothing is released by, say, age and sex at once: protected apart, such tables are solved against each other."""
    ages = shown(Grid(((1, 20), (9, 15))), {(0, 0), (0, 1), (1, 0), (1, 1)})
    linked = {("r0", "c0"): 1, ("r0", "c1"): 20}
    assert alone(ages)["r0", "c0"] == (0, 10)
    assert alone({**ages, **linked})["r1", "c0"] == (9, 9)


def test_quarters_of_few_people_are_one_period() -> None:
    people = {"2031-Q1": 3, "2031-Q2": 1, "2031-Q3": 6, "2031-Q4": 2}
    assert releases.merged(people, 5) == [("2031-Q1", "2031-Q2", "2031-Q3", "2031-Q4")]
    assert releases.merged({"2031-Q1": 5, "2031-Q2": 4}, 5) == [("2031-Q1", "2031-Q2")]
    assert releases.merged({"2031-Q1": 5, "2031-Q2": 7}, 5) == [("2031-Q1",), ("2031-Q2",)]
    with pytest.raises(releases.TooFew):
        releases.merged({"2031-Q1": 2, "2031-Q2": 2}, 5)


def test_counts_and_what_is_left_of_them_are_hidden_where_they_are_few() -> None:
    said = releases.counts({"joint_action": 3, "pingpong": 0, "decision": 20, "case_decided": 18}, POLICY)
    assert said == {"joint_action": None, "pingpong": 0, "decision": 20, "case_decided": None}
    assert releases.counts({"decision": 20, "case_decided": 20}, POLICY) == {"decision": 20, "case_decided": 20}


def test_times_of_few_hand_offs_or_cases_are_hidden() -> None:
    few = [EndedStage("answered", 1234567 + n, False, f"c{n}") for n in range(4)]
    (one,) = releases.times(few, POLICY)
    assert one == ("answered", None, None, None, None)
    same_case = [EndedStage("answered", 1000 * n, False, "c") for n in range(50)]
    assert releases.times(same_case, POLICY)[0].n is None
    many = [EndedStage("answered", 1234567 + n, n < 3, f"c{n}") for n in range(23)]
    (one,) = releases.times(many, POLICY)
    assert one == ("answered", 20, 1_200_000, None, None), "in steps, with two digits, and no share of three people"
    lots = [EndedStage("answered", 1000 * n, n % 2 == 0, f"c{n}") for n in range(1, 121)]
    assert releases.times(lots, POLICY)[0] == ("answered", 120, 60_000, 110_000, 50)


def test_no_country_may_show_two_people() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 3"):
        Publication(minimum=2)


def test_only_the_gate_makes_tables_and_releases() -> None:
    with pytest.raises(TypeError):
        ProtectedTable("gender", ("q",), ("x",), ((1,),), (1,), (1,), object())
    figures = release(year(1, 50), {"decision": 7}, [], POLICY)
    again = releases.read(figures.body())
    assert again == figures
    with pytest.raises(TypeError):
        releases.ReleasedFigures((), (), (), {}, {}, (), 5, (), None)


def test_rows_of_a_release_are_asked_for_by_quarter_and_one_other_thing() -> None:
    figures = release(year(1, 400), {}, [], POLICY)
    table = dict(public.rows(figures, ("gender", "quarter")))
    turned = dict(public.rows(figures, ("quarter", "gender")))
    assert {values[::-1]: n for values, n in turned.items()} == table
    assert table[ALL, ALL] == 400 == dict(public.rows(figures, ("quarter",)))[(ALL,)]
    lost = public.lost(figures.tables["nationality"])
    assert 0 < lost.numbers < lost.of_numbers
    assert lost.people == 400 - sum(
        n for (value, period), n in public.rows(figures, ("nationality", "quarter")) if n and ALL not in (value, period)
    )
    for no in ((), ("gender", "nationality"), ("first_responder",), ("quarter", "first_responder")):
        with pytest.raises(public.NotReleased):
            public.by(no)
