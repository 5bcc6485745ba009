"""Accounts for every decision, from the databases alone: the oracle's judgement of an installation, printed."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.language_choice import translate
from deploy.oracle import Judgement, judge
from deploy.oracle.chain import ToldEnd, rewritten
from deploy.oracle.rows import SETTLING
from deploy.oracle.sentence import Sentence
from deploy.trouble import Trouble
from deploy.verify.ledger import read
from shared.access.audit_anchor import EVENT
from shared.config.i18n import N_

SHOWN = 20
COUNTED = {"instances": N_("instances"), "cases": N_("cases"), "decisions": N_("decisions"), "removed": N_("removed")}
"""What the judgement counts, in words."""
KINDS = {
    "audit": N_("audit"), "altered": N_("altered"), "lost": N_("lost"), "twice": N_("twice"), "illegal": N_("illegal"),
    "misplaced": N_("misplaced"), "differing": N_("differing"), "disordered": N_("disordered"), "stuck": N_("stuck"),
    "fenced": N_("fenced"), "aside": N_("aside"), "parked": N_("parked"), "statistics": N_("statistics"), "unreadable": N_("unreadable"),
}  # fmt: skip
"""The kinds of what is wrong, in words."""


def verify(folder: Path) -> Judgement:
    """Count everything in a demo's folder, or in any folder of databases. Raises Trouble where there are none."""
    return judge(read(folder))


def told(log: Path) -> list[ToldEnd]:
    """The audit's ends in a log that was kept elsewhere. Other lines are passed over. Raises Trouble."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise Trouble("%(log)s cannot be read: %(why)s.", log=log, why=error.strerror) from None
    found = [end for line in lines if (end := _end(line))]
    if not found:
        raise Trouble(
            "%(log)s tells no end of an audit; give the log of the agency's processes, one JSON line each, as it was kept elsewhere.",
            log=log,
        )
    return found


def _end(line: str) -> ToldEnd | None:
    try:
        said = json.loads(line[line.index("{") :])  # what forwards a log often puts something before
        return ToldEnd(said["instance"], int(said["line"]), said["digest"]) if said["event"] == EVENT else None
    except (ValueError, KeyError, TypeError):
        return None


def named(kind: str) -> str:
    """A kind as `docs/operations.md` calls it, and in words where the terminal has others for it."""
    words = translate(KINDS[kind])
    return kind if words == kind else f"{kind} ({words})"


def spoken(found: str) -> str:
    """What the oracle found, in the language of the terminal."""
    return found.said(translate) if isinstance(found, Sentence) else found


def run(folder: Path, console: Console, log: Path | None = None) -> int:
    """Print what was counted and what is wrong; 1 where anything is. `log` was kept elsewhere and has the ends of audits."""
    found = verify(folder)
    if log:
        found.audit += rewritten(read(folder).values(), told(log))
    table = Table(translate("counted"), "", title=f"{folder}", title_justify="left")
    for name, words in COUNTED.items():
        table.add_row(translate(words), str(getattr(found, name)))
    for verdict, n in found.verdicts.items():
        words = N_("records %(verdict)s") if verdict in SETTLING else N_("records %(verdict)s (settles nothing)")
        table.add_row(translate(words, verdict=verdict), str(n))
    for kind, sentences in found.wrong.items():
        table.add_row(named(kind), f"[red]{len(sentences)}[/]" if sentences else "0")
    console.print(table)
    for kind, sentences in found.wrong.items():
        for sentence in sentences[:SHOWN]:
            console.print(f"{kind}: {spoken(sentence)}", markup=False, soft_wrap=True)
        if len(sentences) > SHOWN:
            console.print(translate("%(kind)s: and %(more)s more", kind=kind, more=len(sentences) - SHOWN))
    return 0 if found.ok else 1
