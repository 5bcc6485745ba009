"""How long something took, in words."""

from collections.abc import Callable
from datetime import timedelta

from shared.config.i18n import N_

MINUTE, HOUR, DAY = 60, 3600, 86400

UNITS = ((DAY, N_("d")), (HOUR, N_("h")), (MINUTE, N_("min")), (1, N_("s")))


def lasted(seconds: float | timedelta | None, translate: Callable[[str], str] = str) -> str:
    """How long: 6 d 3 h, 3 h 5 min, 12 s; the two largest units, cut, not rounded. A dash where nobody knows."""
    if seconds is None:
        return "–"
    value = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
    total, sign = int(abs(value)), "−" if value <= -1 else ""
    at = next((n for n, (size, _) in enumerate(UNITS) if total >= size), len(UNITS) - 1)
    (size, unit), below = UNITS[at], UNITS[at + 1 : at + 2]
    rest = [f"{total % size // small} {translate(word)}" for small, word in below if total % size // small]
    return " ".join([f"{sign}{total // size} {translate(unit)}", *rest])
