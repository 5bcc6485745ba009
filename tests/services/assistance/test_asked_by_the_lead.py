"""What the desk that leads asked of others is settled by whoever has the case there, though a colleague has it where the agency acts."""

from pathlib import Path

from tests.browser.desks import REPORT, Visitor, town, words

LEAD, CLINIC = "rs-czztlj", "rs-zdr-bg"


def test_whose_case_it_is_at_the_desk_that_leads_answers_for_what_it_asked_and_for_nothing_else(tmp_path: Path) -> None:
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="jelena", rs_pu_bg="petra", rs_zdr_bg="zora") as made:
        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"needs": ["investigation"]}).headers["location"]
        case = case.rpartition("/")[2]
        made.carry()
        lead, clinic = made.at[LEAD], made.at[CLINIC]
        colleague = next(one.id for one in made.instances[0].country.agency(LEAD).officers if one.id != lead.officer)
        lead.post(f"/assignments/referral/{case}/take")
        told = {"agency": CLINIC, "need": "health", "classes": ["D1", "D5"], "language": "sr"}
        page = f"/lead/{case}"
        assert lead.post(f"{page}/record-consent", form_id="c", head=made.picture(case).head, **told).status_code == 303
        assert lead.post(f"{page}/add-agency", form_id="a", head=made.picture(case).head, agency=CLINIC, need="health").status_code == 303
        made.carry()
        clinic.post(f"/assignments/assistance/{case}/take")
        asked = next(one.id for one in made.picture(case).handoffs.values() if one.to == CLINIC)
        way = f"/cases/{case}/handoffs/{asked}"
        for decision in ("open", "ask-info"):
            assert clinic.post(f"{way}/{decision}", form_id=decision, head=made.picture(case).head, words="Since when?").status_code == 303
            made.carry()
        other = Visitor(lead.client, LEAD, colleague)
        other.get(way, 303)  # nobody has it there: it can be taken
        other.post(f"/assignments/assistance/{case}/take")

        lead = Visitor(lead.client, LEAD, "jelena")
        assert way in lead.get("/today")
        shown = lead.get(way)
        assert "More information is asked of you" in words(shown)
        assert f'href="/cases/{case}"' not in shown, "the way back is to where they have it"
        assert f'href="{page}"' in shown
        answers = f"{page}/words/{asked}/"
        assert f'href="{answers}' in shown, "the question is answered where they have it"
        lead.get(next(one for one in shown.split('"') if one.startswith(answers)))
        lead.get(f"/cases/{case}", 404)
        sent = {"form_id": "told", "head": made.picture(case).head}
        assert lead.post(f"{way}/accept", **sent).status_code == 404, "whoever was asked answers"
        done = lead.post(f"{way}/supply-info", **sent)
        assert (done.status_code, done.headers["location"]) == (303, page)

        by_program = {"nrm-officer": "jelena", "accept": "application/json"}
        body = {"case": case, "handoff": asked}
        api = "/api/assistance"
        assert lead.client.post(f"{api}/revoke", json=body, headers=by_program).status_code == 201
        assert lead.client.post(f"{api}/accept", json=body, headers=by_program).status_code == 404
        made.carry()
        assert made.picture(case).handoffs[asked].state == "revoked"
