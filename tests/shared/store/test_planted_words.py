"""Every column that holds words has had a planted one in it, or somebody has said why it holds none: no new table can escape.

Asked is every column of strings but those whose name says that it is an id or a code. Topics, files beside the database, and what is left
after an erasure are out of this look's reach: tests/journeys/test_leaks.py and tests/shared/privacy/test_nothing_remains.py look there.

The words are planted through the pages of an agency without a keystore, where the look must find them, and of one with its keystore,
where it must find nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, Text, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from services.intake.handlers.partners import receive
from shared.access.assignments import give
from shared.access.roles import Role
from shared.privacy import keeping
from shared.privacy.receipts import ReceiptDue
from shared.protocol.vocabulary import KeepGround
from tests.browser.desks import REPORT, words
from tests.leaks import found
from tests.shared.access.offices import Office, opened
from tests.shared.store.test_migrations import OWN

assert OWN  # the services' own tables are among the metadata then
ROOT = Path(__file__).resolve().parents[3]
HERE = {
    "report.note", "statement.value", "journal.body", "outbox.parts", "ownrecord.words", "account.told", "personrequest.told",
    "keptforproceedings.told", "searchmade.reason", "restrictedcase.words", "legal_basis.told", "officialletter.told",
    "partnerreport.words",
}  # fmt: skip
"""What is planted by the test below."""
ELSEWHERE: Mapping[str, str] = {
    "message.said": "tests/shared/processing/test_message_leaks.py",
    "askedagency.told": "tests/shared/casework/test_asking_others.py",
    "askedagency.reply": "tests/shared/casework/test_asking_others.py",
    "personrequest.reply": "tests/journeys/test_leaks.py",
    "house.told": "tests/services/assistance/test_shelter_address.py",
    "meetingpoint.told": "tests/deploy/demo/test_demo_once.py",
    "reportdraft.answers": "tests/shared/store/test_at_rest.py",
}
"""Column → the test that plants a word in it."""
NO_WORDS: Mapping[str, str] = {
    "audit.rows": "numbers and digests of rows", "auditend.chained": "the chain's end", 
    "breakglass.reason": "a reason that names no person", "erasureproposal.reason": "the same",
    "holdrelease.reason": "the same", "legalhold.reason": "the same", "proposal.reason": "the same",
    "raidcase.said": "a moment and codes of kinds: nobody can type a word into it",
    "parked.reason": "kind and place of a failure, never a value", "restrictedcase.reason": "a code", "askedagency.answer": "a code",
    "personrequest.answer": "a code", "fact_unreadable.reason": "why a record is none, of a topic without persons",
    "searchmade.words": "a digest", "heard_from.said": "a digest",
    "dutyturn.name": "an officer", "dutyturn.phone": "the desk's own", "dutyturn.place": "the desk's own",
    "statement.about": "a code and a number", "message.about": "the same", "redelivery.after": "a place on the log",
    "batchschedule.again": "an officer's id",
    "house.name": "the row of the one shelter", "finished_span.name": "what the allow-list of spans lets through",
    "other_return.body": "what another body is called", "spandelivery.address": "of an operator's collector",
    "pendingerasure.reason": "the same", "parked.asked_reason": "the same, of who operates the machine",
    "personrequest.unaudited": "codes of what a command did", "formreceipt.keys": "keys of decisions",
    "formreceipt.content": "a digest, closed under the case's key", "logstate.fence": "why the log is not read, a code",
    "picture.view": "the picture, of D0 alone", "noticeaddress.address": "an officer's own address",
    "fact_happening.body": "codes of statistics", "fact_journal.said": "codes of statistics", "figures_release.body": "figures",
    "statistic.body": "codes and what is marked D9", "span.body": "what the allow-list of spans lets through",
    "finished_span.attributes": "the same",
}  # fmt: skip
"""Column → why no words of a case are in it."""
CODES = {
    "act", "agency", "answered_by", "answers", "asked_by", "asker", "author", "awaits", "basis", "batch", "begins", "by", "byday", "case",
    "cause", "channel", "classes", "code", "corrects", "data_class", "digest", "dropped", "ended_by", "ends", "event", "expects", "field",
    "form", "giver", "ground", "group", "handoff", "holder", "id", "instance", "kept", "key", "keystore", "kind", "language", "lead",
    "looked_by", "message", "mover", "need", "noted_by", "occasion", "officer", "outcome", "pace", "parent_id", "proof", "purpose", "quiet",
    "raid", "receiver", "recipient", "record", "release", "request", "reviewed_by", "role", "salt", "second", "secret", "seen_by", "side",
    "source", "span", "span_id", "stage", "stall", "state", "superseded_by", "supersedes", "taken", "taken_by", "to", "topic", "trace",
    "trace_id", "type", "urgency", "use_case", "verdict", "what", "who",
}  # fmt: skip
"""What a column is called that holds an id, a code, a moment or a digest, in whichever table: no officer types anything into it."""
OF_STATISTICS = (
    "fact_referral",
    "fact_stage",
    "fact_happening",
    "fact_journal",
    "figure",
    "stage_tally",
    "line_times",
    "came_back_tally",
    "asked_tally",
    "other_return_cell",
    "said_",
)
"""Tables of coded values alone begin so."""
WORD = "Canary"
KEPT = "withdrawal7"


def strings() -> set[str]:
    """Every column that a string can be in, but those that are ids or codes by what they are called."""
    found: set[str] = set()
    for table in SQLModel.metadata.tables.values():
        for one in table.columns:
            coded = type(one.type) is not Text and (one.name in CODES or table.name.startswith(OF_STATISTICS))
            if isinstance(one.type, String | AutoString) and not coded:
                found.add(f"{table.name}.{one.name}")
    return found


def test_each_column_of_words_gets_a_planted_one_or_there_is_a_reason() -> None:
    assert strings() == HERE | ELSEWHERE.keys() | NO_WORDS.keys()
    assert not HERE & ELSEWHERE.keys()
    for column, file in ELSEWHERE.items():
        assert (ROOT / file).is_file(), column


def planted(place: Office) -> dict[str, set[str]]:
    """Column of words → which agencies' databases hold a planted one, after an officer wrote one wherever the pages take any."""
    ana = place.person("a1f0", Role.OFFICER)
    sent = ana.post("/reports/new", form_id="r", **REPORT | {"note": f"{WORD} note", "place": f"{WORD} Sad", "account": f"{WORD} short"})
    case = sent.headers["location"].rpartition("/")[2]
    instance = place.desks["intake"].instance
    due = ReceiptDue("rs-czztlj", KEPT, [], ["D2"], KeepGround.CRIMINAL_PROCEDURE)
    if instance.keystore is not None:
        instance.transact(lambda work: keeping.begin(work, case, due, {"D2": KeepGround.CRIMINAL_PROCEDURE}))
    forms: dict[str, dict[str, Any]] = {
        "own/name-case": {"label": f"{WORD} label", "reference": f"{WORD} 7"}, "own/write-note": {"note": f"{WORD} note"},
        "account/write-account": {"words": f"{WORD} told", "means": "heard", "day": "2025-01-02"},
        "rights/ask-correction": {"words": f"{WORD} is wrong", "others": "no"},
    }  # fmt: skip
    if instance.keystore is not None:
        forms["keeping/name-proceedings"] = {"kept": KEPT, "number": f"{WORD} 1", "authority": f"{WORD} Court"}
    for path, said in forms.items():
        answer = ana.post(f"/reports/{case}/{path}", form_id=path, **said)
        assert answer.status_code == 303, (path, words(answer.text)[:300])
    boris = place.person("b2e1", Role.OFFICER)
    boris.post("/search", form_id="s", words=f"{WORD} label", beyond="true", reason=f"{WORD} calls")
    urgent = {"danger": "true", "consent": "false", "ground": "life", "ground_words": f"{WORD} at the door"}
    other = ana.post("/reports/new", form_id="d", **REPORT | urgent).headers["location"].rpartition("/")[2]
    answer = ana.post(f"/restricted/intake/{other}", form_id="x", reason="other", words=f"{WORD} cousin", officers=["a1f0", "b2e1"])
    assert answer.status_code == 303, words(answer.text)[:400]
    letter = {"kind": "health", "need": "health", "to": f"{WORD} clinic", "address": f"{WORD} street", "words": f"{WORD}, please"}
    instance.transact(lambda work: give(work, case, "c3d2", "c3d2", 1))
    answer = place.person("c3d2", Role.SUPERVISOR).post(f"/reports/{case}/letter", form_id="l", **letter)
    assert answer.status_code == 200, words(answer.text)[:400]
    said = {"kind": "school", "words": f"{WORD} sleeps here", "place": f"{WORD} Sad", "contact": f"{WORD} teacher"}
    instance.transact(lambda work: receive(work, f"partner-{7:032x}", said, place.clock.at, danger=False))
    held = look(place)
    place.carry()
    return {column: held.get(column, set()) | more for column, more in look(place).items()}


def look(place: Office) -> dict[str, set[str]]:
    """Column → the instances of which it holds a planted word now; of every column of every table."""
    hit: dict[str, set[str]] = {}
    for one in place.instances:
        with one.engine.connect() as connection:
            for table in SQLModel.metadata.tables.values():
                if not one.engine.dialect.has_table(connection, table.name):
                    continue
                for column in table.columns:
                    rows = connection.execute(text(f'select "{column.name}" from "{table.name}"')).all()
                    there = found((WORD,), repr(rows).encode())
                    hit.setdefault(f"{table.name}.{column.name}", set()).update({one.me} if there else set())
    return hit


@pytest.mark.parametrize("keyed", [False, True], ids=["without a keystore", "closed at rest"])
def test_a_planted_word_is_where_it_is_looked_for_and_closed_nowhere(tmp_path: Path, keyed: bool) -> None:
    with opened(tmp_path / "data", keyed=keyed) as place:
        hit = {column for column, where in planted(place).items() if where}
    assert hit == (set() if keyed else HERE - {"keptforproceedings.told"})
