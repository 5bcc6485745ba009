"""What a database of an older release kept in `note` is taken over into typed tables, on both databases, and nothing of it is lost."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, Engine
from sqlmodel import Session, SQLModel, select

from deploy.verify.ledger import read_file
from shared.privacy.erasure_requests import ErasureRequest, HoldDecision, pending, standing
from shared.privacy.receipts import ReceiptDue
from shared.processing.log_switch import generation
from shared.processing.recovery import RecoveryAccount, reports
from shared.protocol.classes import SECTIONS
from shared.protocol.vocabulary import KeepGround
from shared.store import erasure_tables as e
from shared.store import instance_tables as i
from shared.store.database import _config, engine_for, migrate  # pyright: ignore[reportPrivateUsage]
from shared.store.decision_log import Entry
from tests.shared.land import INTAKE_ME, LEAD_ME, SERVICES, rows
from tests.shared.rested import Canaries, Land, note_of, told

ANSWER = {"to": "rs-lead", "answers": "key-1", "dropped": ["D1"], "kept": ["D2"], "ground": "child_protection"}
WISH = {"by": "o1", "reason": "the court has said so", "at": 5, "classes": ["D1", "D2"], "answers": [ANSWER]}
HOLD = {"by": "o2", "reason": "a complaint is pending", "at": 6, "classes": list(SECTIONS), "answers": []}
LOST = [{"key": f"k{n}", "case": "c", "type": "case.reported.v1", "officer": "o1", "at": n} for n in (8, 7)]
NOTES = {
    "secret": "ab" * 32,
    "keystore": "a-name",
    "keeps": "1",
    "generation": "3",
    "fence": "the log is another",
    "audit": "a-digest",
    "trial": "1234567890123",
    "admit": "1",
    "same": "1",
    "anew": "rs-pol@directory-2 case-9",
    "returned:rs-pol": "2",
    "spans:http://collector:4318/v1/traces": "77",
    "ask:erase:case:1": json.dumps(WISH),
    "ask:erase:bare": json.dumps({"by": "", "reason": "kept as long as the country says", "at": 4}),
    "hold:case-2": json.dumps(HOLD),
    "ask:hold:case-2": json.dumps(HOLD),
    "hold:case-3": json.dumps(HOLD),
    "ask:lift:case-3": json.dumps(HOLD | {"reason": "the complaint is settled"}),
    "erased:case-4": "41",
    "erased:case-5": json.dumps({"at": 51, "classes": ["D2"]}),
    "erased:case-6": json.dumps({"at": 61, "classes": []}),
    "rekeyed:case-6": json.dumps({"D1": "proof-1", "D2": "proof-2"}),
    "aged:D2": "99 case-7",
    "recovery": json.dumps([
        {"id": 1, "at": 10, "found": 2, "lost": LOST, "uncounted": 0, "seen": "o3"},
        {"id": 2, "at": 20, "found": 0, "lost": [], "uncounted": 4, "seen": ""},
    ]),
}  # fmt: skip
"""One of each kind, and each form in which releases wrote it."""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as the release before this one left it, without notes."""
    url = f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres").database(uuid4().hex)
    made = engine_for(url)
    to(made, "runtime_0006")
    yield made
    made.dispose()


def to(engine: Engine, revision: str, own: Path | None = None) -> None:
    config = _config(own)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        there = connection.dialect.has_table(connection, "legalhold")
        (command.downgrade if there else command.upgrade)(config, revision)


def put(engine: Engine, those: dict[str, str]) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("delete from note")
        for name, value in those.items():
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            connection.exec_driver_sql(f"insert into note values ({mark}, {mark})", (name, value))


def notes(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.exec_driver_sql("select name, value from note")}


def everything(session: Session, model: type[SQLModel]) -> list[dict[str, object]]:
    return sorted((row.model_dump() for row in session.exec(select(model))), key=str)


def test_every_note_is_taken_over(engine: Engine) -> None:
    put(engine, NOTES)
    migrate(engine, None)
    with Session(engine) as session:
        me, log = i.only(session, i.InstanceMetadata), i.only(session, i.LogState)
        assert (me.secret, me.keystore, me.keeps_left_cases) == ("ab" * 32, "a-name", True)
        assert (log.generation, log.fence) == (3, "the log is another")
        assert everything(session, i.AuditEnd) == [{"id": 1, "digest": "a-digest", "chained": ""}]
        assert everything(session, i.TrialWrite) == [{"id": 1, "at": 1234567890123}]
        assert everything(session, i.LogRequest) == [{"kind": "admit"}, {"kind": "same"}]
        assert everything(session, i.Redelivery) == [{"agency": "rs-pol", "occasion": "directory-2", "after": "case-9"}]
        assert everything(session, i.AgencyReturn) == [{"agency": "rs-pol", "directory": 2}]
        assert everything(session, i.SpanDelivery) == [{"address": "http://collector:4318/v1/traces", "seq": 77}]
        assert reports(session) == [
            RecoveryAccount(
                1, 10, 2, [Entry("k8", "c", "case.reported.v1", "o1", 8), Entry("k7", "c", "case.reported.v1", "o1", 7)], 0, "o3"
            ),
            RecoveryAccount(2, 20, 0, [], 4, ""),
        ]


def test_every_request_about_a_case_is_taken_over(engine: Engine) -> None:
    put(engine, NOTES)
    migrate(engine, None)
    held = HoldDecision("o2", "a complaint is pending", 6)
    with Session(engine) as session:
        due = ReceiptDue("rs-lead", "key-1", ["D1"], ["D2"], KeepGround.CHILD_PROTECTION)
        assert pending(session, "case:1") == ErasureRequest("o1", "the court has said so", 5, ["D1", "D2"], [due])
        assert pending(session, "bare") == ErasureRequest("", "kept as long as the country says", 4, list(SECTIONS), [])
        assert len(everything(session, e.PendingErasure)) == 2
        assert standing(session, "case-2").hold == standing(session, "case-3").hold == held
        assert {row.case: row.audited for row in session.exec(select(e.LegalHold))} == {"case-2": False, "case-3": True}
        (release,) = everything(session, e.HoldRelease)
        assert len(str(release.pop("salt"))) == 32
        assert release == {"case": "case-3", "by": "o2", "reason": "the complaint is settled", "at": 6}
        assert (standing(session, "case-4").erased_at, standing(session, "case-4").erased) == (41, SECTIONS.keys())
        assert (standing(session, "case-5").erased_at, standing(session, "case-5").erased) == (51, {"D2"})
        assert standing(session, "case-6").erased == frozenset()
        renewed = {row.data_class: row.proof for row in session.exec(select(e.RenewedKey).where(e.RenewedKey.case == "case-6"))}
        assert renewed == {"D1": "proof-1", "D2": "proof-2"}
        (progress,) = session.exec(select(e.RetentionProgress))
        assert (progress.data_class, progress.changed_at, progress.case) == ("D2", 99, "case-7")


@pytest.mark.parametrize("whom", ["*", "* case-9", "rs-pol@1"])
def test_a_redelivery_goes_on_where_it_was(engine: Engine, whom: str) -> None:
    put(engine, {"anew": whom})
    migrate(engine, None)
    with Session(engine) as session:
        (row,) = session.exec(select(i.Redelivery)).all()
        assert f"{'@'.join(filter(None, (row.agency, row.occasion)))} {row.after}".rstrip() == whom


def test_the_notes_can_be_put_back(engine: Engine) -> None:
    put(engine, NOTES)
    migrate(engine, None)
    to(engine, "runtime_0006")
    with engine.connect() as connection:
        back = notes(connection)
    expected = NOTES | {"ask:erase:bare": json.dumps(json.loads(NOTES["ask:erase:bare"]) | {"classes": list(SECTIONS), "answers": []})}
    expected |= {"erased:case-4": json.dumps({"at": 41, "classes": list(SECTIONS)})}
    gone = {"trial", "erased:case-6"}  # when a write was tried is nobody's loss; of the other nothing is erased any more
    said = {name: json.loads(value) if value[0] in "[{" else value for name, value in expected.items() if name not in gone}
    assert {name: json.loads(value) if value[0] in "[{" else value for name, value in back.items()} == said


def test_a_new_database_has_nothing_of_it(engine: Engine) -> None:
    migrate(engine, None)
    with Session(engine) as session:
        assert generation(session) == 1
        assert [row for model in (*i.INSTANCE, *e.ERASURE) for row in session.exec(select(model))] == []


def test_a_note_that_nobody_knows_stops_the_migration_and_nothing_is_lost(engine: Engine) -> None:
    put(engine, NOTES | {"strange:case-1": "x"})
    with pytest.raises(RuntimeError, match="no release has written: strange"):
        migrate(engine, None)
    with engine.connect() as connection:
        assert notes(connection) == NOTES | {"strange:case-1": "x"}
        assert not connection.dialect.has_table(connection, "legalhold")


def test_what_was_asked_of_the_older_release_is_done_by_this_one(files: Land) -> None:
    """Both cases are asked to be erased; one is held."""
    canaries, others = Canaries(), Canaries()
    case, held = told(files, canaries), told(files, others, "f2")
    files.instances.pop(INTAKE_ME).close()
    engine = engine_for(f"sqlite:///{files.folder / INTAKE_ME}.db")
    to(engine, "runtime_0006", SERVICES["intake"].migrations)
    wish = WISH | {"classes": list(SECTIONS), "answers": []}
    with engine.begin() as connection:
        asked = {f"ask:erase:{case}": wish, f"ask:erase:{held}": wish, f"hold:{held}": HOLD, f"ask:hold:{held}": HOLD}
        for name, value in asked.items():
            connection.exec_driver_sql("insert into note values (?, ?)", (name, json.dumps(value)))
    engine.dispose()
    intake = files.open(INTAKE_ME)
    intake.idle(clocks=False)
    assert (note_of(intake, case), note_of(intake, held)) == ("", others.note)
    acts = [(act.partition(":")[0], of) for act, of in rows(intake, 'select act, "case" from audit order by seq') if act[0] in "he"]
    assert acts == [("held", held), ("erased", case), ("erasing-refused", held)] or acts == [
        ("held", held), ("erasing-refused", held), ("erased", case),
    ]  # fmt: skip
    assert rows(intake, "select count(*) from pendingerasure") == [(0,)]


def test_a_copy_of_before_is_read_for_verifying_as_it_is(files: Land) -> None:
    told(files, Canaries())
    files.instances.pop(LEAD_ME).close()
    file = files.folder / f"{LEAD_ME}.db"
    now = read_file(file)
    engine = engine_for(f"sqlite:///{file}")
    to(engine, "runtime_0006", SERVICES["referral"].migrations)
    engine.dispose()
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("insert into note values ('fence', 'the log is another')")
        db.execute("insert or replace into note values ('audit', 'a-digest')")
    then = read_file(file)
    assert (then.fence, then.audit_end) == ("the log is another", "a-digest")
    assert (now.fence, now.journal) == ("", then.journal)
