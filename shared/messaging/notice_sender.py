"""Sends the notices of a process: those of all its instances, to the addresses that officers gave at the first of them.

Nothing is forgotten: a notice is written with its job, a message takes its place in one transaction, and is tried under the same id until
the other side has it. Nothing of it is logged but that a way is closed, and that it is open again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from shared.casework.case_reader import CaseReader
from shared.casework.duty_rota import officers_on_duty
from shared.config.notice_ways import NoticeWays
from shared.config.notices import Channel
from shared.config.tasks import end, kept
from shared.decisions import case_wall
from shared.decisions.notice_addresses import CODE, Reachable, Reader, code_of, language_of, readers, refused_there, to_prove
from shared.decisions.notices import DESK
from shared.decisions.unit_of_work import UnitOfWork
from shared.messaging.notice_hook import post
from shared.messaging.notice_mail import NoticeOutcome, NoticeWords, send_mail
from shared.processing.instance import Instance
from shared.processing.notice_round import (
    NoticePlan,
    is_too_late,
    lost_address,
    make_messages,
    never_went,
    plan,
    waiting_messages,
    waits_on,
    went,
)
from shared.store.database import is_away
from shared.store.notice_tables import NoticeMessage

log = structlog.get_logger("nrm.notices")
PAUSE = 5.0
"""Seconds between two rounds."""
Words = Callable[[str, str, str], NoticeWords]
"""What a message says: in a language, the code that it brings (empty in a notice), and the page that it leads to (empty for none)."""


class NoticeSender:
    """The sender of one process; the first instance is the one at which officers say how they want to be told, `rota` the one that has
    the duty rota."""

    def __init__(self, instances: Sequence[Instance], ways: NoticeWays, words: Words, rota: Instance, pause: float = PAUSE) -> None:
        self.instances, self.ways, self.words, self.rota, self.pause = instances, ways, words, rota, pause
        self.known: Reachable | None = None
        """How officers were told when that could last be read; None until it was."""
        self.closed: set[Channel] = set()
        """Ways that did not take the last message."""
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to send."""
        self.tasks = [kept("notices", self._run)]

    async def stop(self) -> None:
        """Stop; what has not gone goes at the next start."""
        await end(*self.tasks)

    async def _run(self) -> None:
        while True:
            await self.round()
            await asyncio.sleep(self.pause)

    async def round(self) -> None:
        """Make the messages that are due, and try those that wait. An instance that cannot be read keeps no other from its turn."""
        await self._apart(self.instances[0], self._look)
        if self.known is not None:
            for instance in self.instances:
                await self._apart(instance, partial(self._turn, instance, self.known))

    async def _apart(self, instance: Instance, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception as error:  # noqa: BLE001  a database that is locked or full: the rows are still there
            said = log.warning if is_away(error) else log.error
            said("notices could not be read", service=instance.service.name, error=type(error).__name__)

    async def _look(self) -> None:
        self.known = await self.reachable()

    async def reachable(self) -> Reachable:
        """Who can be told now, and who is on duty."""
        on_duty = await self.rota.ask(officers_on_duty, case_wall.EVERYTHING)
        return Reachable(await self.instances[0].ask(self._readers, case_wall.EVERYTHING), on_duty)

    async def reachable_now(self) -> Reachable:
        """The same; where it cannot be read, as it could last be read, and the desk alone where it never could: what came in is kept."""
        await self._apart(self.instances[0], self._look)
        return self.known or Reachable({})

    async def _turn(self, instance: Instance, known: Reachable) -> None:
        if await instance.ask(partial(self._plan, known=known), case_wall.EVERYTHING):
            await instance.run(partial(make_messages, ways=self.ways, told=known))
        failed: set[str] = set()
        for message in await instance.ask(lambda reader: waiting_messages(reader.session), case_wall.EVERYTHING):
            if message.channel not in failed and await self._tried_alone(instance, message, known) is NoticeOutcome.LATER:
                failed.add(message.channel)

    async def _tried_alone(self, instance: Instance, message: NoticeMessage, known: Reachable) -> NoticeOutcome:
        """One that cannot even be tried waits for its next turn, and keeps no other from its own."""
        try:
            return await self._tried(instance, message, known)
        except Exception as error:
            if is_away(error):
                raise
            log.error("a notice could not be tried", service=instance.service.name, error=type(error).__name__)
            await instance.run(lambda work: waits_on(work, message.id))
            return NoticeOutcome.BARRED

    def _readers(self, reader: CaseReader) -> dict[str, Reader]:
        return readers(reader.session, reader.instance.keystore, self.ways.default)

    def _plan(self, reader: CaseReader, known: Reachable) -> NoticePlan:
        return plan(reader.session, reader.instance, self.ways, known)

    async def _tried(self, instance: Instance, message: NoticeMessage, known: Reachable) -> NoticeOutcome:
        to, language, code = await self._addressed(instance, message, known)
        if not to:
            await instance.run(lambda work: lost_address(work, message, self.ways))
            return NoticeOutcome.TAKEN
        outcome = await self._sent(message, to, self.words(language, code, "" if code else self.ways.link))
        self._noted(Channel(message.channel), outcome)
        await instance.run(partial(self._settle, message=message, outcome=outcome))
        if outcome is NoticeOutcome.REFUSED and message.officer:
            at = instance.clock.now()[0]
            await self.instances[0].run(lambda work: refused_there(work, message.officer, message.channel, to, at))
        return outcome

    async def _addressed(self, instance: Instance, message: NoticeMessage, known: Reachable) -> tuple[str, str, str]:
        """Where a message goes, in which language, and with which code."""
        channel = Channel(message.channel)
        if message.officer == DESK:
            return self.ways.desk.get(channel, ""), self.ways.default.language, ""
        if message.kind == CODE:
            return await instance.run(lambda work: self._with_code(work, message))
        reader = known.known.get(message.officer)
        return (reader.addresses.get(channel, ""), reader.wish.language, "") if reader else ("", "", "")

    def _with_code(self, work: UnitOfWork, message: NoticeMessage) -> tuple[str, str, str]:
        to = to_prove(work.session, work.instance.keystore, message)
        return to, language_of(work.session, message.officer) or self.ways.default.language, code_of(work, message.id)

    async def _sent(self, message: NoticeMessage, to: str, words: NoticeWords) -> NoticeOutcome:
        if message.channel == Channel.MAIL:
            return await send_mail(self.ways.mail, message.id, to, words) if self.ways.mail else NoticeOutcome.LATER
        hook = self.ways.hook
        return await post(hook, message.id, message.kind, to, words) if hook else NoticeOutcome.LATER

    def _settle(self, work: UnitOfWork, message: NoticeMessage, outcome: NoticeOutcome) -> None:
        if outcome is NoticeOutcome.TAKEN:
            went(work, message.id)
        elif outcome in (NoticeOutcome.REFUSED, NoticeOutcome.FULL) or (outcome is NoticeOutcome.BARRED and is_too_late(message)):
            never_went(work, message, self.ways)
        else:
            waits_on(work, message.id)

    def _noted(self, channel: Channel, outcome: NoticeOutcome) -> None:
        waits = outcome in (NoticeOutcome.LATER, NoticeOutcome.BARRED)
        if waits and channel not in self.closed:
            self.closed.add(channel)
            log.warning("notices are not taken: they wait here until they are", channel=channel.value)
        elif not waits and channel in self.closed:
            self.closed.discard(channel)
            log.info("notices are taken again", channel=channel.value)
