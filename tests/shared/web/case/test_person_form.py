"""What the answers of a form state, correct and take back, without a page."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.casework.person_file import OnFile, Said
from shared.protocol.case_file import CLASS_OF, DOCUMENTS, FIELDS, Group
from shared.protocol.vocabulary import AgeBand, Source
from shared.web.case.person_form import Known, answers_model, inputs, prefilled, statements, with_stale
from shared.web.text import file_words

KNOWN = Known(date(2026, 3, 3), "RS", AgeBand.ADULT)


def on_file(field: str, *values: str, about: str = "person", before: tuple[str, ...] = ()) -> OnFile:
    group = FIELDS[field].group

    def said(value: str, n: int) -> Said:
        return Said(f"{n:016x}", field, about, group, CLASS_OF[group], value, Source.SAID, 0, "rs-ir", "intake.rs-ir", f"k{n}")

    gone = tuple(said(value, 100 + n) for n, value in enumerate(before))
    return OnFile(field, about, group, CLASS_OF[group], tuple(said(value, n) for n, value in enumerate(values)), gone)


def sent(group: Group, file: list[OnFile], about: str = "person", **answers: Any) -> list[dict[str, Any]]:
    """What is stated when somebody opens the form and changes these answers."""
    asked = inputs(group, about, file)
    model = answers_model(asked).model_validate({**prefilled(asked), "source": "said", **answers})
    return [one.model_dump(exclude_defaults=True) for one in statements(asked, model.model_dump(), KNOWN, about)]


def test_names_in_the_short_account_are_pointed_at_by_their_place_and_may_be_meant() -> None:
    known = replace(KNOWN, names=("Milica", "Đorđević"))
    asked = inputs(Group.EXPLOITATION_WORDS, "person", [])

    def told(**answers: str) -> list[dict[str, Any]]:
        model = answers_model(asked).model_validate({"source": "said", **answers})
        return [one.model_dump(exclude_defaults=True) for one in statements(asked, model.model_dump(), known, "person")]

    words = "Then Milicu was sold, call 060 1234567"
    with pytest.raises(ValidationError) as error:
        told(short_account=words)
    (wrong,) = error.value.errors()
    assert (wrong["type"], wrong["loc"], wrong["ctx"]) == ("file-names", ("short_account",), {"limit": "2, 6, 7"})
    assert "Milic" not in wrong["msg"]
    assert told(**{"short_account": words, "short_account-nobody": "true"}) == [
        {"field": "short_account", "value": words, "source": Source.SAID}
    ]
    assert told(exploitation_words=words)[0]["value"] == words, "what is for who needs the words is not asked for names"
    file = [on_file("short_account", words)]
    assert [one["field"] for one in sent(Group.EXPLOITATION_WORDS, file, exploitation_place="a farm")] == ["exploitation_place"]


def test_an_untouched_form_says_nothing() -> None:
    file = [
        on_file("birth", "1990~"), on_file("phone", "+381601234567 call", "+358401234567 never"), on_file("alert", "armed", "followed"),
        on_file("birth_country", "NP"), on_file("stay_until", "2027-02-01"),
    ]  # fmt: skip
    for group in (Group.BIRTH, Group.PHONE, Group.SAFETY_ALERT, Group.RESIDENCE):
        with pytest.raises(ValidationError) as found:
            sent(group, file)
        assert [one["type"] for one in found.value.errors()] == ["file-nothing"]


@pytest.mark.parametrize("birth", ["1990", "1990-04", "1990-04-05", "1990~", "XXXX"])
def test_a_birth_comes_back_from_the_form_as_it_was(birth: str) -> None:
    file = [on_file("birth", birth)]
    name = f"birth-{0:016x}"
    assert {key for key in prefilled(inputs(Group.BIRTH, "person", file)) if not key.startswith(name)} == set()
    other = sent(Group.BIRTH, file, birth_place="Demo Town")
    assert other == [{"field": "birth_place", "value": "Demo Town", "source": Source.SAID}]


def test_a_change_corrects_and_an_empty_field_takes_back() -> None:
    file = [on_file("given_names", "Demo"), on_file("family_name", "Invented")]
    (given,), (family,) = (
        [one.name for one in inputs(Group.NAME, "person", file) if one.field.name == name] for name in ("given_names", "family_name")
    )
    assert sent(Group.NAME, file, **{given: "Demo Person", family: " "}) == [
        {"field": "given_names", "value": "Demo Person", "source": Source.SAID, "supersedes": f"{0:016x}"},
        {"field": "family_name", "source": Source.SAID, "supersedes": f"{0:016x}", "withdrawn": True},
    ]


def test_boxes_say_what_was_ticked_and_what_was_taken_away_since_the_form_was_opened() -> None:
    file = [on_file("alert", "armed", "followed")]
    assert sent(Group.SAFETY_ALERT, file, alert=["armed", "phone_watched"]) == [
        {"field": "alert", "source": Source.SAID, "supersedes": f"{1:016x}", "withdrawn": True},
        {"field": "alert", "value": "phone_watched", "source": Source.SAID},
    ]
    meanwhile = [on_file("alert", "armed", "never_alone", before=("followed",))]
    told = {"alert": ["armed", "followed"], "alert-stood": "armed followed"}
    with pytest.raises(ValidationError, match="nothing was written"):
        sent(Group.SAFETY_ALERT, meanwhile, **told)


def test_what_a_colleague_replaced_meanwhile_is_still_answered() -> None:
    file = [on_file("given_names", "Demo Two", before=("Demo One",))]
    former = f"given_names-{100:016x}"
    asked = with_stale(inputs(Group.NAME, "person", file), file, "person", [former])
    assert former in [one.name for one in asked]
    (late,) = statements(asked, {**prefilled(asked), former: "Demo Three", "source": "said"}, KNOWN, "person")
    assert (late.value, late.supersedes) == ("Demo Three", f"{100:016x}")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValidationError) as found:
        sent(Group.BIRTH, [], source="", birth_country="Nowhere", **{"birth-day": "31", "birth-month": "2", "birth-year": "1990"})
    assert [(one["loc"], one["type"]) for one in found.value.errors()] == [
        (("source",), "missing"), (("birth",), "file-date-no-such-day"), (("birth_country",), "file-country"),
    ]  # fmt: skip
    assert "Nowhere" not in str(found.value)


def test_an_age_that_was_reported_is_not_contradicted_in_silence() -> None:
    with pytest.raises(ValidationError) as found:
        sent(Group.BIRTH, [], **{"birth-year": "2015"})
    assert found.value.errors()[0]["type"] == "file-birth-adult"
    with_child = [{"field": "dependant_birth", "about": "dependant:1", "value": "2015", "source": Source.SAID}]
    assert sent(Group.DEPENDANT_NAMES, [], "dependant:1", **{"dependant_birth-year": "2015"}) == with_child


def test_every_group_field_and_code_has_words() -> None:
    assert set(file_words.GROUPS) == set(Group)
    assert set(file_words.FIELDS) == set(FIELDS)
    assert set(file_words.HINTS) <= set(FIELDS)
    assert {*file_words.OFFERED, Group.DURESS, Group.ACCOUNT, *DOCUMENTS} == set(Group)
    for field in FIELDS.values():
        if field.codes is not None:
            assert set(file_words.words_of(field.codes)) == {code.value for code in field.codes}, field.name
