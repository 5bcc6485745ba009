"""A decision that did not count on the log is told at once, above the page and in lists, until it was seen; who was away finds it, too."""

from pathlib import Path

from sqlmodel import Session, select

from deploy.oracle.by_hand import altered
from deploy.verify.ledger import read_file
from shared.casework.uncounted import AT_MOST
from shared.store.tables import Outbox, SeenVerdict
from tests.browser.desks import Visitor, words
from tests.services.assistance.conftest import Scene
from tests.shared.land import rows

MINE = "Your decision did not count: Health Centre Belgrade accepted: Health care"


def crossed(scene: Scene) -> str:
    """The clinic accepts while whoever asked takes it back, which comes first on the log; the address of the hand-off."""
    path = scene.open(scene.clinic)
    scene.town.carry()
    assert scene.lead.post(f"{path}/revoke", form_id="revoke").status_code == 303
    assert scene.clinic.post(f"{path}/accept", form_id="accept").status_code == 303
    assert "did not count" not in words(scene.clinic.get(f"/cases/{scene.case}"))
    scene.town.carry()
    return path


def sits(visitor: Visitor, officer: str) -> Visitor:
    """Somebody else at the same agency."""
    visitor.client.cookies.set(f"nrm_officer_{visitor.agency}", officer)
    return visitor


def seen_at(page: str) -> str:
    return page.partition('action="/uncounted/')[2].partition('"')[0]


def test_it_stands_above_the_page_and_in_the_list_until_it_was_seen(scene: Scene) -> None:
    path = crossed(scene)
    for page in (f"/cases/{scene.case}", path, "/work"):
        shown = words(scene.clinic.get(page))
        assert MINE in shown, page
        assert "something that came first made it impossible" in shown
    case = words(scene.clinic.get(f"/cases/{scene.case}"))
    assert case.index(MINE) < case.index("Who must move next")
    way = f"/uncounted/{seen_at(scene.clinic.get('/work'))}"
    answer = scene.clinic.post(way, back=f"/cases/{scene.case}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{scene.case}")
    for page in (f"/cases/{scene.case}", path, "/work"):
        assert "Your decision did not count" not in words(scene.clinic.get(page))
    assert "Did not count" in words(scene.clinic.whole(f"/cases/{scene.case}")), "the history goes on telling"
    assert scene.clinic.post(way).status_code == 404, "it waits for nobody any more"


def test_colleagues_see_it_too_and_what_they_have_seen_is_not_lost_on_who_was_away(scene: Scene) -> None:
    path = scene.open(scene.lawyers)
    scene.town.carry()
    scene.lead.post(f"{path}/revoke", form_id="revoke")
    assert scene.lawyers.post(f"{path}/accept", form_id="accept").status_code == 303
    scene.town.carry()
    nikola = sits(scene.lawyers, "nikola")
    shown = nikola.get("/work")
    assert "A decision of Nada Invented, lawyer did not count:" in words(shown)
    assert nikola.post(f"/uncounted/{seen_at(shown)}", back="/work").headers["location"] == "/work"
    assert "did not count" not in words(nikola.get("/work"))
    nada = sits(scene.lawyers, "nada")
    shown = nada.get("/work")
    assert "accepted: Legal help Did not count" in words(shown)
    assert nada.post(f"/uncounted/{seen_at(shown)}", back="//evil.example").headers["location"] == "/"
    assert "did not count" not in words(nada.get("/work"))
    at = next(one for one in scene.town.instances if one.me == "assistance.rs-ngo-pomoc")
    noted = rows(at, "select officer, \"case\" from audit where act = 'seen-uncounted' order by seq")
    assert noted == [("nikola", scene.case), ("nada", scene.case)]


def test_it_is_told_in_the_lists_of_all_services_of_the_agency(scene: Scene) -> None:
    """The reporter's answer comes first on the log; what the lead took back meanwhile did not count."""
    path = scene.open(scene.reporter)
    scene.town.carry()
    assert scene.lead.post(f"{path}/revoke", form_id="revoke").status_code == 303
    assert scene.reporter.post(f"{path}/accept", form_id="accept").status_code == 303
    scene.town.carry()
    for page in ("/work", "/lead"):
        assert "took its request back: Wage claim" in words(scene.lead.get(page)), words(scene.lead.get(page))[:300]
    assert "did not count" not in words(scene.reporter.get("/work"))


def test_what_waited_when_the_agency_left_the_case_is_told(scene: Scene) -> None:
    path = scene.open(scene.clinic)
    scene.town.carry()
    gone = scene.lead.post(f"/lead/{scene.case}/withdraw", form_id="w", agency="rs-zdr-bg")
    assert gone.status_code == 303
    assert scene.clinic.post(f"{path}/accept", form_id="accept").status_code == 303
    scene.town.carry()
    assert MINE in words(scene.clinic.get("/work"))


def test_what_others_decided_and_somebody_has_seen_hides_nothing_that_waits(scene: Scene) -> None:
    """However much there is of it: who decided has left, and never says that they have seen it."""
    crossed(scene)
    clinic = next(one for one in scene.town.instances if one.me == "assistance.rs-zdr-bg")
    with Session(clinic.engine) as session, session.begin():
        (row,) = session.exec(select(Outbox).where(Outbox.type == "handoff.accepted.v1")).all()
        for n in range(AT_MOST):
            session.add(Outbox.model_validate(row.model_dump() | {"seq": -1 - n, "key": f"before {n}", "officer": "who left"}))
            session.add(SeenVerdict(key=f"before {n}", officer="another", at=1))
    assert MINE in words(scene.clinic.get("/work"))


def test_who_has_seen_it_is_in_the_chain(scene: Scene, tmp_path: Path) -> None:
    crossed(scene)
    scene.clinic.post(f"/uncounted/{seen_at(scene.clinic.get('/work'))}", back="/work")
    clinic = next(one for one in scene.town.instances if one.me == "assistance.rs-zdr-bg")
    files = [file for file in tmp_path.rglob("*.db") if "zdr" in file.name]
    assert list(altered(read_file(file) for file in files)) == []
    with clinic.engine.begin() as connection:
        connection.connection.cursor().execute("delete from seenverdict")  # by hand: not by the engine's statements
    assert any("saw what did not count" in said for said in altered(read_file(file) for file in files))
