"""What one poll does to an instance's database, inside the transaction that also moves its position."""

from shared.runtime.applying import Taken, apply_all, parked_row
from shared.runtime.causes import WAITS_BEHIND
from shared.runtime.codec import Opened
from shared.runtime.draining import drain
from shared.runtime.parking import apply_careful, take_careful
from shared.runtime.work import Work


def apply_poll(work: Work, fresh: list[Taken], mine: list[Taken], *, careful: bool) -> None:
    """Read on past `fresh`, and apply those of it that are `mine`; `careful` parks the record that fails, where else all of it fails."""
    work.door.positions.advance(fresh)
    take = work.door.service.take
    if take is not None:
        records = [t.record for t in mine]
        take_careful(work, records, take) if careful else take(work, records)
        return
    drain(work)
    parked = work.parked_cases
    behind = [t for t in mine if isinstance(t.opened, Opened) and t.opened.core.case in parked]
    work.parked += [parked_row(t, WAITS_BEHIND) for t in behind]
    free = [t for t in mine if t not in behind]
    apply_careful(work, free) if careful else apply_all(work, free)
