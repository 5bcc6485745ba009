"""Every end of a hand-off ends its wait on the operators' desk, also where the lead's process alone sends spans; no wait is there twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

from deploy.proving.sdk_spans import readable
from services.assistance.handlers import answers
from services.assistance.handlers import handoffs as a
from services.referral.handlers.consent import Withdraw, withdraw
from services.referral.handlers.ending import close_case
from services.reporting.ingest import otlp
from services.reporting.ingest.open_handoffs import store
from services.reporting.queries import open_handoffs, spans, stage_tally
from services.reporting.rules.latency.time_buckets import bucket
from services.reporting.service import SERVICE as REPORTING
from shared.config.calendar import DAY
from shared.config.country import OF_ANY_KIND
from shared.observability.beat import statement
from shared.observability.open_statement import OpenStatement
from shared.processing.instance import Instance
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms
from shared.store.database import migrate
from tests.services.referral.street import LAND, SHELTER_ME, Street
from tests.services.reporting.life import reporting_instance
from tests.shared.land import LEAD_ME, POLICE_ME, closing, decide, rows, sure

Said = Callable[[Street], object]


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path)
    yield made
    made.close()


@pytest.fixture
def operators(street: Street, tmp_path: Path, url: str) -> Iterator[Instance]:
    instance = reporting_instance(tmp_path, "rs-koord", street.clock, url=url)
    yield instance
    instance.close()


def bodies(instance: Instance) -> dict[str, dict[str, object]]:
    return {body["span_id"]: body for (text,) in rows(instance, "select body from span") if (body := orjson.loads(text))}


def told(operators: Instance, *senders: Instance) -> None:
    """These send all their spans, and say what is open, as their processes do."""
    for sender in senders:
        said = statement(sender, {})
        operators.transact(lambda work, said=said: store(work, OpenStatement.read(said.written())))
        batch = encode_spans([readable(body, LAND) for body in bodies(sender).values()]).SerializeToString()
        found, refused = otlp.parse(batch)
        assert not refused
        operators.transact(lambda work, found=found: spans.store(work, found))


def waiting(operators: Instance) -> list[tuple[str, str]]:
    """(need, to) of what stands on the desk as open."""
    return operators.transact(lambda work: [(row.need, row.receiver) for row in open_handoffs.waiting(work.session, [LAND.lead], 100)])


def of_police(street: Street) -> a.OfHandoff:
    (asked,) = (h.id for h in sure(street.instances[LEAD_ME], street.main).handoffs.values() if h.need is Need.INVESTIGATION)
    return a.OfHandoff(case=street.main, handoff=asked)


def by_police(use_case: Callable[..., object], **said: object) -> Said:
    command = a.Decline if said else a.OfHandoff
    return lambda street: decide(street.instances[POLICE_ME], use_case, command(**of_police(street).model_dump(), **said), "answer")  # type: ignore[arg-type]


def by_lead(use_case: Callable[..., object], command: Callable[[Street], object]) -> Said:
    return lambda street: decide(street.instances[LEAD_ME], use_case, command(street), "ended")  # type: ignore[arg-type]


def lapses(street: Street) -> None:
    street.clock.at += 30 * DAY
    for instance in street.instances.values():
        instance.idle(clocks=True)


ENDS: dict[str, Said] = {
    "accepted": by_police(a.accept),
    "declined": by_police(a.decline, code=DeclineCode.NO_CAPACITY),
    "revoked": by_lead(a.revoke, of_police),
    "lapsed": lapses,
    "taken off the case": by_lead(withdraw, lambda street: Withdraw(case=street.main, agency="rs-pol")),
    "closed": by_lead(close_case, lambda street: closing(street.instances[LEAD_ME], street.main)),
}


@pytest.mark.parametrize("end", ENDS)
def test_who_is_asked_need_not_send_spans_for_the_wait_to_end(street: Street, operators: Instance, end: str) -> None:
    lead = street.instances[LEAD_ME]
    told(operators, lead)
    assert ("investigation", "rs-pol") in waiting(operators), "nor for it to be seen"
    assert ("identification", "rs-lead") in waiting(operators), "who reported need not either"
    street.clock.at += 7_200_000
    ENDS[end](street)
    street.settle()
    assert not of_waiting(street)
    told(operators, lead)
    assert ("investigation", "rs-pol") not in waiting(operators)


def test_what_has_ended_by_its_span_is_not_open_though_the_lead_is_away_and_said_so(street: Street, operators: Instance) -> None:
    told(operators, street.instances[LEAD_ME])
    street.clock.at += 7_200_000
    by_police(a.accept)(street)
    street.settle()

    def stages() -> set[str]:
        said = operators.transact(lambda work: open_handoffs.still_open(work.session, [LAND.lead], street.clock.at, False))
        return {one.stage for one in said if one.receiver == "rs-pol"}

    assert stages() == {"answered"}, "as it was said last"
    spans_alone = [readable(body, LAND) for body in bodies(street.instances[POLICE_ME]).values()]
    found, _ = otlp.parse(encode_spans(spans_alone).SerializeToString())
    operators.transact(lambda work: spans.store(work, found))
    assert stages() == {"first_action", "completed"}, "it is answered, and waits for what follows"


def test_an_offer_is_the_answer_also_where_the_lead_alone_sends_spans(street: Street, operators: Instance) -> None:
    lead, police = street.instances[LEAD_ME], street.instances[POLICE_ME]
    street.clock.at += 7_200_000
    offer = answers.Offer(**of_police(street).model_dump(), terms=OfferTerms.LATER, days=3)
    decide(police, answers.offer, offer, "offer")
    street.settle()
    street.clock.at += 20 * 3_600_000
    decide(lead, answers.agree_offer, of_police(street), "yes")
    street.settle()
    for senders in ((lead,), (police, lead)):
        told(operators, *senders)
        (until,) = operators.transact(lambda work: stage_tally.ended(work.session, stage_tally.OFFERED, False))
        assert (until.receiver, until.counts) == ("rs-pol", {bucket(7_200_000): 1}), "once, whoever tells it"


def test_after_a_no_to_an_offer_the_wait_is_the_asked_agency_s_also_where_the_lead_alone_sends_spans(
    street: Street, operators: Instance
) -> None:
    lead, police = street.instances[LEAD_ME], street.instances[POLICE_ME]
    street.clock.at += 7_200_000
    offer = answers.Offer(**of_police(street).model_dump(), terms=OfferTerms.LATER, days=3)
    decide(police, answers.offer, offer, "offer")
    street.settle()
    street.clock.at += 3_600_000
    decide(lead, answers.refuse_offer, of_police(street), "no")
    street.settle()
    street.clock.at += 20 * 3_600_000
    decide(police, a.accept, of_police(street), "yes")
    street.settle()
    for senders in ((lead,), (police, lead)):
        told(operators, *senders)
        (theirs,) = operators.transact(lambda work: stage_tally.ended(work.session, stage_tally.OFFERED, False))
        assert (theirs.receiver, theirs.counts) == ("rs-pol", {bucket(22 * 3_600_000): 1}), "all but the hour in which the lead thought"


def of_waiting(street: Street) -> bool:
    return sure(street.instances[LEAD_ME], street.main).handoffs[of_police(street).handoff].waiting


SHELTERED: dict[str, Said] = {
    "accepted": lambda street: decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, street.side), "yes"),
    "declined": lambda street: decide(
        street.instances[SHELTER_ME], a.decline,
        a.Decline(**street.of(SHELTER_ME, street.side).model_dump(), code=DeclineCode.NO_CAPACITY), "no",
    ),
    "revoked": by_lead(a.revoke, lambda street: street.of(LEAD_ME, street.main)),
    "closed": by_lead(close_case, lambda street: closing(street.instances[LEAD_ME], street.main)),
}  # fmt: skip


@pytest.mark.parametrize("end", SHELTERED)
def test_a_shelter_s_answer_ends_the_one_wait_there_is(street: Street, operators: Instance, end: str) -> None:
    street.ask()
    lead = street.instances[LEAD_ME]
    told(operators, lead)
    assert [to for need, to in waiting(operators) if need == "housing"] == [OF_ANY_KIND], "once, not in the side case too"
    street.clock.at += 7_200_000
    SHELTERED[end](street)
    street.settle()
    told(operators, lead)
    assert "housing" not in [need for need, _ in waiting(operators)]
    took = operators.transact(lambda work: stage_tally.ended(work.session, stage_tally.SPAN, False))
    (answered,) = [one for one in took if one.receiver == OF_ANY_KIND and one.stage == "answered"]
    assert answered.counts == {bucket(7_200_000): 1}, "and is one time, not two"
    assert not [t for t in took if t.giver == t.receiver], "what the lead asks of itself in a side case flatters nobody"


def test_side_cases_that_were_told_before_are_gone_after_the_upgrade(street: Street, operators: Instance) -> None:
    told(operators, street.instances[LEAD_ME])
    before = rows(operators, "select count(*) from finished_span")
    side = {
        "trace_id": "ab" * 16,
        "parent_id": None,
        "start": 1,
        "end": 1,
        "answer_by": 2,
        "late": False,
        "simulated": False,
        "attributes": "{}",
    }
    found = [
        {**side, "span_id": "01" * 8, "name": "case.reported.v1", "instance": "referral.rs-lead"},
        {**side, "span_id": "02" * 8, "name": "handoff requested", "instance": "referral.rs-lead", "stage": "requested", "handoff": "x"},
    ]
    operators.transact(lambda work: spans.store(work, found))
    for said in (
        "drop table said_open", "drop table said_stalled", "drop table heard_from", "drop table absence", "drop table missed_handoff",
        "drop table figures_release", "drop table other_return",
        "drop table other_return_cell",
        "drop table stage_tally", "drop table line_times", "drop table came_back_tally", "drop table asked_tally",
        "drop index finished_span_longest", "alter table finished_span drop column took",
        "alter table fact_referral drop column month",
        *(f"alter table fact_stage drop column {name}" for name in ("since", "since_days", "stage_days")),
        *(f"alter table {table} drop column came" for table in ("fact_referral", "fact_stage", "fact_happening")),
        "update alembic_version set version_num = 'reporting_0003' where version_num like 'reporting_%%'",
    ):  # fmt: skip
        operators.transact(lambda work, said=said: work.session.connection().exec_driver_sql(said))
    migrate(operators.engine, REPORTING.migrations)
    assert rows(operators, "select count(*) from finished_span") == before


def test_the_lead_and_the_author_say_the_same_of_a_wait(street: Street) -> None:
    street.clock.at += 7_200_000
    by_police(a.accept)(street)
    street.settle()
    mine, theirs = bodies(street.instances[LEAD_ME]), bodies(street.instances[POLICE_ME])
    both = mine.keys() & theirs.keys()
    assert {theirs[id]["name"] for id in both} == {"handoff"}
    assert all(mine[id] == theirs[id] for id in both)
