"""Where a shelter's house is: opened for one case, on purpose and noted; kept at its own instance alone, and closed there."""

import atexit
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from services.assistance.rules import Purpose
from shared.access.roles import Role
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.web.text.labels import ADDRESS_PURPOSES
from tests.browser.desks import REPORT, Town, town, words
from tests.leaks import found
from tests.services.assistance.conftest import Scene
from tests.shared.access.offices import Office, Person, opened
from tests.shared.access.test_roles import UNKNOWN
from tests.shared.bus import SimulatedRecord
from tests.shared.land import rows

STREET, BELL = "Canary Invented Street 0", "ring twice at the canary door"


@dataclass
class Shelter:
    """The shelter's office with a case that it has accepted, the lead's and the reporter's pages, and who works there."""

    office: Office
    others: Town
    folder: Path
    main: str
    case: str
    mara: Person
    head: Person

    @property
    def address(self) -> str:
        return f"/cases/{self.case}/address"

    def open(self, who: Person, **answers: str) -> Any:
        return who.post(self.address, **({"purpose": "bringing"} | answers))

    def carry(self) -> None:
        for _ in range(6):
            self.others.carry()
            self.office.carry()

    def accept(self) -> None:
        page = self.mara.get(f"/cases/{self.case}")
        path = page[page.index(f'href="/cases/{self.case}/handoffs/') + 6 :].partition('"')[0]
        assert self.mara.post(f"{path}/open", form_id="o").status_code == 303
        assert self.mara.post(f"{path}/accept", form_id="y").status_code == 303
        told = words(self.mara.get(path))
        assert "What was asked before your agency joined the case is not on record here: ask the lead agency" in told, "nobody tells it"
        self.carry()


@pytest.fixture
def shelter(tmp_path: Path) -> Iterator[Shelter]:
    """A copy of what was played once for a process."""
    files, log, main = _asked()
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    with standing(tmp_path, log, main) as made:
        yield made


@contextmanager
def standing(folder: Path, log: Sequence[SimulatedRecord] = (), main: str = "") -> Iterator[Shelter]:
    """The others keep what they know in the clear, so that whoever looks for the address there would find it."""
    with (
        town(folder, log=log, rs_ir="ines", rs_czztlj="jelena") as others,
        opened(folder / "house", agency="rs-kuca", keyed=True, log=log) as office,
    ):
        office.topic = others.topic
        made = Shelter(office, others, folder, main, "", office.person("a1f0", Role.OFFICER), office.person("c3d2", Role.SUPERVISOR))
        if main:
            ((made.case,),) = rows(office.instances[0], 'select "case" from picture')
        yield made


@cache
def _asked() -> tuple[Path, Sequence[SimulatedRecord], str]:
    """The lead has asked the shelter, where an officer has taken the case: the databases, the log and the case."""
    files = Path(tempfile.mkdtemp(prefix="nrm-shelter-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    with standing(files) as made:
        others = made.others
        main = others.at["rs-ir"].post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        others.carry()
        agreed = {"agency": "rs-kuca", "need": "housing", "classes": "D1", "language": "sr"}
        assert others.at["rs-czztlj"].post(f"/lead/{main}/record-consent", form_id="c", **agreed).status_code == 303
        answer = others.at["rs-czztlj"].post(f"/lead/{main}/ask-confidential", form_id="a", agency="rs-kuca", need="housing")
        assert answer.status_code == 303
        made.carry()
        ((case,),) = rows(made.office.instances[0], 'select "case" from picture')
        assert made.mara.post(f"/assignments/assistance/{case}/take").status_code == 303
    return files, others.topic.all(), main


def test_it_is_shown_once_for_one_case_and_each_look_is_in_the_chain(shelter: Shelter) -> None:
    mara, head = shelter.mara, shelter.head
    assert head.post("/house", address="  ", directions=BELL).status_code == 422
    assert head.post("/house", address=STREET, directions=BELL).headers["location"] == "/house"
    assert "c3d2" in words(head.get("/house")).lower()
    assert STREET not in head.get("/house"), "who keeps it needs a case to see it, as everybody"
    assert shelter.open(mara).status_code == 409, "not while the shelter has only been asked"
    assert "Why do you open it?" not in mara.get(shelter.address, 409), "nor is it asked for what one opens it"
    shelter.accept()
    assert shelter.address in mara.get(f"/cases/{shelter.case}")
    assert STREET not in mara.get(f"/cases/{shelter.case}") + mara.get(shelter.address)
    for answers in (
        {"purpose": ""},
        {"purpose": "curious"},
        {"purpose": "told"},
        {"purpose": "told", "to": "rs-kuca"},
        {"purpose": "visit", "to": "rs-pu-bg"},
    ):
        assert shelter.open(mara, **answers).status_code == 422
    shown = shelter.open(mara)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert f"{STREET} How to arrive {BELL}" in words(shown.text)
    assert STREET not in shown.text.partition("</head>")[0]
    assert shelter.open(mara, purpose="told", to="rs-pu-bg").status_code == 200
    looks = [line for line in shelter.office.audit("assistance") if line[1].startswith("read:address")]
    assert looks == [
        ("a1f0", "read:address:bringing", shelter.case, "assigned"),
        ("a1f0", "read:address:told:rs-pu-bg", shelter.case, "assigned"),
    ]
    told = words(head.get(f"/access/assistance/{shelter.case}"))
    assert "opened the address of the house: Somebody of us brings the person here assigned to them" in told
    assert "and I tell them (Police" in told
    assert {p.value for p in Purpose} == set(ADDRESS_PURPOSES)


def test_nobody_gets_it_without_the_case_the_role_and_the_house(shelter: Shelter) -> None:
    shelter.head.post("/house", address=STREET)
    shelter.accept()
    office, mara = shelter.office, shelter.mara
    boris, emil = office.person("b2e1", Role.OFFICER), office.person("e5b4", Role.AUDITOR, Role.ADMINISTRATOR)
    for one in (shelter.case, UNKNOWN):
        assert boris.post(f"/cases/{one}/address", purpose="check").status_code == 404
        assert shelter.head.post(f"/cases/{one}/address", purpose="check").status_code == 404, "no role opens it by itself"
    for way in (emil.post(shelter.address, purpose="check"), mara.post("/house", address="Elsewhere 1"), emil.post("/house", address="x")):
        assert way.status_code == 403
    assert boris.post("/break-glass", service="assistance", case=shelter.case, reason="Mara is ill").status_code == 303
    assert STREET in shelter.open(boris, purpose="emergency").text
    assert ("b2e1", "read:address:emergency", shelter.case, "break-glass") in office.audit("assistance")
    lead = shelter.others.at["rs-czztlj"]
    for path in (shelter.address, f"/cases/{shelter.main}/address", "/house"):
        lead.get(path, 404)
        assert lead.post(path, purpose="check", address="x").status_code == 404
    assert Scene(shelter.others, shelter.main).close().status_code == 303
    shelter.carry()
    assert shelter.open(mara).status_code == 409, "nobody needs to find the house for a case that is over"


def test_it_is_nowhere_else_and_lies_closed_at_home(
    shelter: Shelter, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shelter.head.post("/house", address=STREET, directions=BELL)
    shelter.accept()
    shelter.head.post("/house", address=STREET, directions=BELL * 100)
    assert STREET in shelter.open(shelter.mara).text
    shelter.office.desks["assistance"].trail.write()
    shelter.carry()
    disk = {file: file.read_bytes() for file in shelter.folder.rglob("*") if file.is_file()}
    assert any(b"read:address" in held for held in disk.values()), "who looks would find it"
    assert not [file for file, held in disk.items() if found((STREET, BELL), held)]
    metrics = shelter.office.stranger().client.get("/metrics").text
    spans = [
        body for instance in (*shelter.office.instances, *shelter.others.instances) for (body,) in rows(instance, "select body from span")
    ]
    topic = [part or b"" for log in shelter.office.topic.logs for record in log for part in (record.key, record.value)]
    out, err = capfd.readouterr()
    said = "".join((metrics, *spans, out, err, caplog.text)).encode() + b"".join(topic)
    assert topic
    assert spans
    assert not found((STREET, BELL, "Canary"), said)


def test_erasing_a_case_takes_it_away_from_no_other(shelter: Shelter) -> None:
    shelter.head.post("/house", address=STREET)
    shelter.accept()
    instance = shelter.office.instances[0]
    with Session(instance.engine) as session, session.begin():
        request_erasure(session, shelter.case, ErasureRequest("c3d2", "the court has said so", 1))
    instance.idle(clocks=False)
    assert instance.keystore
    assert instance.keystore.erased(shelter.case)
    assert STREET in shelter.open(shelter.mara).text, "the case is open, and the person may still be on the way"
    sound = Sound(instance.me)
    look(sound, instance.engine, instance.keystore)
    assert not sound.wrong
    assert sound.opened == 1


def test_without_a_keystore_nothing_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path / "house", agency="rs-kuca") as office:
        head = office.person("c3d2", Role.SUPERVISOR)
        answer = head.post("/house", address=STREET)
        assert answer.status_code == 409
        assert "no keystore to close it with" in words(answer.text)
        assert rows(office.instances[0], "select * from house") == []


@pytest.mark.parametrize(
    "words",
    [
        STREET, STREET.upper(), f"come to {STREET}, ring twice", STREET.replace(" ", ",  "),
    ],
)  # fmt: skip
def test_where_the_house_is_is_not_stated_of_a_person(shelter: Shelter, words: str) -> None:
    """By whom knows it: no event has it, whoever types it."""
    shelter.accept()
    shelter.head.post("/house", address=f"{STREET}\n11000 Belgrade", directions=BELL)
    mara, base = shelter.mara, f"/cases/{shelter.case}"
    page = mara.get(f"{base}/person/meeting_point")
    told = {"form_id": "meet", "meeting_place": words, "source": "said"}
    refused = mara.post(f"{base}/person/meeting_point?about=person", **told)
    assert "Never the address of a shelter" in page
    assert refused.status_code == 422
    assert "This says where your house is." in refused.text
    assert "Nothing that your agency may know" not in mara.get(f"{base}/person")
    assert words not in mara.get(f"{base}/person")
    assert mara.post(f"{base}/person/meeting_point?about=person", **told | {"meeting_place": "the library"}).status_code == 303


PLACE = "Canary station, at the information desk"


def speak(shelter: Shelter, **said: Any) -> Any:
    """Mara arranges a meeting with the lead: who will read it was shown."""
    handoff = next(one.id for one in shelter.office.instances[0].transact(lambda work: work.picture(shelter.case)).handoffs.values())
    told = {"purpose": "housing", "when-day": "3", "when-month": "3", "when-year": "2027", "time": "10:00", "spot": "elsewhere",
            "who": "the keyworker and a colleague of yours", "about": ["meeting_point"], "shown": "rs-czztlj"}  # fmt: skip
    return shelter.mara.post(f"/cases/{shelter.case}/words/{handoff}/arrange", **(told | said))


def rides(shelter: Shelter, **said: Any) -> Any:
    """Mara asks the lead for a ride."""
    handoff = next(one.id for one in shelter.office.instances[0].transact(lambda work: work.picture(shelter.case)).handoffs.values())
    told = {"purpose": "housing", "when-day": "3", "when-month": "3", "when-year": "2027", "time": "10:00", "support": "transport",
            "payer": "open", "about": ["meeting_point"], "shown": "rs-czztlj", "destination": "the court"}  # fmt: skip
    return shelter.mara.post(f"/cases/{shelter.case}/words/{handoff}/ask-support", **(told | said))


def test_nobody_is_picked_up_at_the_house(shelter: Shelter) -> None:
    lead = shelter.others.at["rs-czztlj"]
    own = {"agency": "rs-czztlj", "need": "identification", "classes": ["D1", "D5"], "language": "sr"}
    assert lead.post(f"/lead/{shelter.main}/record-consent", form_id="own", **own).status_code == 303
    shelter.carry()
    shelter.accept()
    shelter.head.post("/house", address=STREET)
    assert shelter.head.post("/meeting-points", form_id="p", place=PLACE).status_code == 303
    for origin, tick, why in ((STREET, "true", "This says where your house is."), ("the old mill", "", "Choose a place of your list.")):
        refused = rides(shelter, origin=origin, own_place=tick)
        assert refused.status_code == 422
        assert why in words(refused.text)
    ((id, _),) = rows(shelter.office.instances[0], "select id, told from meetingpoint")
    both = {"origin_point": id, "origin": "the old mill"}
    for wrong in ({"origin_point": "0" * 16}, both, {"destination_point": id, "destination": PLACE}):
        assert rides(shelter, **{"origin": PLACE, **wrong}).status_code == 422
    listed: dict[str, Any] = {"destination": "", "origin_point": id, "destination_point": id}
    assert rides(shelter, look="yes", **listed).text.count(f'<option value="{id}" selected>{PLACE}') == 2, "chosen, for either end"
    assert rides(shelter, form_id="r0", **listed).status_code == 303
    shelter.carry()
    lead_reads = next(one for one in shelter.others.instances if one.me.startswith("referral"))
    assert str(rows(lead_reads, "select said from message")).count(PLACE) == 2, "the lead reads where"
    assert rides(shelter, form_id="r", origin=PLACE, destination=PLACE).status_code == 303, "a place of the list needs no tick"
    assert rides(shelter, form_id="r2", origin="the old mill", own_place="true").status_code == 303


def test_a_meeting_is_arranged_at_a_place_of_the_shelters_list(shelter: Shelter) -> None:
    lead = shelter.others.at["rs-czztlj"]
    own = {"agency": "rs-czztlj", "need": "identification", "classes": ["D1", "D5"], "language": "sr"}
    assert lead.post(f"/lead/{shelter.main}/record-consent", form_id="own", **own).status_code == 303
    shelter.carry()
    shelter.accept()
    shelter.head.post("/house", address=STREET)
    assert "There is none on the list yet." in words(shelter.head.get("/meeting-points"))
    wrong = shelter.head.post("/meeting-points", place=f"corner of {STREET}")
    assert wrong.status_code == 422
    assert "This says where your house is." in words(wrong.text)
    assert shelter.head.post("/meeting-points", form_id="p", place=PLACE).status_code == 303
    assert shelter.head.post("/meeting-points", form_id="p", place=PLACE).status_code == 303, "a form sent twice is one place"
    assert shelter.head.post("/meeting-points", form_id="p2", place=PLACE.upper()).status_code == 422
    assert shelter.mara.get("/meeting-points", status=403), "who keeps the address keeps the list"
    assert lead.get("/meeting-points", status=404), "no shelter, no list"
    ((id, told),) = rows(shelter.office.instances[0], "select id, told from meetingpoint")
    assert PLACE not in told, "it lies closed"

    typed = speak(shelter, where="At the old mill")
    assert typed.status_code == 422
    assert "Choose a place of your list." in words(typed.text)
    assert 'value="At the old mill"' in typed.text
    assert f'<option value="{id}">{PLACE}' in typed.text
    assert speak(shelter, point="0" * 16).status_code == 422
    assert speak(shelter, point=id, where="At the old mill").status_code == 422
    assert speak(shelter, form_id="a1", point=id).status_code == 303
    assert speak(shelter, form_id="a2", where="At the old mill", own_place="true").status_code == 303, "warned, and looked at once more"
    shelter.carry()
    assert shelter.head.post("/meeting-points/strike", point=id).status_code == 303
    assert speak(shelter, point=id).status_code == 422, "struck out, nobody chooses it"
    heard = str(rows(next(one for one in shelter.others.instances if one.me.startswith("referral")), "select said from message"))
    assert PLACE in heard, "the lead reads where"
    assert "old mill" in heard
