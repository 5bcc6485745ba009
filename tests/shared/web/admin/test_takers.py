"""Nobody is given a case, a turn or a draft whose roles let them read no case: with them it would be in nobody's list."""

from pathlib import Path

from tests.browser.desks import REPORT, Visitor, town, words

NO = "has no role in which cases are read"
TURN = {"officer": "danica", "byday": ["MO"], "begins": "20:00", "ends": "8:00"}
AT = "/assignments/intake"


def sits(visitor: Visitor, officer: str) -> None:
    visitor.client.cookies.set(f"nrm_officer_{visitor.agency}", officer)


def test_cases_turns_and_drafts_go_to_nobody_who_reads_no_cases(tmp_path: Path) -> None:
    """Danica deals with data protection alone (`deploy/countries/serbia.toml`), Igor is head of section."""
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="luka") as made:
        office = made.at["rs-ir"]
        case = office.post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        draft = office.client.get("/drafts/new").headers["location"].removesuffix("/danger")
        assert office.post(f"{draft}/danger", form_id=draft.rpartition("/")[2], danger="true").status_code == 303
        made.carry()
        sits(office, "igor")
        for page in ("/assignments", f"{AT}/{case}", "/duty", "/reports"):
            shown = office.get(page)
            assert 'value="igor"' in shown, page
            assert 'value="danica"' not in shown, page
        turns = (
            office.post(f"{AT}/hand-over", officer="ines", to="danica"), office.post(f"{AT}/{case}/give", officer="danica"),
            office.post("/duty", form_id="turn", **TURN), office.post(f"{draft}/hand-over", to="danica"),
        )  # fmt: skip
        assert [(one.status_code, NO in words(one.text)) for one in turns] == [(422, True)] * 4
        assert office.post(f"{AT}/hand-over", officer="ines", to="igor").status_code == 303
        assert office.get(f"/reports/{case}"), "who reads cases has it then"
