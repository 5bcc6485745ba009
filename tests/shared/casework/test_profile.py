"""What is said of the person in stages stays: nothing is merged away because a later record has a field of the same name."""

from shared.casework.profile import Profile, add, of_decision

FIRST = {"D0": {"stage": "reasonable_grounds"}, "D2": {"positive": True, "ground": "signs"}}
SECOND = {"D0": {"stage": "conclusive_grounds"}, "D2": {"positive": False}}


def known() -> Profile:
    return {"D1": {}, "D2": {}}


def test_each_decision_on_status_stays_under_its_key() -> None:
    profile = known()
    for key, parts in (("one", FIRST), ("two", SECOND)):
        add(profile, of_decision(key, parts))
    assert profile["D2"] == {"decisions": {"one": FIRST["D2"], "two": SECOND["D2"]}}


def test_a_checkpoint_takes_no_decision_away_and_adds_those_it_has() -> None:
    profile = known()
    add(profile, of_decision("two", SECOND))
    add(profile, {"D2": {"account": {"decisions": {"one": FIRST["D2"]}, "forms": ["LAB"]}}})
    assert profile["D2"]["decisions"] == {"two": SECOND["D2"], "one": FIRST["D2"]}
    assert profile["D2"]["forms"] == ["LAB"]


def test_signs_that_are_told_later_join_those_that_were_known() -> None:
    profile = known()
    add(profile, {"D2": {"indicators": ["LI01", "LI04"], "forms": ["LAB"]}})
    add(profile, {"D2": {"indicators": ["LI07", "LI04"]}})
    assert profile["D2"] == {"indicators": ["LI01", "LI04", "LI07"], "forms": ["LAB"]}


def test_other_fields_hold_the_last_word() -> None:
    profile = known()
    add(profile, {"D1": {"language": "hi", "age": "unsure"}})
    add(profile, {"D1": {"age": "adult"}})
    assert profile["D1"] == {"language": "hi", "age": "adult"}


def test_a_decision_of_which_one_may_know_nothing_says_nothing() -> None:
    profile = known()
    add(profile, of_decision("one", {"D0": FIRST["D0"]}))
    assert profile == known()
