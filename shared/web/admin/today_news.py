"""`/today/news`: how many jobs are new since the page was shown, as server-sent events; a number and nothing else.

A stream is bounded: so many at once in a process and for one officer, and each ends after the time after which an unused session does,
since what nobody uses must not go on. Hearing is no use of a session.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response, StreamingResponse

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.casework.today import Lists, Whose
from shared.web.admin.today import HOME, JobSource, came_since, parts_of
from shared.web.http.desk import CurrentDesk, Desk

KIND = "text/event-stream"
AT_ONCE = {"x-accel-buffering": "no"}
"""What tells a reverse proxy (nginx) to pass on each line as it comes."""
NO_MORE = 204
"""What tells a browser not to ask again."""
router = APIRouter(include_in_schema=False, prefix=HOME)


@dataclass
class NewsStreams:
    """The streams of a process. Times in seconds."""

    longest: float
    every: float = 20.0
    most: int = 200
    most_of_one: int = 4
    open: Counter[str] = field(default_factory=Counter[str])

    def full(self, officer: str) -> bool:
        """Whether there is none left, for anybody or for this officer."""
        return self.open.total() >= self.most or self.open[officer] >= self.most_of_one

    @contextmanager
    def one(self, officer: str) -> Generator[None]:
        """Count one while it lasts."""
        self.open[officer] += 1
        try:
            yield
        finally:
            self.open[officer] -= 1


@router.get("/news")
@needs(Act.LIST)
async def news(desk: CurrentDesk, request: Request, whose: Whose = Whose.MINE, since: Annotated[int, Query(ge=0)] = 0) -> Response:
    """A stream for whoever asks for one."""
    streams: NewsStreams = request.app.state.news
    if KIND not in request.headers.get("accept", ""):
        raise HTTPException(406)
    if streams.full(desk.officer(request).id):
        return Response(status_code=NO_MORE)
    told = _told(desk, request, whose, since or desk.instance.clock.now()[0], streams)
    return StreamingResponse(told, media_type=KIND, headers=AT_ONCE)


async def _told(desk: Desk, request: Request, whose: Whose, since: int, streams: NewsStreams) -> AsyncIterator[str]:
    """An event for each other number; its id is since when is counted. A line that says nothing shows whether anybody still listens."""
    loop, said = asyncio.get_running_loop(), -1
    ends = loop.time() + streams.longest
    with streams.one(desk.officer(request).id):
        while loop.time() < ends and desk.guard.there(request) and not await request.is_disconnected():
            number = await _fresh(desk, request, whose, since)
            yield ":\n\n" if number == said else f"id: {since}\ndata: {number}\n\n"
            said = number
            await asyncio.sleep(streams.every)


async def _fresh(desk: Desk, request: Request, whose: Whose, since: int) -> int:
    """How many jobs of this list came since then."""
    officer, now, supervises = desk.officer(request).id, desk.instance.clock.now()[0], desk.may(request, Act.ASSIGN)

    def read(part: JobSource, reader: CaseReader) -> int:
        leads = part.desk.instance.service.name == "referral"
        lists = Lists(reader, officer, part.share, now, desk.country.ladder, supervises=supervises, leads=leads)
        return lists.tally(whose, since).fresh

    return sum([await part.desk.ask_as(request, partial(read, part)) for part in parts_of(desk)]) + await came_since(desk, since)
