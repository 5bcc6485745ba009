"""Whether a keystore opens what a database holds of people: each closed value, tried with its key."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from deploy.backup.soundness import Sound
from deploy.language_choice import translate
from services.assistance.handlers.shelter_address import kept
from services.assistance.models import MeetingPoint
from services.intake.models import PartnerReport, RaidCase, Report, ReportDraft
from shared.casework.account_file import CLASS as ACCOUNT
from shared.casework.kept_for_proceedings import closed_in
from shared.crypto.keystore import OWN, Keystore
from shared.decisions.notice_addresses import address_row
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


def _values(instance: str, session: Session) -> Iterator[Value]:
    for event, case, body in session.exec(select(Journal.event, Journal.case, Journal.body)):
        yield Value(at_rest.JOURNAL, event, case, body)
    for key, case, parts in session.exec(select(Outbox.key, Outbox.case, Outbox.parts)):
        yield Value(at_rest.OUTBOX, key, case, parts)
    for row in session.exec(select(Parked)):
        if row.value.startswith(at_rest.PREFIX.encode()):
            yield Value(at_rest.PARKED, at_rest.at(row.partition, row.place), row.case, row.value.decode())
    for record, body in session.exec(select(Statistic.record, Statistic.body).where(col(Statistic.body).startswith('{"of":'))):
        yield Value(at_rest.STATISTIC, record, from_json(body)["of"], body)
    for glass in session.exec(select(BreakGlass).where(col(BreakGlass.reason).startswith(at_rest.PREFIX))):
        yield Value(at_rest.GLASS, f"{glass.officer}:{glass.at}", glass.case, glass.reason)
    for form, case, content in session.exec(select(FormReceipt.form, FormReceipt.case, FormReceipt.content)):
        if content.startswith(at_rest.PREFIX):
            yield Value(at_rest.FORM, form, case, content)
    for own, case, words in session.exec(select(OwnRecord.id, OwnRecord.case, OwnRecord.words)):
        if words.startswith(at_rest.PREFIX):
            yield Value(at_rest.OWN_WORDS, own, case, words)
    for id, case, words in session.exec(select(RestrictedCase.id, RestrictedCase.case, RestrictedCase.words)):
        if words.startswith(at_rest.PREFIX):
            yield Value(at_rest.RESTRICTED, id, case, words)
    for letter, case, told in session.exec(select(OfficialLetter.id, OfficialLetter.case, OfficialLetter.told)):
        if told.startswith(at_rest.PREFIX):
            yield Value(at_rest.LETTER, letter, case, told)
    for made, reason in session.exec(select(SearchMade.id, SearchMade.reason)):
        if reason.startswith(at_rest.PREFIX):
            yield Value(at_rest.SEARCH, made, OWN, reason)
    for given in session.exec(select(NoticeAddress)):
        if given.address.startswith(at_rest.PREFIX):
            yield Value(at_rest.NOTICE, address_row(given.officer, given.channel), OWN, given.address)
    for row in session.exec(select(PersonRequest)):
        for place, column in ((at_rest.RIGHTS, row.told), (at_rest.REPLY, row.reply)):
            if column.startswith(at_rest.PREFIX):
                yield Value(place, row.id, row.case, column)
    for other in session.exec(select(AskedAgency)):
        for place, column in ((at_rest.RIGHTS, other.told), (at_rest.REPLY, other.reply)):
            if column.startswith(at_rest.PREFIX):
                yield Value(place, f"{other.request}:{other.agency}", other.case, column)
    if service_of(instance) == "intake":
        for case, note in session.exec(select(Report.case, Report.note)):
            if note.startswith(at_rest.PREFIX):
                yield Value(at_rest.REPORT, case, case, note)
        for id, answers in session.exec(select(ReportDraft.id, ReportDraft.answers)):
            if answers.startswith(at_rest.PREFIX):
                yield Value(at_rest.DRAFT, id, id, answers)
        for id, words in session.exec(select(PartnerReport.id, PartnerReport.words)):
            if words.startswith(at_rest.PREFIX):
                yield Value(at_rest.DRAFT, id, id, words)
        for case, said in session.exec(select(RaidCase.case, RaidCase.said)):
            if said.startswith(at_rest.PREFIX):
                yield Value(at_rest.REPORT, case, case, said)
    if service_of(instance) in ("intake", "referral"):
        for id, case, told in session.exec(select(BasisRow.id, BasisRow.case, BasisRow.told)):
            if told.startswith(at_rest.PREFIX):
                yield Value(at_rest.BASIS, id, case, told)
    if service_of(instance) == "assistance" and (house := kept(session)):
        yield Value(at_rest.HOUSE, house.name, OWN, house.told)
    for point in session.exec(select(MeetingPoint)) if service_of(instance) == "assistance" else ():
        yield Value(at_rest.MEETING, point.id, OWN, point.told)
