"""What is stated of a person: kept with who said it and when, corrected and taken back by name, never overwritten, closed on the disk."""

import asyncio
from typing import Any

import pytest
from sqlmodel import Session, col, select

from services.intake.handlers.reports import state_facts as state_at_intake
from services.referral.handlers.statements import state_facts as state_at_lead
from shared.casework.person_file import OnFile, person_file, rebuild
from shared.casework.stating import StateFacts
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.privacy.erasure import erase_statement
from shared.privacy.erasure_requests import HoldDecision
from shared.processing.instance import Instance
from shared.protocol.case_file import Group
from shared.protocol.vocabulary import DataClass, Source
from shared.store import at_rest
from shared.store.person_tables import StatementRow
from shared.store.tables import Journal
from tests.shared.bus import START
from tests.shared.land import INTAKE_ME, LEAD_ME, closing, decide, report
from tests.shared.rested import Land, erase

NAME = {"field": "given_names", "value": "Canary Milica", "source": "said"}
EMPLOYER = {"field": "employer", "value": "Canary Farm", "source": "said"}
"""Of a group that a labour inspectorate reads, too."""
PHONE = {"field": "phone", "value": "+381600000000 text_only", "source": "said"}


def say(instance: Instance, case: str, *statements: dict[str, Any], form: str = "s1") -> Receipt:
    command = StateFacts.model_validate({"case": case, "statements": statements})
    use_case = state_at_intake if instance.me == INTAKE_ME else state_at_lead
    return decide(instance, use_case, command, form)


def on_file(instance: Instance, case: str) -> dict[str, OnFile]:
    return {one.field: one for one in asyncio.run(instance.ask(lambda reader: reader.person_file(case)))}


def child(land: Land) -> str:
    """A child's case: nobody is asked, and the lead may be told everything."""
    return land.after(_child)


def _child(land: Land) -> str:
    case = report(land[INTAKE_ME], age="child", consent=False)
    assert land[LEAD_ME].agency
    land.settle()
    return case


def rows(instance: Instance) -> list[StatementRow]:
    with Session(instance.engine) as session:
        return list(session.exec(select(StatementRow).order_by(col(StatementRow.seq))))


def test_what_is_stated_is_on_file_at_once_and_at_the_lead_once_it_is_on_the_log(land: Land) -> None:
    case = child(land)
    say(land[INTAKE_ME], case, NAME, PHONE)
    here = on_file(land[INTAKE_ME], case)
    assert here.keys() == {"given_names", "phone"}
    (name,) = here["given_names"].present
    assert (name.value, name.by, name.author, name.source, name.waiting) == ("Canary Milica", "rs-insp", INTAKE_ME, Source.SAID, True)
    assert on_file(land[LEAD_ME], case) == {}
    land.settle()
    for me in (INTAKE_ME, LEAD_ME):
        there = on_file(land[me], case)
        assert (there["given_names"].group, there["given_names"].data_class) == (Group.NAME, DataClass.D3)
        (one,) = there["given_names"].present
        assert (one.value, one.by, one.waiting, one.said_at) == ("Canary Milica", "rs-insp", False, name.said_at)
        assert there["phone"].present[0].value == PHONE["value"]


def test_a_correction_names_what_it_replaces_and_history_stays(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, EMPLOYER)
    files.settle()
    (was,) = on_file(files[LEAD_ME], case)["employer"].present
    say(files[LEAD_ME], case, {**EMPLOYER, "value": "Canary Mill", "source": "document", "supersedes": was.id}, form="s2")
    files.settle()
    for me in (INTAKE_ME, LEAD_ME):
        found = on_file(files[me], case)["employer"]
        assert [(one.value, one.by) for one in found.present] == [("Canary Mill", "rs-lead")]
        assert [(one.value, one.by, one.superseded_by) for one in found.before] == [("Canary Farm", "rs-insp", found.present[0].id)]


def test_who_may_not_read_a_correction_keeps_its_own_words(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, NAME)
    files.settle()
    (was,) = on_file(files[LEAD_ME], case)["given_names"].present
    say(files[LEAD_ME], case, {**NAME, "value": "Canary Milena", "supersedes": was.id}, form="s2")
    files.settle()
    assert [one.value for one in on_file(files[LEAD_ME], case)["given_names"].present] == ["Canary Milena"]
    assert [one.value for one in on_file(files[INTAKE_ME], case)["given_names"].present] == ["Canary Milica"]


def test_what_is_taken_back_is_said_no_more_and_not_forgotten(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, PHONE)
    files.settle()
    (was,) = on_file(files[INTAKE_ME], case)["phone"].present
    say(files[INTAKE_ME], case, {"field": "phone", "source": "said", "supersedes": was.id, "withdrawn": True}, form="s2")
    assert on_file(files[INTAKE_ME], case)["phone"].present == (), "at once"
    files.settle()
    found = on_file(files[LEAD_ME], case)["phone"]
    assert found.present == ()
    assert [(one.withdrawn, one.value) for one in found.before] == [(True, ""), (False, PHONE["value"])]


def test_crossing_corrections_both_stand(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, EMPLOYER)
    files.settle()
    (was,) = on_file(files[INTAKE_ME], case)["employer"].present
    for me, value in ((INTAKE_ME, "Canary A"), (LEAD_ME, "Canary B")):
        say(files[me], case, {**EMPLOYER, "value": value, "supersedes": was.id}, form=f"x{me}")
    files.settle()
    for me in (INTAKE_ME, LEAD_ME):
        found = on_file(files[me], case)["employer"]
        assert {one.value for one in found.present} == {"Canary A", "Canary B"}, "an officer sees that agencies differ"
        assert [one.value for one in found.before] == ["Canary Farm"]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no such field": ({"field": "shoe_size", "value": "38", "source": "said"}, "statement-no-field", "field"),
    "a date that is none": ({"field": "safe_checked", "value": "yesterday", "source": "said"}, "statement-does-not-fit", "value"),
    "nothing": ({**NAME, "value": ""}, "statement-does-not-fit", "value"),
    "of a suspect": ({**NAME, "about": "suspect:1"}, "statement-of-another", "about"),
    "takes nothing back": ({**NAME, "value": "", "withdrawn": True}, "statement-takes-back", "supersedes"),
    "takes back and says": ({**NAME, "withdrawn": True, "supersedes": "x"}, "statement-takes-back", "value"),
    "corrects what is not there": ({**NAME, "supersedes": "x"}, "statement-unknown", "supersedes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_may_not_stand_is_refused_where_it_stands_in_the_form_and_nothing_is_recorded(files: Land, name: str) -> None:
    case = child(files)
    statement, code, field = WRONG[name]
    with pytest.raises(RuleBroken) as refused:
        say(files[INTAKE_ME], case, NAME, statement)
    assert (refused.value.code, refused.value.field) == (code, f"statements.1.{field}")
    assert on_file(files[INTAKE_ME], case) == {}


def test_what_was_corrected_is_not_corrected_again_but_what_took_its_place(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, NAME)
    (was,) = on_file(files[INTAKE_ME], case)["given_names"].present
    anew = {**NAME, "value": "Canary Ana", "supersedes": was.id}
    say(files[INTAKE_ME], case, anew, form="s2")
    for form, statements in (("s3", [anew]), ("s4", [PHONE, anew])):
        with pytest.raises(RuleBroken) as refused:
            say(files[INTAKE_ME], case, *statements, form=form)
        assert refused.value.code == "statement-corrected"
    (now,) = on_file(files[INTAKE_ME], case)["given_names"].present
    with pytest.raises(RuleBroken) as refused:
        say(files[INTAKE_ME], case, {**anew, "supersedes": now.id}, {**anew, "supersedes": now.id}, form="s5")
    assert refused.value.code == "statement-unknown", "twice in one form"
    with pytest.raises(RuleBroken) as refused:
        say(files[INTAKE_ME], case, {**PHONE, "supersedes": now.id}, form="s6")
    assert refused.value.code == "statement-unknown", "of another field"


def test_a_form_that_is_sent_twice_states_once_and_a_closed_case_takes_nothing(files: Land) -> None:
    case = child(files)
    first, second = (say(files[INTAKE_ME], case, NAME, PHONE) for _ in range(2))
    assert (second.keys, second.repeated) == (first.keys, True)
    files.settle()
    assert len(rows(files[LEAD_ME])) == 2
    from services.referral.handlers.ending import close_case

    decide(files[LEAD_ME], close_case, closing(files[LEAD_ME], case), "close")
    files.settle()
    with pytest.raises(RuleBroken) as refused:
        say(files[INTAKE_ME], case, NAME, form="late")
    assert refused.value.code == "case-closed"


def test_no_value_lies_readable_on_a_disk_and_one_statement_is_erased_alone(land: Land) -> None:
    case, family = child(land), f"Canary{land.tag}"  # on a server that tests share the log has what others wrote
    say(land[INTAKE_ME], case, {**NAME, "value": f"Canary {land.tag}"}, {**NAME, "field": "family_name", "value": family})
    land.settle()
    for me in (INTAKE_ME, LEAD_ME):
        assert not any(word in land.disk(me) for word in (family.encode(), f"Canary {land.tag}".encode()))
    lead = land[LEAD_ME]
    older = (lead.keystore.file.read_bytes(), lead.keystore.master.file.read_bytes()) if lead.keystore else (b"", b"")
    (row,) = [row for row in rows(lead) if row.field == "given_names"]
    assert erase_statement(lead, lead.transact, case, row.id, HoldDecision("o1", "of somebody else", START))
    for started_anew in (False, True):
        again = land.open(LEAD_ME) if started_anew else lead
        assert on_file(again, case).keys() == {"family_name"}
        assert on_file(again, case)["family_name"].present[0].value == family
        with Session(again.engine) as session:
            said = session.exec(select(Journal).where(Journal.type == "statement.made.v1")).one()
        (left,) = at_rest.opened(again.keystore, at_rest.JOURNAL, said.event, said.case, said.body)["D3"]["d3"]["statements"]
        assert left["field"] == "family_name", "the journal cannot say it either"
    keys = land[LEAD_ME].keystore
    assert keys
    keys.file.write_bytes(older[0])
    keys.master.file.write_bytes(older[1])
    again = land.open(LEAD_ME)
    assert again.keystore
    assert again.keystore.statement_key(case, row.data_class, row.id) is None, "an older keystore is told again"


def test_erasing_a_class_or_a_case_takes_what_was_stated_along(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, NAME, PHONE)
    files.settle()
    lead = files[LEAD_ME]
    assert lead.keystore
    lead.keystore.erase({case: ["D3"]})
    assert on_file(lead, case).keys() == {"phone"}
    assert not [name for name in lead.keystore.known if name.startswith(f"{case}\nD3\n")], "their own keys go, too"
    erase(lead, case)
    assert rows(lead) == [], "that something was stated in a field says something, too"
    assert on_file(lead, case) == {}
    assert not [name for name in lead.keystore.known if name.startswith(f"{case}\n")]
    with pytest.raises(RuleBroken) as refused:
        say(lead, case, NAME, form="after")
    assert refused.value.code == "statement-erased"
    assert on_file(files[INTAKE_ME], case).keys() == {"given_names", "phone"}


def test_the_rows_follow_from_the_journal(files: Land) -> None:
    case = child(files)
    say(files[INTAKE_ME], case, NAME, PHONE)
    files.settle()
    (was,) = on_file(files[LEAD_ME], case)["phone"].present
    say(files[LEAD_ME], case, {"field": "phone", "source": "said", "supersedes": was.id, "withdrawn": True}, form="s2")
    files.settle()
    lead = files[LEAD_ME]
    before = on_file(lead, case)
    lead.transact(lambda work: rebuild(work, [case]))
    assert on_file(lead, case) == before
    assert lead.transact(lambda work: person_file(work, case)) == tuple(before.values())
