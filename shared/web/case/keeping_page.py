"""The page of what an agency keeps of a case for proceedings though its ground has gone, and what Today says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.access.roles import Act
from shared.casework.kept_for_proceedings import NameProceedings, kept_of_case, to_be_named
from shared.config.i18n import N_
from shared.web.case.case_file import case_file
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.text.case_reference import reference

LABELS = {"kept": N_("What is kept"), "number": N_("Number of the proceedings"), "authority": N_("Police, prosecution or court")}


@dataclass(frozen=True, slots=True)
class UnnamedKeeping:
    """A row of Today: in which case proceedings are to be named, or looked at again, where, by when, and how late that is."""

    case: str
    href: str
    due: int
    late: str
    again: bool
    """Whether they were named, and somebody must look whether they still run."""


async def show(
    desk: Desk, request: Request, case: str, decision: str = "", posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """What is kept, with the forms to name the proceedings; `decision` is the form whose answers need another look."""
    file, kept = await desk.ask(lambda reader: (case_file(reader, case), kept_of_case(reader, case)))
    to, wrong = speaker(desk, request), next((one.id for one in kept if decision and one.id == posted.values.get("kept")), "")
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "kept": kept, "wrong": wrong,
        "errors": errors.of(_form(wrong)) if wrong else errors,
        "values": posted.values, "longest": limits(NameProceedings), "officers": desk.guard.seen(), "labels": LABELS,
        "form_of": _form, "may_decide": desk.may(request, Act.DECIDE), "goes_after": _retention(desk),
    }  # fmt: skip
    return desk.pages.render(request, "keeping.html", 422 if errors.summary else 200, **context)


async def unnamed(desk: Desk, request: Request) -> Sequence[UnnamedKeeping]:
    """Where somebody of the agency must name proceedings, at each of its services; what is due first comes first."""
    found: list[UnnamedKeeping] = []
    for peer in (peer for peer in desk.peers.values() if peer.cases):
        to = speaker(peer, request)
        rows = await peer.ask_as(request, to_be_named)
        found += [
            UnnamedKeeping(one.case, f"{peer.cases}/{one.case}/keeping", one.due, to.late(one.due), one.named_at is not None)
            for one in rows
        ]
    return sorted(found, key=lambda one: (one.due, one.case, one.href))


def _form(kept: str) -> str:
    """What the form of what is kept is called on the page."""
    return f"kept-{kept[:8]}"


def _retention(desk: Desk) -> dict[str, int]:
    """Class → after how many days it goes by itself where nobody names anything."""
    return {code.value: round(days) for code, days in desk.country.retention.items()}
