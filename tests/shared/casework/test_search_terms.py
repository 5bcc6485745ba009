"""Words are found however they are written: in either script, with and without accents, by their beginnings."""

import pytest

from shared.casework.search_terms import SHORTEST_TERM, sought, terms, whole, words

GEORGE = ("Djordje", "Đorđe", "Ђорђе", "ĐORĐE", "đorđe")


def finds(typed: str, written: str) -> bool:
    found = terms("label", written)
    return bool(words(typed)) and all(sought(word) & found for word in words(typed))


@pytest.mark.parametrize("typed", GEORGE)
@pytest.mark.parametrize("written", GEORGE)
def test_one_name_in_all_its_spellings_finds_itself(typed: str, written: str) -> None:
    assert finds(typed, written)
    assert whole("name", typed) == whole("name", written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Sasa", "Saša"), ("Saša", "Sasa"), ("Саша", "Šaša"), ("Dorde", "Đorđe"), ("Zivkovic", "Живковић"), ("Ljubica", "Љубица"),
        ("Njegos", "Његош"), ("Dzemila", "Џемила"), ("Hyvonen", "Hyvönen"), ("hyvönen", "HYVÖNEN"), ("Asa", "Åsa"),
        ("Angstrom", "Ångström"),
        ("Jokinen", "Jokinen"), ("red", "red jacket, Thursday clinic"), ("jacket", "red jacket, Thursday clinic"),
        ("thursday jack", "red jacket, Thursday clinic"), ("7/26", "7/26"), ("726", "7/26"), ("law", "mother-in-law"),
        ("mother-in-law", "mother-in-law"), ("Oksana", "Оксана"), ("straße", "STRASSE"),
    ],
)  # fmt: skip
def test_it_is_found(typed: str, written: str) -> None:
    assert finds(typed, written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("re", "red jacket"), ("acket", "red jacket"), ("jackets", "red jacket"), ("Saša", "Salih"), ("", "red"), ("red blue", "red jacket")],
)
def test_it_is_not_found(typed: str, written: str) -> None:
    assert not finds(typed, written)


def test_short_words_are_found_whole_and_long_ones_by_what_is_enough() -> None:
    assert finds("7", "7 26")
    assert not finds("2", "7 26")
    assert finds("x" * 60, "x" * 60)
    assert all(len(term) >= SHORTEST_TERM or term == "7" for term in terms("reference", "7 abc"))


def test_what_is_no_word_has_no_terms() -> None:
    assert terms("label", " ,;- ") == frozenset()
    assert words("\u200b!") == []


def test_a_value_is_exact_for_its_kind_alone() -> None:
    assert whole("reference", "7/26") in terms("reference", "7 / 26".replace(" ", ""))
    assert whole("label", "7/26") not in terms("reference", "7/26")
    assert whole("reference", "7/26") != whole("reference", "7/261")
