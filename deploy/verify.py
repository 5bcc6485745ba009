"""Accounts for every decision, from the databases alone: the oracle's judgement of an installation, printed."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.ledger import read
from deploy.oracle import Judgement, judge
from deploy.oracle.rows import SETTLING

SHOWN = 20


def verify(folder: Path) -> Judgement:
    """Count everything in a demo's folder, or in any folder of databases. Raises Trouble where there are none."""
    return judge(read(folder))


def run(folder: Path, console: Console) -> int:
    """Print what was counted and what is wrong; 1 where anything is."""
    found = verify(folder)
    table = Table("counted", "", title=f"{folder}", title_justify="left")
    for name in ("instances", "cases", "decisions", "removed"):
        table.add_row(name, str(getattr(found, name)))
    for verdict, n in found.verdicts.items():
        table.add_row(f"records {verdict}{'' if verdict in SETTLING else ' (settles nothing)'}", str(n))
    for kind, sentences in found.wrong.items():
        table.add_row(kind, f"[red]{len(sentences)}[/]" if sentences else "0")
    console.print(table)
    for kind, sentences in found.wrong.items():
        for sentence in sentences[:SHOWN]:
            console.print(f"{kind}: {sentence}", markup=False, soft_wrap=True)
        if len(sentences) > SHOWN:
            console.print(f"{kind}: and {len(sentences) - SHOWN} more")
    return 0 if found.ok else 1
