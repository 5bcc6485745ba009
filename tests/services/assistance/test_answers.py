"""A request is sent on, or answered with an offer: what each page says, to whom, and who must move next."""

import pytest

from tests.browser.desks import words

NEXT = "rs-ngo-pomoc"


def kinds(scene, need="health"):
    return [(h.giver, h.to, h.state.value) for h in scene.town.picture(scene.case).handoffs.values() if h.need == need]


def says(visitor, path, decision, form="f", **answers):
    answer = visitor.post(f"{path}/{decision}", form_id=f"{decision} {form}", **answers)
    return answer.status_code, words(answer.text)


def send(scene, path, **more):
    status, said = says(scene.clinic, path, "send-on", **{"to": NEXT, "code": "C6", **more})
    scene.town.carry()
    return status, said


def test_it_is_sent_on_and_is_seen_by_all_as_such(scene):
    path = scene.open(scene.clinic)
    form = scene.clinic.get(path)
    assert "Send it on to another agency" in words(form)
    assert 'value="C14"' not in form.partition('/send-on"')[2].partition("</form>")[0], "other reasons are said to who asked"
    status, said = send(scene, path)
    assert status == 303, said
    ((giver, first, state), (sender, to, waits)) = kinds(scene)
    assert (giver, first, state) == ("rs-czztlj", "rs-zdr-bg", "forwarded")
    assert (sender, to, waits) == ("rs-zdr-bg", NEXT, "requested")
    for visitor in (scene.clinic, scene.lead):
        assert "This request was sent on." in words(visitor.get(path))
        assert "Goes on as" in words(visitor.get(path))
    assert "Health care" in words(scene.lawyers.get("/work")).partition("Invitations to answer")[2]
    assert "Waiting for others 1" in words(scene.clinic.get("/work")), "who sent it on waits for it, and has it back if nobody accepts"
    assert "Invitations to answer" not in words(scene.clinic.get("/work"))
    assert "Answer a request: Health care" in words(scene.clinic.get("/today?whose=others"))
    assert "sent on" in words(scene.lead.whole(f"/lead/{scene.case}"))
    again, said = says(scene.clinic, path, "send-on", "again", to=NEXT, code="C6")
    assert (again, "This request was sent on" in said) == (409, True)


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"code": "C13"}, 422, "A request is sent on because"),
        ({"code": ""}, 422, "give an answer"),
        ({"to": ""}, 422, "Agency"),
        ({"to": "rs-czztlj"}, 422, "This agency asked you"),
        ({"to": "rs-zdr-bg"}, 422, "own"),
        ({"to": "rs-ir"}, 422, "does not"),
    ],
)
def test_what_cannot_be_sent_on_so_says_why_and_keeps_the_form(scene, more, status, said):
    path = scene.open(scene.clinic)
    found, page = send(scene, path, **more)
    assert found == status, page
    assert said.lower() in page.lower()
    assert "Send it on to another agency" in page
    assert [state for *_, state in kinds(scene)] == ["acknowledged"]


def offered(scene, **terms):
    path = scene.open(scene.clinic)
    status, said = says(scene.clinic, path, "offer", **terms)
    assert status == 303, said
    scene.town.carry()
    return path


def test_a_part_is_offered_agreed_and_the_rest_is_back(scene):
    path = offered(scene, terms="part")
    assert "Your offer waits for a yes or no" in words(scene.clinic.get(path))
    assert "Something else was offered to you: say yes or no 1" in words(scene.lead.get("/work"))
    assert "Say yes or no to an offer" in words(scene.lead.get("/today?whose=agency"))
    assert "Waiting" in words(scene.clinic.get("/today?whose=others")) or "Say yes or no" in words(scene.clinic.get("/today?whose=others"))
    page = words(scene.lead.get(path))
    assert "A part of it" in page
    assert "has offered something else, and waits for an answer. An answer is due by" in words(scene.lead.get(f"/lead/{scene.case}/card"))
    assert "With your yes the other agency is responsible" in page
    status, said = says(scene.clinic, path, "agree-offer")
    assert (status, "The agency that asked says yes or no" in said) == (409, True)
    assert says(scene.lead, path, "agree-offer")[0] == 303
    scene.town.carry()
    assert kinds(scene) == [("rs-czztlj", "rs-zdr-bg", "accepted"), ("rs-czztlj", "rs-zdr-bg", "returned")]
    assert "Came back to you: say who can help instead, or that nothing more is needed 1" in words(scene.lead.get("/work"))
    assert "Health care: nobody is dealing with the rest of it now." in words(scene.lead.get(f"/lead/{scene.case}/card"))
    rest = next(h.id for h in scene.town.picture(scene.case).handoffs.values() if h.origin)
    assert "This is what an offer left open." in words(scene.lead.get(f"/cases/{scene.case}/handoffs/{rest}"))
    assert says(scene.lead, f"/cases/{scene.case}/handoffs/{rest}", "give-up")[0] == 303
    scene.town.carry()
    assert "Came back to you" not in words(scene.lead.get("/work"))


def test_a_later_day_is_refused_and_the_clinic_must_answer_as_asked(scene):
    path = offered(scene, terms="later", days="5")
    assert "From a later day" in words(scene.lead.get(path))
    assert says(scene.lead, path, "refuse-offer")[0] == 303
    scene.town.carry()
    page = words(scene.clinic.get(path))
    assert "Invitations to answer 1" in words(scene.clinic.get("/work"))
    assert "Refused" in page
    assert "Offer something else" not in page, "one offer: then it is yes or no"
    status, said = says(scene.clinic, path, "offer", "again", terms="part")
    assert (status, "Something else was offered already" in said) == (409, True)
    assert "Send it on to another agency" in page, "that it can still do"
    status, said = send(scene, path)
    assert status == 303, said


def test_silence_is_no_yes(scene):
    path = offered(scene, terms="later", days="5")
    scene.town.later(24 * 30)
    scene.town.carry()
    assert [state for *_, state in kinds(scene)] == ["expired"]
    assert "Came back to you" in words(scene.lead.get("/work"))
    status, said = says(scene.lead, path, "agree-offer")
    assert (status, "Nothing else was offered here" in said) == (409, True)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"terms": "later"}, "Say from which day"), ({"terms": "other"}, "Say what you can do instead"),
        ({"terms": "part", "days": "3"}, "Say the day only where"), ({"terms": "other", "need": "legal"}, "legal"), ({}, "give an answer"),
    ],
)  # fmt: skip
def test_an_offer_that_is_not_whole_comes_back_at_its_field(scene, terms, said):
    path = scene.open(scene.clinic)
    status, page = says(scene.clinic, path, "offer", **terms)
    assert (status, said.lower() in page.lower()) == (422, True), page
    assert "There is a problem" in page
