"""Codes that people and programs may give: of languages and of countries, as Unicode's CLDR knows them; and texts of one line or several.

What is wrong is said without the value: a short code names the kind of error, and pages say it in the reader's language.
"""

import re
from functools import cache
from typing import Annotated, Any

from babel import Locale
from babel.core import get_global, parse_locale
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.config.i18n import N_

LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*")
TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")
HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
"""A time of day, as people write it: 8:30, and in some languages 8.30 too."""
TELEPHONE = re.compile(r"(\+?[0-9][0-9 ]{2,28})?")
NO_COUNTRY = ("stateless", "unknown")
BESIDE_CLDR = {"XKX": "XK"}
"""Codes in use for which CLDR has no alias."""
GROUPS = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
"""Of CLDR's two-letter codes those that are no country's."""
WRONG = {
    "one_line": N_("write one line, without tabs, line breaks and control characters"),
    "plain_text": N_("leave out control characters; line breaks may stay"),
    "language_tag": N_("give the code of a language (BCP 47), such as sr, rom or zh-Hant"),
    "hour": N_("give hours and minutes, such as 08:30"),
    "telephone": N_("give the digits of a telephone number, or leave it empty"),
    "nationality": N_("give the code of a country (ISO 3166), such as NP or NPL, or write stateless or unknown"),
}
"""Kind of error → what is allowed."""


def _wrong(kind: Any) -> PydanticCustomError:
    words: Any = WRONG[kind]
    return PydanticCustomError(kind, words)


def _territories(locale: Locale) -> dict[str, str]:
    """Code → name, of countries and of groups of them."""
    known: Any = locale.territories
    return dict(known)


@cache
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


@cache
def _countries() -> dict[str, str]:
    """Code of two letters or three → that of two."""
    two = {code for code in _territories(Locale("en")) if re.fullmatch(r"[A-Z]{2}", code)} - GROUPS
    aliases: Any = get_global("territory_aliases")
    three = {code: now[0] for code, now in aliases.items() if re.fullmatch(r"[A-Z]{3}", code) and len(now) == 1 and now[0] in two}
    return {code: code for code in two} | three | BESIDE_CLDR


def one_line(text: str) -> str:
    """The same text. Raises PydanticCustomError where it is not one plain line."""
    if not LINE.fullmatch(text):
        raise _wrong("one_line")
    return text


def plain_text(text: str) -> str:
    """The same text. Raises PydanticCustomError where it holds control characters other than tabs and line breaks."""
    if not TEXT.fullmatch(text):
        raise _wrong("plain_text")
    return text


def language_tag(tag: str) -> str:
    """The same tag; empty where nobody was asked. Raises PydanticCustomError where no language is called so."""
    try:
        language = parse_locale(tag, sep="-")[0] if tag else ""
    except ValueError:
        raise _wrong("language_tag") from None
    if language and language not in _languages():
        raise _wrong("language_tag")
    return tag


def hour(typed: str) -> str:
    """A time of day, typed as 8:30 or 8.30, as `08:30`. Raises PydanticCustomError."""
    found = HOUR.fullmatch(typed.strip())
    if not found:
        raise _wrong("hour")
    return f"{found[1].zfill(2)}:{found[2]}"


def telephone(typed: str) -> str:
    """A telephone number as people write it, or nothing. Raises PydanticCustomError."""
    if not TELEPHONE.fullmatch(typed.strip()):
        raise _wrong("telephone")
    return typed.strip()


def nationality(code: str) -> str:
    """The code in its two letters, so that nobody is counted under two; empty where nobody was asked. Raises PydanticCustomError."""
    if code and code not in NO_COUNTRY and code not in _countries():
        raise _wrong("nationality")
    return _countries().get(code, code)


def country_name(code: str, locale: Locale) -> str:
    """A country's name in a language; what is no code, as of an import, stays as it is."""
    return _territories(locale).get(_countries().get(code, ""), code)


def language_name(tag: str, locale: Locale) -> str:
    """What a language is called in another; a tag that Unicode has no name for stays as it is."""
    names: Any = locale.languages  # Babel says of them that they are some mapping
    name = str(names.get(tag.replace("-", "_"), ""))
    return name[:1].upper() + name[1:] if name else tag


Line = Annotated[str, AfterValidator(one_line), Field(description=WRONG["one_line"])]
Text = Annotated[str, AfterValidator(plain_text), Field(description=WRONG["plain_text"])]
GivenLanguage = Annotated[str, StringConstraints(max_length=12), AfterValidator(language_tag), Field(description=WRONG["language_tag"])]
GivenNationality = Annotated[str, StringConstraints(max_length=12), AfterValidator(nationality), Field(description=WRONG["nationality"])]
GivenHour = Annotated[str, StringConstraints(max_length=8), AfterValidator(hour), Field(description=WRONG["hour"])]
GivenTelephone = Annotated[str, StringConstraints(max_length=30), AfterValidator(telephone), Field(description=WRONG["telephone"])]
