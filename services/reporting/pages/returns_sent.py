"""The page by which cleared staff take a return of another body in: the checks of the command, and its file only in memory, for as long
as it is read. What it is called is never looked at."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from services.reporting.ingest.sent_returns import NothingTaken, ReturnReader, SentReturn, UnreadableReturn
from services.reporting.models import OtherReturn
from services.reporting.queries import other_returns
from services.reporting.queries.other_returns import AlreadyTaken, SameReturn
from services.reporting.queries.view import must_be_cleared
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.protocol.statistics import printable
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.file_upload import read_upload
from shared.web.http.forms import NO_ERRORS, FormErrors

LARGEST = 5 * 1024 * 1024
"""Bytes that a return may have; the UK's year has an eighth of that."""
SHOWN = 200
"""Lines that are listed one by one, and notices."""
ENCODINGS = {
    "": N_("UTF-8, Excel or OpenDocument"), "cp1250": N_("windows-1250 (central Europe)"), "cp1251": N_("windows-1251 (Cyrillic)"),
    "cp1252": N_("windows-1252 (western)"),
}  # fmt: skip
WHAT = {"table": N_("A table of numbers"), "htcds": N_("HTCDS v2.0, person by person")}
NAME_IT, CHOOSE, NO_FILE = (
    N_("Name the body that counted this, in at most 120 characters."),
    N_("Say what the file is."),
    N_("Choose a file."),
)
TOO_LARGE = N_("The file is larger than %(most)s MiB: send it in parts.")
AGAIN = N_("This return is here already, and nothing of it has changed.")
THERE = N_("There is a return of this body for %(quarters)s. Tick below that this one takes its place, if it does.")
NOT_HERE = N_("Files are not read by this process.")
NOTHING_READ = SentReturn([])
_ONE_AT_A_TIME = asyncio.Lock()
router = APIRouter(include_in_schema=False)


class _Wrong(Exception):
    """Something is wrong with what was sent: at which field, in words, and what was read of it before that was seen."""

    def __init__(self, field: str, said: Callable[[Callable[[str], str]], str], read: SentReturn = NOTHING_READ) -> None:
        super().__init__(field)
        self.field, self.said, self.read = field, said, read


@router.get("/figures/returns/new")
@needs(Act.READ_UNPROTECTED)
async def form(desk: CurrentDesk, request: Request) -> Response:
    """The form."""
    must_be_cleared(desk, request)
    return _shown(desk, request, {}, NO_ERRORS, NOTHING_READ)


@router.post("/figures/returns/new")
@needs(Act.READ_UNPROTECTED)
async def take_in(desk: CurrentDesk, request: Request) -> Response:
    """Take a return in, and say what of it was left out. Whatever is wrong with it, nothing of it stays."""
    must_be_cleared(desk, request)
    content = bytearray()

    async def held(_name: str, pieces: AsyncIterator[bytes], _answers: Mapping[str, str]) -> None:
        async for piece in pieces:
            content.extend(piece[: LARGEST + 1 - len(content)])

    try:
        answers = await read_upload(request, held)
    except ValueError:
        raise HTTPException(400) from None
    try:
        found = await _taken(desk, request, answers, content)
    except NothingTaken as why:
        return _shown(desk, request, answers, _error(desk, request, "file", why.why), SentReturn([], why.left_out))
    except UnreadableReturn as why:
        return _shown(desk, request, answers, _error(desk, request, "file", why.why), NOTHING_READ)
    except _Wrong as why:
        return _shown(desk, request, answers, _error(desk, request, why.field, why.said), why.read)
    finally:
        content.clear()
    return _shown(desk, request, answers, NO_ERRORS, found)


def _error(desk: Desk, request: Request, field: str, said: Callable[[Callable[[str], str]], str]) -> FormErrors:
    return FormErrors.at(field, said(desk.pages.gettext(request)))


async def _taken(desk: Desk, request: Request, answers: Mapping[str, str], content: bytearray) -> SentReturn:
    body = answers.get("body", "").strip()
    _must_be_whole(answers, body, content)
    reads: ReturnReader | None = getattr(request.app.state, "reads_returns", None)
    if reads is None:
        raise HTTPException(503, desk.pages.gettext(request)(NOT_HERE))
    what = answers["what"]
    async with _ONE_AT_A_TIME:
        found = await asyncio.to_thread(reads, bytes(content), what == "htcds", answers.get("encoding", ""))
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    try:
        await desk.instance.run(
            lambda work: other_returns.take(
                work.session,
                OtherReturn(body=body, source=what, taken_at=at, taken_by=officer, left_out=len(found.left_out)),
                found.cells,
                revises=answers.get("revises") == "yes",
            )
        )
    except SameReturn:
        raise _Wrong("file", lambda translate: translate(AGAIN), found) from None
    except AlreadyTaken as there:
        quarters = str(there)
        raise _Wrong("revises", lambda translate: translate(THERE) % {"quarters": quarters}, found) from None
    return found


def _must_be_whole(answers: Mapping[str, str], body: str, content: bytearray) -> None:
    """Raises _Wrong at the first thing that is missing or out of bounds."""
    if not body or not printable(body):
        raise _Wrong("body", lambda translate: translate(NAME_IT))
    if answers.get("what") not in WHAT or answers.get("encoding", "") not in ENCODINGS:
        raise _Wrong("what", lambda translate: translate(CHOOSE))
    if not content:
        raise _Wrong("file", lambda translate: translate(NO_FILE))
    if len(content) > LARGEST:
        raise _Wrong("file", lambda translate: translate(TOO_LARGE) % {"most": LARGEST // 1024 // 1024})


def _shown(desk: Desk, request: Request, answers: Mapping[str, str], errors: FormErrors, read: SentReturn) -> Response:
    """The form, and above it what was read. It is taken where nothing is wrong with it."""
    translate, number = desk.pages.gettext(request), desk.pages.number(request)
    lines = [[number(one.line), one.why(translate)] for one in read.left_out[:SHOWN]]
    return desk.pages.render(
        request, "return_form.html", values=answers, errors=errors, found=bool(read.cells) and not errors.summary,
        people=sum(one.people or 0 for one in read.cells), hidden=sum(one.people is None for one in read.cells), lines=lines,
        left=len(read.left_out) - len(lines), left_out=len(read.left_out), largest=LARGEST // 1024 // 1024,
        notices=[one(translate) for one in read.notices[:SHOWN]], unlisted=max(0, len(read.notices) - SHOWN), what=WHAT,
        encodings=ENCODINGS, status=422 if errors.summary else 200,
    )  # fmt: skip
