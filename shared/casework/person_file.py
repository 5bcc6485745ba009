"""The case file of a person, as this agency may know it: what was stated, by whom, when and how they know, and what it was before.

Rows follow from records that counted, in their transaction; own statements that wait for the bus are shown with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, Verdict, agency_of, service_of
from shared.protocol.case_file import CLASS_OF, DOCUMENTS, FIELDS, Group, fits, speaks_of
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.documents import name_of
from shared.protocol.facts import hidden
from shared.protocol.naming import check, well_formed
from shared.protocol.statements import Statement, StatementMade, understood
from shared.protocol.vocabulary import DataClass, Source
from shared.protocol.whereabouts import blank_to
from shared.records.codec import Sections
from shared.store import at_rest
from shared.store.database import insert_new, table
from shared.store.person_tables import StatementRow
from shared.store.tables import Journal

logger: Any = structlog.get_logger("nrm.person-file")
S, J = table(StatementRow).c, table(Journal).c
OF_CASE = select(table(StatementRow)).where(S.case == bindparam("of")).order_by(S.seq)
SUPERSEDED = (
    update(table(StatementRow))
    .where(S.case == bindparam("of"), S.id == bindparam("was"), S.superseded_by.is_(None))
    .where(S.field == bindparam("what"), S.about == bindparam("whom"))
    .values(superseded_by=bindparam("now"))
)  # fmt: skip
LATER = select(S.id).where(
    S.case == bindparam("of"), S.supersedes == bindparam("was"), S.field == bindparam("what"), S.about == bindparam("whom"),
).order_by(S.seq).limit(1)  # fmt: skip
STATED = (
    select(J.event, J.key, J.author, J.body)
    .where(J.case == bindparam("of"), J.type == StatementMade.TYPE, J.verdict == Verdict.COUNTED.value)
    .order_by(J.seq)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One statement."""

    id: str
    field: str
    about: str
    group: Group
    data_class: DataClass
    value: str
    """Empty where it takes something back."""
    source: Source
    said_at: int
    """ms UTC"""
    by: str
    """The agency that stated it."""
    author: str
    """The instance whose record said so here: the lead's where it passed on what another had stated."""
    key: str
    """The decision key of that record."""
    supersedes: str | None = None
    superseded_by: str | None = None
    withdrawn: bool = False
    waiting: bool = False
    """Whether it is our own and not on the log yet."""

    @property
    def shown(self) -> str:
        """What a person or a program is shown of it: of a document its name, never its key."""
        return name_of(self.value) if self.group in DOCUMENTS else self.value

    @property
    def stands(self) -> bool:
        """Whether it is what is said now."""
        return self.superseded_by is None and not self.withdrawn


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is stated in one field of one subject."""

    field: str
    about: str
    group: Group
    data_class: DataClass
    present: tuple[Said, ...]
    """What is said now, the latest first: several where a field holds several, or where agencies differ."""
    before: tuple[Said, ...]
    """What it was, and what took it back, the latest first."""


def person_file(work: UnitOfWork, case: str) -> tuple[OnFile, ...]:
    """The file, in the order of the fields: first of the person, then of each of the others. What is blank to this agency now is not in it,
    its own words neither: as if nobody had ever stated it."""
    picture = work.picture(case)
    blank = blank_to(picture, work.agency) if picture else frozenset[Group]()
    found: dict[tuple[str, str], list[Said]] = {}
    for said in (one for one in statements_of(work, case) if one.group not in blank):
        found.setdefault((said.about, said.field), []).append(said)
    order = {name: n for n, name in enumerate(FIELDS)}
    keys = sorted(found, key=lambda key: (key[0] != "person", key[0], order[key[1]]))
    return tuple(_on_file(found[key]) for key in keys)


def _on_file(said: list[Said]) -> OnFile:
    first, latest = said[0], said[::-1]
    present = tuple(one for one in latest if one.stands)
    return OnFile(first.field, first.about, first.group, first.data_class, present, tuple(one for one in latest if not one.stands))


def statements_of(work: UnitOfWork, case: str) -> list[Said]:
    """All statements that can be read here, in the order in which they came, own ones that wait for the bus among them."""
    known = stored(work, case)
    for decided in work.pending(case):
        if decided.type == StatementMade.TYPE:
            for section, one in _stated(decided.parts)[0]:
                if one.field in FIELDS and all(one.id != other.id for other in known):
                    known = _with(known, replace(_said(section, one, work.instance.me, decided.key), waiting=True))
    return known


def _with(known: list[Said], new: Said) -> list[Said]:
    """The same with one more, which takes the place of what it names, if nothing has yet."""
    same = (new.supersedes, new.field, new.about, None)
    turned = [replace(o, superseded_by=new.id) if (o.id, o.field, o.about, o.superseded_by) == same else o for o in known]
    return [*turned, new]


def _said(section: DataClass, one: Statement, author: str, key: str) -> Said:
    group = FIELDS[one.field].group
    by = one.by or agency_of(author)
    return Said(
        one.id, one.field, one.about, group, section, one.value, one.source, one.said_at, by, author, key, one.supersedes,
        withdrawn=one.withdrawn,
    )  # fmt: skip


def stored(work: UnitOfWork, case: str) -> list[Said]:
    """The statements of records that counted, without those that nobody can open any more."""
    rows = work.session.connection().execute(OF_CASE, {"of": case}).mappings()
    return [said for row in rows if (said := _read(work, row)) is not None]


def _read(work: UnitOfWork, row: Any) -> Said | None:
    value = at_rest.opened_value(work.instance.keystore, row["case"], row["data_class"], row["id"], row["value"])
    if value is None or row["erased_at"] is not None or row["field"] not in FIELDS:
        return None
    return Said(
        row["id"], row["field"], row["about"], Group(row["group"]), DataClass(row["data_class"]), value, Source(row["source"]),
        row["said_at"], row["by"], row["author"], row["key"], row["supersedes"], row["superseded_by"], row["withdrawn"],
    )  # fmt: skip


# --- records ----------------------------------------------------------------------------------------------------------------------


def take(work: UnitOfWork, case: Case, core: Core, parts: Sections) -> None:
    """A record of statements has counted: what it states here is on file from now on. What this version does not know, or may not stand
    there, is left out and counted in the log, without a word of it."""
    told, left_out = _stated(parts)
    for section, one in told:
        if _may_stand(case, core, section, one):
            _put(work, case.id, _said(section, one, core.author, core.key))
        else:
            left_out += 1
    if left_out:
        logger.warning("statements were left out of a case file", instance=work.instance.me, count=left_out)


def _stated(parts: Sections) -> tuple[list[tuple[DataClass, Statement]], int]:
    """Each statement with its class, and how much beside them is none that this version reads."""
    read = [(section, understood(section, parts[name])) for name, section in SECTIONS.items() if name in parts]
    return [(section, one) for section, (said, _) in read for one in said.statements], sum(unread for _, (_, unread) in read)


def _may_stand(case: Case, core: Core, section: DataClass, one: Statement) -> bool:
    """Whether a statement is of a field that is known here and written as it is; whoever leads, or hands the lead over, alone passes on
    what another stated."""
    field = FIELDS.get(one.field)
    if field is None or CLASS_OF[field.group] is not section or not speaks_of(field, one.about):
        return False
    leads = service_of(core.author) == "referral" and case.has_led(agency_of(core.author))
    if one.by is not None and not (leads and _may_be_named(case, one.by)):
        return False
    return one.supersedes is not None and not one.value if one.withdrawn else fits(field, one.value)


def _may_be_named(case: Case, agency: str) -> bool:
    return well_formed(agency) and not hidden(agency) and (not case.apart or check(case.id, agency) not in case.apart)


def _put(work: UnitOfWork, case: str, said: Said) -> None:
    """One row more; the same statement comes again where it is passed on, and stays as it was. What came first may be what replaces it."""
    connection, of = work.session.connection(), {"of": case, "what": said.field, "whom": said.about}
    later = connection.execute(LATER, {**of, "was": said.id}).scalar()
    new = insert_new(connection, StatementRow, [_row(work, case, replace(said, superseded_by=later))])
    if new and said.supersedes:
        connection.execute(SUPERSEDED, {**of, "was": said.supersedes, "now": said.id})


def _row(work: UnitOfWork, case: str, said: Said) -> dict[str, Any]:
    return {
        "id": said.id, "case": case, "data_class": said.data_class.value, "group": said.group.value, "field": said.field,
        "about": said.about,
        "value": at_rest.closed_value(work.instance.keystore, case, said.data_class, said.id, said.value), "source": said.source.value,
        "said_at": said.said_at, "by": said.by, "author": said.author, "key": said.key, "supersedes": said.supersedes,
        "superseded_by": said.superseded_by, "withdrawn": said.withdrawn, "erased_at": None,
    }  # fmt: skip


def rebuild(work: UnitOfWork, cases: Iterable[str]) -> None:
    """The rows of these cases anew, from what the journal holds."""
    connection, keys = work.session.connection(), work.instance.keystore
    for id in cases:
        case = work.view(id).case
        connection.execute(table(StatementRow).delete().where(S.case == id))
        for event, key, author, body in connection.execute(STATED, {"of": id}).all() if case else ():
            parts = at_rest.opened(keys, at_rest.JOURNAL, event, id, body)
            take(work, case, Core(id, 0, author, 0, key, "", StatementMade.TYPE, {}), parts) if case else None
