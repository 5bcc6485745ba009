"""The release that a page shows to everybody who may see figures, and the others beside it."""

from typing import NamedTuple

from fastapi import HTTPException

from services.reporting.pages.desk_filter import which
from services.reporting.queries.releases import Released, chosen, kinds_released, releases
from shared.casework.case_reader import CaseReader
from shared.web.http.desk import Desk


class ShownRelease(NamedTuple):
    """What is shown of what was released."""

    known: set[bool]
    """Whether real figures are released, simulated ones, or both."""
    simulated: bool
    """Which of them are shown."""
    releases: list[Released]
    """All of these, the newest first."""
    one: Released | None
    """The one that is shown; None where nothing is released."""


async def shown_release(desk: Desk, data: str, number: int) -> ShownRelease:
    """The release of this number, else the newest; `data` is `real` or `simulated`. Raises HTTPException where the number is of none."""

    def read(reader: CaseReader) -> ShownRelease:
        known = kinds_released(reader.session)
        simulated = which(known, data)
        found = releases(reader.session, simulated)
        return ShownRelease(known, simulated, found, chosen(found, number))

    shown = await desk.ask(read)
    if number and not shown.one:
        raise HTTPException(404)
    return shown
