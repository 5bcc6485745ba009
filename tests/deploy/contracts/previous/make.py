"""What a release leaves behind for the next one to be tested against: records, databases, and the schemas it reads by.

Run once for each release, by that release: export it (`git archive REV | tar -x -C DIR`), then, in its folder,
`PYTHONPATH=DIR python -P tests/deploy/contracts/previous/make.py OUT`. It uses only what every release since the first has.
"""

import base64
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from deploy.proving.simulation.deeds import deed
from services.assistance.handlers import handoffs as a
from services.reporting.service import SERVICE as REPORTING
from shared.decisions.errors import RuleBroken
from shared.protocol.case import Case
from shared.protocol.classes import EVENTS
from shared.protocol.core import SHAPES
from shared.records.reader import Taken
from tests.shared.bus import Topic
from tests.shared.houses import House, housed
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, Hand, database, decide, instance_at, report, seen

DEEDS, CASES, SEED = 40, 3, 7


def play(house: House) -> None:
    """Some cases in which everybody does something; in the end a decision of the police still waits for the bus."""
    cases = [report(house[INTAKE_ME], f"f{n}") for n in range(CASES)]
    house.settle()
    random = Random(SEED)
    for n in range(DEEDS):
        house.clock.at += 60_000
        me, case = random.choice((LEAD_ME, LEAD_ME, POLICE_ME, NGO_ME)), random.choice(cases)
        picture = seen(house[me], case)
        if picture is None:
            continue
        try:
            decide(house[me], *deed(random, me, picture), form=f"deed {n}")
        except RuleBroken:
            continue
        house.settle()
    last = report(house[INTAKE_ME], "last")
    house.settle()
    decide(house[POLICE_ME], a.accept, house.asked(POLICE_ME, last), "waits")


def dump(file: Path) -> str:
    """A database as SQL text."""
    with closing(sqlite3.connect(file)) as db:
        return "\n".join(db.iterdump()) + "\n"


def facts(house: House, folder: Path) -> Path:
    """Reporting's database once it has read what the lead told it."""
    topic, file = Topic(), database(folder, folder, REPORTING, "reporting.rs-lead")
    for name, body, *_ in house[LEAD_ME].unsent:
        topic.land(name.encode(), body.encode())
    instance = instance_at(file, "reporting.rs-lead", Hand(), REPORTING)
    assert instance.take([Taken(r, "") for r in topic.all()])
    instance.close()
    return file


def schemas() -> dict[str, Any]:
    """What this release takes: facts by type, the picture in a checkpoint, the fields of a core."""
    events = {name: kind.model_json_schema() for name, kind in sorted(EVENTS.items())}
    core = {name: shape.__name__ for name, shape in SHAPES.items()}
    return {"events": events, "case": Case.model_json_schema(), "core": core}


def main(out: Path) -> None:
    """Write everything into a folder."""
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with housed(folder, folder) as house:
            play(house)
            files = {**house.files, "reporting.rs-lead": facts(house, folder)}
            records = [(base64.b64encode(r.key or b"").decode(), (r.value or b"").decode(), r.timestamp) for r in house.topic.all()]
        for me, file in files.items():
            (out / f"{me}.sql").write_text(dump(file))
    (out / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (out / "schemas.json").write_text(json.dumps(schemas(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
