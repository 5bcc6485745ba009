"""What a release of before does with a case of protocol 2: it holds it whole.

`python -m tests.deploy.contracts.previous.hold OUT` lets this release say such a case (`records.jsonl`). Then, in the folder of the release
of before (`git archive REV | tar -x -C DIR`), `PYTHONPATH=DIR python -P …/hold.py OUT` leaves the databases that have read it beside it.
"""

import base64
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

INSTANCES = ("referral.rs-lead", "assistance.rs-pol")
RECORDS = "records.jsonl"


def say(out: Path) -> None:
    """A case is reported, the police and others are invited and accept, and the lead begins the joint action."""
    from services.assistance.handlers import handoffs
    from tests.shared.houses import housed
    from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, decide, report

    with tempfile.TemporaryDirectory() as scratch, housed(Path(scratch), Path(scratch)) as house:
        case = report(house[INTAKE_ME])
        house.settle()
        for me in (LEAD_ME.replace("referral", "assistance"), POLICE_ME, NGO_ME):
            if me in house.instances:
                decide(house[me], handoffs.accept, house.asked(me, case), f"accepts {me}")
                house.settle()
        said = [(base64.b64encode(r.key or b"").decode(), (r.value or b"").decode(), r.timestamp) for r in house.topic.all()]
    out.mkdir(parents=True, exist_ok=True)
    (out / RECORDS).write_text("".join(json.dumps(record) + "\n" for record in said))


def hold(out: Path) -> None:
    """Read it with this release's own code, and leave the databases."""
    before: Any = __import__("tests.runtime.land", fromlist=["land"])
    topic = __import__("tests.runtime.bus", fromlist=["bus"]).Topic()
    for line in (out / RECORDS).read_text().splitlines():
        key, value, at = json.loads(line)
        topic.land(base64.b64decode(key), value.encode(), at)
    with tempfile.TemporaryDirectory() as scratch:
        for me in INSTANCES:
            folder, service = Path(scratch), before.SERVICES[me.partition(".")[0]]
            file = before.database(folder, folder, service, me)
            instance = before.instance_at(file, me, before.Hand())
            while before.pull(instance, topic) and instance.positions.next(0) < topic.ends()[0]:
                pass
            instance.close()
            with closing(sqlite3.connect(file)) as db:
                (out / f"{me}.sql").write_text("\n".join(db.iterdump()) + "\n")


if __name__ == "__main__":
    (say if __package__ else hold)(Path(sys.argv[1]))
