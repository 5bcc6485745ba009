"""Reads and refusals on their way into the audit: noted at once in memory, written in bundles by the instance's one writer thread.

So a page never waits for it. What was noted in the last half second before a crash is lost; if the database does not take lines for long,
the pages stop showing cases rather than showing them without a record.
"""

import asyncio
import re
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from shared.config.attempts import endlessly
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken

if TYPE_CHECKING:
    from shared.processing.instance import Instance

log = structlog.get_logger("nrm.trail")
PAUSE = 0.5
"""Seconds in which lines gather."""
ENTRIES_WAITING_AT_MOST = 10_000
"""Lines that may wait."""
KNOCKS = 60_000
"""ms in which the same refusal of somebody who has not signed in is one line: nobody fills the database by knocking."""
CASE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|partner-[0-9a-f]{32}")
"""What a line may be about: a case, or what a partner reported and nobody has taken up."""


class AuditTrail:
    """The lines of one instance that are not written yet."""

    def __init__(self, instance: "Instance") -> None:
        self.instance = instance
        self.lines = deque[AuditLine]()
        self.knocks: dict[str, int] = {}
        self.writing: asyncio.Task[None] | None = None

    def note(self, officer: str, act: str, case: str, why: str) -> None:
        """A line. An id that is none is left out: an address may hold what somebody typed."""
        at = self.instance.clock.now()[0]
        if not officer and self._knocked(act, at):
            return
        self.lines.append(AuditLine(at, officer, act, case if CASE.fullmatch(case) else "", why))
        if self.writing is None or self.writing.done() or self.writing.get_loop() is not asyncio.get_running_loop():
            self.writing = asyncio.create_task(self._soon())

    def must_keep_up(self) -> None:
        """Raises RuleBroken where too many lines wait: nobody reads what cannot be written down."""
        if len(self.lines) >= ENTRIES_WAITING_AT_MOST:
            raise RuleBroken("not-audited")

    def _knocked(self, act: str, at: int) -> bool:
        if at - self.knocks.get(act, -KNOCKS) < KNOCKS:
            return True
        self.knocks[act] = at
        return False

    async def _soon(self) -> None:
        await asyncio.sleep(PAUSE)

        def failed(kind: str) -> None:  # the lines stay
            log.error("the audit was not written", kind=kind, waiting=len(self.lines))

        while self.lines:
            await endlessly(10 * PAUSE, 10 * PAUSE, failed)(self.flush)

    async def flush(self) -> None:
        """Write what waits, now."""
        if self.lines:
            await asyncio.get_running_loop().run_in_executor(self.instance.worker, self.write)

    def write(self) -> None:
        """In the writer thread: what is written is taken off only after the commit, so a bundle is neither lost nor doubled."""
        bundle = list(self.lines)
        if bundle:
            self.instance.transact(lambda work: work.audits.extend(bundle))
            for _ in bundle:
                self.lines.popleft()

    async def stop(self) -> None:
        """The last lines, before the instance closes."""
        if self.writing is not None:
            self.writing.cancel()
        with suppress(RuntimeError):
            await self.flush()
