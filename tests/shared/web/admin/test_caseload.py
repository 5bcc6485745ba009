"""An officer's own list of cases, on paper and as a file: what is next, and nothing of the persons; and what is known, field by field."""

import csv
import re
from io import StringIO

from shared.config.calendar import HOUR
from shared.web.admin.caseload import SHOWN
from tests.browser.desks import REPORT, town, words

NAME, PHONE, PLACE = "Jovana", "+381601234567", "Čačak"


def test_the_list_says_what_is_next_and_nothing_of_the_persons(tmp_path) -> None:
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        ines, zora = made.at["rs-ir"], made.at["rs-zdr-bg"]
        assert "You have no open cases." in words(zora.get("/caseload"))
        cases = list[str]()
        for form, danger in (("calm", "false"), ("urgent", "true")):
            made.clock.at += 2 * HOUR
            sent = ines.post("/reports/new", form_id=form, **REPORT | {"danger": danger, "needs": ["health", "safety"]})
            cases.append(sent.headers["location"].rpartition("/")[2])
            for group, answers in (("name", {"given_names": NAME}), ("municipality", {"municipality": PLACE})):
                assert ines.post(f"/reports/{cases[-1]}/person/{group}", form_id=group + form, source="said", **answers).status_code == 303
            ines.post(f"/reports/{cases[-1]}/own/name-case", form_id=f"n{form}", label=NAME, reference="R 7")
            made.carry()
        assert "You have no open cases." in words(zora.get("/caseload")), "nobody has them yet"
        for case in cases:
            zora.post(f"/assignments/assistance/{case}/take")
        page = zora.get("/caseload")
        assert "Answer a request" in words(page)
        assert 'href="/caseload"' in zora.get("/today")
        assert "own-unprinted" not in page, "it may be printed"
        refs = [f"{case[:4]}-{case[4:8]}".upper() for case in cases]
        assert [said for said in re.findall(r"[0-9A-F]{4}-[0-9A-F]{4}", page) if said in refs] == refs[::-1], "danger first"
        file = zora.client.get("/caseload/file", headers={"accept": "text/html"})
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(r'attachment; filename="document-\d{4}-\d\d-\d\d.csv"', file.headers["content-disposition"])
        head, *lines = csv.reader(StringIO(file.text.lstrip("\ufeff")))
        assert head[0] == "Case"
        assert [line[0] for line in lines] == refs[::-1]
        assert lines[0][5] == "Health Centre Belgrade"
        mine = ines.get("/caseload")
        for told in (page, file.text, mine, ines.client.get("/caseload/file").text):
            assert not {NAME, PLACE, "R 7"} & set(re.findall(r"[\w ]+", told))
            assert NAME not in told


def test_cases_of_both_services_of_the_lead_are_listed_once_each(tmp_path) -> None:
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="jelena") as made:
        ines, jelena = made.at["rs-ir"], made.at["rs-czztlj"]
        cases = [
            ines.post("/reports/new", form_id=form, **REPORT | {"needs": [form]}).headers["location"].rpartition("/")[2]
            for form in ("health", "legal")
        ]
        made.carry()
        assert jelena.post(f"/assignments/assistance/{cases[0]}/take").status_code == 303
        refs = [f"{case[:4]}-{case[4:8]}".upper() for case in cases]
        page = jelena.get("/caseload")
        assert refs[0] in page, "it was taken at assistance alone"
        assert refs[1] not in page
        assert f'href="/cases/{cases[0]}"' in page
        for case in cases:
            assert jelena.post(f"/assignments/referral/{case}/take").status_code == 303
        page = jelena.get("/caseload")
        assert [page.count(f"{ref}</a>") for ref in refs] == [1, 1]
        assert f'href="/lead/{cases[0]}"' in page, "the lead decides on it there"
        assert words(page).count("Decide on the person’s status") == 2


def test_where_all_do_everything_danger_is_listed_before_what_is_older(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("shared.casework.caseload.AT_MOST", 2)
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        cases = list[str]()
        for form, danger in (("a", "false"), ("b", "false"), ("c", "true")):
            made.clock.at += 2 * HOUR
            sent = made.at["rs-ir"].post("/reports/new", form_id=form, **REPORT | {"danger": danger, "needs": ["health", "safety"]})
            cases.append(sent.headers["location"].rpartition("/")[2])
            made.carry()
        refs = [f"{case[:4]}-{case[4:8]}".upper() for case in cases]
        page = made.at["rs-czztlj"].get("/caseload")
        assert [said for said in re.findall(r"([0-9A-F]{4}-[0-9A-F]{4})</a>", page)] == [refs[2], refs[0]]


def test_all_that_is_to_be_printed_stands_there_unfolded(tmp_path) -> None:
    """On paper nobody unfolds the rest, and not every browser does so by itself."""
    with town(tmp_path, rs_ir="ines") as made:
        ines = made.at["rs-ir"]
        for number in range(SHOWN + 1):
            made.clock.at += 2 * HOUR
            ines.post("/reports/new", form_id=f"f{number}", **REPORT)
        made.carry()
        page = ines.get("/caseload")
        assert len(re.findall(r"[0-9A-F]{4}-[0-9A-F]{4}</a>", page)) == SHOWN + 1
        assert page.count("own-rest") == 1, "on the screen the last one is folded"
        whole = ines.get(re.search(r'href="(/caseload\?whole=true)"', page)[1])
        assert len(re.findall(r"[0-9A-F]{4}-[0-9A-F]{4}</a>", whole)) == SHOWN + 1
        assert "own-rest" not in whole
        assert 'href="/caseload?whole' not in whole


def test_each_value_stands_in_a_field_of_its_own(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        ines, zora = made.at["rs-ir"], made.at["rs-zdr-bg"]
        case = ines.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        ines.post(f"/reports/{case}/person/name", form_id="n", source="said", given_names=NAME)
        ines.post(f"/reports/{case}/own/name-case", form_id="o", label="", reference='R "7" <b>')
        made.carry()
        page = ines.get(f"/reports/{case}/fields")
        assert f'/reports/{case}/fields"' in ines.get(f"/reports/{case}/person")
        fields = dict(re.findall(r'<label class="govuk-label" for="(field-\d+)">([^<]+)</label>', page))
        values = dict(re.findall(r'id="(field-\d+)" value="([^"]*)" readonly', page))
        assert values.keys() <= fields.keys()
        said = {fields[id]: value for id, value in values.items()}
        assert NAME in said.values()
        assert said["Reference of your own agency"] == "R &#34;7&#34; &lt;b&gt;"
        assert said["Number of the case"] == f"{case[:4]}-{case[4:8]}".upper()
        closed = words(zora.get(f"/cases/{case}/fields"))
        assert "once it has opened the invitation" in closed
        assert NAME not in zora.get(f"/cases/{case}/fields")
        assert zora.get("/cases/00000000-0000-4000-8000-000000000000/fields", 404)
