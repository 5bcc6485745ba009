"""The audit's end, logged outside the database: whoever keeps the process's log elsewhere can show later that a chain was written anew.

A line names instance, number and hash, and nobody: `./nrm verify --told` holds it against the database.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlmodel import col, select

from shared.casework.case_reader import CaseReader
from shared.store.database import is_away
from shared.store.tables import Audit

if TYPE_CHECKING:
    from shared.processing.instance import Instance

log = structlog.get_logger("nrm.audit")
EVENT = "audit"
"""How the lines are called in the log."""
PAUSE = 60.0
"""Seconds between looks: what was written into the audit since then and changed there at once is not seen from outside."""


@dataclass(frozen=True, slots=True)
class _End:
    """The last line of an audit: its number and its digest."""

    line: int
    digest: str


class AuditAnchor:
    """The ends of a process's instances, as they were logged last."""

    def __init__(self, instances: "Sequence[Instance]") -> None:
        self.instances, self.told = instances, dict[str, int]()

    async def run(self) -> None:
        """Tell what is new, now and from time to time; a database that is away is looked at next time."""
        while True:
            await self.tell()
            await asyncio.sleep(PAUSE)

    async def tell(self) -> None:
        """A line for each instance whose audit has grown since the last one."""
        for instance in self.instances:
            try:
                end = await instance.ask(_end)
            except Exception as failure:
                if not is_away(failure):
                    raise
                continue
            if end and self.told.get(instance.me) != end.line:
                self.told[instance.me] = end.line
                log.info(EVENT, instance=instance.me, line=end.line, digest=end.digest)

    async def stop(self, task: "asyncio.Task[None]") -> None:
        """The last lines, before the instances close."""
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await self.tell()


def _end(reader: CaseReader) -> _End | None:
    row = reader.session.exec(select(Audit.seq, Audit.digest).order_by(col(Audit.seq).desc()).limit(1)).first()
    return _End(row[0] or 0, row[1]) if row else None
