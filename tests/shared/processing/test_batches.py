"""Batches: at fixed times and of cases enough, sealed for reporting alone, signed by a lead; and what reporting refuses."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from deploy.directory import changes, listing
from services.reporting.service import SERVICE as REPORTING
from shared.config.calendar import HOUR
from shared.config.clock import wall
from shared.config.country import Agency
from shared.config.country_tables import Batches
from shared.crypto import keyring
from shared.crypto.directory import Directory, issue
from shared.crypto.directory_state import Listing
from shared.crypto.keyring import Keyring
from shared.crypto.protocols_read import state, with_reads
from shared.processing.batches import RECORDS_OF_A_BATCH, ask_again, ask_flush, tend
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgencyKind, DataClass
from shared.records import batches
from shared.records.reader import Taken
from shared.records.sealer import NotNow, Sealer
from tests.services.reporting.life import WATCHED
from tests.shared.away import AwayAfter
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.counted import flush, record_id, send_batches
from tests.shared.crypto.directories import PUBLIC_ROOT, ROOT
from tests.shared.land import LEAD_ME, SERVICES, START, Hand, database, rows, templates

RAPPORTEUR, CLERKS, POLICE = "reporting.rs-zg", "reporting.rs-koord", "assistance.rs-pol"
NARROW = Agency(id="rs-narrow", name="Office", kind=AgencyKind.GOVERNMENT, services=("reporting",), classes=(DataClass.D0,))
COUNTRY = WATCHED.model_copy(update={"agencies": (*WATCHED.agencies, NARROW), "statistics": Batches(every=24, cases=3)})
FACTS = "select record from fact_referral union all select record from fact_stage union all select record from fact_happening"
UNREADABLE = "select reason from fact_unreadable"
DAY = 24 * HOUR
RECORD: dict[str, Any] = {"kind": "pingpong", "month": "2025-06", "simulated": False}


@dataclass
class Land:
    """The lead, reporting, and somebody else, under one directory."""

    folder: Path
    sealed: bool = True
    clock: Hand = field(default_factory=Hand)
    topic: Topic = field(default_factory=lambda: Topic(1))
    instances: dict[str, Instance] = field(default_factory=dict[str, Instance])

    def __post_init__(self) -> None:
        self.rings: dict[str, Keyring] = {name: keyring.new(name) for name in listing.instances_of(COUNTRY.agencies)}
        self.first = listing.first(COUNTRY, self.rings.values(), wall())
        self.listing = Listing(COUNTRY.id, PUBLIC_ROOT)
        self.learn(self.first)

    def learn(self, directory: Directory) -> None:
        assert self.listing.offer(issue(directory, ROOT), state(directory, ROOT))

    def seal(self, me: str) -> Sealer:
        return Sealer(self.rings[me], self.listing)

    def instance(self, me: str) -> Instance:
        """The instance, perhaps once more on the database that it had."""
        if me in self.instances:
            self.instances[me].close()
        name, _, agency = me.partition(".")
        service, file = {**SERVICES, "reporting": REPORTING}[name], self.folder / f"{me}.db"
        if not file.exists():
            database(self.folder, templates(), service, me)
        instance = Instance(service, agency, COUNTRY, f"sqlite:///{file}", self.clock, seal=self.seal(me) if self.sealed else None)
        instance.catches_up()
        self.instances[me] = instance
        return instance

    def give(self, reporting: Instance) -> None:
        """All that lies on the topic and is not read yet."""
        assert reporting.take([Taken(r, "") for r in self.topic.all()[reporting.positions.next(0) :]])

    def count(self, lead: Instance, *cases: str, each: int = 1) -> None:
        """Something of these cases counts."""
        lead.transact(lambda work: [work.count(f"{case}:{n}", RECORD, case) for case in cases for n in range(each)])


def lived_in(land: Land) -> Iterator[Land]:
    """The land for one test; then its instances are closed."""
    yield land
    for instance in land.instances.values():
        instance.close()


@pytest.fixture(params=[True, False], ids=["sealed", "unsealed"])
def land(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Land]:
    yield from lived_in(Land(tmp_path, request.param))


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Land]:
    yield from lived_in(Land(tmp_path))


def test_what_is_counted_goes_out_at_the_next_fixed_time_and_not_before(land: Land) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    land.clock.at = START // DAY * DAY + 1
    lead.idle(clocks=False)
    land.count(lead, "a", "b", "c", each=2)
    for at in (1, HOUR, DAY - 1):
        land.clock.at = START // DAY * DAY + at
        lead.idle(clocks=False)
        lead = land.instance(LEAD_ME)
        assert (len(lead.unsent), lead.batches) == (6, []), "a start is no fixed time either"
    land.clock.at = START // DAY * DAY + DAY
    lead.idle(clocks=False)
    assert not lead.unsent
    [_] = send_batches(lead, land.topic)
    land.give(reporting)
    assert len(rows(reporting, FACTS)) == 6


def test_what_is_of_too_few_cases_waits_for_the_time_after(land: Land) -> None:
    lead = land.instance(LEAD_ME)
    lead.idle(clocks=False)
    land.count(lead, "a", "b", each=40)
    land.clock.at += DAY
    lead.idle(clocks=False)
    assert (len(lead.unsent), lead.batches) == (80, []), "many records of two cases"
    land.count(lead, "c")
    lead.idle(clocks=False)
    assert not lead.batches, "the time has passed"
    land.clock.at += DAY
    lead.idle(clocks=False)
    assert {one.case for one in lead.batches[0].records} == {"a", "b", "c"}


def test_many_go_in_several_batches_each_of_cases_enough_and_none_in_the_order_of_events(land: Land) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    lead.idle(clocks=False)
    land.count(lead, *(f"case {n}" for n in range(3 * RECORDS_OF_A_BATCH // 2)), each=2)
    counted = [one.record for one in lead.unsent]
    land.clock.at += DAY
    lead.idle(clocks=False)
    assert [len(batch.records) for batch in lead.batches] == [RECORDS_OF_A_BATCH] * 3
    for batch in lead.batches:
        order = [counted.index(one.record) for one in batch.records]
        assert order != sorted(order)
    landed = send_batches(lead, land.topic)
    assert len({len(record.value or b"") for record in landed}) == 1, "padded to the same size"
    land.give(reporting)
    assert sorted(r for (r,) in rows(reporting, FACTS)) == sorted(counted)
    assert rows(reporting, UNREADABLE) == []


def test_all_goes_once_more_where_an_administrator_asks_and_is_no_second_fact(land: Land) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    land.count(lead, "a", "b")
    flush(lead)
    first = send_batches(lead, land.topic)
    lead.idle(clocks=False)
    land.count(lead, "c")
    with Session(lead.engine) as session, session.begin():
        ask_again(session, "olga")
    lead.idle(clocks=False)
    assert [one.case for one in lead.unsent] == ["c"], "what waits waits on"
    again = send_batches(lead, land.topic)
    assert [record.key for record in again] == [record.key for record in first]
    land.give(reporting)
    assert len(rows(reporting, FACTS)) == 2
    assert rows(lead, "select officer, act from audit where act like 'statistics%'") == [("olga", "statistics-sent-again")]
    lead.idle(clocks=False)
    assert not lead.batches, "asked once"


@pytest.mark.parametrize("taken", range(3))
def test_what_was_asked_for_once_more_goes_though_the_database_went_away_meanwhile(sealed: Land, taken: int) -> None:
    """What was asked is forgotten in a transaction: nobody asks again."""
    lead = sealed.instance(LEAD_ME)
    sealed.count(lead, "a", "b")
    flush(lead)
    first = send_batches(lead, sealed.topic)
    lead.idle(clocks=False)
    with Session(lead.engine) as session, session.begin():
        ask_again(session, "olga")
    with suppress(OperationalError):
        tend(lead, AwayAfter(lead, taken))
    lead.idle(clocks=False)
    assert [record.key for record in send_batches(lead, sealed.topic)] == [record.key for record in first]


def test_a_demo_that_ends_asks_for_all_of_it(land: Land) -> None:
    lead = land.instance(LEAD_ME)
    land.count(lead, "a")
    flush(lead)
    assert [len(batch.records) for batch in lead.batches] == [1]
    land.count(lead, "b")
    lead.idle(clocks=False)
    assert len(lead.unsent) == 1, "asked once"


def test_what_is_in_a_batch_has_not_gone_before_it_is_acknowledged(land: Land) -> None:
    lead = land.instance(LEAD_ME)

    def asked() -> bool:
        with Session(lead.engine) as session, session.begin():
            return ask_flush(session)

    assert not asked(), "nothing was counted"
    land.count(lead, "a")
    assert asked(), "it waits for a batch"
    lead.idle(clocks=False)
    assert lead.batches
    assert asked(), "it is in a batch that has not gone"
    send_batches(lead, land.topic)
    assert asked(), "the broker has it, the database does not know yet"
    lead.idle(clocks=False)
    assert not asked()


def test_nobody_else_reads_a_batch(sealed: Land) -> None:
    lead = sealed.instance(LEAD_ME)
    sealed.count(lead, "a")
    flush(lead)
    [record] = send_batches(lead, sealed.topic)
    value = record.value or b""
    assert not any(word in value for word in (b"pingpong", b"2025-06", b"rs-lead", b"referral", lead.agency.encode()))
    may = {me for me, ring in sealed.rings.items() if batches.open_for(value, record.key or b"", ring.openers)}
    assert may == {RAPPORTEUR, CLERKS}, "whose agency may have statistical records, and nobody else: not the lead, not who has D0 alone"


def refused(land: Land, *records: SimulatedRecord) -> list[str]:
    """Why reporting refuses these; it counts none."""
    reporting = land.instance(RAPPORTEUR)
    assert reporting.take([Taken(r, "") for r in records])
    assert rows(reporting, FACTS) == []
    return [reason for (reason,) in rows(reporting, UNREADABLE)]


def forged(land: Land, author: str, signer: str, country: str = COUNTRY.id) -> SimulatedRecord:
    """A batch that somebody sealed as a lead would."""
    readers = list(land.listing.readers([RAPPORTEUR]).values())
    bodies = [orjson.dumps({**RECORD, "id": record_id("x")}).decode()]
    record = batches.seal("n", country, author, bodies, land.rings[signer].sign[-1], readers)
    return land.topic.land(record.key, record.value)


@pytest.mark.parametrize(
    ("author", "signer", "country"),
    [(LEAD_ME, POLICE, "rs"),
     (POLICE, POLICE, "rs"), (CLERKS, CLERKS, "rs"), ("referral.xx-nobody", POLICE, "rs"), (LEAD_ME, LEAD_ME, "fi")],
)  # fmt: skip
def test_a_batch_of_who_is_no_lead_counts_nothing(sealed: Land, author: str, signer: str, country: str) -> None:
    [reason] = refused(sealed, forged(sealed, author, signer, country))
    assert "lead" in reason


def test_the_same_signed_by_the_lead_counts(sealed: Land) -> None:
    forged(sealed, LEAD_ME, LEAD_ME)
    reporting = sealed.instance(RAPPORTEUR)
    sealed.give(reporting)
    assert rows(reporting, FACTS) == [(record_id("x"),)]


def test_a_batch_under_another_key_or_changed_or_cut_counts_nothing(sealed: Land) -> None:
    good = forged(sealed, LEAD_ME, LEAD_ME)
    value, topic = good.value or b"", Topic(1)
    body = orjson.loads(value)
    broken = [
        (b"other", value), (b"", value), (b"\xff", value), (good.key, value[:-9]), (good.key, value + b" "),
        (good.key, orjson.dumps({**body, "parts": body["parts"] * 2})), (good.key, orjson.dumps({**body, "parts": []})),
        (good.key, orjson.dumps({**body, "body": body["body"][:-4]})), (good.key, orjson.dumps({**body, "more": 1})),
        (good.key, orjson.dumps({**body, "parts": [1]})), (good.key, b'{"body":'),
        (good.key, orjson.dumps({**body, "parts": body["parts"] * 65})),
    ]  # fmt: skip
    reasons = refused(sealed, *(topic.land(key, changed) for key, changed in broken))
    assert len(reasons) == len({changed for _, changed in broken})


def test_a_lead_whose_keys_were_revoked_counts_nothing_more(sealed: Land) -> None:
    record = forged(sealed, LEAD_ME, LEAD_ME)
    sealed.learn(changes.revoked(sealed.first, LEAD_ME, wall()))
    [reason] = refused(sealed, record)
    assert "signed" in reason


def test_in_the_clear_counts_nothing_where_all_read_sealed_batches(sealed: Land) -> None:
    single = orjson.dumps({**RECORD, "id": record_id("x")})
    clear = batches.clear("n", [single.decode()])
    assert len(refused(sealed, sealed.topic.land(b"x", single), sealed.topic.land(clear.key, clear.value))) == 2


def test_whoever_takes_the_statement_from_a_new_directory_has_nothing_counted_in_the_clear(sealed: Land) -> None:
    lead = sealed.instance(LEAD_ME)
    assert not sealed.listing.offer(issue(sealed.first.model_copy(update={"version": 2}), ROOT))
    assert len(refused(sealed, sealed.topic.land(b"x", orjson.dumps({**RECORD, "id": record_id("x")})))) == 1
    sealed.count(lead, "a", "b", "c")
    flush(lead)
    assert (lead.batches_wait, len(lead.batches)) == ("", 1), "nor does a lead wait"


def test_while_somebody_reads_no_batches_leads_wait_and_what_was_sent_in_the_clear_counts(sealed: Land) -> None:
    behind = with_reads(sealed.first, {**{one.id: 2 for one in sealed.first.instances}, CLERKS: 1})
    sealed.learn(behind.model_copy(update={"version": 2}))
    lead, reporting = sealed.instance(LEAD_ME), sealed.instance(RAPPORTEUR)
    sealed.count(lead, "a", "b", "c")
    flush(lead)
    assert (len(lead.unsent), lead.batches) == (3, [])
    assert "reporting.rs-koord reads no batches" in lead.batches_wait
    sealed.topic.land(b"x", orjson.dumps({**RECORD, "id": record_id("x")}))
    sealed.give(reporting)
    assert rows(reporting, FACTS) == [(record_id("x"),)]
    sealed.learn(with_reads(behind, {one.id: 2 for one in behind.instances}).model_copy(update={"version": 3}))
    lead.idle(clocks=False)
    [_] = send_batches(lead, sealed.topic)
    assert "not sealed" in "".join(refused_too(sealed, reporting, orjson.dumps({**RECORD, "id": record_id("y")})))


def refused_too(land: Land, reporting: Instance, value: bytes) -> list[str]:
    """Why reporting refuses this, beside what it had."""
    land.give(reporting)
    land.topic.land(b"y", value)
    land.give(reporting)
    return [reason for (reason,) in rows(reporting, UNREADABLE)]


def test_a_sealed_batch_counts_nothing_where_nobody_has_keys(tmp_path: Path) -> None:
    record = forged(Land(tmp_path), LEAD_ME, LEAD_ME)
    [reason] = refused(Land(tmp_path, sealed=False), record)
    assert "no keys" in reason


def test_without_a_reader_what_is_counted_waits_and_is_no_fault(sealed: Land) -> None:
    lead = sealed.instance(LEAD_ME)
    lead.idle(clocks=False)
    sealed.count(lead, "a", "b", "c")
    directory = changes.revoked(changes.revoked(sealed.first, RAPPORTEUR, wall()), CLERKS, wall())
    sealed.learn(directory)
    sealed.clock.at += DAY
    lead.idle(clocks=False)
    assert (len(lead.unsent), lead.batches) == (3, [])
    assert "no instance of reporting" in lead.batches_wait


def test_a_batch_that_was_cut_waits_while_nobody_can_read_it(sealed: Land) -> None:
    lead = sealed.instance(LEAD_ME)
    sealed.count(lead, "a")
    flush(lead)
    sealed.learn(changes.revoked(changes.revoked(sealed.first, RAPPORTEUR, wall()), CLERKS, wall()))
    with pytest.raises(NotNow, match="no instance of reporting"):
        lead.batch(lead.batches[0])


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_batch_holds_no_more_than_any_may_hold(sealed: Land, name: str) -> None:
    with pytest.raises(batches.BatchTooLong):
        batches.clear(name, ["1" * 200_000])
    assert len(refused(sealed, sealed.topic.land(b"x", b'{"body":' + b" " * 300_000))) == 1


def test_one_bad_record_of_a_batch_spoils_no_other(land: Land) -> None:
    bodies = [orjson.dumps({**RECORD, "id": record_id(n)}).decode() for n in range(3)] + ['"x"', "[]", '{"id":1}']
    if land.sealed:
        readers = list(land.listing.readers([RAPPORTEUR]).values())
        record = batches.seal("n", COUNTRY.id, LEAD_ME, bodies, land.rings[LEAD_ME].sign[-1], readers)
    else:
        record = batches.clear("n", bodies)
    land.topic.land(record.key, record.value)
    reporting = land.instance(RAPPORTEUR)
    land.give(reporting)
    assert (len(rows(reporting, FACTS)), len(rows(reporting, UNREADABLE))) == (3, 3)
