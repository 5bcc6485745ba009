"""Rate limit: how often one address may begin to sign in, so that nobody makes the process ask the issuer without end; and how often an
officer may search."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from cachetools import FIFOCache

WITHIN = 60_000
"""ms of a window."""
TRIES_AT_MOST = 60
"""Of one address in that time: all officers of an agency may sit behind one proxy and begin their day in the same minute."""
HOUR = 60 * WITHIN
REPORTS_AT_MOST, REPORTS_IN_AN_HOUR, REPORTS_OF_ALL = 5, 20, 20
"""That partners who are no members may send: from one address in that time and in an hour, and all together in that time. So one sender
needs more than a day to fill the page, and somebody looks before (`services/intake/rules/partners.py`)."""
ADDRESSES = 10_000
"""That are remembered; the one that came first gives way."""


@dataclass
class RateLimit:
    """Counts in memory alone; an address is written down nowhere."""

    now: Callable[[], int]
    """ms UTC"""
    most: int = TRIES_AT_MOST
    within: int = WITHIN
    """ms"""
    came: FIFOCache[str, deque[int]] = field(default_factory=lambda: FIFOCache[str, deque[int]](ADDRESSES), repr=False)

    def lets(self, address: str) -> bool:
        """Whether one more may pass; if so, it counts."""
        now = self.now()
        times = self.came.setdefault(address, deque[int]())
        while times and now - times[0] >= self.within:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True


class ReportRateLimit:
    """How often partners may report: one sender, and all of them together."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now`: ms UTC."""
        self.of_one = (RateLimit(now, REPORTS_AT_MOST), RateLimit(now, REPORTS_IN_AN_HOUR, HOUR))
        self.of_all = RateLimit(now, REPORTS_OF_ALL)

    def lets(self, address: str) -> bool:
        """Whether one more may pass. Who is sent away counts among the sender's own alone, so that they shut the page for nobody else."""
        sender = network_of(address)
        return all(one.lets(sender) for one in self.of_one) and self.of_all.lets("")


def network_of(address: str) -> str:
    """Whose address it is, as far as it shows: of IPv6 the network of 64 bits, since whoever has one has all of its addresses."""
    try:
        one = ip_address(address)
    except ValueError:
        return address
    if not isinstance(one, IPv6Address):
        return address
    return str(one.ipv4_mapped or f"{int(one) >> 64:x}/64")
