"""Whether a keystore opens what a database holds of people: each closed value, tried with its key."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Engine, literal
from sqlalchemy import case as either
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from deploy.backup.soundness import Sound
from deploy.language_choice import translate
from deploy.process.composition import ORDER
from services.assistance.models import House, MeetingPoint
from services.intake.models import PartnerReport, RaidCase, Report, ReportDraft
from services.reporting.models import ReceivedRecord
from shared.casework.account_file import CLASS as ACCOUNT
from shared.casework.kept_for_proceedings import closed_in
from shared.crypto.keystore import OWN, Keystore
from shared.privacy.legal_bases import BasisRow
from shared.protocol.case import service_of
from shared.records.codec import from_json
from shared.store import at_rest
from shared.store.account_tables import AccountEntry
from shared.store.erasure_tables import KeptForProceedings, RenewedKey
from shared.store.instance_tables import InstanceMetadata, only
from shared.store.message_tables import MessageRow
from shared.store.notice_tables import NoticeAddress
from shared.store.own_tables import OfficialLetter, OwnRecord, SearchMade
from shared.store.person_tables import StatementRow
from shared.store.restricted_tables import RestrictedCase
from shared.store.rights_tables import AskedAgency, PersonRequest
from shared.store.tables import BreakGlass, FormReceipt, Journal, Outbox, Parked, Statistic


class Value(NamedTuple):
    """A closed value, and what it is bound to."""

    place: str
    """The place in the database, as `at_rest` names it."""
    row: str
    case: str
    column: str
    """What the column holds."""


def look(found: Sound, engine: Engine, keys: Keystore | None) -> None:
    """Count what opens; say what does not."""
    closed, cases = 0, set[str]()
    with Session(engine.execution_options(reader=True)) as session:
        written = only(session, InstanceMetadata).keystore
        if written and (keys is None or written != keys.name):
            found.wrong.append(
                translate("its keystore is not in that copy")
                if keys is None
                else translate("the database was written with another keystore")
            )
        anew: dict[str, set[str]] = {}
        for renewed in session.exec(select(RenewedKey)):
            anew.setdefault(renewed.case, set()).add(renewed.data_class)
        for value in _values(found.instance, session):
            for opens in at_rest.unopened(keys, *value, anew.get(value.case, ())).values():
                found.opened += opens
                if not opens:
                    closed += 1
                    cases.add(value.case)
        for one in _closed_alone(keys, session):
            if one.value.startswith(at_rest.PREFIX) and one.value != at_rest.PREFIX and not gone(keys, one, anew):
                opens = one.opened() is not None
                found.opened += opens
                closed += not opens
                cases |= set() if opens else {one.case}
    if closed:
        found.wrong.append(
            translate(
                "%(closed)s sections of %(cases)s cases do not open: was the keystore copied before the databases?",
                closed=closed,
                cases=len(cases),
            )
        )


class ClosedAlone(NamedTuple):
    """A value that lies under a key of its own, in these classes."""

    case: str
    classes: tuple[str, ...]
    value: str
    opened: Callable[[], object]
    """What is in it; None where no key opens it."""


def _closed_alone(keys: Keystore | None, session: Session) -> Iterator[ClosedAlone]:
    for row in session.exec(select(StatementRow).where(col(StatementRow.erased_at).is_(None))):
        yield _in_one_class(keys, row.case, row.data_class, row.id, row.value)
    for entry in session.exec(select(AccountEntry).where(col(AccountEntry.erased_at).is_(None))):
        yield _in_one_class(keys, entry.case, ACCOUNT, entry.id, entry.told)
    for named in session.exec(select(KeptForProceedings).where(KeptForProceedings.told != "", col(KeptForProceedings.ended_at).is_(None))):
        yield _in_one_class(keys, named.case, closed_in(from_json(named.classes)), named.answers, named.told)
    for said in session.exec(select(MessageRow).where(col(MessageRow.erased_at).is_(None))):
        opened = partial(at_rest.from_column, keys, said.case, said.about.split(), said.id, said.said)
        yield ClosedAlone(said.case, tuple(said.classes.split()), said.said, opened)


def _in_one_class(keys: Keystore | None, case: str, data_class: str, id: str, value: str) -> ClosedAlone:
    return ClosedAlone(case, (data_class,), value, partial(at_rest.opened_value, keys, case, data_class, id, value))


def gone(keys: Keystore | None, row: ClosedAlone, anew: Mapping[str, Collection[str]]) -> bool:
    """Whether nobody expects a value to open: one of its classes was erased, or has another key than it had."""
    return any(name in anew.get(row.case, ()) or (keys is not None and name in keys.gone(row.case)) for name in row.classes)


class ClosedColumn(NamedTuple):
    """A column whose values are closed as a whole, and what each of them is bound to."""

    place: str
    value: Any
    name: tuple[Any, ...]
    """The columns of the row's name."""
    case: Any = literal(OWN)
    """The column of the case under whose key it lies; where none is named, it is the agency's own key."""
    services: frozenset[str] = frozenset(ORDER)
    """Those that have it."""


AT_ONCE = 1000
"""Rows that are in memory at one time: of what is counted there may be millions."""
INTAKE, LEADS, HELPS, COUNTS = map(frozenset, (("intake",), ("intake", "referral"), ("assistance",), ("reporting",)))
ITS_KEY: Any = either((col(ReceivedRecord.personal), col(ReceivedRecord.record)), else_=OWN)
"""A statistical record has a key of its own where it says something of a person."""
COLUMNS = (
    ClosedColumn(at_rest.PARKED, Parked.value, (Parked.partition, Parked.place), Parked.case),
    ClosedColumn(at_rest.GLASS, BreakGlass.reason, (BreakGlass.officer, BreakGlass.at), BreakGlass.case),
    ClosedColumn(at_rest.FORM, FormReceipt.content, (FormReceipt.form,), FormReceipt.case),
    ClosedColumn(at_rest.OWN_WORDS, OwnRecord.words, (OwnRecord.id,), OwnRecord.case),
    ClosedColumn(at_rest.RESTRICTED, RestrictedCase.words, (RestrictedCase.id,), RestrictedCase.case),
    ClosedColumn(at_rest.LETTER, OfficialLetter.told, (OfficialLetter.id,), OfficialLetter.case),
    ClosedColumn(at_rest.SEARCH, SearchMade.reason, (SearchMade.id,)),
    ClosedColumn(at_rest.NOTICE, NoticeAddress.address, (NoticeAddress.officer, NoticeAddress.channel)),
    ClosedColumn(at_rest.RIGHTS, PersonRequest.told, (PersonRequest.id,), PersonRequest.case),
    ClosedColumn(at_rest.REPLY, PersonRequest.reply, (PersonRequest.id,), PersonRequest.case),
    ClosedColumn(at_rest.RIGHTS, AskedAgency.told, (AskedAgency.request, AskedAgency.agency), AskedAgency.case),
    ClosedColumn(at_rest.REPLY, AskedAgency.reply, (AskedAgency.request, AskedAgency.agency), AskedAgency.case),
    ClosedColumn(at_rest.REPORT, Report.note, (Report.case,), Report.case, INTAKE),
    ClosedColumn(at_rest.REPORT, RaidCase.said, (RaidCase.case,), RaidCase.case, INTAKE),
    ClosedColumn(at_rest.DRAFT, ReportDraft.answers, (ReportDraft.id,), ReportDraft.id, INTAKE),
    ClosedColumn(at_rest.DRAFT, PartnerReport.words, (PartnerReport.id,), PartnerReport.id, INTAKE),
    ClosedColumn(at_rest.BASIS, BasisRow.told, (BasisRow.id,), BasisRow.case, LEADS),
    ClosedColumn(at_rest.HOUSE, House.told, (House.name,), services=HELPS),
    ClosedColumn(at_rest.MEETING, MeetingPoint.told, (MeetingPoint.id,), services=HELPS),
    ClosedColumn(at_rest.COUNTED, ReceivedRecord.said, (ReceivedRecord.record,), ITS_KEY, COUNTS),
)


def _values(instance: str, session: Session) -> Iterator[Value]:
    for event, case, body in session.exec(select(Journal.event, Journal.case, Journal.body)):
        yield Value(at_rest.JOURNAL, event, case, body)
    for key, case, parts in session.exec(select(Outbox.key, Outbox.case, Outbox.parts)):
        yield Value(at_rest.OUTBOX, key, case, parts)
    for record, body in session.exec(select(Statistic.record, Statistic.body).where(col(Statistic.body).startswith('{"of":'))):
        yield Value(at_rest.STATISTIC, record, from_json(body)["of"], body)
    for of in (one for one in COLUMNS if service_of(instance) in one.services):
        rows: Any = session.connection().execute(columns(of.case, of.value, *of.name), execution_options={"yield_per": AT_ONCE})
        for case, found, *name in rows:
            value = found.decode(errors="replace") if isinstance(found, bytes) else found
            if value.startswith(at_rest.PREFIX):
                yield Value(of.place, ":".join(map(str, name)), case, value)
