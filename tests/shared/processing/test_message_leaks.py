"""One word planted in each field of a message is with its author and whoever it is for, and nowhere else; and what nobody should send."""

import json
import logging
from typing import Any

import pytest

from shared.casework.messages import take
from shared.config.country_tables import Payer
from shared.protocol.case import Case
from shared.protocol.core import Core
from shared.protocol.messages import MessageSent
from tests.shared.casework.test_messages import first, say, thread
from tests.shared.casework.test_person_file import child
from tests.shared.casework.test_support import ask
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, report, seen
from tests.shared.processing.test_statement_leaks import cells
from tests.shared.rested import Land

HOLDERS = {"journal.body", "outbox.parts", "message.said"}
FIELDS = ("words", "where", "who", "bring")
OF_SUPPORT = ("origin", "destination", "approved", "payer")


def planted(fields: tuple[str, ...] = FIELDS) -> dict[str, str]:
    return {name: f"planted-{name}-word" for name in fields}


def test_a_word_of_each_field_is_found_with_whom_it_is_for_and_nowhere_else(
    files: Land, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    files.keyed = False  # else nothing could be found
    members = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
    assert all(files[me].agency for me in members)
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("investigation", "legal"))
    files.settle()
    about = ("communication", "safety_words")
    say(files[LEAD_ME], case, "arrange", need="investigation", **{**planted(), "where": ""}, about=about)
    say(files[INTAKE_ME], case, "arrange", form="m2", spot="elsewhere", where=planted()["where"], about=("meeting_point",))
    support = planted(OF_SUPPORT)
    payers = (*COUNTRY.payers, Payer(code=support["payer"], name="Fund"))
    files[INTAKE_ME].knows(files[INTAKE_ME].country.model_copy(update={"payers": payers}))
    ask(files[INTAKE_ME], case, form="m3", support="transport", about=("communication", "meeting_point"), **support)
    files.settle()
    sown = planted() | support
    for me in members:
        written = list(cells(files, me))
        reads = {LEAD_ME: set(sown), INTAKE_ME: {"where", *OF_SUPPORT}, POLICE_ME: {"words", "who", "bring"}, NGO_ME: set[str]()}[me]
        for name, word in sown.items():
            assert {place for place, text in written if word in text} <= (HOLDERS if name in reads else set()), (me, name)
            assert any(word in text for _, text in written) is (name in reads), (me, name)
    ids = [one.id for one in thread(files[LEAD_ME], case)]
    for record in files.topic.all():
        raw = json.loads(record.value or b"")["core"]
        assert json.loads(raw)["type"] != MessageSent.TYPE or json.loads(raw)["facts"] == {}, "the core says nothing at all"
        clear = raw + (record.key or b"").decode()
        assert not any(word in clear for word in (*sown.values(), *ids))
    told = caplog.text + "".join(capfd.readouterr())
    assert not any(word in told for word in (*sown.values(), *ids))


# --- what nobody should send ------------------------------------------------------------------------------------------------------


def core(author: str, case: Case) -> Core:
    return Core(case.id, case.version, author, 1, "k" * 32, "c", MessageSent.TYPE, {}, v=2)


def one(of: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "m1", "kind": "question", "handoff": of, "purpose": "identification", "about": ["communication"], "said_at": 1,
        "said": {"words": "Planted"}, **more,
    }  # fmt: skip


STRAY: dict[str, tuple[str, str, dict[str, Any]]] = {
    "of another class": (LEAD_ME, "D3", {}), "of no hand-off": (LEAD_ME, "D1", {"handoff": "x"}),
    "for another purpose": (LEAD_ME, "D1", {"purpose": "legal"}), "by who does not speak there": (NGO_ME, "D1", {}),
    "an answer to nothing": (LEAD_ME, "D1", {"kind": "answer"}), "a question that answers": (LEAD_ME, "D1", {"answers": "m0"}),
    "too long": (LEAD_ME, "D1", {"said": {"words": "x" * 1_001}}), "of no kind": (LEAD_ME, "D1", {"kind": "gossip"}),
    "of a group that nobody knows": (LEAD_ME, "D1", {"about": ["of_a_newer_release"]}), "no words": (LEAD_ME, "D1", {"said": None}),
    "a control character": (LEAD_ME, "D1", {"said": {"words": "Planted\x07"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", STRAY)
def test_what_may_not_stand_is_left_out_and_counted_without_a_word(files: Land, name: str, caplog: pytest.LogCaptureFixture) -> None:
    case = child(files)
    picture = seen(files[LEAD_ME], case)
    assert picture
    author, section, more = STRAY[name]
    values = {section.lower(): {"messages": [one(first(files[LEAD_ME], case), **more)], "read": [], "to": ["rs-insp"]}}
    files[INTAKE_ME].transact(lambda work: take(work, picture, core(author, picture), {"D0": {}, section: values}))
    assert thread(files[INTAKE_ME], case) == []
    assert "Planted" not in caplog.text


@pytest.mark.parametrize(("act", "rests"), [("answer", False), ("ask", True)])
def test_a_receipt_of_what_is_not_known_here_is_left_out_and_of_its_own_a_question_rests(files: Land, act: str, rests: bool) -> None:
    case = child(files)
    say(files[INTAKE_ME if act == "answer" else LEAD_ME], case, "ask")
    files.settle()
    if act == "answer":
        say(files[LEAD_ME], case, "answer", "m2", answers=thread(files[LEAD_ME], case)[0].id)
        files.settle()
    picture = seen(files[LEAD_ME], case)
    assert picture
    said = thread(files[LEAD_ME], case)[-1]
    for author, id in ((INTAKE_ME, "m9"), (LEAD_ME, said.id)):
        values = {"d1": {"messages": [], "read": [{"id": id, "at": 1}], "to": ["rs-lead"]}}
        parts = {"D0": {}, "D1": values}
        files[LEAD_ME].transact(lambda work, author=author, parts=parts: take(work, picture, core(author, picture), parts))
    assert thread(files[LEAD_ME], case)[-1].read == ((("rs-lead", 1),) if rests else ())
