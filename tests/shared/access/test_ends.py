"""The audit's end is told outside the database, and a chain that somebody wrote anew, whole as it is, is found by what was told."""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from deploy.oracle.chain import ToldEnd, broken, digest_of, rewritten
from deploy.trouble import Trouble
from deploy.verify.command import run, told
from deploy.verify.ledger import read
from shared.access.roles import Role
from tests.shared.access.offices import opened
from tests.shared.client import PageClient


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The folder of an office in which somebody decided and read; the log of its process, as a machine elsewhere keeps it."""
    data, log = tmp_path_factory.mktemp("ends") / "data", tmp_path_factory.mktemp("elsewhere") / "log"
    with opened(data) as place:
        ana = place.person("a1f0", Role.OFFICER)
        case = place.report(ana)
        with capture_logs() as lines, PageClient(place.app):
            ana.get(f"/reports/{case}")
        for instance in place.instances:
            instance.close()
        log.write_text("started\n" + "".join(f"Nov 26 17:00 host nrm: {json.dumps(line, default=str)}\n" for line in lines))
        assert not any(word in log.read_text() for word in (case, "a1f0", "Ana"))
        yield data, log


def test_the_last_line_is_told_before_the_process_ends(kept: tuple[Path, Path]) -> None:
    data, log = kept
    audit = read(data)["intake.rs-ir"].audit
    assert len([row for row in audit if not row["rows"]]) == 3
    last = {end.instance: end for end in told(log)}
    assert last["intake.rs-ir"] == ToldEnd("intake.rs-ir", audit[-1]["seq"], audit[-1]["digest"])
    assert list(rewritten(read(data).values(), told(log))) == []


@pytest.mark.parametrize("cut", [False, True])
def test_a_chain_written_anew_is_whole_and_not_what_was_told(kept: tuple[Path, Path], tmp_path: Path, cut: bool) -> None:
    data, log = kept
    file = tmp_path / "intake.rs-ir.db"
    with closing(sqlite3.connect(data / file.name)) as db, closing(sqlite3.connect(file)) as copy:
        db.backup(copy)
    lines, digest = read(tmp_path)["intake.rs-ir"].audit, ""
    last = lines[-1]["seq"]
    with closing(sqlite3.connect(file)) as db:
        if cut:
            db.execute("delete from audit where seq = ?", [lines.pop()["seq"]])
        for row in lines:
            digest = digest_of(digest, row | {"officer": "somebody"})
            db.execute("update audit set officer = 'somebody', digest = ? where seq = ?", [digest, row["seq"]])
        db.execute("update auditend set digest = ?", [digest])
        db.commit()
    assert list(broken(read(tmp_path).values())) == []
    said = io.StringIO()
    assert run(tmp_path, Console(file=said, width=200), log) == 1
    assert f"audit: intake.rs-ir: the audit's line {last} is not the one that was told outside" in said.getvalue()


def test_a_log_that_tells_no_end_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "log").write_text('{"event": "decided"}\n[]\n{"event": "audit", "line": 1}\nnonsense {\n')
    with pytest.raises(Trouble, match="tells no end of an audit"):
        told(tmp_path / "log")
    with pytest.raises(Trouble, match="cannot be read"):
        told(tmp_path / "nowhere")
