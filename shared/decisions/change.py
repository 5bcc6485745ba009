"""What a record changed in a case, as projections receive it."""

from dataclasses import dataclass

from shared.protocol.case import Verdict
from shared.protocol.following import Noted
from shared.records.codec import Sections


@dataclass(frozen=True, slots=True)
class Change:
    """A record as a service's projection sees it: what was noted of it, what we may keep of it, when it came."""

    noted: Noted
    parts: Sections
    place: int
    logged_at: int
    applied_at: int

    @property
    def counted(self) -> bool:
        """Whether it changed the picture."""
        return self.noted.verdict is Verdict.COUNTED
