"""Codes of languages and countries, and texts: what is taken, and what is said of the rest."""

import pytest
from babel import Locale
from pydantic import BaseModel, ValidationError

from shared.config.codes import WRONG, GivenLanguage, GivenNationality, Line, Text, country_name, language_name
from shared.web.http.forms import MESSAGES, found


class Given(BaseModel):
    """One of each."""

    language: GivenLanguage = ""
    nationality: GivenNationality = ""
    line: Line = ""
    text: Text = ""


@pytest.mark.parametrize("tag", ["", "sr", "rom", "hi", "sr-Latn", "zh-Hant-TW", "es-419"])
def test_a_language_by_its_tag(tag: str) -> None:
    assert Given(language=tag).language == tag


@pytest.mark.parametrize(
    ("code", "kept"),
    [("", ""), ("NP", "NP"), ("NPL", "NP"), ("SRB", "RS"), ("XK", "XK"), ("XKX", "XK"), ("MDA", "MD"), ("stateless", "stateless"),
     ("unknown", "unknown")],
)  # fmt: skip
def test_a_country_is_counted_under_one_code(code: str, kept: str) -> None:
    assert Given(nationality=code).nationality == kept


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        *(("language", value, "language_tag") for value in ("Serbian", "xx", "sr_RS", "sr-", "s", "sr\n", "\0", "qqq")),
        *(("nationality", value, "nationality") for value in ("Nepal", "np", "XX", "EU", "ZZ", "N", "NPLX", "STATELESS", "NP ", "N\0")),
        *(("line", value, "one_line") for value in ("a\nb", "a\rb", "a\tb", "\0", "\x1b[0m", "a\x85b", "a\u2028b")),
        *(("text", value, "plain_text") for value in ("\0", "a\x0bb", "\x1b[0m", "\x7f")),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed_and_without_the_value(field: str, value: str, kind: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Given.model_validate({field: value})
    assert [one["type"] for one in wrong.value.errors()] == [kind]
    assert list(found(wrong.value)) == [(field, WRONG[kind])] == [(field, MESSAGES[kind])]
    assert list(found(wrong.value, str.upper)) == [(field, WRONG[kind].upper())], "in the reader's language"


@pytest.mark.parametrize("text", ["žrtva", "a\nb\r\n\tc", "नेपाल", ""])
def test_several_lines_may_stay(text: str) -> None:
    assert Given(text=text).text == text


def test_a_country_has_its_name_in_the_readers_language() -> None:
    assert (country_name("NP", Locale("en")), country_name("NPL", Locale("sr", script="Latn"))) == ("Nepal", "Nepal")
    assert country_name("DE", Locale("fi")) == "Saksa"
    assert country_name("Congolese Drc ", Locale("en")) == "Congolese Drc ", "the word of a published list stays"


def test_a_language_has_its_name_in_each_language_and_a_tag_without_one_stays() -> None:
    assert (language_name("ps", Locale("fi")), language_name("ps", Locale("sr", script="Cyrl"))) == ("Paštu", "Паштунски")
    assert language_name("zh-Hant", Locale("en")) == "Traditional Chinese"
    assert language_name("qaa", Locale("en")) == "qaa"
