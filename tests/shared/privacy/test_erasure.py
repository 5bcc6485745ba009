"""Erasing a case at one instance: what it kept of the person opens nowhere any more, other cases do, and a hold forbids it."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.privacy import legal_bases
from shared.privacy.consent import Recipient, granted
from shared.privacy.erasure import tend
from shared.privacy.erasure_requests import ErasureRequest, request_erasure, standing
from shared.processing.instance import Instance
from shared.protocol.following import View
from shared.protocol.vocabulary import AgencyKind, Need
from shared.store import at_rest
from tests.shared.away import AwayAfter
from tests.shared.forge import core, value
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, rows, send, settle, sure
from tests.shared.rested import Canaries, Land, erase, hold, note_of, profile_of, release, told

pytestmark = pytest.mark.usefixtures("nothing_by_hand")

EMPTY = {"D1": {}, "D2": {}}


def audited(instance: Instance, case: str) -> list[str]:
    found = rows(instance, f"select act from audit where \"case\" = '{case}' order by seq")
    return [str(act).partition(":")[0] for (act,) in found]


def copied(land: Land, me: str, name: str) -> str:
    """The database as it is now, elsewhere."""
    with closing(sqlite3.connect(land.folder / f"{me}.db")) as live, closing(sqlite3.connect(land.folder / name)) as copy:
        live.backup(copy)
    return f"sqlite:///{land.folder / name}"


def test_an_erased_case_is_unknown_here_and_others_are_as_before(land: Land) -> None:
    canaries, others = Canaries(), Canaries()
    case, other = told(land, canaries), told(land, others, "f2")
    for me in (INTAKE_ME, LEAD_ME):
        erase(land[me], case)
    for _ in range(2):
        intake, lead = land[INTAKE_ME], land[LEAD_ME]
        assert profile_of(lead, case) == EMPTY
        assert note_of(intake, case) == ""
        assert profile_of(lead, other)["D1"]["age_printed"] == others.told["age_printed"]
        assert note_of(intake, other) == others.note
        assert noted(lead, case) == noted(lead, other), "its course stays"
        for me in (INTAKE_ME, LEAD_ME):
            land.open(me)
    assert audited(land[INTAKE_ME], case) == ["file_report", "erased"]
    assert audited(land[LEAD_ME], case) == ["erased"]
    with Session(land[LEAD_ME].engine) as session:
        assert standing(session, case).erased_at == land.clock.at
        assert not standing(session, case).asked


def test_a_database_of_before_opens_with_no_keystore_of_after(files: Land) -> None:
    canaries, others = Canaries(), Canaries()
    case, other = told(files, canaries), told(files, others, "f2")
    backup = copied(files, INTAKE_ME, "backup.db")
    before = files[INTAKE_ME].keystore
    assert before
    old = dict(before.known)
    erase(files[INTAKE_ME], case)
    after = files[INTAKE_ME].keystore
    assert after
    kept = set(after.known.values())
    assert old[case] not in kept
    assert old[other] in kept
    opened = files.open(INTAKE_ME, backup)
    assert profile_of(opened, case) == EMPTY
    assert note_of(opened, case) == ""
    assert note_of(opened, other) == others.note
    assert not any(old[case][n : n + 32] in file.read_bytes() for n in range(0, 256, 32) for file in files.folder.rglob("*.k*"))


def test_what_waits_for_the_bus_goes_out_without_what_was_erased(files: Land) -> None:
    for again in (False, True):
        canaries = Canaries()
        case = report(files[INTAKE_ME], f"f{again}", **canaries.told)
        erase(files[INTAKE_ME], case)
        if again:
            files.open(INTAKE_ME)
        (record,) = send(files[INTAKE_ME], files.topic)
        assert record.value
        assert not canaries.found(record.value)
        settle(files.topic, files[INTAKE_ME], files[LEAD_ME])
        assert noted(files[LEAD_ME], case)[0] == ("case.reported.v1", "counted")


@pytest.mark.by_hand
def test_the_log_read_once_more_brings_nothing_back(files: Land) -> None:
    canaries = Canaries()
    case = told(files, canaries)
    lead = files[LEAD_ME]
    empty = copied(files, LEAD_ME, "empty.db")
    erase(lead, case)
    with closing(sqlite3.connect(files.folder / "empty.db")) as db:
        for table in ("journal", "picture", "position", "duty", "statistic", "span", "outbox"):
            db.execute(f"delete from {table}")
        db.execute("update instancemetadata set keystore = null")
        db.commit()
        db.execute("vacuum")
    again = files.open(LEAD_ME, empty)
    settle(files.topic, files[INTAKE_ME], again)
    assert noted(again, case)[0] == ("case.reported.v1", "counted")
    assert profile_of(again, case) == EMPTY
    assert not canaries.found(b"".join(file.read_bytes() for file in files.folder.glob("empty.db*")))
    ((body,),) = rows(again, "select body from journal where type = 'case.reported.v1'")
    assert json.loads(body)["D1"] == at_rest.PREFIX


@pytest.mark.parametrize("lifted", [False, True])
def test_a_held_case_is_not_erased_until_the_hold_ends(files: Land, lifted: bool) -> None:
    canaries = Canaries()
    case = told(files, canaries)
    intake = files[INTAKE_ME]
    hold(intake, case)
    if lifted:
        release(intake, case)
    erase(intake, case)
    assert note_of(intake, case) == ("" if lifted else canaries.note)
    assert audited(intake, case) == ["file_report", "held", *(["hold-lifted", "erased"] if lifted else ["erasing-refused"])]
    with Session(intake.engine) as session:
        stands = standing(session, case)
    assert (stands.hold is None, stands.erased_at is not None, stands.asked) == (lifted, lifted, False)


def test_a_keystore_that_cannot_be_written_leaves_it_asked_for(files: Land) -> None:
    canaries = Canaries()
    case = told(files, canaries)
    intake = files[INTAKE_ME]
    away = (files.folder / "keys").rename(files.folder / "unplugged")
    erase(intake, case)
    assert intake.keystore
    assert "cannot be erased" in intake.keystore.warning
    assert note_of(intake, case) == canaries.note
    away.rename(files.folder / "keys")
    intake.idle(clocks=False)
    assert intake.keystore.warning == ""
    assert note_of(intake, case) == ""
    assert audited(intake, case) == ["file_report", "erased"], "once"


def test_a_hold_that_comes_before_the_keys_could_be_destroyed_counts_at_the_next_start_too(files: Land) -> None:
    canaries = Canaries()
    case = told(files, canaries)
    away = (files.folder / "keys").rename(files.folder / "unplugged")
    erase(files[INTAKE_ME], case)
    hold(files[INTAKE_ME], case)
    files.instances.pop(INTAKE_ME).close()
    away.rename(files.folder / "keys")
    intake = files.open(INTAKE_ME)
    intake.idle(clocks=False)
    assert note_of(intake, case) == canaries.note


def test_a_keystore_from_an_older_copy_is_told_again_what_was_erased(files: Land) -> None:
    canaries = Canaries()
    case = told(files, canaries)
    for name in ("keystore", "keys"):
        shutil.copytree(files.folder / name, files.folder / "older" / name)
    erase(files[INTAKE_ME], case)
    files.instances.pop(INTAKE_ME).close()
    for name in ("keystore", "keys"):
        shutil.copytree(files.folder / "older" / name, files.folder / name, dirs_exist_ok=True)
    older = Keystore(INTAKE_ME, files.folder / "keystore", files.folder / "keys")
    assert older.key(case, "D1"), "the older copy has the keys"
    assert note_of(files.open(INTAKE_ME), case) == ""
    assert Keystore(INTAKE_ME, files.folder / "keystore", files.folder / "keys").erased(case)


def test_a_database_beside_another_keystore_is_not_opened(files: Land) -> None:
    told(files, Canaries())
    files.instances.pop(INTAKE_ME).close()
    shutil.rmtree(files.folder / "keystore")
    shutil.rmtree(files.folder / "keys")
    with pytest.raises(Unusable, match="written with another keystore"):
        files.open(INTAKE_ME)


PERSONAL = '"kind":"referral"'


def test_a_statistical_record_of_the_person_goes_with_the_case(files: Land) -> None:
    canaries, others = Canaries(), Canaries()
    case, other = told(files, canaries), told(files, others, "f2")
    lead = files.open(LEAD_ME)
    assert {one.case for one in lead.unsent if PERSONAL in one.body} == {case, other}
    erase(lead, case)
    assert {one.case for one in lead.unsent if PERSONAL in one.body} == {other}, "nor is it in memory"
    lead = files.open(LEAD_ME)
    assert {one.case for one in lead.unsent if PERSONAL in one.body} == {other}
    assert not canaries.found(files.disk(LEAD_ME))
    assert not others.found(files.disk(LEAD_ME))
    assert rows(lead, "select count(*) from statistic where done") == [(1,)]


@pytest.mark.parametrize("taken", range(4))
def test_nothing_of_an_erased_case_is_counted_though_the_database_went_away_meanwhile(files: Land, taken: int) -> None:
    case = told(files, Canaries())
    lead = files.open(LEAD_ME)
    with Session(lead.engine) as session, session.begin():
        request_erasure(session, case, ErasureRequest("o1", "asked", 0))
    with suppress(OperationalError):
        tend(lead, AwayAfter(lead, taken))
    lead.idle(clocks=False)
    assert not [one for one in lead.unsent if PERSONAL in one.body]


class Slow(Keystore):
    """While it destroys keys somebody outside asks for more."""

    whose: Instance

    def erase(self, cases: Mapping[str, Collection[str]], between: Callable[[str], object] = lambda _step: None) -> None:
        if cases and not self.whose.cache.get("asked"):
            self.whose.cache.put("asked", View())
            with Session(self.whose.engine) as session, session.begin():
                request_erasure(session, next(iter(cases)), ErasureRequest("o2", "all of it", 0))
        super().erase(cases, between)


def test_what_is_asked_while_keys_are_being_destroyed_is_done_next(files: Land) -> None:
    case, lead = told(files, Canaries()), files[LEAD_ME]
    lead.keystore = Slow(LEAD_ME, files.folder / "keystore", files.folder / "keys")
    lead.keystore.whose = lead
    with Session(lead.engine) as session, session.begin():
        request_erasure(session, case, ErasureRequest("o1", "D2 alone", 0, ["D2"]))
    lead.idle(clocks=False)
    assert (profile_of(lead, case)["D2"], bool(profile_of(lead, case)["D1"])) == ({}, True)
    lead.idle(clocks=False)
    assert profile_of(lead, case) == EMPTY


@pytest.mark.by_hand
def test_whom_the_person_leaves_out_is_not_forgotten_with_one_class(files: Land) -> None:
    """The opening's terms lie in D1: a case older than the table of bases has them nowhere else; without them nobody is told."""
    lead, case = files[LEAD_ME], report(files[INTAKE_ME], needs=("housing",), withheld=("shelter",))
    files.settle()
    with Session(lead.engine) as session, session.begin():
        session.connection().exec_driver_sql("delete from legal_basis")
        request_erasure(session, case, ErasureRequest("o1", "D1 alone", 0, ["D1"]))
    lead.idle(clocks=False)
    shelter = Recipient("rs-soc", AgencyKind.SHELTER, frozenset({Need.HOUSING}))
    for _ in range(2):
        found = lead.transact(lambda work: legal_bases.settled(work, sure(lead, case)))
        assert granted(found, shelter, Need.HOUSING, files.clock.at) is None


def test_a_letter_about_no_case_that_could_be_stops_nobody(land: Land) -> None:
    """An intake looks up what a letter is about, in whatever database it has."""
    told(land, Canaries())
    for about in ("a\x00b", "x" * 4_000, {"a": 1}):
        said = core("letter", "receipt.given.v1", {"about": about, "to": "rs-insp"}, cause=f"form:{len(str(about))}")
        land.topic.land(b"letter", value(said))
    other = told(land, Canaries(), "f2")
    assert not land[INTAKE_ME].parked
    assert profile_of(land[LEAD_ME], other)["D1"]
