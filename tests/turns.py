"""What is tried by turns: on any day one of several, the next one tomorrow, and with --long all. What fails names its day, and `NRM_DAY`
has that day again.

Long runs go by turns, too: `@pytest.mark.long_run(0)` has a test tried one day in five, those with 1 on the next, and so on to 4.
Such a test proves at length, on the real thing, what shorter ones prove every day. What it has by turns itself goes by
`today() // LONG_RUNS`: it would come to the same again and again.

`@pytest.mark.turns("javascript")` has a test tried with one value of that parameter a day. Tests begin with different values, so that of
each value some test is tried on any day (`tests/house/test_turns.py`). What such a test has by turns itself goes by `today() // 2` where
it has two values: it comes to the same one every other day.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest

T = TypeVar("T")


def today() -> int:
    """The day that NRM_DAY names, else the present one (UTC), as `date.toordinal` counts them."""
    return int(os.environ.get("NRM_DAY") or datetime.now(UTC).toordinal())


def by_turns(several: Sequence[T], day: int, long: bool) -> Sequence[T]:
    """The one whose turn it is; with --long all of them."""
    return several if long else (several[day % len(several)],)


def first_turn(name: str) -> int:
    """With which of its values a test of this name begins: the same in every process."""
    return zlib.crc32(name.encode())


DATABASES = ("sqlite", "postgresql")


def on_either_database(item: pytest.Item, parameter: str) -> None:
    """A test that is tried on SQLite and on PostgreSQL alike, as this parameter of its fixture says, is tried on one of them a day.
    A parameter of that name with other values, such as a folder's own fixture has, is left alone."""
    if getattr(getattr(item, "callspec", None), "params", {}).get(parameter) in DATABASES:
        item.add_marker(pytest.mark.turns(parameter))


LONG_RUNS = 5
"""In so many days each long run is tried."""


def on_another_day(item: pytest.Item, day: int) -> bool:
    """Whether this is a long run that is not tried on this day."""
    marker = item.get_closest_marker("long_run")
    return marker is not None and marker.args[0] != day % LONG_RUNS


def not_today(all_items: Iterable[pytest.Item], day: int) -> set[pytest.Item]:
    """What is tried on another day. Whoever names a variant alone, or long runs alone, has them on any."""
    items = [*all_items]
    long_runs = {item for item in items if on_another_day(item, day)}
    return long_runs | _other_variants(items, day) if len(long_runs) < len(items) else set()


def _other_variants(items: Iterable[pytest.Item], day: int) -> set[pytest.Item]:
    variants = defaultdict[tuple[str, ...], dict[int, list[pytest.Item]]](lambda: defaultdict(list))
    for item in items:
        marker, spec = item.get_closest_marker("turns"), getattr(item, "callspec", None)
        (name,) = marker.args if marker else ("",)
        if spec and name in spec.indices:
            others = (str(place) for one, place in spec.indices.items() if one != name)
            variants[item.nodeid.partition("[")[0], *others][spec.indices[name]].append(item)
    left = set[pytest.Item]()
    for (test, *_), values in variants.items():
        places = sorted(values)
        now = places[(day + first_turn(test.rpartition("::")[2])) % len(places)]
        left.update(item for place in places if place != now for item in values[place])
    return left
