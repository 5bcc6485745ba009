"""Whether the database of an instance took the transactions that it was given."""

from dataclasses import dataclass
from math import inf
from time import monotonic

from shared.store.database import is_away


@dataclass
class Writes:
    """When the database last took a transaction of an instance, and when it last could not (the machine's monotonic seconds)."""

    took: float = -inf
    refused: float = -inf

    def done(self) -> None:
        """A transaction was committed."""
        self.took = monotonic()

    def failed(self, error: BaseException) -> None:
        """A transaction was not: the database's fault, or that of what was asked."""
        if is_away(error):
            self.refused = monotonic()
