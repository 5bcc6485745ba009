"""The last form of each officer, in the memory of the process: what comes twice in a row does nothing more (`web.http.sent_before`)."""

import asyncio
from collections.abc import Callable

from cachetools import TTLCache

WITHIN = 120_000
"""ms for which an officer's last form is known."""
OFFICERS_AT_MOST = 4096


class LastForm:
    """A form that was sent, and where its answer led: empty where it led nowhere, or was refused."""

    def __init__(self, digest: bytes) -> None:
        self.digest = digest
        self.led_to: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def answered(self, status: int = 0, address: str = "") -> None:
        """Its answer has begun, or will never come. Only the first that is said counts."""
        if not self.led_to.done():
            self.led_to.set_result(address if status == 303 else "")


class LastForms:
    """The last form of each officer of a process."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now`: ms UTC."""
        self._last: TTLCache[str, LastForm] = TTLCache(OFFICERS_AT_MOST, WITHIN, now)

    def of(self, officer: str) -> LastForm | None:
        """What an officer sent last."""
        return self._last.get(officer)

    async def led_to(self, officer: str, digest: bytes) -> str:
        """Where this form led, if it is the one that the officer sent last: empty where it is not, or led nowhere. What is still at work
        is waited for; of several that wait for one that fails, the first goes on, and the others wait for that."""
        while (last := self.of(officer)) is not None and last.digest == digest:
            if address := await asyncio.shield(last.led_to):
                return address
            if self.of(officer) is last:
                break
        return ""

    def begin(self, officer: str, digest: bytes) -> LastForm:
        """An officer sends another one."""
        self._last[officer] = made = LastForm(digest)
        return made
