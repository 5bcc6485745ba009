"""Other worlds are looked for as seldom as can be: what one search finds serves many numbers, and none is hidden for the haste."""

from collections import Counter
from random import Random

import pytest

from services.reporting.rules.gate import worlds
from services.reporting.rules.gate.worlds import CaseKind, WantedWorld, Worlds
from services.reporting.rules.tables.table_cases import NumberPlace

WIDE, LEAST = 12, 5


def place(row: str, column: str) -> NumberPlace:
    return NumberPlace("T6", "2031-Q1", (row, column))


def few() -> tuple[Worlds, list[NumberPlace]]:
    """A table with few people in each cell, all of them hidden, and its totals, all of them shown."""
    kinds = [
        CaseKind(((place(f"r{r}", f"c{c}"), 1), (place(f"r{r}", "all"), 1), (place("all", f"c{c}"), 1)), (), 1 + (r * 5 + c * 3) % 4)
        for r in range(WIDE) for c in range(WIDE)
    ]  # fmt: skip
    cells = [kind.adds[0][0] for kind in kinds]
    return Worlds(kinds, (), cells, Counter()), cells


def test_a_few_searches_serve_all_numbers_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    searches, search = Counter[str](), worlds._Solver._solved

    def counted(self: worlds._Solver) -> list[float] | None:
        searches["run"] += 1
        return search(self)

    monkeypatch.setattr(worlds._Solver, "_solved", counted)
    some, cells = few()
    wanted = [WantedWorld((cell,), 0, 0) for cell in cells] + [WantedWorld((cell,), LEAST) for cell in cells]
    hidden = set(some.hidden)
    some.look_for(wanted)
    some.look_for_many()
    assert all(some.make_possible(one) for one in wanted)
    assert some.hidden == hidden, "with all cells hidden, each of them may be of nobody or of enough"
    assert searches["run"] < len(wanted) / 5


def test_a_search_for_many_hides_nothing_and_breaks_no_total() -> None:
    some, cells = few()
    shown = {cell for n, cell in enumerate(cells) if n % 3}
    some = Worlds(some.kinds, (), set(cells) - shown, Counter())
    hidden = set(some.hidden)
    some.look_for(WantedWorld((cell,), LEAST) for cell in cells)
    some.look_for_many()
    assert some.hidden == hidden
    for world in some._found:
        for name, kinds in some._adding.items():
            said = sum(world[n] for n in kinds)
            if not some.hides(name):
                assert said == pytest.approx(sum(some.kinds[n].cases for n in kinds))


def test_of_few_kinds_a_world_is_in_whole_cases_also_where_parts_of_them_would_do() -> None:
    draw = Random(3)
    rows = [place(f"r{n}", "hours") for n in range(8)]
    kinds = [CaseKind(((place(f"c{n}", "all"), 1), *((row, draw.randint(2, 9)) for row in draw.sample(rows, 3))), (), 1) for n in range(30)]
    cells = [kind.adds[0][0] for kind in kinds]
    known = Worlds(kinds, (), cells, Counter())
    found = [known.make_possible(WantedWorld((cell,), 0, 0)) for cell in cells]
    assert any(found)
    assert all(abs(n - round(n)) < 1e-6 for world in known._found for n in world)
