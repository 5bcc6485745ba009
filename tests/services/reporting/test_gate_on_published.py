"""The gate on what countries have published: nobody of few can be read, or worked out, from a release of it.

The files are read where they lie, in a folder `shared/data` beside the project or in the one that NRM_PUBLISHED names, and are no part
of the project: where there are none, these tests have nothing to try.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from services.reporting.rules.gate.protected import OTHERS
from services.reporting.rules.gate.releases import ReleasedFigures, release
from services.reporting.rules.tables.figures import RELEASED
from shared.config.country_tables import Publication
from tests.services.reporting.attacker import Shown, Sum, alone, narrowed, too_narrow

PLACES = tuple(folder / "shared" / "data" for folder in Path(__file__).resolve().parents)
DATA = next((place for place in PLACES if (place / "README.md").is_file()), Path("nowhere"))
FOLDERS = [DATA, *map(Path, filter(None, [os.environ.get("NRM_PUBLISHED", "")]))]
"""NRM_PUBLISHED may name one with other years of the UK's, too."""
YEARS = sorted(
    {file.name: file for folder in FOLDERS for file in folder.glob("uk_nrm_referrals_*.csv")}.values(), key=lambda file: file.name
)
SERBIA = DATA / "serbia_referrals_by_source_2015_2021.csv"
POLICY = Publication()


def see(figures: ReleasedFigures, name: str) -> Shown:
    """What is shown of a table, with its totals."""
    table = figures.tables[name]
    found: Shown = {(r, p): n for r, line in zip(table.rows, table.cells, strict=True) for p, n in zip(table.periods, line, strict=True)}
    found |= {(r, ""): n for r, n in zip(table.rows, table.totals, strict=True)}
    return found | {("", p): n for p, n in zip(table.periods, table.people, strict=True)}


def attacked(figures: ReleasedFigures, people: list[dict[str, str]], names: Sequence[str] = RELEASED) -> int:
    """How many suppressed numbers were attacked, and none of them narrowed below the rule."""
    tried = 0
    for name in names:
        shown, rows = see(figures, name), figures.tables[name].rows
        assert not any(n is not None and 0 < n < POLICY.minimum for n in shown.values()), name
        sizes = Counter[tuple[str, str]]()
        for one in people:
            period = next(p for p in figures.periods if p.partition("/")[0] <= one["quarter"] <= (p.partition("/")[2] or p))
            row = one[name] if one[name] in rows else OTHERS
            sizes.update({(row, period): int(one["people"]), (row, ""): int(one["people"])})
        found = alone(shown) if rows else {}
        assert too_narrow(found, lambda place, sizes=sizes: sizes[place[-2], place[-1]], POLICY.minimum) == [], name
        tried += len(found)
    return tried


def counted(people: list[dict[str, str]]) -> dict[str, list[tuple[str, str, str, int]]]:
    return {
        name: [(*place, n) for place, n in sorted(_sums(people, name).items())] for name in RELEASED
    }  # fmt: skip


def _sums(people: list[dict[str, str]], name: str) -> Counter[tuple[str, str, str]]:
    found = Counter[tuple[str, str, str]]()
    for one in people:
        found[one["quarter"], one[name], one["first_responder"]] += int(one["people"])
    return found


@pytest.mark.parametrize("file", YEARS, ids=lambda file: file.stem)
def test_a_year_of_the_united_kingdom_withstands_the_attacker(file: Path, request: pytest.FixtureRequest) -> None:
    """Every day without the table of nationalities, which has two hundred rows: with --long that, too."""
    names = RELEASED if request.config.getoption("--long") else tuple(name for name in RELEASED if name != "nationality")
    with file.open(encoding="utf-8", newline="") as opened:
        people = list(csv.DictReader(opened))
    assert sum(int(one["people"]) for one in people) > 10_000
    assert attacked(release(counted(people), {}, [], POLICY), people, names) > 10, "something is suppressed, and was attacked"


@pytest.mark.skipif(not SERBIA.is_file(), reason="the published figures are not here")
def test_one_boy_of_serbia_is_not_to_be_had() -> None:
    with SERBIA.open(encoding="utf-8", newline="") as opened:
        (line,) = [one for one in csv.DictReader(opened) if one["year"] == "2021"]
    numbers = {what: int(n) for n, what in re.findall(r"([0-9]+) (women|men|girls|boy)", line["source"])}
    assert sum(numbers.values()) == int(line["identified"]) == 43
    assert numbers["boy"] == 1
    who = {"women": ("female", "adult"), "men": ("male", "adult"), "girls": ("female", "child"), "boy": ("male", "child")}
    people = [
        {
            "quarter": "2021-Q1", "first_responder_type": "police", "first_responder": "one", "exploitation_type": "LAB",
            "nationality": "RS",
            "gender": who[what][0], "age_at_exploitation": who[what][1], "people": str(n),
        }
        for what, n in numbers.items()
    ]  # fmt: skip
    figures = release(counted(people), {}, [], POLICY)
    attacked(figures, people)
    shown = {name: see(figures, name) for name in ("gender", "age_at_exploitation") if figures.tables[name].rows}
    assert all(n != 1 for table in shown.values() for n in table.values())
    least, most = _who_is_both(shown, ("male", "child"))
    assert least == 0
    assert most >= POLICY.minimum, "nobody can say that there was a boy, or that there was one"


def _who_is_both(shown: dict[str, Shown], values: tuple[str, str]) -> tuple[int, int]:
    """Between what the number of those lies who have both values, for whoever sees both tables."""
    pairs = list(product(("female", "male"), ("adult", "child")))
    sums = [
        Sum(tuple(n for n, pair in enumerate(pairs) if row in ("", OTHERS) or row in pair), number)
        for table in shown.values() for (row, _), number in table.items() if number is not None and row != OTHERS
    ]  # fmt: skip
    return narrowed(len(pairs), sums, {values: [pairs.index(values)]})[values]
