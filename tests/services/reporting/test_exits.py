"""No exit of reporting gives anybody but cleared staff a figure that has not passed the gate: every route and every command is walked."""

import csv
import json
from collections import Counter
from io import StringIO

import orjson
import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from typer.main import get_command

from deploy.commands.figures import report
from deploy.importers.packs import pack
from deploy.importers.persons import persons
from deploy.importers.releases import release
from deploy.importers.reports import referrals
from deploy.importers.tables import table
from deploy.trouble import Trouble
from services.reporting.ingest import releases as making
from services.reporting.ingest.statistics import take
from services.reporting.models import FiguresRelease
from services.reporting.queries.releases import ReleaseSource
from services.reporting.queries.restricted import NotCleared, clearance
from services.reporting.rules.gate import releases
from services.reporting.rules.latency.time_buckets import bucket, middle
from services.reporting.rules.shown.picture_lines import MADE_OF
from services.reporting.rules.tables.catalogue import ALL_TABLES
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.table_cases import CountedCase, NumberPlace
from services.reporting.service import PAGES, routers
from shared.access.actor import Actor, DemoAccess
from shared.access.roles import Act, Role, needed
from shared.config.country_tables import Publication
from shared.records.codec import to_json
from shared.web.admin.application import office
from tests.services.reporting.life import WATCHED, reporting_instance, settings
from tests.services.reporting.pairs_asked import asked, pairs_today
from tests.services.reporting.test_figures_page import REFERRAL
from tests.shared.bus import START, SimulatedRecord
from tests.shared.counted import record_id
from tests.shared.land import Hand

RARE, RARE_MS = "Rarestland", 986_400_000
"""What one person has, and how long one hand-off took: neither may be seen."""
TOLD_MS = str(middle(bucket(RARE_MS)))
"""As cleared staff are told it."""
WORK_LISTS = {
    "/operations",
    "/operations/agencies",
    "/operations/records",
    "/operations/stalled",
    "/operations/traces",
    "/operations/away",
    "/operations/away.csv",
    "/operations/waiting",
    "/operations/waiting.csv",
    "/operations/traces/{trace}/way.csv",
    "/operations/traces/{trace}",
    "/api/reporting/handoffs",
}
"""Lists of what waits, each line a hand-off that an operator follows: no figures. /operations has times for cleared staff alone."""
NO_FIGURES = {"/v1/traces", "/figures/codebook", "/figures/packs", "/api/reporting/tables"}
"""Spans come in by the first; the others say what tables count, and have no number of anybody."""
COMMANDS = {"referrals", "release", "rebuild", "codebook", "table", "take", "htcds"}
LATE = REFERRAL | {"simulated": True, "gender": "female"}
STAGE = {
    "kind": "stage", "giver": "rs-insp", "receiver": "rs-lead", "need": "identification", "stage": "answered", "machine": False,
    "outcome": "accepted", "late": False, "month": "2025-01",
}  # fmt: skip


class As(DemoAccess):
    """The demo's way to sign in, for people with roles of their own."""

    roles = frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD})

    def present(self, request):
        return Actor("olga", "Olga Invented", self.roles)


class Cleared(As):
    roles = frozenset({Role.SUPERVISOR})


def some() -> list[dict]:
    people = [
        {**REFERRAL, "quarter": ("2024-Q4", "2025-Q1")[n % 2], "nationality": f"Country {n % 3}",
         "gender": "male" if n % 4 else "female", "case": f"{1000 + n:032x}"}
        for n in range(30)
    ]  # fmt: skip
    people[7] |= {"nationality": RARE}
    stages = [{**STAGE, "ms": 3_600_000 + n, "case": f"{n:032x}"} for n in range(9)] + [
        {**STAGE, "ms": RARE_MS, "stage": "completed", "case": "f" * 32}
    ]
    happened = [{"kind": "joint_action", "month": "2025-02", "agencies": 2, "case": f"{n:032x}"} for n in range(3)]
    return [one | {"simulated": True} for one in (*people, *stages, *happened)]  # a source's own words are kept of simulated times alone


def told(instance, bodies) -> None:
    records = [SimulatedRecord(0, n, START, b"", orjson.dumps({"id": record_id(n), **body})) for n, body in enumerate(bodies)]
    instance.transact(lambda work: take(work, records))


@pytest.fixture
def rapporteur(tmp_path):
    """The rapporteur's instance with a release, its application, and what lets one be somebody else there."""
    instance = reporting_instance(tmp_path, "rs-zg", Hand())
    told(instance, some())
    app = office(settings(tmp_path, "rs-zg"), [PAGES], [instance])
    desk = app.state.desks["reporting"]
    client = TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=False)

    def ask(who, path, **post):
        desk.guard = who(WATCHED.agency("rs-zg"))
        return client.post(path, data=post) if post else client.get(path)

    yield ask, instance
    instance.close()


def test_every_route_with_figures_gives_released_ones_alone_to_who_is_not_cleared(rapporteur, pytestconfig) -> None:
    (ask, _), long = rapporteur, pytestconfig.getoption("--long")
    assert ask(Cleared, "/figures/releases", kind="simulated").status_code == 303
    routes = {
        route.path: route
        for kind in WATCHED.agencies if "reporting" in kind.services for router in routers(kind) for route in router.routes
    }  # fmt: skip
    left = {path for path, route in routes.items() if "GET" in route.methods} - WORK_LISTS - NO_FIGURES
    open_ = {path for path in left if needed(routes[path].endpoint) is Act.READ_FIGURES}
    assert {needed(routes[path].endpoint) for path in left - open_} == {Act.READ_UNPROTECTED}
    assert all(ask(As, path.replace("{id}", "T2")).status_code == 403 for path in left - open_ if "{id}" in path)
    tables = {"/figures/tables/{id}", "/figures/tables/{id}/file.csv", "/api/reporting/tables/{id}"}
    figures = {
        "/figures",
        "/figures/build",
        "/figures/build.csv",
        "/figures.csv",
        "/figures/latency.csv",
        "/api/reporting/figures",
        "/api/reporting/figures/latency",
    }
    pictures = {"/figures/pictures", "/figures/pictures/{id}/file.csv"}
    assert open_ == figures | tables | pictures
    for path in ("/figures/pictures", *(f"/figures/pictures/{id}/file.csv" for id in MADE_OF)):
        assert RARE not in ask(As, path).text
        assert TOLD_MS not in ask(As, path).text
        assert ask(As, f"{path}?view=restricted").status_code == 403
    for path in sorted(figures | {path.replace("{id}", id) for path in tables for id in ("T3", "M1")}):
        answers = [ask(As, one) for one in asked(path, pairs_today(path, long))]
        assert {answer.status_code for answer in answers} <= {200, 422}, path
        assert all(RARE not in answer.text and str(RARE_MS) not in answer.text and TOLD_MS not in answer.text for answer in answers), path
        assert any(answer.status_code == 200 for answer in answers), path
        seen = ask(Cleared, f"{path}?rows=nationality&columns=&by=nationality&simulated=true&stage=completed&period=2024-Q4").text
        seen += ask(Cleared, f"{path}?simulated=true&period=2025-Q1").text
        assert (TOLD_MS if "latency" in path else RARE) in seen or "M1" in path, "the control: who is cleared sees it"
        assert ask(As, f"{path}{'&' if '?' in path else '?'}view=restricted").status_code == 403


def test_the_operators_see_what_waits_and_no_times_unless_they_are_cleared(tmp_path) -> None:
    instance = reporting_instance(tmp_path, "rs-koord", Hand())
    app = office(settings(tmp_path, "rs-koord"), [PAGES], [instance])
    client, desk = TestClient(app), app.state.desks["reporting"]
    for who, status, says in ((As, 403, "is in the restricted view"), (Cleared, 200, 'id="how-long"')):
        desk.guard = who(WATCHED.agency("rs-koord"))
        assert says in client.get("/operations").text
        assert {client.get(path).status_code for path in ("/operations/latency.csv", "/api/reporting/latency")} == {status}
    instance.close()


def test_every_command_with_figures_gives_released_ones_unless_the_restricted_view_is_asked_for(rapporteur, tmp_path, capsys) -> None:
    assert set(get_command(report).commands) == COMMANDS
    release("olga", "serbia", tmp_path, Console(width=200), simulated=True)
    out = capsys.readouterr().out
    assert "Release 1 is out: 2024-Q4, 2025-Q1." in out
    assert RARE not in out
    referrals("nationality,quarter", "-", tmp_path, Console())
    said = json.loads(capsys.readouterr().out)
    assert said["view"] == "public"
    assert {"[others]", "[all]"} <= {row["nationality"] for row in said["rows"]}
    assert RARE not in {row["nationality"] for row in said["rows"]}
    referrals("nationality,quarter", None, tmp_path, Console(width=200))
    assert "[c] is suppressed" in capsys.readouterr().out
    referrals("nationality", "-", tmp_path, Console(), restricted=True)
    assert RARE in capsys.readouterr().out
    referrals("gender,age_at_exploitation,quarter", "-", tmp_path, Console())
    assert {"gender": "[all]", "age_at_exploitation": "[all]", "quarter": "[all]", "people": 30}.items() <= json.loads(
        capsys.readouterr().out
    )["rows"][-1].items()
    referrals("first_help,quarter,first_responder_type,identified_by", "-", tmp_path, Console())
    assert json.loads(capsys.readouterr().out)["rows"][-1]["first_help"] == "[all]"
    for by in ("nationality,gender", "first_responder", "quarter,gender,nationality", "gender,basis,place,standing,dependants"):
        with pytest.raises(Trouble, match="gender with age_at_exploitation.* --restricted"):
            referrals(by, None, tmp_path, Console())
    with pytest.raises(Trouble, match="Nothing was released"):
        release("olga", "serbia", tmp_path, Console(), simulated=True)
    table("T3", "-", tmp_path, "serbia", Console(), restricted=False)
    said = json.loads(capsys.readouterr().out)
    assert said["view"] == "public"
    assert RARE not in {row["nationality"] for row in said["rows"]}
    assert "[others]" in {row["nationality"] for row in said["rows"]}
    table("T3", None, tmp_path, "serbia", Console(width=200), restricted=False)
    assert "[c] is suppressed" in capsys.readouterr().out
    table("t3", "-", tmp_path, "serbia", Console(), restricted=True)
    assert RARE in capsys.readouterr().out
    with pytest.raises(Trouble, match="--restricted"):
        persons(tmp_path / "people.csv", tmp_path, Console(), restricted=False, simulated=True)
    assert not (tmp_path / "people.csv").exists()
    with pytest.raises(Trouble, match="--restricted"):
        pack("eurostat", "", None, tmp_path, "serbia", Console(), restricted=False)
    pack("eurostat", "", None, tmp_path, "serbia", Console(width=200), restricted=True)
    assert (
        "E6 Suspected, prosecuted and convicted people by sex and citizenship: not collected, which is not zero." in capsys.readouterr().out
    )


def test_everybody_builds_tables_of_what_is_released_and_is_told_what_there_is(rapporteur) -> None:
    ask, _ = rapporteur
    assert "Nothing has been released yet" in ask(As, "/figures/build?by=gender").text
    ask(Cleared, "/figures/releases", kind="simulated")
    page = ask(As, "/figures/build?by=quarter&by=gender&by=age_at_exploitation")
    assert page.status_code == 200
    assert "Public view" in page.text
    assert "Made of table T2" in page.text
    lines = list(csv.DictReader(StringIO(ask(As, "/figures/build.csv?by=gender&by=age_at_exploitation").text.removeprefix("\ufeff"))))
    assert {"gender": "[all]", "age_at_exploitation": "[all]", "people": "30"}.items() <= lines[-1].items()
    for path in ("/figures/build", "/figures/build.csv"):
        refused = ask(As, f"{path}?by=gender&by=nationality")
        assert refused.status_code == 422
        assert "No released table holds these together" in refused.text
        assert "Sex, Age at exploitation" in refused.text
        assert ask(As, f"{path}?by=first_responder").status_code == 422
    api = ask(As, "/api/reporting/figures?by=gender&by=age_at_exploitation&simulated=true").json()
    assert {"gender": "[all]", "age_at_exploitation": "[all]", "people": 30} in api["people"]
    assert api["suppressed"]["of_figures"] == len(api["people"])
    for by in ("standing&by=first_responder_type", "identified_by&by=first_help&by=quarter&by=first_responder_type", "basis"):
        assert ask(As, f"/api/reporting/figures?by={by}&simulated=true").json()["people"], by
    for by in ("first_responder", "gender&by=basis&by=place&by=standing&by=dependants"):
        refused = ask(As, f"/api/reporting/figures?by={by}&simulated=true")
        assert (refused.status_code, "gender with age_at_exploitation" in refused.text) == (422, True)
        assert "Sex, Age at exploitation" in ask(As, f"/figures/build.csv?by={by}").text
    assert ask(Cleared, "/api/reporting/figures?by=standing&simulated=true").status_code == 422, "facts are not counted by it"
    assert "Restricted view" in ask(Cleared, "/figures/build?by=gender&by=nationality").text


def test_what_is_suppressed_as_a_whole_is_asked_for_in_vain_and_its_page_stands(rapporteur) -> None:
    ask, instance = rapporteur
    people = dict.fromkeys(RELEASED, [("2025-Q1", "x", "one", 6)]) | {"gender": [("2025-Q1", "x", "one", 3), ("2025-Q1", "y", "one", 3)]}
    body = to_json(releases.release(people, {}, [], Publication()).body())
    made = FiguresRelease(simulated=True, made_at=START, made_by="olga", counted="", body=body)
    instance.transact(lambda work: work.session.add(made))
    page = ask(As, "/figures/build?by=gender")
    assert page.status_code == 200
    assert 'value="gender" selected' in page.text
    assert "The whole table is suppressed" in page.text


def test_a_release_stands_and_counts_nobody_twice(rapporteur) -> None:
    ask, instance = rapporteur
    assert "Nothing has been released yet" in ask(As, "/figures").text
    assert ask(As, "/figures/releases", kind="simulated").status_code == 403
    assert "2024-Q4, 2025-Q1" in ask(Cleared, "/figures").text
    assert ask(Cleared, "/figures/releases", kind="simulated").status_code == 303
    first = ask(As, "/figures.csv?rows=nationality&columns=quarter").text
    told(instance, [*some(), *({**LATE, "quarter": "2025-Q1"} for _ in range(40))])
    again = ask(Cleared, "/figures/releases", kind="simulated")
    assert again.status_code == 409
    assert "every quarter that has ended is out already" in again.text
    told(instance, [*some(), *[LATE] * 40, *({**LATE, "quarter": "2024-Q3"} for _ in range(4))])
    assert "fewer than 5 people" in ask(Cleared, "/figures/releases", kind="simulated").text
    assert ask(As, "/figures.csv?rows=nationality&columns=quarter").text == first, "what came late is in no release"


def test_a_table_that_would_tell_what_others_hide_is_in_no_release_and_says_so(rapporteur) -> None:
    ask, _ = rapporteur
    assert ask(Cleared, "/figures/releases", kind="simulated").status_code == 303
    page, alone = ask(As, "/figures/tables/T1b").text, "Cleared staff, in the restricted view alone"
    assert alone in page
    assert "<table" not in page
    assert len(ask(As, "/figures/tables/T1b/file.csv").text.splitlines()) == 1, "a head, and no line"
    assert ask(As, "/api/reporting/tables/T1b?simulated=true").json()["rows"] == []
    assert ask(As, "/figures/codebook").text.count(alone) == len([one for one in ALL_TABLES if one.restricted]) == 9
    assert "<table" in ask(As, "/figures/tables/T2").text, "the control"


def test_agencies_by_name_and_who_is_silent_stand_in_the_restricted_view_alone(rapporteur) -> None:
    """Of each exit that is open to whoever sees figures, with T7 and M6, which count by agency; and of the codebook."""
    ask, instance = rapporteur
    told(instance, [*some(), {**LATE, "first_responder": "Named Agency", "quarter": "2025-Q1"}])
    ask(Cleared, "/figures/releases", kind="simulated")
    silent = [one.name for one in WATCHED.agencies if "intake" in one.services and not one.apart]
    whole = ask(Cleared, "/figures/tables/T7?period=2025-Q1").text
    assert "Silent in 2025-Q1" in whole
    assert silent
    assert all(name in whole for name in (*silent, "Named Agency", REFERRAL["first_responder"]))
    paths = [f"/figures/tables/{id}{rest}" for id in ("T1", "T7", "M6") for rest in ("", "?period=2025-Q1", "/file.csv")]
    paths += [f"/api/reporting/tables/{id}?simulated=true" for id in ("T7", "M6")] + [
        "/figures",
        "/figures/pictures",
        "/figures/build?by=quarter",
    ]
    paths += ["/figures.csv", "/figures/build.csv?by=first_responder_type", "/figures/codebook", "/api/reporting/figures?simulated=true"]
    for path in paths:
        seen = ask(As, path)
        assert seen.status_code == 200, path
        assert not any(name in seen.text for name in (*silent, "Named Agency", REFERRAL["first_responder"], "Silent in")), path
    for path in ("/figures?rows=first_responder", "/figures/build?by=first_responder", "/figures/build.csv?by=first_responder",
                 "/api/reporting/figures?by=first_responder&simulated=true", "/figures.csv?rows=first_responder&columns="):  # fmt: skip
        refused = ask(As, path)
        assert refused.status_code == 422, path
        assert "Named Agency" not in refused.text


def test_a_release_goes_out_only_as_the_figures_still_are(rapporteur) -> None:
    """The gate works beside the writer, so a record may come meanwhile, or the same release twice."""
    _, instance = rapporteur

    def write(found, figures):
        return instance.transact(lambda work: making.write(work.session, WATCHED, found, figures, "olga", START))

    def found():
        return instance.transact(lambda work: making.to_release(work.session, WATCHED, START, True))

    before = found()
    made = making.made(before, WATCHED, START)
    told(instance, [*some(), {**LATE, "quarter": "2025-Q1"}])
    with pytest.raises(making.FiguresChanged):
        write(before, made)
    now = found()
    made = making.made(now, WATCHED, START)
    assert write(now, made).figures == made
    with pytest.raises(making.NothingToRelease):
        write(now, made)


def test_a_case_that_goes_on_in_another_quarter_holds_no_release_up() -> None:
    def cases(period: str):
        adds = ((NumberPlace("T11", "2025-Q1", ("legal",)), 1), (NumberPlace("T11", period, ("housing",)), 1))
        one = CountedCase("2025-Q1", adds, (), ("police", "LAB", "adult", "male", "RS"), "one")
        return making.ToRelease(True, ("2025-Q1",), ReleaseSource({}, {}, []), Counter([one]), {})

    assert cases("2025-Q2").says_the_same_as(cases("2025-Q3"))
    assert not cases("2025-Q2").says_the_same_as(cases("2025-Q1"))


def test_a_table_of_a_former_release_has_its_own_dimensions_and_columns(rapporteur) -> None:
    """Then T3 was, say, a share by sex: no file gives its numbers another meaning."""
    ask, instance = rapporteur
    figures = releases.release({name: [("2024-Q1", "x", "one", 20)] for name in RELEASED}, {}, [], Publication()).body()
    former = {"id": "T3", "by": ["gender"], "shape": "share", "periods": {"2024-Q1": "2024-Q1"}, "values": [["male"]]}
    figures["counted"] = [{**former, "numbers": [15, 5, 20] * 2, "times": []}]
    row = FiguresRelease(simulated=True, made_at=0, made_by="olga", body=to_json(figures), counted="")
    instance.transact(lambda work: work.session.add(row))
    file = ask(As, "/figures/tables/T3/file.csv?view=public").text.removeprefix("\ufeff").splitlines()
    assert file[0] == "release,period,gender,n,whole,simulated,in_words,note"
    assert file[1].startswith("1,2024-Q1,male,15,20,yes,")
    page = ask(As, "/figures/tables/T3").text
    assert "75\u00a0%" in page
    api = ask(As, "/api/reporting/tables/T3?simulated=true").json()
    assert (api["by"], api["rows"][0]["n"], api["rows"][0]["whole"]) == (["gender"], 15, 20)


def test_the_page_and_the_file_say_what_is_suppressed_and_how_much(rapporteur) -> None:
    ask, _ = rapporteur
    ask(Cleared, "/figures/releases", kind="simulated")
    page = ask(As, "/figures?rows=gender&columns=quarter").text
    assert "Public view" in page
    assert "Restricted view" in ask(Cleared, "/figures").text
    assert "[c] means suppressed" in page
    assert "Suppressed here: 4 of 4 figures, for 30 of 30 people." in page
    lines = list(csv.DictReader(StringIO(ask(As, "/figures.csv?rows=gender&columns=quarter").text.removeprefix("\ufeff"))))
    hidden = [line for line in lines if line["people"] == "[c]"]
    assert hidden
    assert all(line["note"].startswith("suppressed: it could point to a person") for line in hidden)
    assert "0" not in {line["people"] for line in hidden}
    api = ask(As, "/api/reporting/figures?by=gender&by=quarter&simulated=true").json()
    assert (api["view"], api["release"], api["suppressed"]["figures"]) == ("public", 1, 4)
    assert api["national"]["joint_action"] == "[c]"
    assert {"gender": "female", "quarter": "2025-Q1", "people": "[c]"} in api["people"]


def test_nobody_clears_themselves() -> None:
    with pytest.raises(NotCleared):
        clearance({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD})
    assert clearance({Role.SUPERVISOR})
