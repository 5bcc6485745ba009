"""What people type of a person: what is meant is taken, what cannot be is refused in words, and nothing incomplete is made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.file_values import WRONG, Unclear, against_age, birth_of, born_between, day_of, latin, value_of
from shared.protocol.case_file import FIELDS, Field, Kind, fits
from shared.protocol.vocabulary import AgeBand

TODAY = date(2026, 3, 3)


def wrong(field: str, typed: str, use: str = "", region: str = "RS") -> str:
    with pytest.raises(Unclear) as found:
        value_of(FIELDS[field], typed, use, region)
    assert found.value.code in WRONG
    assert typed not in str(found.value), "an error quotes nothing that was typed"
    return found.value.code


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (("28", "2", "2001"), "2001-02-28"), (("", "2", "2001"), "2001-02"), (("", "", "2001"), "2001"), (("", "", ""), ""),
        ((" 3 ", "03", "2001"), "2001-03-03"), (("29", "2", "2004"), "2004-02-29"), (("3", "3", "2026"), "2026-03-03"),
    ],
)  # fmt: skip
def test_a_birth_is_kept_as_exactly_as_it_is_known(parts: tuple[str, str, str], value: str) -> None:
    assert birth_of(*parts, TODAY) == value
    assert not value or fits(FIELDS["birth"], value)


def test_a_birth_may_be_estimated_or_not_known() -> None:
    assert birth_of("", "", "2008", TODAY, estimated=True) == "2008~"
    assert birth_of("", "", "", TODAY, unknown=True) == "XXXX"
    assert fits(FIELDS["birth"], "2008~")
    assert fits(FIELDS["birth"], "XXXX")


@pytest.mark.parametrize(
    ("parts", "more", "code"),
    [
        (("31", "2", "2001"), {}, "date-no-such-day"), (("29", "2", "2001"), {}, "date-no-such-day"),
        (("1", "13", "2001"), {}, "date-no-such-day"),
        (("4", "3", "2026"), {}, "birth-future"), (("", "", "2027"), {}, "birth-future"), (("1", "1", "1901"), {}, "birth-too-old"),
        (("1", "", "2001"), {}, "birth-day-alone"), (("1", "1", ""), {}, "birth-day-alone"),
        (("", "", ""), {"estimated": True}, "birth-day-alone"),
        (("1", "1", "01"), {}, "date-figures"), (("one", "1", "2001"), {}, "date-figures"), (("٣", "1", "2001"), {}, "date-figures"),
        (("1", "1", "2001"), {"estimated": True}, "birth-estimated"), (("", "", "2001"), {"unknown": True}, "birth-unknown"),
    ],
)  # fmt: skip
def test_a_birth_that_cannot_be_is_refused(parts: tuple[str, str, str], more: dict[str, bool], code: str) -> None:
    with pytest.raises(Unclear) as found:
        birth_of(*parts, TODAY, **more)
    assert found.value.code == code
    assert code in WRONG


@pytest.mark.parametrize(
    ("birth", "band", "code"),
    [
        ("2008-03-03", AgeBand.CHILD, "birth-child"), ("2008-03-04", AgeBand.CHILD, ""), ("2008-03-03", AgeBand.ADULT, ""),
        ("2008-03-04", AgeBand.ADULT, "birth-adult"), ("2008-03", AgeBand.CHILD, ""), ("2008-03", AgeBand.ADULT, ""),
        ("2007", AgeBand.CHILD, "birth-child"), ("2008", AgeBand.CHILD, ""), ("2007~", AgeBand.CHILD, ""),
        ("2005~", AgeBand.CHILD, "birth-child"),
        ("2012~", AgeBand.ADULT, "birth-adult"), ("XXXX", AgeBand.ADULT, ""), ("1980", AgeBand.UNSURE, ""), ("2015", AgeBand.UNKNOWN, ""),
    ],
)  # fmt: skip
def test_an_age_is_contradicted_only_where_no_day_that_is_meant_fits_it(birth: str, band: AgeBand, code: str) -> None:
    assert against_age(birth, band, TODAY) == code


@given(st.dates(date(1910, 1, 1), TODAY))
def test_less_exact_means_more_days(born: date) -> None:
    exact = (born, born)
    assert born_between(born.isoformat()) == exact
    for shorter in (born.isoformat()[:7], born.isoformat()[:4], f"{born.year}~"):
        span = born_between(shorter)
        assert span is not None
        assert span[0] <= exact[0] <= exact[1] <= span[1]
        exact = span


def test_another_day_is_whole_or_nothing() -> None:
    assert day_of("1", "2", "2027") == "2027-02-01"
    assert day_of("", " ", "") == ""
    for parts, code in (
        (("1", "2", ""), "date-incomplete"),
        (("31", "4", "2027"), "date-no-such-day"),
        (("1", "1", "2201"), "date-figures"),
    ):
        with pytest.raises(Unclear) as found:
            day_of(*parts)
        assert found.value.code == code


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("060 123 4567", "RS", "+381601234567"), ("+358 40 123 4567", "RS", "+358401234567"), ("00381601234567", "RS", "+381601234567"),
        ("(040) 123-4567", "FI", "+358401234567"),
    ],
)  # fmt: skip
def test_a_number_is_kept_in_international_writing_with_its_use(typed: str, region: str, number: str) -> None:
    assert value_of(FIELDS["phone"], typed, "text_only", region) == f"{number} text_only"


def test_a_number_without_its_use_or_that_nobody_can_call_is_refused() -> None:
    assert wrong("phone", "060 123 4567") == "number-use"
    assert wrong("phone", "060 123 4567", "shout") == "number-use"
    assert wrong("phone", "12", "call") == "phone"
    assert wrong("phone", "call me", "call") == "phone"
    assert wrong("phone", "060 123 4567", "call", region="") == "phone"
    assert wrong("email", "nobody", "call") == "email"
    assert value_of(FIELDS["email"], "demo@example.org", "never") == "demo@example.org never"


def test_texts_keep_their_letters_and_lose_the_blanks_around() -> None:
    assert value_of(FIELDS["given_names"], "  Ма\u0301рија ") == "Ма\u0301рија"
    assert value_of(FIELDS["family_name"], "Cafe\u0301") == "Café"
    assert value_of(FIELDS["health_words"], "one\r\ntwo\r") == "one\ntwo"
    assert value_of(FIELDS["alias"], " \r\n ") == ""
    assert value_of(FIELDS["given_names"], "علی\u200cرضا") == "علی\u200cرضا", "a joiner belongs to the name"
    assert wrong("given_names", "x" * 81) == "too-long"
    assert wrong("given_names", "two\nlines") == "characters"
    assert wrong("health_words", "bell\x07") == "characters"


def test_codes_of_lists_are_checked_and_brought_into_one_writing() -> None:
    assert value_of(FIELDS["nationality"], "npl") == "NP"
    assert value_of(FIELDS["nationality"], "Stateless") == "stateless"
    assert value_of(FIELDS["language"], "rom") == "rom"
    assert wrong("nationality", "Nepal") == "country"
    assert wrong("nationality", "XY") == "country"
    assert wrong("language", "qqq") == "language"
    assert wrong("alert", "other") == "code"
    assert wrong("dependants", "31") == "number"
    assert value_of(FIELDS["dependants"], "2") == "2"


@given(st.sampled_from([f for f in FIELDS.values() if f.kind not in (Kind.DATE, Kind.BIRTH)]), st.text(max_size=1200))
def test_whatever_is_typed_becomes_a_value_that_fits_or_a_sentence(field: Field, typed: str) -> None:
    try:
        value = value_of(field, typed, "call", "RS")
    except Unclear as error:
        said = WRONG.get(error.code)
    else:
        said = "a value" if not value or fits(field, value) else None
    assert said


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("Демо Љубица Џекова", "Demo Ljubica Džekova"), ("ЉУБА Његош", "LJUBA Njegoš"), ("Ђорђе-Ћирић", "Đorđe-Ćirić"), ("Maria", None),
        ("Щедрин", None), ("Андрей", None), ("", None),
    ],
)  # fmt: skip
def test_latin_letters_are_proposed_for_serbian_cyrillic_alone(name: str, proposed: str | None) -> None:
    assert latin(name) == proposed
