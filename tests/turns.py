"""What is tried by turns: on any day one of several, the next one tomorrow, and with --long all. What fails names its day, and `NRM_DAY`
has that day again.

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


def not_today(items: Iterable[pytest.Item], day: int) -> set[pytest.Item]:
    """The variants whose turn it is on another day. Whoever names one alone has it on any."""
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
