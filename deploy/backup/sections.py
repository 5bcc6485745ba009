"""Whether a keystore opens what a database holds of people: each closed value, tried with its key."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from deploy.backup.soundness import Sound
from services.assistance.handlers.shelter_address import kept
from services.intake.models import Report
from shared.crypto.keystore import OWN, Keystore
from shared.privacy.legal_bases import BasisRow
from shared.protocol.case import service_of
from shared.records.codec import from_json
from shared.store import at_rest
from shared.store.erasure_tables import RenewedKey
from shared.store.instance_tables import InstanceMetadata, only
from shared.store.own_tables import OwnRecord, SearchMade
from shared.store.person_tables import StatementRow
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
            found.wrong.append("its keystore is not in that copy" if keys is None else "the database was written with another keystore")
        anew: dict[str, set[str]] = {}
        for renewed in session.exec(select(RenewedKey)):
            anew.setdefault(renewed.case, set()).add(renewed.data_class)
        for value in _values(found.instance, session):
            for opens in at_rest.unopened(keys, *value, anew.get(value.case, ())).values():
                found.opened += opens
                if not opens:
                    closed += 1
                    cases.add(value.case)
        for row in session.exec(select(StatementRow).where(col(StatementRow.erased_at).is_(None))):
            if row.value.startswith(at_rest.PREFIX) and row.value != at_rest.PREFIX and not gone(keys, row, anew):
                opens = at_rest.opened_value(keys, row.case, row.data_class, row.id, row.value) is not None
                found.opened += opens
                closed += not opens
                cases |= set() if opens else {row.case}
    if closed:
        found.wrong.append(f"{closed} sections of {len(cases)} cases do not open: was the keystore copied before the databases?")


def gone(keys: Keystore | None, row: StatementRow, anew: Mapping[str, Collection[str]]) -> bool:
    """Whether nobody expects a statement to open: its class was erased, or has another key than it had."""
    return row.data_class in anew.get(row.case, ()) or (keys is not None and row.data_class in keys.gone(row.case))


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
    for made, reason in session.exec(select(SearchMade.id, SearchMade.reason)):
        if reason.startswith(at_rest.PREFIX):
            yield Value(at_rest.SEARCH, made, OWN, reason)
    if service_of(instance) == "intake":
        for case, note in session.exec(select(Report.case, Report.note)):
            if note.startswith(at_rest.PREFIX):
                yield Value(at_rest.REPORT, case, case, note)
    if service_of(instance) in ("intake", "referral"):
        for id, case, told in session.exec(select(BasisRow.id, BasisRow.case, BasisRow.told)):
            if told.startswith(at_rest.PREFIX):
                yield Value(at_rest.BASIS, id, case, told)
    if service_of(instance) == "assistance" and (house := kept(session)):
        yield Value(at_rest.HOUSE, house.name, OWN, house.told)
