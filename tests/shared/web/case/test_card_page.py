"""A card for the person: in their language, neutral, on paper or read aloud, never pushed, and how things are for whoever asks."""

import re

import pytest

from shared.web.text.card_words import UnfitCard, own_cards
from shared.web.text.languages import LANGUAGES
from tests.browser.desks import REPORT, town, words
from tests.shared.web.http.printed import text_of

LOUD = (
    "trafficking",
    "victim",
    "exploit",
    "trgovin",
    "žrt",
    "жрт",
    "трговин",
    "uhri",
    "ihmiskaup",
    "människohandel",
    "offer för",
    "inspect",
    "police",
)
OWN = """
name = "नेपाली"
translated_by = "Somebody Invented, interpreter"
title = "Jankari"
call = "Phone %(phone)s"
say = "Bhannus %(number)s"
lines = ["Ek", "Dui"]
emergency = "Khatra %(number)s"
"""


def test_a_card_is_offered_in_two_taps_and_says_nothing_of_what_happened(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT, language="fi").headers["location"]
        made.carry()
        assert f'href="{case}/card"' in ines.get(case), "the first tap"
        page = ines.get(f"{case}/card")
        assert 'lang="fi"' in page, "in the person's language"
        for language in LANGUAGES:
            shown = ines.get(f"{case}/card?language={language.tag}")
            given = ines.post(f"{case}/card", form_id=ines.form_id(shown, f"{case}/card"), how="paper", language=language.tag)
            assert given.headers["content-disposition"] == 'attachment; filename="document.pdf"'
            paper = text_of(given.content)
            card = words(shown.partition('id="card"')[2].partition("</section>")[0])
            for said in (paper, card):
                assert not [loud for loud in LOUD if loud in said.lower()], said
                assert "192" in said
        refused = ines.post(f"{case}/card", form_id="no", how="refused", language="fi")
        after = words(ines.get(refused.headers["location"]))
        assert ": refused ( Suomi" in after or ": refused (Suomi" in after
        assert after.count("given on paper") == len(LANGUAGES)
        assert ines.post(f"{case}/card", form_id="x", how="pushed", language="fi").status_code == 422
        assert "does not want a card" in words(ines.get(f"/access/intake/{case.rpartition('/')[2]}"))


def test_where_there_is_no_card_in_the_person_s_language_the_page_says_so(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines") as made:
        ines = made.at["rs-ir"]
        for language, said in (("ne", True), ("fi", False)):
            case = ines.post("/reports/new", form_id=f"r{language}", **REPORT, language=language).headers["location"]
            page = words(ines.get(f"{case}/card"))
            assert ("The person speaks Nepali, and there is no card in it. Have an interpreter read it aloud" in page) is said, language
            assert "there is no card in it" not in words(ines.get(f"{case}/card?language=fi")) or said


def test_a_person_who_asks_is_told_who_has_what_and_what_is_pending(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        ines, lead = made.at["rs-ir"], made.at["rs-czztlj"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        said = words(lead.get(f"/lead/{case}/card?language=en"))
        assert "Health care: " in said
        assert "was asked, and has not answered yet. An answer is due by" in said
        assert "If you have a question, call: +999 1 000 " in said.partition("The person asks how things are")[2], "whom to call"
        assert "you can complain" in said
        assert "to whom you can appeal" in said
        assert "Terveydenhuolto" in words(lead.get(f"/lead/{case}/card?language=fi"))
        lead.post(f"/lead/{case}/card", form_id="s", how="status", language="fi")
        assert "told how things are" in words(lead.get(f"/lead/{case}/card"))


def test_a_card_in_another_language_is_a_file_that_names_its_translator(tmp_path) -> None:
    cards = tmp_path / "cards"
    cards.mkdir()
    (cards / "ne.toml").write_text(OWN, encoding="utf-8")
    with town(tmp_path, rs_ir="ines", settings={"cards": cards}) as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT, language="ne").headers["location"]
        page = words(ines.get(f"{case}/card"))
        assert "Jankari" in page
        assert "Khatra 192" in page
    (cards / "uk.toml").write_text(OWN.replace("translated_by", "translator"), encoding="utf-8")
    with pytest.raises(UnfitCard, match=r"uk\.toml cannot be used: translated_by: is missing; translator: nothing is called so here"):
        own_cards(cards)
    (cards / "uk.toml").write_text("title = \n", encoding="utf-8")
    with pytest.raises(UnfitCard, match="it is not TOML: look at line 1, column 9"):
        own_cards(cards)
    (cards / "uk.toml").unlink()
    (cards / "uk.toml").mkdir()
    with pytest.raises(UnfitCard, match=r"uk\.toml cannot be used: it cannot be read \(IsADirectoryError\)"):
        own_cards(cards)
    with pytest.raises(UnfitCard, match=r"elsewhere, cannot be read \(FileNotFoundError\): NRM_CARDS names it"):
        own_cards(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "wrong",
    [
        'call = "100 % of %(phone)s"', 'call = "Phone"', 'call = "Phone %(phone)s %(number)s"', 'call = "Phone %s"', 'call = "%(phone)"',
        'call = "%%(phone)s"', 'say = "Say %(phone)s"', 'say = "50%"', 'emergency = "Khatra"', 'emergency = "%d"',
    ],
)  # fmt: skip
def test_a_card_whose_number_has_no_place_or_another_is_refused_at_the_start(tmp_path, wrong) -> None:
    field = wrong.partition(" ")[0]
    (tmp_path / "ne.toml").write_text(re.sub(rf"(?m)^{field} = .*$", lambda _: wrong, OWN), encoding="utf-8")
    with pytest.raises(UnfitCard, match=rf"ne\.toml cannot be used: {field}: needs %\("):
        own_cards(tmp_path)


def test_a_card_may_say_per_cent(tmp_path) -> None:
    (tmp_path / "ne.toml").write_text(OWN.replace("Phone", "100%% free:").replace('"Dui"', '"50% off"'), encoding="utf-8")
    (card,) = own_cards(tmp_path).values()
    assert card.call % {"phone": "1"} == "100% free: 1"


def test_the_card_is_no_form_among_the_rights(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines") as made:
        ines = made.at["rs-ir"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"]
        ines.get(f"{case}/rights/offer-card", 404)
