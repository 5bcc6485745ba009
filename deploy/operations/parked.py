"""`./nrm parked`: what instances failed to apply, why, and what is to be done. It only sets flags: the running agency acts on them."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import func
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session, col, select

from deploy.terminal_language import ntranslate, translate
from deploy.trouble import Trouble
from shared.config.calendar import in_utc
from shared.config.clock import wall
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.processing.parked_records import HeldCase, held_record, set_aside_records
from shared.processing.parking_causes import UNREADABLE
from shared.processing.retry import ask_retry
from shared.processing.set_aside import ask_aside
from shared.protocol.case import agency_of
from shared.store.chain import alone
from shared.store.database import engine_for
from shared.store.tables import Journal, Parked
from shared.web.text.messages import REASONS

ID = re.compile(r"^([a-z]+\.[a-z0-9-]+)/(\d{1,9}):(\d{1,18})$")
CONSEQUENCES = (
    N_("All other agencies have judged this record, and this one has not: its picture of the case will differ and may be incomplete."),
    N_("What it decides in the case afterwards may not count for the others, and they may see what it does not."),
    N_("If the record holds a decision of this agency, that decision is not sent again."),
    N_("It cannot be taken back. The case stays marked until the agency joins it again by a state of the lead agency."),
)


def run_list(urls: Mapping[str, str], console: Console) -> int:
    """Everything that is parked and what was set aside; 1 where anything is parked."""
    table = Table(*map(translate, (N_("record"), N_("case"), N_("why"), N_("who can mend it"), N_("parked"), N_("asked"))))
    aside = Table(*map(translate, (N_("set aside"), N_("case"), N_("by"), N_("when"), N_("why"))))
    unreadable = 0
    for name, url in urls.items():
        with _database(name, url) as session:
            for at in session.exec(select(Parked.partition, Parked.place).order_by(col(Parked.seq))).all():
                if held := held_record(session, *at):
                    asked = translate("set aside") if held.row.aside else translate("retry") if held.row.retry else ""
                    why = translate(held.why.words)
                    if not held.holds:
                        why += " " + translate("That one: %(why)s", why=translate(held.root.words))
                    table.add_row(
                        f"{name}/{held.at}", escape(held.row.case), why, translate(held.root.who), in_utc(held.row.parked_at), asked
                    )
            for one in set_aside_records(session):
                aside.add_row(f"{name}/{one.partition}:{one.place}", escape(one.case), escape(one.by), in_utc(one.at), escape(one.reason))
            unreadable += session.exec(select(func.count()).where(Journal.verdict == UNREADABLE.code)).one()
    console.print(table if table.row_count else translate("Nothing is parked."))
    if aside.row_count:
        console.print(translate("Set aside: these instances went on without these records; their pictures of the cases may be incomplete."))
        console.print(aside)
    if unreadable:
        times = ntranslate("%(num)s time bytes could not be read.", "%(num)s times bytes could not be read.", unreadable)
        console.print(f"{times} {translate(UNREADABLE.how)} ({translate(UNREADABLE.who)})", soft_wrap=True)
    return min(table.row_count, 1)


def run_show(urls: Mapping[str, str], id: str, console: Console) -> int:
    """One record: where it lies, why it waits, who can mend that and how. Never what it says."""
    with _named(urls, id) as (name, session, partition, place):
        held = _held(session, id, partition, place)
        for label, value in _lines(name, held).items():
            console.print(f"{label + ':':<18}{value}", markup=False, soft_wrap=True)
    return 0


def run_retry(urls: Mapping[str, str], case: str | None, console: Console) -> int:
    """Ask the running agencies to try parked cases again, all or one."""
    asked = 0
    for name, url in urls.items():
        with _database(name, url) as session:
            asked += ask_retry(session, case)
    if case and not asked:
        raise Trouble(translate("Nothing of a case %(case)s is parked there.", case=case))
    said = ntranslate("Asked for another try at %(num)s record.", "Asked for another try at %(num)s records.", asked)
    console.print(f"{said} {translate('The agencies act on it while they run; see ./nrm parked list.')}", soft_wrap=True)
    return 0


def run_set_aside(urls: Mapping[str, str], id: str, by: str, reason: str, console: Console) -> int:
    """Ask the agency to go on without a record, with a reason that stays on the record."""
    with _named(urls, id) as (_, session, partition, place):
        try:
            ask_aside(session, partition, place, by=by, reason=reason, at=wall())
        except RuleBroken as broken:
            raise Trouble(translate(REASONS[broken.code].words)) from None
    said = translate("Asked to set %(id)s aside. The agency tries it once more, then goes on without it, while it runs.", id=id)
    console.print(said, markup=False, soft_wrap=True)
    return 0


@contextmanager
def _database(name: str, url: str) -> Generator[Session]:
    engine = engine_for(url)
    try:
        with Session(engine) as session, session.begin():
            alone(session.connection())
            session.exec(select(Parked).limit(1)).first()  # an older database lacks columns: better known before anything is asked of it
            yield session
    except (OperationalError, ProgrammingError) as error:
        raise Trouble(
            "The database of %(name)s cannot be used (%(error)s): start its agency once with this version, then ask again.",
            name=name,
            error=type(error).__name__,
        ) from None
    finally:
        engine.dispose()


class _Named(NamedTuple):
    """A record that somebody names, and the database that holds it."""

    instance: str
    session: Session
    partition: int
    place: int


@contextmanager
def _named(urls: Mapping[str, str], id: str) -> Generator[_Named]:
    found = ID.match(id)
    if not found or found[1] not in urls:
        raise Trouble(
            translate("%(id)s names no record; ./nrm parked list shows them, like %(like)s.", id=id, like="assistance.rs-pu-bg/0:41")
        )
    with _database(found[1], urls[found[1]]) as session:
        yield _Named(found[1], session, int(found[2]), int(found[3]))


def _held(session: Session, id: str, partition: int, place: int) -> HeldCase:
    held = held_record(session, partition, place)
    if held is None:
        raise Trouble(translate("%(id)s is not parked, or not any more.", id=id))
    return held


def _lines(name: str, held: HeldCase) -> Mapping[str, str]:
    row, first, unknown = held.row, held.first, translate("unknown")
    waits = {} if held.holds else {translate("held by"): f"{name}/{first.partition}:{first.place}: {translate(held.root.words)}"}
    return {
        translate("record"): f"{name}/{held.at}", translate("case"): row.case, translate("type"): row.type or unknown,
        translate("written by"): row.author or unknown, translate("agency"): agency_of(name),
        translate("on the log since"): in_utc(row.logged_at), translate("parked"): in_utc(row.parked_at),
        translate("why"): translate(held.why.words), **({translate("what exactly"): row.reason} if row.reason else {}), **waits,
        translate("who can mend it"): translate(held.root.who), translate("how"): translate(held.root.how),
        translate("behind it"): str(held.behind), translate("may be set aside"): _may_go(held), **_asked(row),
    }  # fmt: skip


def _may_go(held: HeldCase) -> str:
    if held.may_go:
        return translate("yes, as the last resort")
    return translate("no: it says who is in the case") if held.holds else translate("no: it only waits")


def _asked(row: Parked) -> dict[str, str]:
    if row.aside:
        return {translate("asked"): translate("to be set aside, by %(who)s: %(why)s", who=row.asked_by, why=row.asked_reason)}
    return {translate("asked"): translate("retry")} if row.retry else {}
