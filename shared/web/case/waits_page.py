"""The page of what waits in a case: who must do what by when, how high it has come, and why; the clocks of the country, their pauses."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.access.roles import Act
from shared.casework.waiting import OfWait
from shared.config.escalation import Rung
from shared.config.i18n import N_
from shared.config.legal_clocks import ClockStanding, ClockState
from shared.protocol.case import Case, ClockPause
from shared.protocol.events import DelayExplained
from shared.protocol.next_moves import Move
from shared.protocol.states import may_say
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import StallCode, Urgency
from shared.web.case.case_file import case_file
from shared.web.case.case_page import ClockShown, clock_shown, moment_of
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted, on_pages
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.speaking import page_context, speaker
from shared.web.text.case_reference import reference
from shared.web.text.labels import PAUSES, RUNGS, STALLS
from shared.web.text.phrases import Speaker

LABELS = {
    "code": N_("Why it waits"), "clock": N_("Which clock"), "reason": N_("Why it is paused"), "days": N_("For how many days"),
    "handoff": N_("Request"), "task": N_("Task"),
}  # fmt: skip
EXPLAIN, PAUSE = "explain-delay", "pause-clock"
"""The decisions, as the tables of the services call them."""


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Something that somebody must do, and how it stands."""

    move: Move
    about: str
    """What the form names: `handoff`, `task` or `clock`; empty where nothing can be said of it here."""
    rung: Rung | None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of the country, its pauses, and whether it can be paused here and now."""

    said: ClockShown
    standing: ClockStanding
    pausable: bool
    paused: ClockPause | None
    """The pause in which it stands still now."""


async def show(
    desk: Desk, request: Request, case: str, decision: str = "", posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """The page; `decision` is the form whose answers need another look."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    to = speaker(desk, request, moment_of(desk, file))
    able = desk.may(request, Act.DECIDE) and file.shown.member and not file.parked and file.case.protocol > FIRST
    able = able and file.case.closed_at is None
    may = on_pages(desk.decisions, OfWait) if able else {}
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "head": file.case.head, "errors": errors,
        "rows": _rows(desk, file.case, to, able=EXPLAIN in may), "clocks": _clocks(desk, file.case, to, able=PAUSE in may),
        "stalls": {code.value: STALLS[code] for code in StallCode}, "pauses": PAUSES, "rungs": RUNGS, "values": posted.values,
        "explain": EXPLAIN, "pause": PAUSE, "decision": decision,
    }  # fmt: skip
    return desk.pages.render(request, "waits.html", 422 if errors.summary else 200, **context)


def _rows(desk: Desk, case: Case, to: Speaker, *, able: bool) -> list[WaitRow]:
    ladder, danger = desk.country.ladder, case.urgency is Urgency.DANGER
    return [
        WaitRow(move, _about(desk, case, move) if able else "", ladder.reached(move.began or 0, move.by, to.now, danger=danger))
        for move in desk.country.moves_in(case)
    ]


def _about(desk: Desk, case: Case, move: Move) -> str:
    """What the form names, where whoever asks may say why it waits."""
    name = "handoff" if move.handoff else "task" if move.task else "clock" if move.clock and move.by else ""
    if not name or move.who != desk.agency:
        return ""
    said = DelayExplained.model_validate({"code": StallCode.WORKING, name: move.key})
    return name if may_say(case, desk.instance.me, said) else ""


def _clocks(desk: Desk, case: Case, to: Speaker, *, able: bool) -> list[ClockRow]:
    return [_clock(one, case, to, able=able) for one in (() if case.is_side else desk.country.clocks_in(case, to.now))]


def _clock(one: ClockStanding, case: Case, to: Speaker, *, able: bool) -> ClockRow:
    able = able and one.rule.pause is not None and one.state is ClockState.RUNS and case.urgency is not Urgency.DANGER
    paused = next((pause for pause in one.pauses if pause.since <= to.now < pause.until), None)
    return ClockRow(clock_shown(one, to), one, able, paused)
