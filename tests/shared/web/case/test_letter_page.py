"""An official letter: its number, what it may say to whom, that it is noted, and that a form is one letter, whose paper may come again."""

import re
from itertools import product

from shared.protocol.case_file import Group
from shared.protocol.file_readers import ON_PAPER, letter_may_say, needed_by
from shared.protocol.vocabulary import AgencyKind, Basis, Need
from tests.browser.desks import REPORT, town, words
from tests.shared.land import rows
from tests.shared.web.http.printed import text_of

G = Group


def test_a_letter_says_no_more_than_a_member_of_the_kind_could_read_and_nothing_that_finds_the_person() -> None:
    for kind, need in product(AgencyKind, Need):
        found = letter_may_say(kind, need, Basis.CONSENT)
        assert found <= needed_by(kind, need) & ON_PAPER
        assert not found & {G.PHONE, G.SAFE_CONTACT, G.MEETING_POINT, G.POST, G.TRUSTED_PERSON, G.ACCOUNT, G.SUSPECTS, G.DURESS}
        assert letter_may_say(kind, need, Basis.CONSENT, found) == frozenset(), "a country lets fewer read"
        for silent in set(Basis) - {Basis.CONSENT, Basis.CHILD}:
            assert letter_may_say(kind, need, silent) == frozenset()
        assert letter_may_say(None, need, Basis.CONSENT) == frozenset()


def test_some_letters_say_whom_they_are_about() -> None:
    assert G.NAME in letter_may_say(AgencyKind.HEALTH, Need.HEALTH, Basis.CONSENT)
    assert G.NAME not in letter_may_say(AgencyKind.LOCAL_AUTHORITY, Need.HOUSING, Basis.CONSENT)


def test_a_letter_gets_a_number_and_is_noted_and_its_form_gives_no_second_one(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        here, paper = f"/reports/{case}", f"/reports/{case}/letter"
        for group, answers in (("name", {"given_names": "Jovana"}), ("phone", {"phone": "+381 60 1234567", "phone-use": "call"})):
            ines.post(f"{here}/person/{group}", form_id=group, source="said", **answers)
        made.carry()
        assert f'{paper}"' in ines.get(f"{here}/rights")
        assert f'{paper}"' in ines.get(here), "at the case itself, too: most letters are no matter of the person's data"
        assert "What they are" in words(ines.get(paper))
        page = ines.get(f"{paper}?kind=health&need=health")
        assert 'value="name"' in page
        assert 'value="phone"' not in page
        assert 'value="name"' not in ines.get(f"{paper}?kind=other&need=health")
        said = {"kind": "health", "need": "health", "to": "Bolnica Test", "address": "Ulica 1\nNovi Sad", "words": "Please see her soon."}
        wrong = ines.post(paper, form_id="l", **said, groups=["name"])
        assert wrong.status_code == 422
        assert "Say that the person agreed" in words(wrong.text)
        assert "Please see her soon." in wrong.text
        assert "must not repeat this" in words(ines.post(paper, form_id="l", **said, groups=["phone"], agreed="true").text)
        assert ines.post(paper, form_id="l", **said | {"to": ""}).status_code == 422
        sent = ines.post(paper, form_id="l", **said, groups=["name"], agreed="true", note="forged")
        assert sent.status_code == 200, words(sent.text)
        year = rows(made.instances[0], "select year from officialletter")[0][0]
        assert sent.headers["content-disposition"] == f'attachment; filename="document-I-1-{year}.pdf"'
        assert sent.headers["cache-control"] == "no-store"
        told = text_of(sent.content)
        for word in (f"I-1/{year}", "Bolnica Test", "Novi Sad", "Please see her soon.", "Jovana", "Request for cooperation"):
            assert word in told, word
        for word in ("trafficking", "victim", "1234567", case[:8]):
            assert word not in told, word
        made.clock.at += 120_000
        again = ines.post(paper, form_id="l", **said, groups=["name"], agreed="true")
        assert text_of(again.content) == told, "a paper that was lost on its way comes again, with its number and time"
        assert ines.post(paper, form_id="l", **said | {"words": "Else."}).status_code == 409, "a form is one letter"
        second = ines.post(paper, form_id="l2", **said | {"words": "Another."})
        assert f"document-I-2-{year}.pdf" in second.headers["content-disposition"]
        assert "Jovana" not in text_of(second.content)
        noted = words(ines.get(f"{here}/own"))
        assert re.search(rf"Reported by the officer: letter I-1/{year} to Bolnica Test, written on", noted)
        assert "forged" not in noted
        kept = str(rows(made.instances[0], "select * from officialletter"))
        assert [row[0] for row in rows(made.instances[0], "select act from audit where act = 'write_letter'")] == ["write_letter"] * 2
        assert len(rows(made.instances[0], "select act from audit where act = 'took-letter-again'")) == 1
        assert case in kept
        elsewhere = words(made.at["rs-czztlj"].whole(f"/lead/{case}"))
        assert "Bolnica" not in elsewhere, "it stays with the agency"
        assert ines.post(f"{here}/rights/restrict", form_id="s", groups="name", ground="contested").status_code == 303
        refused = ines.post(paper, form_id="l", **said, groups=["name"], agreed="true")
        assert refused.status_code == 422
        assert "must not repeat this" in words(refused.text), "what the person had restricted is not printed again"
        assert len(rows(made.instances[0], "select act from audit where act = 'took-letter-again'")) == 1, "what is refused was not taken"


def test_a_letter_to_none_of_these_keeps_all_that_was_typed_when_something_is_wrong(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        paper = f"/reports/{case}/letter"
        page = ines.get(f"{paper}?kind=other&need=health")
        assert 'name="kind"' not in page, "what is none of the kinds is not sent as one"
        said = {"need": "health", "to": "Škola Test", "address": "Ulica 2\nNiš", "words": "A place in a class."}
        for wrong, told in (
            ({"to": ""}, "Name of the recipient"),
            ({"words": "x" * 2001}, "What you write"),
            ({"groups": ["name"]}, "must not repeat"),
        ):
            answer = ines.post(paper, form_id="o", **said | wrong)
            assert answer.status_code == 422
            assert told in words(answer.text)
            for typed in (said | wrong).values():
                assert isinstance(typed, list) or typed in answer.text, typed
            assert 'name="need" value="health"' in answer.text, "and it can be sent from there"
        assert ines.post(paper, form_id="o", **said).status_code == 200


def test_a_paper_that_could_not_be_made_is_made_when_the_form_is_sent_again(tmp_path, monkeypatch) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        ines.post(f"/reports/{case}/person/name", form_id="n", source="said", given_names="Jovana")
        made.carry()
        paper = f"/reports/{case}/letter"
        first = {
            "form_id": "tab-1",
            "kind": "health",
            "need": "health",
            "to": "Bolnica Test",
            "words": "One.",
            "groups": "name",
            "agreed": "true",
        }
        second = first | {"form_id": "tab-2", "words": "Two."}
        with monkeypatch.context() as broken:
            broken.setattr("shared.web.http.paper.TEMPLATE", tmp_path / "no-template")  # as where the disk cannot be read for a moment
            assert ines.post(paper, **first).status_code == 500
        for posted, number in ((second, 2), (first, 1), (second, 2)):
            printed = ines.post(paper, **posted)
            assert printed.status_code == 200, words(printed.text)
            assert re.search(rf"I-{number}/\d{{4}}", text_of(printed.content)), "each form has the number of its own letter"
            assert posted["words"] in text_of(printed.content)
        assert "look it through" in words(ines.post(paper, **first | {"form_id": "", "words": "Three."}).text).lower()
        assert len(rows(made.instances[0], "select number from officialletter")) == 2


def test_the_form_that_a_failure_left_is_the_same_letter_when_it_is_sent_once_more(tmp_path, monkeypatch) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        paper = f"/reports/{case}/letter"
        form = ines.form_id(ines.get(f"{paper}?kind=health&need=health"), paper)
        said = {"kind": "health", "need": "health", "to": "Bolnica Test", "words": "Please see her soon."}
        with monkeypatch.context() as broken:
            broken.setattr("shared.web.http.paper.TEMPLATE", tmp_path / "no-template")
            failed = ines.post(paper, form_id=form, **said)
        kept = re.search(r'href="(/[^"]*unsent[^"]*)"', failed.text)
        assert kept is not None, words(failed.text)
        shown = ines.client.get(kept[1], headers={"accept": "text/html"}).text
        assert "Please see her soon." in shown
        assert ines.form_id(shown, paper) == form
        assert "I-1/" in text_of(ines.post(paper, form_id=form, **said).content)
