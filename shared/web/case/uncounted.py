"""What people read of decisions that did not count: above the page of the case, and in their list until they have seen it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request

from shared.access.roles import Act
from shared.casework.case_reader import CaseReader
from shared.casework.uncounted import REMOVED, Uncounted, uncounted
from shared.config.i18n import N_
from shared.protocol.case import Case
from shared.web.case.own_label import labels_of
from shared.web.http.desk import Desk
from shared.web.http.form_ids import new_id
from shared.web.text.labels import EVENTS, VERDICTS
from shared.web.text.phrases import Speaker
from shared.web.text.timeline import about

HOME = "/uncounted"
LEFT = N_("Did not count: your agency left the case before it was sent.")


@dataclass(frozen=True, slots=True)
class UncountedEntry:
    """One of them in words."""

    case: str
    at: int
    mine: bool
    who: str
    """The officer who decided, as the page calls them; empty where nobody knows any more."""
    did: str
    about: str
    why: str
    seen_at: str
    """Where one says that one has seen it."""
    case_at: str
    """The page of the case; empty where this service has none."""
    form: str
    """The id of the form by which one says so."""
    label: str = ""
    """What the agency calls the case, in a list."""


async def waiting(desk: Desk, request: Request, to: Speaker) -> list[UncountedEntry]:
    """All that waits for whoever asks, of all services of the agency in this process."""
    officer = desk.officer(request).id

    def read(reader: CaseReader) -> list[tuple[Uncounted, Case | None]]:
        return [(one, shown.case if (shown := reader.shown(one.case)) else None) for one in uncounted(reader, officer)]

    entries: list[UncountedEntry] = []
    for peer in (desk.peers or {"": desk}).values():
        if peer.cases and desk.may(request, Act.LIST):
            found = [entry(peer, one, case, request, to) for one, case in await peer.ask_as(request, read)]
            labels = await labels_of(peer, request, (one.case for one in found))
            entries += [replace(one, label=labels.get(one.case, "")) for one in found]
    return entries


def in_case(desk: Desk, request: Request, found: Sequence[Uncounted], case: Case, to: Speaker) -> list[UncountedEntry]:
    """What waits for whoever asks of one case."""
    officer = desk.officer(request).id
    return [entry(desk, one, case, request, to) for one in found if one.waits_for(officer)]


def entry(desk: Desk, one: Uncounted, case: Case | None, request: Request, to: Speaker) -> UncountedEntry:
    """One of them for the officer of this request."""
    officer = desk.officer(request).id
    why, did = LEFT if one.verdict == REMOVED else VERDICTS.get(one.verdict, ""), to.say.of(EVENTS, one.type)
    return UncountedEntry(
        one.case, one.at, one.officer == officer, desk.guard.seen().get(one.officer, one.officer), f"{to.name(desk.agency)} {did}",
        about(one.facts, case, to) if case else "", to.say.translate(why), f"{HOME}/{desk.instance.service.name}/{one.key}/seen",
        f"{desk.cases}/{one.case}" if desk.cases else "", new_id(request),
    )  # fmt: skip
