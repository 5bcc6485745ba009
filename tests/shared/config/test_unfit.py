"""What is wrong with a file or a setting is said with what is allowed, and never by a regular expression."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.config.codes import WRONG, GivenLanguage
from shared.config.country import Country
from shared.config.settings import Settings
from shared.config.unfit import FORMS, WORDS, clauses
from shared.web.text.card_words import CardText


def patterns(schema: Any) -> Iterator[str]:
    """All forms of texts in the schema of a model."""
    if isinstance(schema, dict):
        if isinstance(form := schema.get("pattern"), str):
            yield form
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


def test_each_form_of_a_text_in_a_file_or_a_setting_has_words() -> None:
    asked = {form for model in (Country, Settings, CardText) for form in patterns(model.model_json_schema())}
    assert asked == {*FORMS}
    assert not [words for words in (*WORDS.values(), *(words for words, _ in FORMS.values())) if "%(pattern)" in words]


class Told(BaseModel):
    language: GivenLanguage


def test_an_error_of_our_own_kind_says_what_is_allowed() -> None:
    with pytest.raises(ValidationError) as refused:
        Told(language="serbian")
    assert [str(one) for one in clauses(refused.value)] == [f"language: {WRONG['language_tag']}"]
