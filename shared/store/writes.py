"""Whether the database of an instance took the transactions that it was given, and how many have ended."""

from dataclasses import dataclass
from math import inf
from time import monotonic

from shared.store.database import is_away


@dataclass
class Writes:
    """When the database last took a transaction of an instance, and when it last could not (the machine's monotonic seconds)."""

    took: float = -inf
    refused: float = -inf
    ended: int = 0
    """Transactions that have ended, whether or not the database took them: as long as this stays, the instance has written nothing new."""

    def done(self) -> None:
        """A transaction was committed."""
        self.took, self.ended = monotonic(), self.ended + 1

    def failed(self, error: BaseException) -> None:
        """A transaction was not: the database's fault, or that of what was asked."""
        self.ended += 1  # one whose commit was not answered may be there
        if is_away(error):
            self.refused = monotonic()
