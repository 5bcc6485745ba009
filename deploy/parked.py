"""`./nrm parked`: the records that instances failed to apply, and another try at them."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from deploy.trouble import Trouble
from shared.runtime.database import engine_for
from shared.runtime.parking import ask_retry
from shared.runtime.tables import Parked


def run(folder: Path, retry: bool, console: Console) -> int:
    """List what is parked, or flag it for another try by the processes that own it; 1 where anything is parked."""
    inner = folder / "agencies"
    files = sorted((inner if inner.is_dir() else folder).glob("*.db"))
    if not files:
        raise Trouble(f"There are no databases in {folder}; give the folder of a demo, or one with files like referral.rs-czztlj.db.")
    table, found = Table("instance", "case", "place", "reason", "retry"), 0
    for file in files:
        engine = engine_for(f"sqlite:///{file}")
        with Session(engine) as session, session.begin():
            if retry:
                ask_retry(session)
            for row in session.exec(select(Parked).order_by(col(Parked.seq))):
                found += 1
                table.add_row(file.stem, row.case, f"{row.partition}:{row.place}", row.reason, "asked" if row.retry else "")
        engine.dispose()
    console.print(table if found else "Nothing is parked.")
    return min(found, 1)
