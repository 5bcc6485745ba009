"""Who is not told of new work though something needs them: what their own page says of it, and Today of whoever supervises them."""

from dataclasses import dataclass

from shared.config.calendar import MINUTE
from shared.config.clock import wall
from shared.decisions.notice_trouble import endings, proved, refusing, undelivered
from shared.messaging.notice_sender import NoticeSender
from shared.processing.notice_round import waiting_notices

STUCK = 30 * MINUTE
"""Age (ms) of a message on its way from which on somebody must see to it: it was tried several times."""


@dataclass(frozen=True, slots=True)
class NoticeTrouble:
    """Officers (ids) whose address takes nothing, and since when (ms UTC) messages, the desk's too, have not gone out."""

    officers: tuple[str, ...]
    since: int | None

    def __bool__(self) -> bool:
        return bool(self.officers) or self.since is not None


async def not_reached(sender: NoticeSender) -> set[tuple[str, str]]:
    """(officer, channel) of the last message that nobody took, of all instances of the process."""
    return undelivered([await one.ask(lambda reader: endings(reader.session)) for one in sender.instances])


async def notice_trouble(sender: NoticeSender) -> NoticeTrouble:
    """What is wrong now with telling the agency's officers."""
    refused, counts = await sender.instances[0].ask(lambda reader: (refusing(reader.session), proved(reader.session)))
    officers = {officer for officer, _ in counts & (refused | await not_reached(sender))}
    waiting = [(await one.ask(lambda reader: waiting_notices(reader.session))).since for one in sender.instances]
    since = min((at for at in waiting if at is not None and wall() - at > STUCK), default=None)
    return NoticeTrouble(tuple(sorted(officers)), since)
