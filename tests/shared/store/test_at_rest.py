"""At rest: what was told of a person is nowhere on the disk, and reads as before."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from deploy.backup.backup import backup
from services.intake.handlers.drafts import save_draft, tend_drafts, throw_away
from services.intake.models import ReportDraft
from services.intake.queries.drafts import draft_of
from services.referral.service import SERVICE as REFERRAL
from shared.crypto.keystore import KeystoreUnavailable
from shared.processing.instance import Instance
from shared.processing.retry import ask_retry
from shared.processing.set_aside import ask_aside
from shared.store import at_rest
from shared.store.tables import Journal
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, pull, report, rows, send
from tests.shared.rested import Canaries, Land, note_of, profile_of, told


def test_no_word_of_a_person_is_on_the_disk(land: Land) -> None:
    canaries = Canaries()
    waits = report(land[INTAKE_ME], "waits", **canaries.told)
    assert not canaries.found(land.disk(INTAKE_ME))
    assert [row.parts["D1"]["age_printed"] for row in land.open(INTAKE_ME).outgoing.of(waits)] == [canaries.told["age_printed"]]
    case = told(land, canaries)
    assert not canaries.found(land.disk(INTAKE_ME))
    assert not canaries.found(land.disk(LEAD_ME))
    for me in (INTAKE_ME, LEAD_ME):
        again = land.open(me)
        assert profile_of(again, case)["D1"]["age_printed"] == canaries.told["age_printed"]
    assert note_of(land[INTAKE_ME], case) == canaries.note


def test_the_same_look_finds_them_where_nothing_is_closed(land: Land) -> None:
    land.keyed = False
    canaries = Canaries()
    report(land[INTAKE_ME], "waits", **canaries.told)
    assert canaries.found(land.disk(INTAKE_ME))
    told(land, canaries)
    assert canaries.found(land.disk(INTAKE_ME))
    assert canaries.found(land.disk(LEAD_ME))


def test_what_everybody_may_see_stays_readable(files: Land) -> None:
    canaries = Canaries()
    told(files, canaries)
    ((body,),) = rows(files[LEAD_ME], "select body from journal where type = 'case.reported.v1'")
    parts = at_rest.from_json(body)
    assert parts["D0"]["urgency"]
    assert {name for name, value in parts.items() if isinstance(value, str) and value.startswith(at_rest.PREFIX)} == {"D1", "D2"}


def test_a_database_backup_has_none_of_it_either(files: Land, tmp_path: Path) -> None:
    for keyed in (True, False):
        canaries, files.keyed = Canaries(), keyed
        land = Land(tmp_path / str(keyed), files.templates, None, keyed)
        land.folder.mkdir()
        told(land, canaries)
        place = backup("rs-insp", {INTAKE_ME: land.url(INTAKE_ME)}, land.folder / "backups")
        land.close()
        assert canaries.found(b"".join(file.read_bytes() for file in place.iterdir())) is not keyed


def test_rows_of_before_still_read_and_new_ones_are_closed(land: Land) -> None:
    land.keyed = False
    old, new = Canaries(), Canaries()
    case = told(land, old)
    waits = report(land[INTAKE_ME], "waits", **old.told)
    land.keyed = True
    land.open(INTAKE_ME)
    land.open(LEAD_ME)
    assert [row.parts["D1"]["age_printed"] for row in land[INTAKE_ME].outgoing.of(waits)] == [old.told["age_printed"]]
    told(land, new, "f2")
    assert note_of(land[INTAKE_ME], case) == old.note
    assert profile_of(land[LEAD_ME], case)["D1"]["age_printed"] == old.told["age_printed"]
    assert profile_of(land[LEAD_ME], waits)["D1"]["age_printed"] == old.told["age_printed"]
    assert not new.found(land.disk(INTAKE_ME))


def test_a_value_opens_at_its_own_place_alone(files: Land) -> None:
    canaries = Canaries()
    told(files, canaries)
    lead = files[LEAD_ME]
    with Session(lead.engine) as session:
        row = session.exec(select(Journal).where(Journal.type == "case.reported.v1")).one()
    keys = lead.keystore
    assert at_rest.opened(keys, at_rest.JOURNAL, row.event, row.case, row.body)["D1"]
    for moved in ((at_rest.OUTBOX, row.event, row.case), (at_rest.JOURNAL, "other", row.case), (at_rest.JOURNAL, row.event, "other")):
        assert at_rest.opened(keys, *moved, row.body).keys() == {"D0"}
    swapped = at_rest.from_json(row.body)
    swapped["D1"], swapped["D2"] = swapped["D2"], swapped["D1"]
    assert at_rest.opened(keys, at_rest.JOURNAL, row.event, row.case, at_rest.to_json(swapped)).keys() == {"D0"}
    assert at_rest.opened(None, at_rest.JOURNAL, row.event, row.case, row.body).keys() == {"D0"}


def ill(_work: Any, _change: Any) -> None:
    raise ValueError("ill")


@pytest.mark.parametrize("mended", [True, False])
def test_a_parked_record_is_closed_too_and_applied_once_it_can_be(files: Land, mended: bool) -> None:
    canaries = Canaries()
    lead = files.open(LEAD_ME, project=ill)
    case = report(files[INTAKE_ME], **canaries.told)
    send(files[INTAKE_ME], files.topic)
    pull(lead, files.topic)
    assert lead.parked == {case}
    assert not canaries.found(files.disk(LEAD_ME))
    if mended:
        lead = files.open(LEAD_ME, project=REFERRAL.project)
    with Session(lead.engine) as session, session.begin():
        ask_retry(session, case) if mended else ask_aside(session, 0, 0, by="o1", reason="ill", at=1)
    lead.idle(clocks=False)
    assert lead.parked == set()
    assert (profile_of(lead, case)["D1"].get("age_printed") == canaries.told["age_printed"]) is mended
    assert not canaries.found(files.disk(LEAD_ME))


def held(files: Land) -> tuple[Instance, str]:
    """A lead with a parked record that it cannot open any more, and one behind that."""
    lead = files.open(LEAD_ME, project=ill)
    case = report(files[INTAKE_ME])
    send(files[INTAKE_ME], files.topic)
    (opening,) = files.topic.all()
    pull(lead, files.topic)
    files.topic.land(opening.key, opening.value)
    pull(lead, files.topic)
    assert lead.keystore
    lead.keystore.erase({case: [at_rest.WHOLE]})
    with Session(lead.engine) as session, session.begin():
        ask_retry(session, case)
    lead.idle(clocks=False)
    assert rows(lead, "select code from parked order by place") == [("cannot-be-opened",), ("waits-behind",)]
    return lead, case


def test_a_parked_record_whose_key_is_gone_says_so_and_is_read_from_the_log_at_the_next_start(files: Land) -> None:
    _, case = held(files)
    lead = files.open(LEAD_ME, project=REFERRAL.project)
    assert lead.parked == set()
    pull(lead, files.topic)
    files.settle()
    assert noted(lead, case)[0] == ("case.reported.v1", "counted")


def test_a_parked_record_whose_key_is_gone_can_be_set_aside(files: Land) -> None:
    lead, case = held(files)
    with Session(lead.engine) as session, session.begin():
        ask_aside(session, 0, 0, by="o1", reason="its key is gone", at=1)
    lead.idle(clocks=False)
    assert rows(lead, 'select verdict, type, author, "case" from journal') == [("set aside", "case.reported.v1", INTAKE_ME, case)]
    assert rows(lead, "select code from parked") == [("cannot-be-opened",)], "the next one says why it is the one that holds its case now"


def test_a_crash_before_the_commit_leaves_keys_that_nobody_uses(land: Land) -> None:
    intake = land[INTAKE_ME]

    def crash(_connection: Any) -> None:
        raise KeyboardInterrupt

    event.listen(intake.engine, "commit", crash)
    with pytest.raises(KeyboardInterrupt):
        report(intake)
    event.remove(intake.engine, "commit", crash)
    again = land.open(INTAKE_ME)
    assert rows(again, "select * from report") == []
    assert again.keystore
    (case,) = [case for case in again.keystore.known if case]
    keys = again.keystore.known[case]
    assert report(again) == case
    assert again.keystore.known[case] == keys


def test_a_keystore_that_takes_nothing_stops_the_row_not_the_case(files: Land) -> None:
    intake, lead = files[INTAKE_ME], files[LEAD_ME]
    case = report(intake)
    send(intake, files.topic)
    away = (files.folder / "keystore").rename(files.folder / "unplugged")
    with pytest.raises(KeystoreUnavailable):
        report(intake, "f2")
    with pytest.raises(KeystoreUnavailable):
        pull(lead, files.topic)
    assert lead.parked == set()
    assert rows(lead, "select * from journal") == []
    away.rename(files.folder / "keystore")
    report(intake, "f2")
    files.settle()
    assert profile_of(lead, case)["D1"]


def test_a_report_that_was_begun_is_closed_and_its_key_goes_with_it(land: Land) -> None:
    """Its answers lie on the disk under a key of their own; once it ended, no old copy of the database opens."""
    canaries, intake = Canaries(), land[INTAKE_ME]
    save = partial(save_draft, id="draft", officer="o1", fields=("note",), values={"note": canaries.note}, at=land.clock.at)
    intake.transact(lambda work: save(work))
    assert not canaries.found(land.disk(INTAKE_ME))
    intake = land.open(INTAKE_ME)
    assert asyncio.run(intake.ask(lambda reader: draft_of(reader, "draft", "o1"))) == {"note": canaries.note}
    with Session(intake.engine) as session:
        old = session.exec(select(ReportDraft.answers)).one()
    intake.transact(lambda work: throw_away(work, "draft", "o1"))
    tend_drafts(intake, intake.transact, land.clock.at)
    assert rows(intake, "select * from reportdraft") == []
    assert at_rest.opened_text(intake.keystore, at_rest.DRAFT, "draft", "draft", old) == ""
    assert at_rest.unopened(intake.keystore, at_rest.DRAFT, "draft", "draft", old) == {}, "nobody expects it to open"
