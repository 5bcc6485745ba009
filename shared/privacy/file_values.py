"""What people type about a person → the values of a case file, or a sentence that says what is wrong with it. Pure functions.

Wrong is what cannot be (31 February), never what is merely incomplete: half of a date of birth is better than a made-up one.
"""

import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from shared.config import codes
from shared.config.i18n import N_
from shared.privacy.naming_words import pointed_at
from shared.protocol.case_file import Field, Kind, fits
from shared.protocol.vocabulary import AgeBand

OLDEST = 120
OF_AGE = 18
UNKNOWN_BIRTH = "XXXX"

WRONG = {
    "nothing": N_("nothing was written that is not on file already; write what is new, or go back"),
    "too-long": N_("write it shorter, at most %(limit)s characters"),
    "characters": N_("leave out control characters and line breaks"),
    "names": N_(
        "no names, telephone numbers or addresses here: look at word %(limit)s, and change it, or say below that these words name nobody"
    ),
    "meanwhile": N_("somebody wrote this meanwhile: it stands in the form now; change it there, or leave it"),
    "code": N_("choose one of the answers offered"),
    "number": N_("write a whole number from 0 to %(limit)s, in figures"),
    "language": N_("give the code of a language (BCP 47), such as sr, rom or zh-Hant"),
    "country": N_("give the code of a country (ISO 3166), such as NP or NPL, or write stateless or unknown"),
    "phone": N_("nobody can be called there; write the number with the code of its country, such as +381 60 1234567"),
    "phone-figures": N_("write the number in figures alone: letters would make another number, and an extension has no place here"),
    "email": N_("write an e-mail address, such as name@example.org"),
    "number-use": N_("say what may be done with it: a call to the wrong number can harm"),
    "date-figures": N_("write day, month and year in figures, the year with four"),
    "date-no-such-day": N_("there is no such day; look at day and month"),
    "date-incomplete": N_("write day, month and year"),
    "time": N_("write the time in figures, such as 14:30"),
    "step-future": N_("this day has not been yet; write what has happened"),
    "step-code": N_("choose what happened, and what is asked beside it"),
    "birth-day-alone": N_("write the month and the year too, or the year alone; what is not known stays empty"),
    "birth-future": N_("this day has not been yet, and nobody is born in the future"),
    "birth-too-old": N_("that is more than 120 years ago; look at the year"),
    "birth-estimated": N_("an estimated birth is a year alone: leave day and month empty, or take the tick away"),
    "birth-unknown": N_("either it is not known, or write what is, not both"),
    "birth-child": N_("a child was reported, and this date makes an adult; look at the date, or have the lead record the age first"),
    "birth-adult": N_("an adult was reported, and this date makes a child; look at the date, or have the lead record the age first"),
}
"""Code → what is wrong and what to do. None quotes what was typed."""


class Unclear(ValueError):
    """What was typed is no value of this field; `code` says why."""

    def __init__(self, code: str, limit: int | str = 0) -> None:
        super().__init__(code)
        self.code, self.limit = code, limit


def clear(unclear: Unclear) -> PydanticCustomError:
    """The same as an error of a form."""
    kind: Any = f"file-{unclear.code}"
    words: Any = WRONG[unclear.code]
    return PydanticCustomError(kind, words, {"limit": unclear.limit})


def value_of(field: Field, typed: str, use: str = "", region: str = "") -> str:
    """A value as its field is written; empty where nothing was typed. Dates have functions of their own. Raises Unclear.

    `use` is what may be done with a number or an address; a number without the code of a country is one of this region (ISO 3166).
    """
    words = written(typed)
    if not words:
        return ""
    if not _is_seen(words):
        raise Unclear("characters")
    if field.kind is Kind.PHONE:
        words = f"{phone(words, region)} {_use(use, field)}"
    elif field.kind is Kind.EMAIL:
        words = f"{words} {_use(use, field)}"
    elif field.kind in CODED:
        words = _coded(field.kind, words)
    if not fits(field, words):
        raise _unfit(field, words)
    return words


def without_names(words: str, names: Iterable[str], *, nobody: bool) -> str:
    """These words, where nothing in them looks as if it named somebody, or whoever typed them says that it does not. Raises Unclear."""
    if not nobody and (places := pointed_at(words, names)):
        raise Unclear("names", ", ".join(map(str, places)))
    return words


def written(typed: str) -> str:
    """The same words without blanks around them, in one way of writing letters and line breaks."""
    return unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip(" \n\t")


def _is_seen(words: str) -> bool:
    """Whether any of it leaves a mark on a page."""
    return any(unicodedata.category(one)[0] not in "ZC" for one in words)


def _unfit(field: Field, words: str) -> Unclear:
    if field.kind is Kind.NUMBER:
        return Unclear("number", field.limit)
    if field.kind in BY_KIND:
        return Unclear(BY_KIND[field.kind])
    return Unclear("too-long", field.limit) if len(words) > field.limit else Unclear("characters")


BY_KIND = {
    Kind.CODE: "code",
    Kind.EMAIL: "email",
    Kind.PHONE: "phone",
    Kind.LANGUAGE: "language",
    Kind.COUNTRY: "country",
    Kind.REGION: "code",
}
CODED = {Kind.LANGUAGE: codes.language_tag, Kind.COUNTRY: codes.nationality}
LETTERS_FIRST = 3
"""A code of a country has two letters or three, and may be typed in small ones."""


def _coded(kind: Kind, words: str) -> str:
    small = kind is Kind.COUNTRY and words.lower() not in codes.NO_COUNTRY and len(words) <= LETTERS_FIRST
    try:
        return CODED[kind](words.upper() if small else words.lower() if kind is Kind.COUNTRY else words)
    except PydanticCustomError:
        raise Unclear(BY_KIND[kind]) from None


def _use(use: str, field: Field) -> str:
    if use not in [code.value for code in field.codes or ()]:
        raise Unclear("number-use")
    return use


def phone(words: str, region: str) -> str:
    """A telephone number as E.164 writes it; one without the code of a country is one of this region. Raises Unclear."""
    import phonenumbers  # it takes half a second to load, and few processes ever read a number

    try:
        number = phonenumbers.parse(words, region or None)
    except phonenumbers.NumberParseException:
        raise Unclear("phone") from None
    if number.extension or any(one.isalpha() for one in words):  # the library makes figures of letters, and the wrong number can harm
        raise Unclear("phone-figures")
    if not phonenumbers.is_possible_number(number):
        raise Unclear("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def day_of(day: str, month: str, year: str) -> str:
    """A day that is known exactly; empty where nothing was typed. Raises Unclear."""
    parts = [written(part) for part in (day, month, year)]
    if not any(parts):
        return ""
    if not all(parts):
        raise Unclear("date-incomplete")
    return _checked(*parts).isoformat()


def step_of(field: Field, code: str, detail: str, day: str, today: date) -> str:
    """A step with its day and its second code, where it has one; empty where nothing was answered. Raises Unclear."""
    if not (code or detail or day):
        return ""
    if not day:
        raise Unclear("date-incomplete")
    if day > today.isoformat():
        raise Unclear("step-future")
    words = " ".join(part for part in (day, code, detail if field.details else "") if part)
    if not code or not fits(field, words):
        raise Unclear("step-code")
    return words


def birth_of(day: str, month: str, year: str, today: date, *, estimated: bool = False, unknown: bool = False) -> str:
    """A birth as exactly as it is known: a day, a month, a year, an estimated year, or that it is not known. Raises Unclear."""
    d, m, y = (written(part) for part in (day, month, year))
    if unknown and (d or m or y or estimated):
        raise Unclear("birth-unknown")
    if unknown or not (d or m or y or estimated):
        return UNKNOWN_BIRTH if unknown else ""
    if not y or (d and not m):
        raise Unclear("birth-day-alone")
    if estimated and m:
        raise Unclear("birth-estimated")
    if _figures(y, {4}) and int(y) > today.year:
        raise Unclear("birth-future")
    first = _checked(d or "1", m or "1", y)
    if first > today:
        raise Unclear("birth-future")
    if first.year < today.year - OLDEST:
        raise Unclear("birth-too-old")
    return first.isoformat()[: 10 if d else 7 if m else 4] + ("~" if estimated else "")


def _checked(day: str, month: str, year: str) -> date:
    if not (_figures(day, {1, 2}) and _figures(month, {1, 2}) and _figures(year, {4})):
        raise Unclear("date-figures")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unclear("date-no-such-day") from None
    if not 1900 <= found.year < 2100:
        raise Unclear("date-figures")
    return found


def _figures(words: str, lengths: Collection[int]) -> bool:
    return words.isascii() and words.isdigit() and len(words) in lengths


def against_age(birth: str, band: AgeBand, today: date) -> str:
    """The code of what contradicts: every day that this birth can mean says the other side of eighteen. Empty where it may be right."""
    span = born_between(birth)
    if span is None:
        return ""
    earliest, latest = span
    if band is AgeBand.CHILD and _age(latest, today) >= OF_AGE:
        return "birth-child"
    return "birth-adult" if band is AgeBand.ADULT and _age(earliest, today) < OF_AGE else ""


def born_between(birth: str) -> tuple[date, date] | None:
    """The first and the last day that a birth can mean; an estimated year may be wrong by two. None where it is not known."""
    if birth == UNKNOWN_BIRTH:
        return None
    if birth.endswith("~"):
        return date(int(birth[:4]) - 2, 1, 1), date(int(birth[:4]) + 2, 12, 31)
    parts = [int(part) for part in birth.split("-")]
    year, month, day = (*parts, 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    after = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    return date(year, month or 1, 1), date.fromordinal(after.toordinal() - 1)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


CYRILLIC = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)) | {"љ": "lj", "њ": "nj", "џ": "dž"}
"""Serbian Cyrillic → its own Latin letters."""


def latin(name: str) -> str | None:
    """A proposal of a name in Latin letters; None where it has none to make: no Cyrillic letter, or one that Serbian does not have.

    What a passport says counts more, so nobody is held to it.
    """
    if not any("\u0400" <= letter <= "\u04ff" for letter in name):
        return None
    found = [_letter(letter, name[n + 1 : n + 2]) for n, letter in enumerate(name)]
    return None if None in found else "".join(part for part in found if part is not None)


def _letter(letter: str, following: str) -> str | None:
    if not "\u0400" <= letter <= "\u04ff":
        return letter
    small = CYRILLIC.get(letter.lower())
    if small is None or letter == letter.lower():
        return small
    return small.upper() if following.isupper() else small.capitalize()
