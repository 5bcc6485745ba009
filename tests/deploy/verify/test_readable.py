"""What matters stands at the top, whatever else there is."""

import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from rich.console import Console

from deploy.oracle import judge
from deploy.oracle.sentence import Sentence
from deploy.verify.command import SHOWN, run
from deploy.verify.ledger import read
from shared.privacy.consent import LegalBasis
from shared.privacy.legal_bases import record
from shared.protocol.vocabulary import Basis, DataClass
from tests.shared.land import SERVICES, Hand, database, instance_at, templates

LEAD = "referral.rs-lead"
MANY = 5000


def unreadable(n: int) -> dict[str, object]:
    return {
        "event": f"{n:032x}", "key": "", "case": f"case-{n}", "partition": 0, "place": n, "type": "", "author": "", "cause": "",
        "roster": 0, "at": 0, "logged_at": n, "applied_at": n, "verdict": "unreadable", "simulated": False, "differs": False,
        "body": {"D0": {}, "reason": "the record is not sealed for this instance"},
    }  # fmt: skip


def test_a_withdrawal_that_is_not_there_stands_above_thousands_of_unreadable_records(tmp_path: Path) -> None:
    lead = instance_at(database(tmp_path, templates(), SERVICES["referral"], LEAD), LEAD, Hand())
    said = LegalBasis("", "rs-pol", None, frozenset({DataClass.D1}), Basis.NONE, Hand().at, officer="o1")
    lead.transact(lambda work: record(work, "case", "withdrawn", [said]))
    lead.transact(lambda work: [work.write_down(unreadable(n)) for n in range(MANY)])
    lead.close()
    with closing(sqlite3.connect(tmp_path / f"{LEAD}.db")) as db, db:
        assert db.execute("delete from legal_basis").rowcount == 1
        assert db.execute("update journal set logged_at = logged_at + 86400000").rowcount == MANY
    out = io.StringIO()
    assert run(tmp_path, Console(file=out, width=200)) == 1
    lines = [line for line in out.getvalue().splitlines() if line.startswith(("altered:", "unreadable:"))]
    assert lines[0].startswith(f"altered: {LEAD}: the withdrawal of 2025-06-15")
    assert "row 1 of legal_basis, is not there: it was taken away by hand" in lines[0]
    assert "the record of 2025-06-15" in lines[1]
    assert lines[-1] == f"unreadable: {LEAD} could not read {MANY} records, the first at 0:0: the record is not sealed for this instance"
    assert len(lines) <= SHOWN + 4
    withdrawn = judge(read(tmp_path)).altered[0]
    assert isinstance(withdrawn, Sentence)
    said = withdrawn.said(
        lambda words, **values: f"⟦{re.sub(r'%[(].*?[)]s|[a-zA-Z ]', lambda one: one[0][1:] and one[0], words) % values}⟧"
    )
    outside = re.sub(f"{LEAD}|legal_basis", "", said)
    assert re.findall("[A-Za-z]{2,}", outside) == ["UTC"], "all but names is put into the words of who reads it"
    assert "⟦" not in withdrawn
