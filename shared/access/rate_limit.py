"""Rate limit: how often one address may begin to sign in, so that nobody makes the process ask the issuer without end; and how often an
officer may search."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from cachetools import FIFOCache

WITHIN = 60_000
"""ms of a window."""
TRIES_AT_MOST = 60
"""Of one address in that time: all officers of an agency may sit behind one proxy and begin their day in the same minute."""
REPORTS_AT_MOST = 5
"""That partners who are no members may send from one address in that time."""
ADDRESSES = 10_000
"""That are remembered; the one that came first gives way."""


@dataclass
class Turnstile:
    """Counts in memory alone; an address is written down nowhere."""

    now: Callable[[], int]
    """ms UTC"""
    most: int = TRIES_AT_MOST
    came: FIFOCache[str, deque[int]] = field(default_factory=lambda: FIFOCache[str, deque[int]](ADDRESSES), repr=False)

    def lets(self, address: str) -> bool:
        """Whether one more may pass; if so, it counts."""
        now = self.now()
        times = self.came.setdefault(address, deque[int]())
        while times and now - times[0] >= WITHIN:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True
