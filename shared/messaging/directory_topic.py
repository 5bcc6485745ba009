"""The directory's topic, on which the coordinator publishes each new directory. Every process reads it from its beginning, for ever."""

from collections.abc import Sequence
from typing import Any

from shared.config.kafka import Bus
from shared.crypto.directory_state import Listing
from shared.crypto.protocols_read import HEADER
from shared.messaging.followed_topic import FollowedTopic

DIRECTORY = "nrm.directory"


class DirectoryTopic(FollowedTopic):
    """One process's reader of directories: it offers each that comes to the listing."""

    def __init__(self, listing: Listing, bus: Bus) -> None:
        super().__init__(DIRECTORY, bus, self._offer_all)
        self.listing = listing

    def _offer_all(self, records: Sequence[Any]) -> None:
        for record in records:
            if record.value is not None:
                self.listing.offer(record.value, dict(record.headers).get(HEADER, b""))
