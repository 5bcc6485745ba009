"""What is tried by turns: each value comes to its turn, none is left out, and on any day something of each kind is tried."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.journeys.conftest import PAIRS, pair_of
from tests.journeys.test_real_bugs import STORIES
from tests.turns import LONG_RUNS, first_turn, not_today, on_either_database

TESTS = Path(__file__).resolve().parents[1]
DAY = 739_219
MARKED = re.compile(r'@pytest\.mark\.turns\("(\w+)"\)\n(?:@.*\n)*(?:async )?def (\w+)')

WHICH = re.compile(r"by_turns\(.*, today\(\)( // LONG_RUNS)?(?: // 2)?,")
LONG = re.compile(r"^ *(?:@|item\.add_marker\()pytest\.mark\.long_run\((\d)\)", re.MULTILINE)


@dataclass(frozen=True)
class CollectedTest:
    """What is asked of an item of pytest."""

    nodeid: str
    indices: dict[str, int] = field(hash=False)
    named: str = "way"

    @property
    def callspec(self) -> "CollectedTest":
        return self

    def get_closest_marker(self, name: str) -> Any:
        return pytest.mark.turns(self.named).mark if self.named and name == "turns" else None


def collected(test: str, values: int, named: str = "way") -> list[CollectedTest]:
    return [CollectedTest(f"{test}[{n}-{m}]", {"way": n, "other": m}, named) for n in range(values) for m in range(2)]


@pytest.mark.parametrize("values", [1, 2, 3])
def test_each_value_comes_once_in_as_many_days_as_there_are_with_all_that_the_other_parameters_have(values: int) -> None:
    items = [*collected("a.py::test_one", values), *collected("a.py::test_another", values), *collected("a.py::test_all", values, "")]
    tried = Counter[CollectedTest]()
    for day in range(DAY, DAY + values):
        left: set[Any] = not_today(items, day)  # type: ignore[arg-type]
        today = [item for item in items if item not in left]
        assert len(today) == 2 + 2 + 2 * values
        tried.update(today)
    assert {tried[item] for item in items if item.named} == {1}
    assert {tried[item] for item in items if not item.named} == {values}


@dataclass(frozen=True)
class LongRun:
    """An item that is tried one day in five; with no number, one of every day."""

    nodeid: str
    number: int | None = None

    def get_closest_marker(self, name: str) -> Any:
        return pytest.mark.long_run(self.number).mark if name == "long_run" and self.number is not None else None


def test_long_runs_are_tried_one_day_in_five_and_by_who_names_them_on_any() -> None:
    runs: list[Any] = [LongRun(f"a.py::test_{number}", number) for number in range(LONG_RUNS)]
    daily: Any = LongRun("a.py::test")
    for day in range(DAY, DAY + LONG_RUNS):
        assert not_today([*runs, daily], day) == {*runs} - {runs[day % LONG_RUNS]}
        assert [not_today([run], day) for run in runs] == [set()] * LONG_RUNS


def test_each_day_has_long_runs() -> None:
    marked = [found for file in TESTS.rglob("*.py") for found in LONG.findall(file.read_text(encoding="utf-8"))]
    assert {*marked} == {*map(str, range(LONG_RUNS))}


def test_what_long_runs_have_by_turns_themselves_comes_to_its_turn() -> None:
    """By the day alone, of five things always the same one would be tried."""
    of_folder = {file.parent for file in TESTS.rglob("conftest.py") if "long_run" in file.read_text(encoding="utf-8")}
    texts = {file: file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py") if file != Path(__file__)}
    asked = {file: WHICH.findall(text) for file, text in texts.items() if "long_run" in text or file.parent in of_folder}
    assert sum(map(len, asked.values())) >= 2
    assert {which for some in asked.values() for which in some} == {" // LONG_RUNS"}


def test_whoever_names_a_variant_has_it_on_any_day() -> None:
    alone = collected("a.py::test_one", 2)[-1:]
    assert [not_today(alone, day) for day in (DAY, DAY + 1)] == [set(), set()]  # type: ignore[arg-type]


def test_on_any_day_some_page_is_tried_with_script_and_some_without() -> None:
    marked = [found for file in TESTS.rglob("test_*.py") for found in MARKED.findall(file.read_text(encoding="utf-8"))]
    of_script = [test for parameter, test in marked if parameter == "javascript"]
    begins = Counter(first_turn(test) % 2 for test in of_script)
    ways = ("test_the_whole_way_on_a_slow_line", "test_the_whole_way_by_the_pages_alone")
    assert {*ways} < {*of_script}
    assert len({first_turn(way) % 2 for way in ways}) == 2, "from a report to the end there is a way with script and one without every day"
    assert min(begins[0], begins[1]) >= len(of_script) // 3, begins


@pytest.mark.parametrize(
    ("values", "marks"), [({"land": "sqlite"}, 1), ({"land": "postgresql"}, 1), ({"land": True}, 0), ({"land": "sealed"}, 0), ({}, 0)]
)  # fmt: skip
def test_by_turns_are_databases_alone_and_no_other_values_of_a_parameter_of_that_name(values: dict[str, Any], marks: int) -> None:
    """What `test_batches` tries sealed and unsealed is tried both ways every day."""
    marked: list[Any] = []
    item: Any = SimpleNamespace(callspec=SimpleNamespace(params={**values, "other": "sqlite"}), add_marker=marked.append)
    on_either_database(item, "land")
    assert [mark.args for mark in marked] == [("land",)] * marks
    on_either_database(SimpleNamespace(add_marker=marked.append), "land")  # type: ignore[arg-type]
    assert len(marked) == marks


@pytest.mark.parametrize(("folder", "what"), [("services/reporting", "operators|url"), ("shared", "land: Land")])
def test_on_any_day_some_of_what_either_database_does_is_tried_on_each(folder: str, what: str) -> None:
    """Of two databases the one whose turn it is, for each test by itself (`on_either_database`)."""
    given = re.compile(rf"def (test_\w+)\([^)]*\b(?:{what})\b")
    texts = [file.read_text(encoding="utf-8") for file in (TESTS / folder).rglob("test_*.py")]
    alike = [test for text in texts if folder != "shared" or "tests.shared.rested import Land" in text for test in given.findall(text)]
    begins = Counter(first_turn(test) % 2 for test in alike)
    assert len(alike) > 10
    assert min(begins[0], begins[1]) >= len(alike) // 5, begins


def journeys() -> list[str]:
    """All that run on pairs of parts, by the name that draws their turns."""
    alone = re.compile(r"^async def (test_\w+)\([^)]*\b(?:land|parts|keyed|two_by_two): ", re.MULTILINE)
    told = [name for file in (TESTS / "journeys").glob("test_*.py") for name in alone.findall(file.read_text(encoding="utf-8"))]
    return [*told, *(story.__name__ for story in STORIES)]


def test_each_journey_is_on_both_pairs_in_any_four_days_and_on_any_day_some_of_each_kind_are_on_each_pair() -> None:
    assert len(journeys()) > 40
    for journey in journeys():
        on = [pair_of(journey, day) for day in range(DAY, DAY + 8)]
        assert on[:4] == on[4:]
        assert {*on} == {*PAIRS}, journey
    alone, stories = journeys()[: -len(STORIES)], journeys()[-len(STORIES) :]
    for day in range(DAY, DAY + 4):
        for kind in (alone, stories):
            there = Counter(pair_of(journey, day) for journey in kind)
            assert min(there[pair] for pair in PAIRS) > len(kind) // 6, (day, there)
