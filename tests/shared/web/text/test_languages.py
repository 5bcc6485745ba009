"""The languages of the pages: which one somebody gets, what it is made of, and how it sorts."""

from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

from shared.web.text.languages import LANGUAGES, chosen, languages, translations

BY_TAG = {one.tag: one for one in LANGUAGES}


def test_five_languages_in_their_own_names() -> None:
    assert [(one.tag, one.name) for one in LANGUAGES] == [
        ("en", "English"), ("sr-Latn", "Srpski (latinica)"), ("sr-Cyrl", "Српски (ћирилица)"), ("fi", "Suomi"), ("sv", "Svenska"),
    ]  # fmt: skip
    assert {one.direction for one in LANGUAGES} == {"ltr"}
    assert BY_TAG["en"].reviewed


@pytest.mark.parametrize(
    ("remembered", "header", "tag"),
    [
        ("", "", "en"), ("", "sr", "sr-Cyrl"), ("", "sr-RS,sr;q=0.9,en;q=0.5", "sr-Cyrl"), ("", "sr-Latn-RS", "sr-Latn"),
        ("", "sr-ME", "sr-Latn"), ("", "sr-Cyrl-BA", "sr-Cyrl"), ("", "hr,bs;q=0.9", "en"), ("", "hr,fi;q=0.1", "fi"),
        ("", "sv-FI", "sv"), ("", "fi-FI,sv;q=0.8", "fi"), ("", "en;q=0.4,sv;q=0.8", "sv"), ("", "fi;q=0,sv;q=0.1", "sv"),
        ("", "en-US,en;q=0.9,sr;q=0.8", "en"), ("sr-Latn", "fi", "sr-Latn"), ("fi", "", "fi"), ("de", "sv", "sv"), ("../x", "fi", "fi"),
        ("", "de,*", "en"), ("", "x;q=z,,;q=", "en"),
    ],
)  # fmt: skip
def test_a_choice_wins_then_the_browser_then_english(remembered: str, header: str, tag: str) -> None:
    assert chosen(remembered, header).tag == tag


def test_cyrillic_says_what_latin_says_with_its_plural_forms() -> None:
    latin, cyrillic = (translations(BY_TAG[tag]) for tag in ("sr-Latn", "sr-Cyrl"))
    assert (latin.gettext("Yes"), cyrillic.gettext("Yes")) == ("Da", "Да")
    one, many = "%(num)s request waits for an answer", "%(num)s requests wait for an answer"
    assert len({cyrillic.ngettext(one, many, n) for n in (1, 3, 5)}) == 3
    assert cyrillic.ngettext(one, many, 21) == cyrillic.ngettext(one, many, 1)
    assert "%(num)s" in cyrillic.ngettext(one, many, 5)


def test_what_a_catalogue_lacks_stays_in_english() -> None:
    assert translations(BY_TAG["fi"]).gettext("A text that nobody has written") == "A text that nobody has written"


@pytest.mark.parametrize(
    ("tag", "sorted_words"),
    [
        ("sr-Latn", ["cipela", "čamac", "ćup", "dan", "džep", "đak", "lopta", "ljudi", "nokat", "njiva", "šuma", "zid", "žaba"]),
        ("sr-Cyrl", ["дан", "ђак", "жаба", "зид", "лопта", "људи", "ципела", "чамац", "џеп", "шума"]),
        ("fi", ["aalto", "Öberg", "zulu", "åkerman", "älä"]), ("sv", ["Åsa", "zebra", "ärlig", "ögon"]), ("en", ["éclair", "Zoë"]),
    ],
)  # fmt: skip
def test_words_sort_as_their_speakers_sort_them(tag: str, sorted_words: list[str]) -> None:
    if tag in ("fi", "sv"):  # å, ä, ö stand behind z
        sorted_words = sorted(sorted_words, key=lambda word: ("åäö".find(word[0].lower()), word.lower()))
    assert sorted(reversed(sorted_words), key=BY_TAG[tag].sorting) == sorted_words


def test_an_agency_has_its_name_in_the_language_or_its_latin_one_in_cyrillic_or_the_first() -> None:
    names = {"sr-Latn": "Inspektorat za rad", "fi": "Työsuojelu"}
    said = {tag: one.name_in(names, "Labour Inspectorate") for tag, one in BY_TAG.items()}
    assert said == {
        "en": "Labour Inspectorate", "sr-Latn": "Inspektorat za rad", "sr-Cyrl": "Инспекторат за рад", "fi": "Työsuojelu",
        "sv": "Labour Inspectorate",
    }  # fmt: skip


def test_another_language_is_a_file_and_no_code(tmp_path: Path) -> None:
    words = Catalog("ar", header_comment="# Invented.\n# Reviewed by: Leila Invented\n# Alphabet: ا ب ت")
    words.add("Yes", "نعم")
    words.add("Not looked at", "؟", flags=["fuzzy"])
    with (tmp_path / "ar.po").open("wb") as file:
        write_po(file, words)
    _, made = languages(tmp_path)
    assert (made.tag, made.name, made.direction, made.reviewed, made.alphabet) == ("ar", "العربية", "rtl", True, ("ا", "ب", "ت"))
    assert translations(made).gettext("Yes") == "نعم"
    assert translations(made).gettext("Not looked at") == "Not looked at"
    assert chosen("", "ar-EG", languages(tmp_path)) == made
