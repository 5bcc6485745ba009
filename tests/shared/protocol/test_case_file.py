"""The fields of a case file: each has a class by its group, a bound, and a way of writing that refuses everything else."""

import pytest

from shared.protocol.case_file import CLASS_OF, FIELDS, About, Group, Kind, fits, speaks_of
from shared.protocol.vocabulary import DataClass


def test_every_group_has_one_class_and_some_field() -> None:
    assert set(CLASS_OF) == set(Group)
    assert not set(CLASS_OF.values()) & {DataClass.D0, DataClass.D9}
    assert set(CLASS_OF.values()) == {DataClass(f"D{n}") for n in range(1, 9)}
    assert {field.group for field in FIELDS.values()} == set(Group)


def test_every_field_is_bounded_and_has_codes_where_it_says_so() -> None:
    for name, field in FIELDS.items():
        assert field.name == name
        assert 0 < field.limit <= 1000
        assert (field.codes is not None) == (field.kind in (Kind.CODE, Kind.PHONE, Kind.EMAIL, Kind.STEP)), name
        assert field.kind is Kind.STEP or field.details is None, name


def test_what_others_depend_on_is_never_filed_with_the_persons_own_name() -> None:
    """So that the number of children can travel without their names, and theirs without the person's."""
    for field in FIELDS.values():
        if field.about is About.DEPENDANT:
            assert field.group in (Group.DEPENDANTS, Group.DEPENDANT_NAMES)
        elif field.about is About.SUSPECT:
            assert field.group is Group.SUSPECTS or (field.kind is Kind.CODE and field.group is Group.SAFETY_ALERT)
        assert (field.about is About.ACCOUNT) == (field.group is Group.ACCOUNT)


def test_statistics_take_codes_and_bands_alone() -> None:
    assert {f.kind for f in FIELDS.values() if f.d9} <= {Kind.CODE, Kind.COUNTRY, Kind.STEP, Kind.REGION, Kind.NUMBER}
    assert [name for name, f in FIELDS.items() if f.d9 and f.kind is Kind.NUMBER] == ["dependants"], "told as a band"


FITS = {
    "given_names": ("Demo Person", "Демо"), "health_words": ("two\nlines",), "alert": ("followed",), "stay_until": ("2026-02-28",),
    "birth": ("2001-02-28", "2001-02", "2001", "2001~", "XXXX"), "dependants": ("0", "30"), "language": ("sr", "zh-Hant"),
    "nationality": ("NP", "stateless"), "phone": ("+381601234567 text_only", "112 call"), "email": ("a@b.example never",),
    "milestone": ("2026-02-28 charged trafficking",), "compensation": ("2026-02-28 paid state",), "granted": ("2026-02-28 reflection",),
    "exploitation_region": ("RS11", "UKC"),
}  # fmt: skip
NEVER = {
    "given_names": ("", " ", "x" * 81, "two\nlines", "bell\x07", "\u202eturned"), "health_words": ("\x00", "x" * 501),
    "alert": ("", "other", "Followed"), "stay_until": ("2026-02-30", "1.2.2026", "2026"),
    "birth": ("2001-02-31", "2001-13", "2001-2", "01", "~2001", ""),
    "dependants": ("31", "-1", "two", "01"), "language": ("Serbian language", ""), "nationality": ("Nepal", "np"),
    "phone": ("+381601234567", "call", "+381601234567 shout", "0" * 16 + " call"), "email": ("a@b", "a b@c call"),
    "milestone": ("charged trafficking", "2026-02-30 charged trafficking", "2026-02-28 charged", "2026-02-28 charged state",
                  "2026-02-28 charged trafficking other", "2026-02-28  charged trafficking"),
    "granted": ("2026-02-28 reflection trafficking", "2026-02-28 stayed"), "exploitation_region": ("RS111", "Novi Sad", "rs11", "RS"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in FITS.items() for value in values])
def test_a_value_as_its_field_is_written_fits(name: str, value: str) -> None:
    assert fits(FIELDS[name], value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NEVER.items() for value in values])
def test_any_other_does_not(name: str, value: str) -> None:
    assert not fits(FIELDS[name], value)


def test_whom_a_field_speaks_of() -> None:
    assert speaks_of(FIELDS["birth"], "person")
    assert not speaks_of(FIELDS["birth"], "dependant:1")
    assert speaks_of(FIELDS["suspect_name"], "suspect:3")
    for about in ("person", "suspect", "suspect:0", "suspect:100", "dependant:1", "suspect:1 "):
        assert not speaks_of(FIELDS["suspect_name"], about)
