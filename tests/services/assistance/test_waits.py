"""The work list: what came back has a deadline and an end, one piece of work is one row, and a decided identification is over."""

from services.referral import rules
from shared.protocol.case import HandoffState
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import DeclineCode, Need
from tests.browser.desks import words
from tests.shared.protocol.cases import LEADING, NGO, POLICE, SOCIAL, Story


def test_a_no_of_the_person_is_back_with_who_asked_until_it_is_settled(scene):
    path = scene.open(scene.clinic)
    assert scene.clinic.post(f"{path}/decline", form_id="no", code="C14").status_code == 303
    scene.town.carry()
    page = words(scene.lead.get("/work"))
    assert "Came back to you: say who can help instead, or that nothing more is needed 1 Health" in page
    assert "due in 2 d" in page
    assert "must say whether anything more is needed, the request ended without help: Health" in words(
        scene.lead.get(f"/lead/{scene.case}")
    )
    assert "Nothing more is needed for this" not in words(scene.clinic.get(path))
    assert "It is back with your agency" in words(scene.lead.get(path))
    refused = scene.clinic.post(f"{path}/give-up", form_id="not mine")
    assert (refused.status_code, "is not back with your agency" in words(refused.text)) == (409, True)
    assert scene.lead.post(f"{path}/give-up", form_id="over").status_code == 303
    scene.town.carry()
    assert "Came back to you" not in words(scene.lead.get("/work"))
    assert "the request ended without help" not in words(scene.reporter.get(f"/cases/{scene.case}"))
    assert scene.lead.post(f"{path}/give-up", form_id="twice").status_code == 409
    page = words(scene.lead.whole(f"/lead/{scene.case}"))
    assert "said that nothing more is needed: Health" in page
    assert "took its request back" not in page


def test_what_came_back_turns_late(scene):
    path = scene.open(scene.clinic)
    assert scene.clinic.post(f"{path}/decline", form_id="no", code="C6").status_code == 303
    scene.town.carry()
    assert "late: " not in words(scene.lead.get("/work"))
    scene.town.later(49)
    page = words(scene.lead.get("/work"))
    assert "Came back to you" in page
    assert "late: " in page


def test_a_request_that_its_task_carries_is_one_row(scene):
    scene.act_together()
    page = words(scene.clinic.get("/work"))
    assert "Your tasks in joint actions 1 Health" in page
    assert "Accepted by you" not in page
    tasks = scene.clinic.get("/work")
    task = tasks[tasks.index(f'href="/cases/{scene.case}/tasks/') + 6 :].partition('"')[0]
    assert scene.clinic.post(f"{task}/drop", form_id="drop").status_code == 303
    assert "Accepted by you 1 Health" in words(scene.clinic.get("/work")), "before the log has it"
    scene.town.carry()
    page = words(scene.clinic.get("/work"))
    assert "Accepted by you 1 Health" in page, "without its task it is work of its own again"


def test_a_decided_identification_is_over(scene):
    work = scene.lead.get("/work")
    path = work[work.index(f'href="/cases/{scene.case}/handoffs/') + 6 :].partition('"')[0]
    assert scene.lead.post(f"{path}/open", form_id="see").status_code == 303
    assert scene.lead.post(f"{path}/accept", form_id="take").status_code == 303
    scene.town.carry()
    said = {"positive": "true", "ground": "signs", "words": "one officer is on duty"}
    for stage in ("reasonable_grounds", "conclusive_grounds"):
        assert "Accepted by you 1 Identification" in words(scene.lead.get("/work"))
        assert scene.lead.post(f"/lead/{scene.case}/decide-status", form_id=stage, **said, stage=stage).status_code == 303
        scene.town.carry()
    assert "Identification" not in words(scene.lead.get("/work"))


def test_a_call_asks_nobody_who_has_a_conflict_of_safety_in_the_case() -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=NEWEST)
    story.asks("other", LEADING, POLICE, Need.SAFETY)
    story.declines("other", DeclineCode.SAFETY_CONFLICT)
    for n, agency in (("a", SOCIAL), ("b", POLICE), ("c", NGO)):
        story.asks(n, LEADING, agency)
        if n != "c":
            story.declines(n, DeclineCode.NO_CAPACITY)
    assert story["c"].state is HandoffState.CALLED
    assert rules.called_together(story.case, Need.HOUSING) == (SOCIAL, NGO)
