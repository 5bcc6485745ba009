"""The facts of the bench are such as a lead of this release says: what is measured on them is the work of all tables."""

from pathlib import Path
from random import Random

from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rapporteur_facts import invented_case
from services.reporting.models import Happening, Referral, StageTime
from services.reporting.queries.table_cells import kept_fact
from services.reporting.rules.tables.catalogue import ALL_TABLES
from services.reporting.rules.tables.course import Course
from services.reporting.rules.tables.definitions import ENDED, UNSAID
from shared.config.kafka import Bus
from shared.store.database import table


def test_no_table_of_working_days_is_measured_empty(tmp_path: Path) -> None:
    lab, draw = Lab(Bus("127.0.0.1:1"), tmp_path), Random(1)
    made = [invented_case(lab, draw, number) for number in range(20)]
    courses = [
        Course(
            tuple(kept_fact(table(model), row) for model, rows in ((Referral, [one]), (StageTime, two), (Happening, three)) for row in rows)
        )
        for one, two, three in made
    ]
    for one in (one for one in ALL_TABLES if one.working_days and one.adds):
        told = {values[-2] for course in courses for _, values, _ in one.adds(course)}
        assert ENDED in told, one.id
        assert UNSAID not in told, one.id
