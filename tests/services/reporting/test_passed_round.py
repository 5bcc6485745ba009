"""What came back, and how many were asked until somebody agreed: what is counted as spans come is what a recount of all of them says."""

import csv
import re
from collections import Counter, defaultdict
from io import StringIO
from random import Random
from typing import Any

import orjson

from services.reporting.queries import passed_round, spans
from services.reporting.rules.latency.passed_round import AskedHandoff, NeedMonth, by_need, came_back
from shared.config.calendar import DAY, month_of
from shared.decisions.unit_of_work import UnitOfWork
from tests.services.reporting.operators import fill, signed_in
from tests.shared.client import PageClient
from tests.shared.land import LEAD_ME, rows, seen

START = 1_767_225_600_000
"""The first day of 2026, ms UTC."""
OUTCOMES = "accepted", "accepted", "declined", "expired", "forwarded", "revoked", "completed", "called"


def span(number: int, trace: str, handoff: str, start: int, **said: Any) -> dict[str, Any]:
    told = {"name": "handoff", "stage": "", "giver": "", "receiver": "", "need": "", "outcome": "", "attributes": "{}"}
    return {
        "span_id": f"{number:016x}", "trace_id": trace, "parent_id": None, "instance": "referral.rs-lead", "start": start,
        "end": start + 5, "handoff": handoff, "answer_by": 0, "late": False, "simulated": False, **told, **said,
    }  # fmt: skip


def drawn(draw: Random, cases: int) -> list[dict[str, Any]]:
    """Hand-offs of some cases: answered in every way, some given back after a yes, some with something done before."""
    found = list[dict[str, Any]]()
    for case in range(cases):
        trace, simulated = f"{case:032x}", draw.random() < 0.3
        for n in range(draw.randint(1, 6)):
            handoff, start, outcome = f"{case}-{n}", START + int(draw.random() * 90 * DAY), draw.choice(OUTCOMES)
            kind = draw.choice(["referral", "referral", "emergency", "consultation", "transfer"])
            ends = {"giver": "rs-lead", "receiver": draw.choice(["rs-pol", "rs-ngo"]), "need": draw.choice(["legal", "housing"])}
            said = orjson.dumps({"nrm.handoff.kind": kind} | ({"offered": 1} if draw.random() < 0.3 else {})).decode()
            about = {"handoff": handoff, "trace": trace, "simulated": simulated}
            wait = {**ends, "outcome": outcome, "stage": "answered", "attributes": said}
            found.append(span(len(found), start=start, **about, **wait))
            if outcome == "accepted" and draw.random() < 0.4:
                found.append(span(len(found), start=start + 9, **about, name="handoff.returned.v1"))
            if outcome == "accepted" and draw.random() < 0.4:
                found.append(span(len(found), start=start + 7, **about, **ends, stage="first_action", outcome="acting"))
    return found


def recounted(some: list[dict[str, Any]], zone: Any, simulated: bool) -> tuple[Counter[Any], Counter[Any]]:
    """By a plain reading: who asked whom, and each need of each case walked through."""
    acted = {one["handoff"] for one in some if one["stage"] == "first_action"}
    returned = {one["handoff"] for one in some if one["name"] == "handoff.returned.v1"}
    pairs, needs, walked = Counter[Any](), Counter[Any](), defaultdict[Any, list[Any]](list)
    for one in sorted(some, key=lambda one: (one["start"], one["handoff"])):
        skipped = one["outcome"] in ("completed", "called") or "transfer" in one["attributes"] or "consultation" in one["attributes"]
        if one["stage"] != "answered" or one["simulated"] is not simulated or skipped:
            continue
        bad = one["outcome"] in ("declined", "forwarded") or (one["outcome"] == "expired" and "offered" not in one["attributes"])
        back = (bad or one["handoff"] in returned) and one["handoff"] not in acted
        month = month_of(one["start"], zone)
        pairs[month, one["need"], one["giver"], one["receiver"], back] += 1
        walked[one["trace_id"], one["need"]].append((month, one["outcome"] == "accepted" and not back))
    for (_, need), steps in walked.items():
        while steps:
            until = next((n for n, (_, agreed) in enumerate(steps) if agreed), len(steps) - 1)
            needs[steps[0][0], need, until + 1, steps[until][1]] += 1
            steps = steps[until + 1 :]
    return pairs, needs


def same(work: UnitOfWork, kept: list[dict[str, Any]]) -> None:
    session, zone = work.session, work.instance.country.time_zone
    for simulated in (False, True):
        pairs, needs = recounted(kept, zone, simulated)
        told = Counter[Any]()
        for one in passed_round.lines(session, simulated):
            told[one.month, one.need, one.giver, one.receiver, True] = one.back
            told[one.month, one.need, one.giver, one.receiver, False] = one.ended - one.back
        assert +told == pairs
        said = passed_round.requests(session, simulated)
        assert {one[1:]: n for one, n in said if one.month and one.need} == needs
        assert sum(n for one, n in said if not (one.month or one.need)) == needs.total()
        for need in ("", "legal"):
            right = Counter[Any]()
            for (month, what, *_, back), n in pairs.items():
                right[month, back] += n if need in ("", what) else 0
            by_month = passed_round.back_by_month(session, simulated, need)
            assert {month: (ended, back) for month, (ended, back) in by_month.items()} == {
                month: (right[month, True] + right[month, False], right[month, True]) for month, _ in +right
            }
        for one in passed_round.pairs(session, simulated, month="2026-02", agency="rs-pol"):
            mine = {key: n for key, n in pairs.items() if (key[0], *key[2:4]) == ("2026-02", one.giver, one.receiver)}
            assert (one.ended, one.back) == (sum(mine.values()), sum(n for key, n in mine.items() if key[4]))


def test_what_is_counted_is_what_a_recount_says_in_whatever_order_spans_come(operators):
    _, instance = operators
    draw = Random(3)
    kept = drawn(draw, 60)
    sent = kept + draw.sample(kept, 40)  # some come twice
    draw.shuffle(sent)
    for n in range(0, len(sent), 30):
        instance.transact(lambda work, n=n: spans.store(work, [dict(one) for one in sent[n : n + 30]]))
    instance.transact(lambda work: same(work, kept))
    assert rows(instance, "select count(*) from came_back_tally where n <= 0") == [(0,)]


def test_what_lay_there_before_it_was_counted_is_counted_once(operators):
    _, instance = operators
    kept = drawn(Random(4), 20)
    instance.transact(lambda work: spans.store(work, [dict(one) for one in kept[:-5]]))
    instance.transact(lambda work: passed_round.empty(work.session))
    instance.transact(lambda work: spans.store(work, [dict(one) for one in kept[-5:]]))
    instance.transact(lambda work: same(work, kept))
    instance.transact(lambda work: passed_round.count(work.session, (), work.instance.country.time_zone))
    instance.transact(lambda work: same(work, kept))


def test_two_were_asked_before_the_third_agreed_and_who_gives_it_back_is_one_of_those_who_were_asked():
    def asked(n: int, outcome: str, *, back: bool) -> AskedHandoff:
        return AskedHandoff("t", "legal", False, n, f"h{n}", f"2026-0{n}", "a", "b", outcome, back)

    ends = ("declined", True), ("accepted", True), ("accepted", False), ("expired", True)
    story = [asked(n, outcome, back=back) for n, (outcome, back) in enumerate(ends, 1)]
    assert by_need(story) == {NeedMonth(False, "2026-01", "legal", 3, True): 1, NeedMonth(False, "2026-04", "legal", 1, False): 1}


def test_an_offer_to_which_nobody_answered_is_no_bounce_and_what_was_acted_on_is_none():
    assert not came_back("expired", answered=True, returned=False, acted=False)
    assert came_back("expired", answered=False, returned=False, acted=False)
    assert not came_back("accepted", answered=False, returned=True, acted=True)
    assert not came_back("revoked", answered=False, returned=False, acted=False)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def lines_of(client: PageClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


def test_page_and_files_say_what_the_agencies_own_pictures_say(operators, lived):
    client = fill(*operators, lived)
    life, cases = lived
    over = [h for case in cases for h in seen(life.instances[LEAD_ME], case).handoffs.values() if not h.waiting]
    back = [h for h in over if h.bounced]
    assert back
    told = lines_of(client, "/operations/passed-round/came-back.csv")
    assert (sum(int(one["n"]) for one in told), sum(int(one["came_back"]) for one in told)) == (len(over), len(back))
    asked = lines_of(client, "/operations/passed-round/requests.csv")
    assert sum(int(one["n"]) * int(one["asked_times"]) for one in asked) == len(over)
    page = client.get("/operations/passed-round").text
    assert page.count("<svg") == 2
    for giver, receiver in {(h.giver, h.to) for h in back}:
        mine = [h for h in over if (h.giver, h.to) == (giver, receiver)]
        bad = sum(h.bounced for h in mine)
        names = [life.instances[LEAD_ME].country.agency(one).name for one in (giver, receiver)]
        assert f"{names[0]} {names[1]} {len(mine)} {bad} " in text(page)
        pair = text(client.get(f"/operations/pairs/{giver}/{receiver}").text)
        assert re.search(rf"Of {len(mine)} requests? whose wait is over {bad} came back", pair)
    need = back[0].need.value
    only = text(client.get(f"/operations/passed-round?need={need}&agency={back[0].to}").text)
    assert f" {sum(h.bounced for h in over if h.need == need)} " in only
    assert "Nothing came back" in client.get("/operations/passed-round?month=1999-01&need=legal").text or "No hand-off" in text(page)


def test_before_anything_came_the_page_says_that_nobody_knows(operators):
    page = signed_in(operators[0]).get("/operations/passed-round").text
    assert "<svg" not in page
    assert "No hand-off has come so far" in page
