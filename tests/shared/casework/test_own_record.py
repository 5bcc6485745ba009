"""What an agency keeps of a case for itself: nothing is overwritten, nothing lies readable on the disk, and erasure takes all of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from shared.access.searches import SEARCHED_FOR, write_down
from shared.casework.own_record import KeptOfCase, NameCase, WriteNote, kept_of, name_case, names, write_note
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from tests.shared.land import INTAKE_ME, LEAD_ME, decide, rows
from tests.shared.rested import Canaries, Land, erase, told


@pytest.fixture
def land(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


def kept(instance: Instance, case: str) -> KeptOfCase:
    return asyncio.run(instance.ask(lambda reader: kept_of(reader, case)))


def test_what_is_kept_lies_closed_and_reads_as_it_was_written(land: Land) -> None:
    words = Canaries()
    case = told(land, Canaries())
    for me in (INTAKE_ME, LEAD_ME):
        one = land[me]
        decide(one, name_case, NameCase(case=case, reference=f"R-{words.tag}", label=f"red jacket {words.tag}"), "n1")
        decide(one, write_note, WriteNote(case=case, note=words.note), "n2")
        assert not words.found(land.disk(me)), me
        found = kept(land.open(me), case)
        assert (found.names.reference, found.names.label) == (f"R-{words.tag}", f"red jacket {words.tag}")
        assert [(note.words, note.officer) for note in found.notes] == [(words.note, "o1")]
    land.settle()
    assert not any(words.found((record.value or b"") + (record.key or b"")) for record in land.topic.all()), "none of it is on the bus"
    land.keyed = False
    plain = land.open(INTAKE_ME)
    decide(plain, write_note, WriteNote(case=case, note=words.note), "n3")
    assert words.found(land.disk(INTAKE_ME)), "the same look finds it where nothing is closed"


def test_a_note_corrects_an_earlier_one_which_stays(land: Land) -> None:
    case, intake = told(land, Canaries()), land[INTAKE_ME]
    decide(intake, write_note, WriteNote(case=case, note="Comes on Thursday"), "n1")
    (first,) = kept(intake, case).notes
    decide(intake, write_note, WriteNote(case=case, note="Comes on Friday", corrects=first.id), "n2", officer="o2")
    newer, older = kept(intake, case).notes
    assert (older.words, older.corrected_by) == ("Comes on Thursday", newer.id)
    assert (newer.words, newer.corrects, newer.officer) == ("Comes on Friday", first.id, "o2")
    for named, code in ((first.id, "note-corrected"), ("nothing", "no-such-note")):
        with pytest.raises(RuleBroken) as refused:
            decide(intake, write_note, WriteNote(case=case, note="Comes on Monday", corrects=named), f"again {named}")
        assert refused.value.code == code
    assert len(kept(intake, case).notes) == 2


def test_the_last_label_counts_and_the_earlier_one_is_not_overwritten(land: Land) -> None:
    case, intake = told(land, Canaries()), land[INTAKE_ME]
    decide(intake, name_case, NameCase(case=case, reference="7/26", label="red jacket"), "n1")
    decide(intake, name_case, NameCase(case=case, reference="7/26", label="blue jacket"), "n2")
    assert (kept(intake, case).names.reference, kept(intake, case).names.label) == ("7/26", "blue jacket")
    assert rows(intake, "select kind, count(*) from ownrecord group by kind order by kind") == [("label", 2), ("reference", 1)]
    decide(intake, name_case, NameCase(case=case), "n3")
    assert kept(intake, case).names.label == ""


def test_the_same_form_is_one_note(land: Land) -> None:
    case, intake = told(land, Canaries()), land[INTAKE_ME]
    for _ in range(2):
        receipt = decide(intake, write_note, WriteNote(case=case, note="Comes on Thursday"), "n1")
    assert receipt.repeated
    assert len(kept(intake, case).notes) == 1


def test_erasing_a_case_takes_what_was_kept_along_and_nothing_more_is_taken(land: Land) -> None:
    words, case = Canaries(), told(land, Canaries())
    intake = land[INTAKE_ME]
    decide(intake, name_case, NameCase(case=case, label=words.note), "n1")
    decide(intake, write_note, WriteNote(case=case, note=words.note), "n2")
    erase(intake, case)
    assert kept(intake, case) == KeptOfCase(names=kept(intake, case).names, notes=[])
    assert kept(intake, case).names.label == ""
    for use_case, command in ((name_case, NameCase(case=case, label="x")), (write_note, WriteNote(case=case, note="x"))):
        with pytest.raises(RuleBroken) as refused:
            decide(intake, use_case, command, f"after {use_case.__name__}")
        assert refused.value.code == "nothing-is-kept"
    again = land.open(INTAKE_ME)
    assert kept(again, case).notes == []


@pytest.mark.parametrize("wrong", [{"label": "a\nb"}, {"label": "x" * 81}, {"reference": "x" * 61}, {"reference": "\x1b[2J"}])
def test_names_are_bounded_and_plain(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NameCase(case="c", **wrong)


@pytest.mark.parametrize("wrong", ["", " \n ", "x" * 4001, "a\0b", "\x1b[2J"])
def test_notes_are_bounded_and_plain(wrong: str) -> None:
    with pytest.raises(ValidationError):
        WriteNote(case="c", note=wrong)


def test_nobody_keeps_anything_of_a_case_that_is_not_here(land: Land) -> None:
    told(land, Canaries())
    with pytest.raises(RuleBroken) as refused:
        decide(land[INTAKE_ME], write_note, WriteNote(case="elsewhere", note="x"), "n1")
    assert refused.value.code == "no-such-case"
    assert rows(land[INTAKE_ME], "select * from ownrecord") == []
    assert asyncio.run(land[INTAKE_ME].ask(lambda reader: names(reader, ["elsewhere"]))) == {}


def test_a_backup_is_tried_on_what_an_agency_keeps_for_itself_too(land: Land) -> None:
    case, intake = told(land, Canaries()), land[INTAKE_ME]

    def looked() -> Sound:
        found = Sound(INTAKE_ME)
        look(found, intake.engine, intake.keystore)
        return found

    before = looked().opened
    decide(intake, name_case, NameCase(case=case, reference="7/26", label="red jacket"), "n1")
    decide(intake, write_note, WriteNote(case=case, note="Comes on Thursday"), "n2")
    intake.transact(lambda work: write_down(work, "o1", 1, SEARCHED_FOR, "jacket", "The clinic phones", 1))
    after = looked()
    assert after.wrong == []
    assert after.opened == before + 2 + 3 + 1, "two receipts of forms, three rows of the own record, the reason of a search"
    assert intake.keystore
    intake.keystore.known.pop(case)
    assert "do not open" in " ".join(looked().wrong)
