"""The pages of what an agency keeps of a case for itself, and its label in the lists of who has the case."""

from pathlib import Path

from shared.access.roles import Role
from tests.browser.desks import words
from tests.shared.access.offices import Office, Person, opened

LABEL, REFERENCE = "red jacket, Thursday clinic", "7/26"


def named(place: Office, who: Person) -> str:
    case = place.report(who)
    place.carry()
    answer = who.post(f"/reports/{case}/own/name-case", form_id="own-1", label=LABEL, reference=REFERENCE)
    assert answer.headers["location"] == f"/reports/{case}/own"
    return case


def test_label_and_reference_stand_on_the_page_of_the_case_and_the_label_in_the_list(place: Office, ana: Person) -> None:
    case = named(place, ana)
    page = words(ana.get(f"/reports/{case}"))
    assert LABEL in page
    assert f"Your reference: {REFERENCE}" in page
    assert LABEL in words(ana.get("/reports"))
    form = ana.get(f"/reports/{case}/own")
    assert f'value="{LABEL}"' in form
    assert ana.client.get(f"/api/intake/cases/{case}/own").json() == {"reference": REFERENCE, "label": LABEL, "notes": []}
    assert ana.post(f"/reports/{case}/own/name-case", form_id="own-2", label="", reference=REFERENCE).status_code == 303
    assert LABEL not in ana.get("/reports"), "what is emptied is gone from the lists"
    assert REFERENCE in words(ana.get("/reports")), "and where there is no label the reference stands there"


def test_nobody_else_reads_it(place: Office, ana: Person) -> None:
    case = named(place, ana)
    boris, ceca = place.person("b2e1", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)
    for other in (boris, ceca):
        other.get(f"/reports/{case}/own", 404)
        assert other.client.get(f"/api/intake/cases/{case}/own").status_code == 404
        assert other.post(f"/reports/{case}/own/write-note", form_id="x", note="x").status_code == 404
        assert LABEL not in other.get("/reports")
    assert case[:4].upper() in ceca.get("/reports"), "a supervisor sees the row, and no label of a case that is not theirs"


def test_notes_are_corrected_by_naming_them_and_the_same_form_is_one_note(place: Office, ana: Person) -> None:
    case = named(place, ana)
    for _ in range(2):
        answer = ana.post(f"/reports/{case}/own/write-note", form_id="note-1", note="Comes on Thursday")
    assert answer.headers["location"] == f"/reports/{case}/own?sent=again"
    (note,) = ana.client.get(f"/api/intake/cases/{case}/own").json()["notes"]
    page = words(ana.get(f"/reports/{case}/own?corrects={note['id']}"))
    assert "This note is corrected by what you write: Comes on Thursday" in page
    ana.post(f"/reports/{case}/own/write-note", form_id="note-2", note="Comes on Friday", corrects=note["id"])
    page = words(ana.get(f"/reports/{case}/own"))
    assert "Comes on Thursday" in page
    assert "Comes on Friday" in page
    assert "corrected" in page
    shown = words(ana.get(f"/reports/{case}"))
    assert "Comes on Friday" in shown
    assert "Comes on Thursday" not in shown, "the page of the case shows what holds"
    again = ana.post(f"/reports/{case}/own/write-note", form_id="note-3", note="x" * 250, corrects=note["id"])
    assert again.status_code == 409
    assert "x" * 250 in again.text, "nothing typed is lost"
    made = ana.client.post(
        "/api/intake/write-note", json={"case": case, "note": "By a program"}, headers={"idempotency-key": "p1"}
    )  # fmt: skip
    assert made.status_code == 201


def test_what_is_too_long_or_no_text_comes_back_with_what_was_typed(place: Office, ana: Person) -> None:
    case = named(place, ana)
    answer = ana.post(f"/reports/{case}/own/name-case", form_id="own-3", label="y" * 81, reference="8/26")
    assert answer.status_code == 422
    assert "y" * 81 in answer.text
    assert 'value="8/26"' in answer.text
    answer = ana.post(f"/reports/{case}/own/write-note", form_id="own-4", note=" ")
    assert answer.status_code == 422
    assert f'value="{LABEL}"' in answer.text
    assert "Note: give an answer" in words(answer.text)


def test_reading_and_writing_it_is_in_the_audit_without_its_words(place: Office, ana: Person) -> None:
    case = named(place, ana)
    ana.get(f"/reports/{case}/own")
    lines = place.audit()
    assert ("a1f0", "name_case", case, "") in lines
    assert ("a1f0", "read:GET /reports/{case}/own", case, "assigned") in lines
    assert LABEL not in str(lines)
    ceca = place.person("c3d2", Role.SUPERVISOR)
    assert "changed the own label or reference" in words(ceca.get(f"/access/intake/{case}"))


def test_the_lead_keeps_its_own_too(tmp_path: Path) -> None:
    with opened(tmp_path / "lead", agency="rs-czztlj", keyed=True) as place, opened(tmp_path / "ir") as reporter:
        case = reporter.report(reporter.person("r1", Role.OFFICER))
        place.topic = reporter.topic
        for _ in range(6):
            reporter.carry()
            place.carry()
        ana = place.person("a1f0", Role.OFFICER)
        for service, home in (("referral", "/lead"), ("assistance", "/cases")):
            ana.post(f"/assignments/{service}/{case}/take")
            label = f"green scarf {service}"
            assert ana.post(f"{home}/{case}/own/name-case", form_id=service, label=label).status_code == 303
            assert label in words(ana.get(home))
            assert label in words(ana.get(f"{home}/{case}"))
        assert "green scarf assistance" in words(ana.get("/work"))
