"""`./nrm report table` for everybody: a table as it was released."""

import sys
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.importers.releases import LEGEND, newest
from deploy.terminal_language import translate
from services.reporting.rules.gate.protected import ALL, OTHERS, SUPPRESSED
from services.reporting.rules.shown import public
from services.reporting.rules.tables.definitions import COLUMNS, Definition


def released_table(asked: Definition, json: str | None, keep: Path, number: int, console: Console) -> None:
    """Print a table of a release, real figures and simulated ones apart; JSON to a file or `-`. Raises Trouble."""
    found = [(one, counted) for one in newest(keep, number) if (counted := public.counted(one.figures, asked.id))]
    if json is not None:
        rows = [
            {"release": one.id, "period": line.period, **dict(zip(counted.by, line.values, strict=True)), "simulated": one.simulated,
             **{name: public.said(getattr(line, name)) for name in COLUMNS[counted.shape]}}
            for one, counted in found for line in counted.lines()
        ]  # fmt: skip
        write_json(json, {"view": "public", "table": asked.id, "title": asked.title, "meaning": asked.meaning, "rows": rows})
        return
    for one, counted in found:
        said = translate("%(title)s, at simulated times, release %(id)s") if one.simulated else translate("%(title)s, release %(id)s")
        console.print(escape(said % {"title": f"{asked.id} {translate(asked.title)}", "id": one.id}), style="italic")
        columns = COLUMNS[counted.shape]
        shown = Table("period", *counted.by, *columns)
        for line in counted.lines():
            shown.add_row(line.period, *map(escape, line.values), *(escape(str(public.said(getattr(line, name)))) for name in columns))
        console.print(shown)
        console.print(translate("Suppressed: %(hidden)s of %(all)s figures.") % {"hidden": counted.hidden, "all": len(counted.numbers)})
    nothing = translate("Nothing of %(id)s has been released. Cleared staff may ask for it with --restricted.") % {"id": asked.id}
    console.print(escape(translate(LEGEND) % {"suppressed": SUPPRESSED, "others": OTHERS, "all": ALL}) if found else nothing)


def write_json(where: str, said: dict[str, Any]) -> None:
    """To a file, or to - for the terminal."""
    text = orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if where == "-":
        sys.stdout.buffer.write(text)
    else:
        Path(where).write_bytes(text)
