"""The first page of everybody: one row for each job, danger first, then time, until it is done."""

import re

from shared.processing.startup import load
from tests.browser.desks import REPORT, Town, town, words

ROW = re.compile(r'<li[^>]*>\s*<div class="own-work__what">\s*<a class="govuk-link" href="([^"]+)">')


def reported(made: Town, form: str, **said: object) -> str:
    answer = made.at["rs-ir"].post("/reports/new", form_id=form, **REPORT | said)
    assert answer.status_code == 303, words(answer.text)
    made.carry()
    return answer.headers["location"].rpartition("/")[2]


def test_each_job_stands_in_one_row_of_somebody_until_it_is_done(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_pu_bg="petra") as made:
        clinic, lead, inspector = made.at["rs-zdr-bg"], made.at["rs-czztlj"], made.at["rs-ir"]
        assert clinic.get("/", 303) == ""
        assert "Nothing waits for your agency. Well done." in words(clinic.get("/"))
        calm = reported(made, "calm", needs=["health"])
        made.later(1)
        urgent = reported(made, "urgent", danger="true", needs=["health", "safety"])
        rows = ROW.findall(clinic.get("/today"))
        assert [row.split("/")[2] for row in rows] == [urgent, calm], "danger first, though it came later"
        page = words(clinic.get("/today"))
        assert "Answer a request: Health care" in page
        assert "Centre for Human Trafficking Victims' Protection waits for it. Phone: +999" in page
        assert "due in" in page
        waits = words(lead.get("/today?whose=others"))
        assert "Health Centre Belgrade must do it. Phone: +999" in waits

        assert clinic.post("/today/looked").headers["location"] == "/today"
        assert "0 are new since you looked" in words(clinic.get("/today"))
        made.later(1)
        reported(made, "third", needs=["health"])
        assert "1 is new since you looked" in words(clinic.get("/today"))
        assert "Cases that changed since then" in words(clinic.get("/today"))

        clinic.post(f"{rows[1]}/open", form_id="o")
        assert clinic.post(f"{rows[1]}/accept", form_id="a").status_code == 303
        shown = words(clinic.get("/today"))
        assert "Act on what was accepted: Health care" in shown, "own decisions count before the others see them"
        assert "In 1 case the others cannot see yet what was decided here." in shown
        made.carry()
        assert "1 is new since you looked" in words(clinic.get("/today")), "what one did oneself is nothing new"
        assert len(ROW.findall(clinic.get("/today"))) == 3, "one row for each job"

        page = lead.get("/today?whose=agency&need=identification")
        assert "Identification" in words(page)
        assert "Answer a request: Health" not in words(page)
        for wrong in ("need=gold", "whose=everybody", "what=dance", "page=0", "colour=red"):
            assert lead.get(f"/today?{wrong}", 422)
        assert "Nothing fits what you chose." in words(clinic.get("/today?what=decide"))
        assert inspector.get("/today?whose=others").count('class="own-work__what"') >= 1, "whoever reported waits for the lead"

        here = next(one for one in made.instances if one.me == "assistance.rs-zdr-bg")
        rows = 'select * from job order by "case", what, "key"'
        before = here.transact(lambda work: [tuple(row)[:9] for row in work.session.connection().exec_driver_sql(rows)])
        here.transact(lambda work: work.session.connection().exec_driver_sql("delete from job") and None)
        assert "Nothing waits for your agency" in words(clinic.get("/today"))
        load(here)
        after = here.transact(lambda work: [tuple(row)[:9] for row in work.session.connection().exec_driver_sql(rows)])
        assert after == before, "a start fills what an earlier release had not"


def test_a_call_is_noted_as_a_report_and_accepts_nothing(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        case, lead = reported(made, "r", needs=["health"]), made.at["rs-czztlj"]
        path, page = f"/lead/{case}", lead.get(f"/lead/{case}")
        assert "Phone: +999 1 000 006" in words(page)
        form = lead.form_id(page, f"{path}/called")
        for _twice in (1, 2):
            sent = lead.post(f"{path}/called", form_id=form, agency="rs-zdr-bg", answered="false")
            assert sent.headers["location"].partition("?")[0] == path
        page = words(lead.get(path))
        assert page.count("Reported by the officer: called Health Centre Belgrade on") == 1
        assert "Health Centre Belgrade must answer the request" in page, "nobody accepts by a telephone call"
        assert lead.post(f"{path}/called", form_id="x", agency="rs-ngo-pomoc", answered="true").status_code == 422
        assert lead.post(f"{path}/called", form_id="y", agency="rs-zdr-bg").status_code == 422
        assert "called Health Centre" not in words(made.at["rs-zdr-bg"].whole(f"/cases/{case}")), "it stays with the agency"
