"""What the lead counts of what was stated of a person: places, dependants, permits, compensation, milestones of proceedings, as codes.

A statement is one record, whoever passes it on; what a correction takes the place of, or what is taken back, is named, and counts no more.
Source: docs/domain.md, section 5.7; docs/adr/0071.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.statistics import stated_key
from shared.processing.passing_on import PASSED_ON
from shared.protocol.case import Case, agency_of
from shared.protocol.case_file import CLASS_OF, FIELDS, Field, fits, speaks_of
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.grants import SILENT
from shared.protocol.leading import handed_over_by
from shared.protocol.statements import Statement, StatementMade, understood
from shared.protocol.statistics import ABROAD, BANDS, HOME, counted
from shared.protocol.step_authors import may_correct, may_state, step
from shared.records.codec import Sections
from shared.records.counting import month_of, month_said
from shared.store.database import table
from shared.store.tables import Statistic

S = table(Statistic).c
FIRST_DAY = "2000-01-01"
"""What happened before is in no table: records begin then (`shared/records/counting.py`)."""
STEPS = ("milestone", "compensation", "granted")
TOLD = {"exploitation_country": "place", "exploitation_region": "region", "dependants": "dependants", **{name: name for name in STEPS}}
"""Field of the case file → what a record calls it."""


def count_stated(work: UnitOfWork, change: Change, case: Case) -> None:
    """After a statement has counted at the lead: its records. Of who did not consent nothing is taken that was stated."""
    core = change.noted.core
    if core.type != StatementMade.TYPE or case.basis in SILENT or _counted_before_the_change(case, core):
        return
    simulated = {"simulated": case.simulated or core.simulated}
    now = {"month": month_of(core.at, change.logged_at, work.instance.country.time_zone)}
    for one in _statements(case, core.author, change.parts):
        author = one.by or agency_of(core.author)
        if one.supersedes is not None and _may_correct(FIELDS[one.field], author, work.instance.country):
            was = stated_key(case.id, one.field, one.supersedes)
            taken = {"kind": "taken_back", **now, "record": work.derived(was).hex()[:32], **simulated}
            _once(work, f"taken-back:{was}", taken, case, personal=False)
        said = None if one.withdrawn else record_of(one, author, change.logged_at, work.instance.country)
        if said is not None:
            _once(work, stated_key(case.id, one.field, one.id), {**said, **simulated}, case, personal=True)


def take_back_stated(work: UnitOfWork, change: Change, case: Case) -> None:
    """After a statement has counted in a case that this desk led before: what is corrected or taken back of what it counted then counts no
    more. Nobody else can name it."""
    core = change.noted.core
    if core.type != StatementMade.TYPE or not case.has_led(work.agency) or case.basis in SILENT:
        return
    now = {"month": month_of(core.at, change.logged_at, work.instance.country.time_zone)}
    for one in _statements(case, core.author, change.parts):
        author = one.by or agency_of(core.author)
        if one.supersedes is not None and _may_correct(FIELDS[one.field], author, work.instance.country):
            was = stated_key(case.id, one.field, one.supersedes)
            name = work.derived(was).hex()[:32]
            if work.session.connection().execute(select(S.record).where(S.record == name)).first() is not None:
                simulated = {"simulated": case.simulated or core.simulated}
                _once(work, f"taken-back:{was}", {"kind": "taken_back", **now, "record": name, **simulated}, case, personal=False)


def _counted_before_the_change(case: Case, core: Core) -> bool:
    """Whether a former lead tells the new one what is on file, or that one tells whoever joins: what was stated while another led has that
    one counted, and what was stated since whoever leads as it was said."""
    return core.cause.startswith(PASSED_ON) and handed_over_by(case) is not None and case.has_led(agency_of(core.author))


def _once(work: UnitOfWork, key: str, record: dict[str, Any], case: Case, *, personal: bool) -> None:
    """Count it, unless it was before: what is passed on to who joins comes back to the lead, and what was erased since stays so."""
    name = work.derived(key).hex()[:32]
    before = any(row["record"] == name for row in work.statistics)
    if not before and work.session.connection().execute(select(S.record).where(S.record == name)).first() is None:
        work.count(key, counted(record), case.id, personal=personal)


def _statements(case: Case, author: str, parts: Sections) -> Iterator[Statement]:
    """Those of fields that tables ask for, as they may stand on file; the lead alone passes on what another stated."""
    for name, section in SECTIONS.items():
        for one in understood(section, parts[name])[0].statements if name in parts else ():
            field = FIELDS.get(one.field)
            if field is None or one.field not in TOLD or CLASS_OF[field.group] is not section or not speaks_of(field, one.about):
                continue
            if (one.by is None or author == f"referral.{case.lead}") and (one.withdrawn or fits(field, one.value)):
                yield one


def record_of(one: Statement, author: str, logged_at: int, country: Country) -> dict[str, Any] | None:
    """What a record says of a statement; None where its author is not competent, or where it tells nothing that is counted."""
    field, said_in = FIELDS[one.field], month_of(one.said_at, logged_at, country.time_zone)
    if not country.knows(author) or not may_state(field, country.agency(author).kind, one.value):
        return None
    record = {"kind": "stated", "month": said_in, "about": TOLD[one.field]}
    match one.field:
        case "exploitation_country":
            if not country.code:
                return None  # the country file does not say what is home, so neither is anything abroad
            place = {country.code: HOME, "unknown": "", "stateless": ""}.get(one.value, ABROAD)
            return {**record, "code": place} if place else None
        case "exploitation_region":
            return {**record, "code": one.value} if country.region(one.value) else None
        case "dependants":
            return {**record, "code": band(int(one.value))}
        case _:
            day, code, detail = step(one.value)
            if day < FIRST_DAY:
                return None
            more = {"detail": detail} if detail else {}
            return {**record, "month": month_said(day[:7], logged_at, country.time_zone), "code": code, **more}


def _may_correct(field: Field, author: str, country: Country) -> bool:
    return country.knows(author) and may_correct(field, country.agency(author).kind)


def band(number: int) -> str:
    """How many depend on somebody, as a band."""
    return BANDS[number] if number < 3 else BANDS[3] if number < 5 else BANDS[4]
