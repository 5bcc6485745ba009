"""What stories of one case on a shared country are told with: who speaks late, who is told what, and what stands in whose list."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from sqlmodel import select

from services.assistance.handlers import handoffs as assistance
from shared.casework.uncounted import unseen
from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.core import Core, decision_key
from shared.protocol.vocabulary import Need
from shared.store.job_tables import Job
from tests.journeys.land import Land, until

CENTRE, POLICE, NGO, HEALTH, SOCIAL = "assistance.centre", "assistance.police", "assistance.ngo", "assistance.health", "assistance.social"
LEAD, REPORTER = "referral.centre", "intake.inspectorate"
Told = Callable[[Land], Awaitable[str]]
"""A story: told on a country, it gives the case it is about."""


def said_of(picture: Case, author: str, type: str, facts: dict[str, str], ordinal: int = 0) -> Core:
    """An event as this author would put it on the log, whatever its own instance would say to that."""
    key = decision_key(author, "form:meddling", ordinal)
    return Core(
        case=picture.id, roster=picture.version, author=author, at=picture.opened_at, key=key, cause="form:meddling", type=type,
        facts=facts, ordinal=ordinal, head=picture.head, salt="00", v=picture.protocol,
    )  # fmt: skip


@contextmanager
def later(land: Land, instance: str, case: str) -> Iterator[None]:
    """What this instance decides herein of the case is sent at the end of it."""
    outgoing = land.instances[instance].outgoing
    outgoing.hold({case})
    yield
    outgoing.hold(set())


async def asked(land: Land) -> tuple[str, Handoff]:
    """Somebody is reported, and everybody knows that police and lawyers are asked."""
    case = await land.report()
    handoff = await land.asked("police", Need.INVESTIGATION, case)
    await land.everywhere(case, lambda c: len(c.handoffs) == 3)
    return case, handoff


async def revoke(land: Land, handoff: Handoff, case: str) -> None:
    """The lead's desk takes a request back."""
    await land.decide(CENTRE, assistance.revoke, assistance.OfHandoff(case=case, handoff=handoff.id))


async def state_of(land: Land, case: str, handoff: Handoff, state: HandoffState, *instances: str) -> Case:
    """The picture of these (of all), once the hand-off has come so far."""
    return await land.everywhere(case, lambda c: c.handoffs[handoff.id].state is state, *instances)


async def told(land: Land, instance: str, case: str, verdict: str) -> None:
    """Whoever decided at this instance finds that it did not count, and why."""

    async def there() -> list[str]:
        return [one.verdict for one in await land.ask(instance, lambda reader: unseen(reader, case))]

    assert await until(there, f"{instance} is told") == [verdict]


async def jobs(land: Land, instance: str, case: str) -> set[tuple[str, str]]:
    """Who must do what, as the lists of this instance have it."""
    rows = select(Job.who, Job.what).where(Job.case == case)
    return await land.ask(instance, lambda reader: set(reader.session.exec(rows).all()))
