"""What agencies say is open: signed, newest first, without a person or a side case; what the lead cannot know yet others say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from starlette.requests import Request

from deploy.process.composition import pages_of
from services.assistance.handlers import handoffs as assistance
from services.reporting.ingest.open_handoffs import NotBelieved, must_be_proven, store
from services.reporting.queries.open_handoffs import by_pair, how_many_wait, standings, still_open, waiting
from services.reporting.service import PAGES
from shared.config.clock import wall
from shared.config.country import OF_ANY_KIND
from shared.decisions.unit_of_work import UnitOfWork
from shared.observability.beat import Beat, statement
from shared.observability.open_statement import SIGNATURE, SILENT, OpenHandoff, OpenStatement, machine_time, proven, signed
from shared.observability.request_spans import RequestSpans, request_span
from shared.observability.span_delivery import handoffs
from shared.processing.instance import Instance
from shared.protocol.case_file import Group
from shared.store.database import insert, insert_new
from shared.store.instance_tables import LostDecision, RecoveryReport
from shared.store.tables import Journal, Outbox, Parked
from shared.web.admin.application import office
from tests.services.referral.street import LAND, SHELTER_ME, Street, asked
from tests.services.reporting.life import reporting_instance, settings
from tests.services.reporting.operators import serving
from tests.shared.client import PageClient
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, Hand, decide, seen

LEAD = LAND.lead
JUST_OPENED = "a side case that is only just opened"
COUNTS = ("outbox_waiting", "parked_records", "set_aside_records", "decisions_lost", "cases_awaiting_checkpoint")
RECORD = {"partition": 0, "logged_at": 1, "value": b"", "reason": "", "parked_at": 1, "type": "", "code": "could-not-apply"}
WAITS = {
    "type": "x", "cause": "", "ordinal": 0, "at": 1, "turn": 0, "parts": "{}", "simulated": False, "officer": "", "state": "waiting",
}  # fmt: skip
ASIDE = {
    "partition": 0, "type": "x", "cause": "", "roster": 0, "at": 1, "logged_at": 1, "applied_at": 1, "verdict": "set aside", "body": "{}",
}  # fmt: skip


def stands(work: UnitOfWork, case: str, author: str, n: int) -> None:
    """A record of a case is parked, one is set aside, and a decision waits and one is lost."""
    connection, id = work.session.connection(), {"case": case, "key": f"k{n}"}
    insert(connection, Parked, [RECORD | {"case": case, "place": n, "author": author}])
    insert(connection, Outbox, [WAITS | id | {"decided_at": n}])
    insert(connection, Journal, [ASIDE | id | {"event": f"e{n}", "place": n, "author": author}])
    insert_new(connection, RecoveryReport, [{"id": 1, "at": 1, "found": 0, "uncounted": 0}])
    insert(connection, LostDecision, [id | {"report": 1, "type": "x", "officer": "", "at": n}])


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path, played=asked)
    yield made
    made.close()


@pytest.fixture
def operators(street: Street, tmp_path: Path, url: str) -> Iterator[Instance]:
    instance = reporting_instance(tmp_path, "rs-koord", street.clock, url=url)
    yield instance
    instance.close()


def one(handoff: str, asked_at: int, **changed: object) -> OpenHandoff:
    told = {
        "trace": "t1",
        "giver": LEAD,
        "receiver": "rs-pol",
        "need": "health",
        "kind": "handoff",
        "state": "requested",
        "mover": "rs-pol",
    }
    said = {**told, "handoff": handoff, "waiting": True, "asked_at": asked_at, "due": asked_at + 1, "simulated": False, **changed}
    return OpenHandoff.model_validate(said)


def says(agency: str, at: int, *found: OpenHandoff) -> OpenStatement:
    return OpenStatement(instance=f"assistance.{agency}", at=at, release="1", unsent=0, unsent_since=0, parked=0, open=found)


def heard(operators: Instance, *statements: OpenStatement) -> list[str]:
    """The hand-offs that wait, once these are heard."""
    for said in statements:
        operators.transact(lambda work, said=said: store(work, said))
    return operators.transact(lambda work: [row.handoff for row in waiting(work.session, [LEAD], 100)])


def test_what_the_lead_says_counts_and_others_tell_what_it_cannot_know(operators: Instance) -> None:
    assert heard(operators, says("rs-pol", 10, one("b", 5), one("c", 50)), says(LEAD, 40, one("a", 1))) == ["a", "c"]
    assert heard(operators, says("rs-ngo", 45, one("c", 50))) == ["a", "c"], "what two say is one"
    assert heard(operators, says(LEAD, 60, one("a", 1), one("c", 50))) == ["a", "c"]
    assert heard(operators, says(LEAD, 70)) == [], "what ended is gone with the next word of the lead"


def test_no_page_or_file_fails_on_moments_that_have_no_date(tmp_path: Path) -> None:
    """Any member may say any number: by its clock gone wrong, or on purpose."""
    far, instance = 2**53 - 1, reporting_instance(tmp_path, "rs-koord", Hand())
    said = says("rs-pol", 10, one("b", far, due=far), one("c", 5, due=far))
    heard(instance, said.model_copy(update={"unsent_since": far, "began": far, "directory_ends": far, "certificate_ends": far}))
    client = PageClient(office(settings(tmp_path, "rs-koord"), [PAGES], [instance]))
    client.post("/who", data={"officer": "olga"})
    for where in ("", "/latency.csv", "/agencies", "/agencies/rs-pol", "/waiting", "/pairs/rs-lead/rs-pol/months.csv"):
        assert client.get(f"/operations{where}").status_code == 200, where
    instance.close()


def test_of_two_desks_that_lead_the_one_that_was_heard_last_of_a_case_counts(operators: Instance) -> None:
    """The lead has passed from one to the other: a hand-off is counted once, and what the former desk said before it died is not."""

    def found(*statements: OpenStatement) -> list[tuple[str, str]]:
        heard(operators, *statements)
        leads = [LEAD, "rs-west"]
        return operators.transact(lambda work: [(row.agency, row.handoff) for row in waiting(work.session, leads, 100)])

    west, other = says("rs-west", 50, one("a", 1)), one("z", 2, trace="t2")
    assert found(says(LEAD, 40, one("a", 1), one("b", 2), other)) == [(LEAD, "a"), (LEAD, "b"), (LEAD, "z")]
    assert found(west) == [("rs-west", "a"), (LEAD, "z")], "the other knows better what is open in the case that it leads now"
    assert found(says("rs-pol", 55, one("c", 52))) == [("rs-west", "a"), (LEAD, "z"), ("rs-pol", "c")], "what neither can know yet"
    assert found(says(LEAD, 60, one("a", 1), other)) == [(LEAD, "a"), (LEAD, "z")]


def test_what_a_silent_desk_cannot_know_others_tell_while_the_other_desk_speaks(operators: Instance) -> None:
    """Of a case of which a desk says something it knows all; of any other what the desk that was heard longest ago cannot know counts."""
    leads = [LEAD, "rs-west"]

    def found(*statements: OpenStatement) -> list[str]:
        heard(operators, *statements)
        return operators.transact(lambda work: [row.handoff for row in waiting(work.session, leads, 100)])

    heard(operators, says(LEAD, 40, one("a", 1, trace="silent"), one("old", 2, trace="passed")))
    new, passed = one("new", 50, trace="silent"), one("gone", 50, trace="passed")
    first = one("first", 60, trace="untold")
    assert found(says("rs-pol", 55, new, passed, first)) == ["a", "old", "gone", "new", "first"]
    assert found(says("rs-west", 90, one("theirs", 3, trace="passed"))) == ["a", "theirs", "new", "first"]
    assert found(says(LEAD, 95, one("a", 1, trace="silent"))) == ["a", "theirs"], "what ended is gone once both have spoken"


def test_of_a_desk_that_was_never_heard_what_others_say_counts(operators: Instance) -> None:
    heard(operators, says("rs-west", 90), says("rs-pol", 95, one("a", 50)))
    found = operators.transact(
        lambda work: (how_many_wait(work.session, [LEAD, "rs-west"], 99), by_pair(work.session, [LEAD, "rs-west"], 99))
    )
    assert (found[0][False].number, [pair.number for pair in found[1]]) == (1, [1])


def test_what_was_said_before_comes_too_late(operators: Instance) -> None:
    heard(operators, says(LEAD, 70))
    with pytest.raises(NotBelieved, match="something later"):
        heard(operators, says(LEAD, 70, one("a", 1)))


def test_an_agency_whose_clock_was_ahead_is_heard_again_once_it_is_set_right(operators: Instance) -> None:
    now = machine_time()
    heard(operators, says(LEAD, now + 7_200_000))
    heard(operators, says(LEAD, now, one("a", 1)))
    with pytest.raises(NotBelieved, match="something later"):
        heard(operators, says(LEAD, now - 1))


def test_held_hand_offs_do_not_wait_and_simulated_ones_are_counted_apart(operators: Instance) -> None:
    heard(operators, says(LEAD, 9, one("a", 1), one("b", 2, waiting=False, state="accepted"), one("c", 3, simulated=True, due=99)))
    found = operators.transact(lambda work: how_many_wait(work.session, [LEAD], 50))
    assert {kind: tuple(number) for kind, number in found.items()} == {False: (1, 1), True: (1, 0)}


@pytest.mark.parametrize(("state", "asker"), [("requested", False), ("info_requested", True), ("offered", True)])
def test_while_who_asked_must_say_more_the_wait_is_theirs(operators: Instance, state: str, asker: bool) -> None:
    heard(operators, says(LEAD, 9, one("a", 1, state=state, mover="rs-soc" if asker else "rs-pol", giver="rs-soc")))
    (waits,) = operators.transact(lambda work: by_pair(work.session, [LEAD], 50))
    assert (waits.waits, waits.mover, waits.late) == (("rs-pol", "rs-soc", 1) if asker else ("rs-soc", "rs-pol", 1))
    (opened,) = operators.transact(lambda work: still_open(work.session, [LEAD], 50, simulated=False))
    assert opened.asker is asker


def test_who_says_nothing_any_more_is_silent(operators: Instance) -> None:
    heard(operators, says("rs-pol", 1))
    now = wall()
    found = {s.agency: s.silent for s in operators.transact(lambda work: standings(work.session, LAND, now))}
    assert found.pop("rs-pol") is False
    assert set(found.values()) == {True}
    assert "rs-house" not in found, "a confidential agency never speaks"
    later = operators.transact(lambda work: standings(work.session, LAND, now + SILENT + 1000))
    assert all(s.silent for s in later)


def test_a_statement_tells_codes_alone_and_nothing_of_a_side_case(street: Street) -> None:
    said = statement(street.instances[LEAD_ME], {})
    assert {(h.need, h.receiver) for h in said.open} >= {("housing", OF_ANY_KIND), ("investigation", "rs-pol")}
    assert len([h for h in said.open if h.need == "housing"]) == 1
    body = said.written().decode()
    assert street.main not in body
    assert street.side not in body
    assert SHELTER_ME.partition(".")[2] not in body


def test_what_waits_or_stands_still_in_a_side_case_is_in_no_count_that_leaves_the_lead(street: Street) -> None:
    lead, known = street.instances[LEAD_ME], dict[str, str]()
    settled = statement(lead, known)
    assert (settled.unsent, settled.unsent_since, settled.parked) == (0, 0, 0)
    lead.transact(lambda work: stands(work, street.side, SHELTER_ME, 10))
    lead.transact(lambda work: stands(work, JUST_OPENED, LEAD_ME, 20))
    lead.transact(lambda work: stands(work, JUST_OPENED, SHELTER_ME, 21))
    hidden = statement(lead, known)
    assert (hidden.unsent, hidden.unsent_since, hidden.parked) == (0, 0, 0)
    lead.transact(lambda work: stands(work, street.main, POLICE_ME, 30))
    said = statement(lead, known)
    assert (said.unsent, said.unsent_since, said.parked) == (1, 30, 1)
    lead.transact(lambda work: stands(work, "a case that somebody reported", POLICE_ME, 40))
    assert statement(lead, known).parked == 2, "nobody knows of it yet, so somebody must look"


def test_what_waits_or_stands_still_in_a_side_case_changes_nothing_of_the_lead_s_own_metrics(street: Street, tmp_path: Path) -> None:
    lead = street.instances[LEAD_ME]
    client = PageClient(office(settings(tmp_path, LEAD), [pages_of("referral")], [lead]))

    def told() -> str:
        return client.get("/metrics").text

    before = told()
    assert 'nrm_parked_records{service="referral"} 0.0' in before
    for case, author, n in ((street.side, SHELTER_ME, 10), (JUST_OPENED, LEAD_ME, 20), (JUST_OPENED, SHELTER_ME, 30)):
        lead.transact(lambda work, row=(case, author, n): stands(work, *row))
    lead.outgoing.await_checkpoints({street.side})
    assert told() == before
    lead.transact(lambda work: stands(work, street.main, POLICE_ME, 40))
    lead.outgoing.await_checkpoints({street.side, street.main})
    counted = dict(line.rsplit(" ", 1) for line in told().splitlines() if line not in before and 'service="referral"' in line)
    assert counted.pop('nrm_outbox_oldest_seconds{service="referral"}') > "0"
    assert counted.pop('nrm_parked_oldest_seconds{service="referral"}') > "0"
    assert counted == {f'nrm_{name}{{service="referral"}}': "1.0" for name in COUNTS}


def test_a_confidential_agency_s_own_metrics_tell_no_number_of_what_waits_there(street: Street, tmp_path: Path) -> None:
    shelter = street.instances[SHELTER_ME]
    client = PageClient(office(settings(tmp_path, shelter.agency), [pages_of("assistance")], [shelter]))
    shelter.transact(lambda work: stands(work, street.side, SHELTER_ME, 10))
    text = client.get("/metrics").text
    assert 'nrm_ready{service="assistance"}' in text
    assert [name for name in COUNTS if f"nrm_{name}{{" in text] == []


def test_who_must_move_is_who_was_asked_until_they_ask_back(street: Street) -> None:
    lead, police = street.instances[LEAD_ME], street.instances[POLICE_ME]
    asked = next(h for h in statement(lead, {}).open if h.receiver == "rs-pol")
    assert asked.mover == "rs-pol"
    question = assistance.AskInfo(case=street.main, handoff=asked.handoff, words="When?", about=(Group.COMMUNICATION,))
    decide(police, assistance.ask_info, question, "q")
    street.settle()
    assert next(h for h in statement(lead, {}).open if h.receiver == "rs-pol").mover == LEAD


def test_only_who_holds_the_key_is_believed(street: Street) -> None:
    lead, body = street.instances[LEAD_ME], statement(street.instances[LEAD_ME], {}).written()
    seal = lead.seal
    assert seal
    (mine, *_), said = seal.ring.signers.values(), OpenStatement.read(body)
    must_be_proven(said, body, signed(mine, body), LAND, seal)
    other = next(iter(street.instances[POLICE_ME].seal.ring.signers.values()))
    for wrong in (signed(other, body), signed(mine, body + b" "), "", "not base64", "AAAA"):
        with pytest.raises(NotBelieved, match="not signed"):
            must_be_proven(said, body, wrong, LAND, seal)
    assert not proven([], signed(mine, body), body)
    with pytest.raises(NotBelieved, match="lists no such agency"):
        must_be_proven(said.model_copy(update={"instance": "referral.rs-nobody"}), body, "", LAND, None)


def test_over_a_real_connection_the_beat_is_taken_and_nonsense_refused_with_its_reason(
    street: Street, operators: Instance, tmp_path: Path
) -> None:
    app = office(settings(tmp_path, "rs-koord"), [PAGES], [operators])
    with serving(app) as address:
        beat = Beat(street.instances[INTAKE_ME], handoffs(address), {})
        assert beat.tell()
        assert beat.tell(), "and again"
        assert not Beat(street.instances[INTAKE_ME], handoffs("http://127.0.0.1:9"), {}).tell()
    client = PageClient(app)
    for body, why in ((b"{}", "not a statement"), (b"[", "not a statement"), (b'{"instance": "<x>"}', "not a statement")):
        answer = client.post("/v1/open-handoffs", content=body, headers={SIGNATURE: "x"})
        assert (answer.status_code, why in answer.text) == (400, True)
    answer = client.post("/v1/open-handoffs", content=b"not gzip", headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.text) == (400, "the body is not gzip")


@pytest.mark.parametrize(("which", "known", "spans"), [("main", True, 1), ("side", True, 0), ("side", False, 0), ("main", False, 0)])
def test_a_request_in_a_side_case_or_in_what_may_be_one_leaves_no_span(street: Street, which: str, known: bool, spans: int) -> None:
    lead, case = street.instances[LEAD_ME], getattr(street, which)
    assert seen(lead, case)
    if not known:
        lead.cache.clear()
    kept = RequestSpans(lead, 1)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(kept)
    request = Request({"type": "http", "method": "POST", "headers": []})
    with request_span(provider.get_tracer("t"), request, lead, case):
        pass
    assert len(kept.waiting) == spans


def test_what_was_taken_in_while_nobody_heard_it_is_counted_of_main_cases_alone(street: Street) -> None:
    for me in (LEAD_ME, POLICE_ME, INTAKE_ME):
        instance = street.instances[me]
        counted = instance.transact(
            lambda work: work.session.connection().exec_driver_sql('select "case", count(*) from journal group by 1').all()
        )
        of_main = sum(n for case, n in counted if case == street.main)
        assert of_main
        said = statement(instance, {}, 0)
        assert (said.missed, said.began, said.behind) == (of_main, instance.began, not instance.caught_up)
        assert statement(instance, {}).missed == 0
    assert any(
        case == street.side
        for case, _ in street.instances[LEAD_ME].transact(
            lambda work: work.session.connection().exec_driver_sql('select "case", count(*) from journal group by 1').all()
        )
    ), "the control: the lead has read of the side case"
