"""A database from a backup: it learns what it had said before it says anything, and names what is truly lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from services.assistance.handlers import handoffs as a
from services.referral.handlers.status import DecideStatus, decide_status
from shared.decisions.form_receipts import FormUsed
from shared.processing.housekeeping import caught_up
from shared.processing.instance import Instance
from shared.processing.recovery import missing, reports, seen
from shared.protocol.vocabulary import Stage
from shared.store.decision_log import DecisionLog
from tests.shared.bus import Topic
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, POLICE_ME, SERVICES, Hand, database, decide, pull, report, rows, send, sure

pytestmark = pytest.mark.usefixtures("nothing_by_hand")


class Place:
    """An agency's machine: databases, diaries beside them, backups elsewhere."""

    def __init__(self, folder: Path, templates: Path) -> None:
        self.folder, self.templates, self.clock, self.topic = folder, templates, Hand(), Topic()
        self.instances: dict[str, Instance] = {}
        for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
            database(folder, templates, SERVICES[me.partition(".")[0]], me)
            self.start(me)

    def start(self, me: str) -> Instance:
        """Start on the database that is there; nothing is sent before the log was read."""
        service, _, agency = me.partition(".")
        decision_log = DecisionLog(self.folder / "diary", me)
        instance = Instance(SERVICES[service], agency, COUNTRY, f"sqlite:///{self.folder / me}.db", self.clock, decision_log=decision_log)
        assert not instance.caught_up
        for _ in range(3):
            pull(instance, self.topic)
        caught_up(instance, instance.transact, instance.begun)
        self.instances[me] = instance
        return instance

    def stop(self, me: str) -> None:
        self.instances[me].close()  # SQLite puts its write-ahead log into the file then

    def backup(self, me: str) -> Path:
        self.stop(me)
        kept = Path(shutil.copy(self.folder / f"{me}.db", self.folder / f"{me}.backup"))
        self.start(me)
        return kept

    def restore(self, me: str, kept: Path) -> Instance:
        self.stop(me)
        for old in self.folder.glob(f"{me}.db*"):
            old.unlink()
        shutil.copy(kept, self.folder / f"{me}.db")
        return self.start(me)

    def settle(self) -> None:
        for _ in range(20):
            for instance in self.instances.values():
                send(instance, self.topic)
            for instance in self.instances.values():
                pull(instance, self.topic)


@pytest.fixture
def place(tmp_path: Path, templates: Path) -> Iterator[Place]:
    made = Place(tmp_path, templates)
    yield made
    for instance in made.instances.values():
        instance.close()


def told(instance: Instance) -> list[tuple[int, int]]:
    with Session(instance.engine) as session:
        return [(r.found, len(r.lost)) for r in reports(session)]


def test_what_reached_the_log_is_learned_and_what_did_not_is_named(place: Place) -> None:
    report(place.instances[INTAKE_ME], "before")
    place.settle()
    kept = place.backup(INTAKE_ME)
    after = [report(place.instances[INTAKE_ME], f"after{n}") for n in range(3)]
    place.settle()
    gone = report(place.instances[INTAKE_ME], "never sent")
    for _ in range(2):  # twice in a row
        intake = place.restore(INTAKE_ME, kept)
        assert told(intake) == [(3, 1)]
        with Session(intake.engine) as session:
            assert [(e.case, e.type, e.officer) for e in reports(session)[0].lost] == [(gone, "case.reported.v1", "o1")]
            assert missing(reports(session)) == 1
        with pytest.raises(FormUsed) as used:
            report(intake, "after1")
        assert used.value.recorded.case == after[1], "nothing is decided twice; whether it was the same nobody can see any more"
        place.settle()
    records = [r for r in place.topic.all() if r.key == after[0].encode()]
    place.settle()
    assert [r for r in place.topic.all() if r.key == after[0].encode()] == records, "nothing is said a second time"
    for case in after:
        assert sure(place.instances[INTAKE_ME], case) == sure(place.instances[LEAD_ME], case)


def test_a_report_is_closed_by_who_has_entered_again_what_it_names(place: Place) -> None:
    kept = place.backup(INTAKE_ME)
    report(place.instances[INTAKE_ME], "never sent")
    intake = place.restore(INTAKE_ME, kept)
    intake.transact(lambda work: seen(work, 1, "officer-7"))
    with Session(intake.engine) as session:
        assert missing(reports(session)) == 0
    assert rows(intake, "select officer, act from audit where rows = '' order by seq desc limit 1") == [("officer-7", "recovery-seen")]


def test_nothing_is_reported_where_nothing_was_forgotten(place: Place) -> None:
    case = report(place.instances[INTAKE_ME])
    place.settle()
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        place.stop(me)
        assert told(place.start(me)) == []
    assert sure(place.instances[LEAD_ME], case)


def test_the_lead_from_a_backup_in_mid_traffic_does_nothing_twice(place: Place) -> None:
    case = report(place.instances[INTAKE_ME], "one")
    place.settle()
    kept = place.backup(LEAD_ME)
    asked = next(h for h in sure(place.instances[POLICE_ME], case).handoffs.values() if h.to == "rs-pol")
    decide(place.instances[POLICE_ME], a.accept, a.OfHandoff(case=case, handoff=asked.id), "accept")
    decide(place.instances[LEAD_ME], decide_status, DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True), "status")
    other = report(place.instances[INTAKE_ME], "two")
    place.settle()
    lead = place.restore(LEAD_ME, kept)
    assert told(lead) == [(1, 0)], "what its officer decided; what follows by itself follows again"
    place.settle()
    for each in (case, other):
        pictures = {sure(instance, each).model_dump_json() for instance in place.instances.values()}
        assert len(pictures) == 1
    keys = rows(lead, "select key, count(*) from journal where verdict = 'repeated' group by key")
    assert keys == []


def test_a_lost_database_takes_its_secret_from_the_decision_log_and_counts_nobody_twice(place: Place, templates: Path) -> None:
    report(place.instances[INTAKE_ME])
    place.settle()
    before = set(rows(place.instances[LEAD_ME], "select record from statistic"))
    place.stop(LEAD_ME)
    (place.folder / f"{LEAD_ME}.db").unlink()
    database(place.folder, templates, SERVICES["referral"], LEAD_ME)
    lead = place.start(LEAD_ME)
    assert set(rows(lead, "select record from statistic")) == before != set()


def test_where_the_secret_is_lost_too_nothing_is_counted_again_and_the_report_says_how_much(place: Place, templates: Path) -> None:
    report(place.instances[INTAKE_ME])
    place.settle()
    place.stop(LEAD_ME)
    (place.folder / f"{LEAD_ME}.db").unlink()
    shutil.rmtree(place.folder / "diary")
    database(place.folder, templates, SERVICES["referral"], LEAD_ME)
    lead = place.start(LEAD_ME)
    assert lead.unsent == []
    with Session(lead.engine) as session:
        [one] = reports(session)
    assert one.uncounted == rows(lead, "select count(*) from statistic where done")[0][0] > 0
