"""Decisions on status at the pages: both stages and every earlier decision stay to be read, with who, when, and on what ground."""

import re

from tests.browser.desks import words
from tests.services.assistance.conftest import scene

__all__ = ["scene"]
RG, CG = "reasonable_grounds", "conclusive_grounds"


def decided(page):
    return re.findall(r"(Reasonable|Conclusive) grounds: decided [^.]*?by [^.]*?\. (Positive|Negative)", words(page).replace(" .", "."))


def decide(scene, form, **told):
    answer = scene.lead.post(f"/lead/{scene.case}/decide-status", form_id=form, **{"positive": "true", "ground": "signs", **told})
    scene.town.carry()
    return answer


def key(scene, stage):
    page = scene.lead.get(f"/lead/{scene.case}/decide-status?stage={stage}")
    return page.partition('name="supersedes" value="')[2].partition('"')[0]


def test_a_second_stage_does_not_take_the_place_of_the_first(scene):
    assert decide(scene, "rg", stage=RG).status_code == 303
    alone = decide(scene, "cg", stage=CG, positive="false", ground="documents")
    assert (alone.status_code, "You decided the first stage of this status yourself" in words(alone.text)) == (422, True)
    assert decide(scene, "cg2", stage=CG, positive="false", ground="documents", words="Nobody else is on duty").status_code == 303
    scene.open(scene.lawyers)
    for visitor, path in ((scene.lead, "lead"), (scene.lawyers, "cases")):
        page = visitor.whole(f"/{path}/{scene.case}")
        assert decided(page) == [("Reasonable", "Positive"), ("Conclusive", "Negative")], words(page)
        assert "Ground: The signs that were found" in words(page)
        assert "Ground: Documents" in words(page)
    lead = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert "Officer: Jelena Invented" in lead
    assert "Nobody else is on duty" in lead
    assert "Nobody else is on duty" not in words(scene.lawyers.whole(f"/cases/{scene.case}"))
    assert "Officer:" not in words(scene.lawyers.whole(f"/cases/{scene.case}"))


def test_a_decision_made_anew_names_the_earlier_one_and_both_are_shown(scene):
    decide(scene, "rg", stage=RG, positive="false")
    unopened = words(scene.lawyers.whole(f"/cases/{scene.case}"))
    assert "Reasonable grounds: decided" in unopened
    assert "Negative" not in unopened, "who is asked learns of the person once it has opened the request"
    assert decide(scene, "blind", stage=RG).status_code == 409
    page = words(scene.lead.get(f"/lead/{scene.case}/decide-status?stage={RG}"))
    assert "It takes the place of the decision of" in page
    assert "(Negative)" in page
    earlier = key(scene, RG)
    assert decide(scene, "anew", stage=RG, supersedes=earlier, ground="authority").status_code == 303
    assert decide(scene, "anew again", stage=RG, supersedes=earlier).status_code == 409, "somebody was quicker"
    scene.open(scene.lawyers)
    page = scene.lawyers.whole(f"/cases/{scene.case}")
    assert decided(page) == [("Reasonable", "Negative"), ("Reasonable", "Positive")]
    assert words(page).count("superseded by the decision of") == 1


def test_the_page_asks_for_the_ground_and_says_who_is_told(scene):
    page = words(scene.lead.get(f"/lead/{scene.case}/decide-status"))
    assert "Reasonable grounds" in page
    assert "Conclusive grounds" not in page, "the first stage comes first"
    page = words(scene.lead.get(f"/lead/{scene.case}/decide-status?stage={RG}"))
    assert "Told what you decide, and on what ground:" in page
    bare = decide(scene, "bare", stage=RG, ground="")
    assert (bare.status_code, "Ground: give an answer" in words(bare.text)) == (422, True)


def test_a_positive_decision_does_not_rest_on_nothing_having_been_found(scene):
    answer = decide(scene, "both", stage=RG, ground="nothing_found")
    assert (answer.status_code, "positive decision rests on something" in words(answer.text)) == (422, True)
    assert 'href="#ground"' in answer.text
    assert 'value="nothing_found" checked' in answer.text, "what was chosen is kept"
    told = {"case": scene.case, "stage": RG, "positive": True, "ground": "nothing_found"}
    program = scene.lead.client.post("/api/referral/decide-status", json=told, headers={"Idempotency-Key": "both"})
    assert (program.status_code, [one["field"] for one in program.json()["errors"]]) == (422, ["ground"])
    assert decide(scene, "no", stage=RG, positive="false", ground="nothing_found").status_code == 303


def test_the_page_says_all_that_is_wrong_at_once(scene):
    """One officer decides both stages on nothing found, and does not say why: both are said in one round, and nothing typed is lost."""
    decide(scene, "rg", stage=RG)
    page = scene.lead.get(f"/lead/{scene.case}/decide-status?stage={CG}")
    assert 'name="alone" value="true"' in page
    answer = decide(scene, "cg", stage=CG, ground="nothing_found", alone="true")
    said = words(answer.text)
    assert answer.status_code == 422
    assert "a positive decision rests on something that was found or told" in said
    assert "say why you decide both stages" in said
    assert decide(scene, "cg", stage=CG, ground="signs", alone="true", words="Nobody else is on duty").status_code == 303
