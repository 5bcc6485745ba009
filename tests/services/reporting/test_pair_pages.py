"""The operators' desk: filters that stand in the address, the page of a pair and of an agency, and a case found by its trace."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest

from services.reporting.pages.desk_filter import month_before
from shared.config.calendar import DAY
from tests.services.reporting.operators import fill, signed_in
from tests.services.reporting.test_operations import told
from tests.shared.land import rows

WRONG = {
    "agency=nobody": "No agency with this name",
    "need=money": "Nothing of this kind",
    "stage=slept": "No stage",
    "month=13": "not a month",
    "month=0000-01": "not a month",
    "month=9999-12": "not a month",
    "data=invented": "real or simulated",
    "late=maybe": "late ones alone",
    "state=accepted": "No request that waits has this state",
    "older=2": "So many days cannot be asked for",
    "page=0": "",
    "agncy=rs-pol": "Nothing here can be asked for by that name",
}
BUSIEST = "select giver, receiver from finished_span where stage = 'answered' group by 1, 2 order by count(*) desc, 1, 2"


@pytest.fixture
def url() -> str:
    """A file: the pages ask what the other tests ask of both databases."""
    return ""


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_waits_is_found_by_agency_need_and_lateness(operators, lived):
    client = fill(*operators, lived)
    life, cases = lived
    waiting = [h for case in cases for h in life.waiting(case)]
    for agency in ("rs-pol", "rs-ngo"):
        mine = [h for h in waiting if agency in (h.giver, h.to)]
        said = text(client.get(f"/operations?agency={agency}").text)
        assert f"{len(mine)} request{'' if len(mine) == 1 else 's'} wait{'s' if len(mine) == 1 else ''} for an answer" in said
    for need in {h.need.value for h in waiting}:
        page = client.get(f"/operations?need={need}&late=yes").text
        assert page.count("late\u00a0by") == sum(h.need == need for h in waiting)


def test_what_waits_is_found_by_state_and_age(operators, lived):
    client = fill(*operators, lived)
    life, cases = lived
    waiting = [h for case in cases for h in life.waiting(case)]
    for state in {h.state.value for h in waiting}:
        mine = sum(h.state == state for h in waiting)
        assert re.search(rf"\b{mine} requests? waits? for an answer", text(client.get(f"/operations?state={state}").text))
    for days in (1, 90):
        mine = sum(h.requested_at < life.clock.at - days * DAY for h in waiting)
        assert re.search(rf"\b{mine} requests? waits? for an answer", text(client.get(f"/operations?older={days}").text))


def test_whom_to_call_stands_beside_who_must_move_and_at_each_agency(operators, lived):
    app, instance = operators
    agencies = tuple(
        one.model_copy(update={"phone": "+999 1 000 00" + str(n)}) for n, one in enumerate(instance.country.agencies)
    )  # fmt: skip
    instance.country = instance.country.model_copy(update={"agencies": agencies})
    client = fill(app, instance, lived)
    number = instance.country.phone_of("rs-pol")
    assert number
    for address in ("/operations?agency=rs-pol", "/operations/agencies", "/operations/agencies/rs-pol"):
        assert f'href="tel:{number.replace(" ", "")}"' in client.get(address).text, address


def test_the_months_of_a_pair_are_a_file_too(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    giver, receiver = rows(instance, BUSIEST)[0]
    of_pair = f"stage = 'answered' and giver = '{giver}' and receiver = '{receiver}'"
    ((answered,),) = rows(instance, f"select count(*) from finished_span where {of_pair}")
    address = f"/operations/pairs/{giver}/{receiver}/months.csv"
    assert f'href="{address}?"' in client.get(f"/operations/pairs/{giver}/{receiver}").text
    lines = list(csv.DictReader(StringIO(client.get(address).text.removeprefix("\ufeff"))))
    assert sum(int(one["n"]) for one in lines) == answered
    assert client.get(f"/operations/pairs/{giver}/nobody/months.csv").status_code == 404


def test_the_months_of_an_agency_are_a_file_too(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    giver, receiver = rows(instance, BUSIEST)[0]
    address = f"/operations/agencies/{receiver}/months.csv"
    assert f'href="{address}?"' in client.get(f"/operations/agencies/{receiver}").text
    lines = list(csv.DictReader(StringIO(client.get(address).text.removeprefix("\ufeff"))))
    for way in ("giver", "receiver"):
        mine = [one for one in lines if one["to" if way == "receiver" else "from"] == receiver]
        told = f"select count(*) from finished_span where stage = 'answered' and {way} = '{receiver}'"
        assert sum(int(one["n"]) for one in mine) == rows(instance, told)[0][0], way
    assert {(one["from"], one["to"]) for one in lines} <= {("", receiver), (receiver, "")}
    assert client.get("/operations/agencies/nobody/months.csv").status_code == 404
    assert client.get(f"{address}?wrong=1").status_code == 422


def test_what_nobody_can_ask_is_refused_in_words(operators):
    client = signed_in(operators[0])
    for wrong, says in WRONG.items():
        answer = client.get(f"/operations?{wrong}")
        assert answer.status_code == 422
        assert says in answer.text
    whole = ("agencies", "stalled", "records", "away", "away.csv", "latency.csv", "traces?trace=abcdef12&", "promises", "passed-round")
    for path in (*whole, "passed-round/requests.csv", "passed-round/came-back.csv", "pairs/rs-lead/rs-pol", "agencies/rs-pol"):
        answer = client.get(f"/operations/{path}{'' if path.endswith('&') else '?'}wrong=1")
        assert (answer.status_code, "asked for by that name" in answer.text) == (422, True), path
    assert client.get("/operations/pairs/rs-pol/nobody").status_code == 404
    assert client.get("/operations/agencies/nobody").status_code == 404


def test_a_case_is_found_by_the_beginning_of_its_trace(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    (trace,) = rows(instance, "select min(trace_id) from finished_span")[0]
    assert "The way of a case" in client.get(f"/operations/traces?trace= {trace[:8].upper()} ").text
    assert client.get("/operations/traces?trace=zz").status_code == 422
    unknown = client.get("/operations/traces?trace=00000000")
    assert unknown.status_code == 404
    assert "No case with this trace is known here" in unknown.text


def test_the_page_of_a_pair_says_what_a_recount_says(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    giver, receiver = rows(instance, BUSIEST)[0]
    pair = f"giver = '{giver}' and receiver = '{receiver}'"
    ((answered,),) = rows(instance, f"select count(*) from finished_span where stage = 'answered' and {pair}")
    ((waiting,),) = rows(instance, f"select count(distinct handoff) from said_open where waiting and {pair}")
    page = client.get(f"/operations/pairs/{giver}/{receiver}").text
    said = text(page)
    assert re.search(rf"Asked until answered people {answered} {waiting} ", said)
    assert page.count("/operations/traces/") >= answered
    assert "By what is asked" in said
    agency = text(client.get(f"/operations/agencies/{receiver}").text)
    assert "What it is asked, by who asks" in agency
    assert f" {answered} {waiting} " in agency


def test_while_the_lead_is_silent_a_pair_and_an_agency_say_so_too(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    giver, receiver = rows(instance, BUSIEST)[0]
    pages = (f"/operations/pairs/{giver}/{receiver}", f"/operations/agencies/{receiver}")
    assert not any("gone silent" in client.get(page).text for page in pages)
    instance.transact(lambda work: work.session.connection().exec_driver_sql("update heard_from set heard_at = heard_at - 100000"))
    assert all("not known now: the lead agency has gone silent" in client.get(page).text for page in pages)


def test_the_desk_leads_to_its_pairs(operators, lived):
    client = fill(*operators, lived)
    page = client.get("/operations").text
    links = set(re.findall(r'href="(/operations/pairs/[^"]+)"', page))
    assert links
    assert {client.get(link).status_code for link in sorted(links)} == {200}


def test_the_month_before_is_there_over_the_year_s_end_and_not_before_all_time():
    assert [month_before(one) for one in ("2026-03", "2026-01", "1970-01", "")] == ["2026-02", "2025-12", "", ""]


def cells(page: str, heading: str) -> dict[str, str]:
    """The first heading and the first two cells of each line of a table → the cell under this heading."""
    found = dict[str, str]()
    for table in re.findall(r"<table.*?</table>", page, re.S):
        head, *lines = [
            [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in re.findall(r"<tr.*?</tr>", table, re.S)
        ]
        if heading in head:
            found |= {" ".join((head[0], *line[:2])): line[head.index(heading)] for line in lines if len(line) == len(head)}
    return found


def test_beside_the_figures_of_a_month_stand_those_of_the_month_before(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    ((month,),) = rows(instance, "select min(month) from stage_tally where month != '' and source = 'span'")
    after = f"{int(month[:4]) + int(month[5:]) // 12}-{int(month[5:]) % 12 + 1:02}"
    told(instance, f"update stage_tally set month = '{after}' where month = '{month}' and source = 'span' and stage = 'noticed'")
    told(instance, f"insert into stage_tally select source, simulated, '{month}', need, stage, giver, receiver, \"end\", bucket, n "
                   f"from stage_tally where month = '{after}' and source = 'span' and stage = 'noticed'")  # fmt: skip
    heading = f"Median in {month} (number)"
    for address in ("/operations", "/operations/agencies/rs-pol"):
        now = client.get(f"{address}?stage=noticed&month={after}").text
        was = client.get(f"{address}?stage=noticed&month={month}").text
        beside = {pair: said.rpartition(" (")[0] for pair, said in cells(now, heading).items()}
        assert beside
        assert beside.items() <= cells(was, "Median").items(), address
        assert "Median in" not in client.get(f"{address}?stage=noticed").text.replace("Median in office", "")


def test_the_page_of_an_agency_draws_its_months_and_has_them_as_a_table(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    _, receiver = rows(instance, BUSIEST)[0]
    page = client.get(f"/operations/agencies/{receiver}").text
    drawn = re.search(r'<svg[^>]*aria-labelledby="trend-receiver-title".*?</svg>', page, re.DOTALL)
    moments = rows(instance, f"select start from finished_span where stage = 'answered' and receiver = '{receiver}'")
    months = {datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m") for (at,) in moments}
    assert bool(drawn) == (len(months) > 2), months
    if drawn:
        said = re.search(r"<desc[^>]*>(.*?)</desc>", drawn[0])[1].split("; ")
        twin = text(page.partition("</svg>")[2].partition("</table>")[0])
        assert [one for one in said if one.partition(": ")[0] not in twin] == []
