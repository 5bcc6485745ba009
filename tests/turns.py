"""What is tried by turns: on any day one of several, the next one tomorrow, and with --long all. What fails names its day, and `NRM_DAY`
has that day again."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")


def today() -> int:
    """The day that NRM_DAY names, else the present one (UTC), as `date.toordinal` counts them."""
    return int(os.environ.get("NRM_DAY") or datetime.now(UTC).toordinal())


def by_turns(several: Sequence[T], day: int, long: bool) -> Sequence[T]:
    """The one whose turn it is; with --long all of them."""
    return several if long else (several[day % len(several)],)
