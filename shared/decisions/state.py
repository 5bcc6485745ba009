"""What one instance knows while it runs: who it is, what it is made of, and what memory holds of the database.

Others read it and call its methods. The writer thread alone changes it, after a commit.
"""

from collections.abc import Callable

from sqlalchemy import Engine

from shared.config.clock import Clock
from shared.config.country import Country
from shared.crypto.keystore import Keystore
from shared.decisions.send_queue import Outgoing
from shared.protocol.case import agency_of
from shared.records.sealer import Seal
from shared.store.decision_log import Diary
from shared.store.positions import Positions
from shared.store.view_cache import Cache
from shared.store.writes import Writes

DUE, ANEW = 200, 300
"""Cases whose clocks fire in one transaction, and cases that the lead gives anew in one."""


class State:
    """The state of one instance, `service.agency`."""

    def __init__(
        self, me: str, country: Country, engine: Engine, clock: Clock, topic: str, *,
        diary: Diary | None = None, seal: Seal | None = None, keystore: Keystore | None = None,
    ) -> None:  # fmt: skip
        """`diary` remembers beside the database what a restored backup would have forgotten. Without a `seal` records travel unsealed, and
        without a `keystore` the database holds what it was told of people as it is."""
        self.me, self.country, self.engine, self.clock = me, country, engine, clock
        self.diary, self.seal, self.keystore = diary, seal, keystore
        self.writes = Writes()
        self.cache, self.outgoing, self.positions = Cache(), Outgoing(), Positions(topic)
        self.partitions = 0
        """Of the log that is read; 0 where none is."""
        self.parked: set[str] = set()
        self.fence = ""
        """Why this instance has fenced itself; empty while all is well."""
        self.lost = 0
        """Decisions that a restored database had forgotten, that are not on the log either, and that nobody has dealt with."""
        self.caught_up, self.in_doubt = False, False
        """All that lay on the log at the start was read; a commit was never answered, so only the database knows whether it was made."""
        self.keeps = False  # by law something of a case that it has left: letters about it may come
        self.departures_due, self.ages_due = 0.0, 0.0
        """When to look for agencies that have left, and for what was kept long enough (the machine's monotonic seconds)."""
        self.due_after = ""
        """Up to which case the clocks were looked at, while more were due than one look takes."""
        self.due_at_once, self.anew_at_once = DUE, ANEW
        self.unsent: list[tuple[str, str]] = []
        """Statistical records that Kafka has not acknowledged: (id, body)."""
        self.taken: list[str] = []
        """Those that it has: the next transaction writes it down. A crash before it sends them again, and they are known by their id."""
        self.secret, self.secret_is_new, self.generation = b"", False, 1
        self.woken: Callable[[], object] = lambda: None
        self.changed: Callable[[], object] = lambda: None

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return agency_of(self.me)
