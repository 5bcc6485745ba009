"""Tables of figures as CSV (`shared/web/http/csv_sheet.py`).

The header is in the reader's language, with the code beside it, by which a file is read that somebody else took, and columns are parted as
in that language. Values stay codes, which other countries' files have too, in tables with a column beside that has them in the reader's
words; the header for a program, which asks for no language, is of codes.
"""

from collections.abc import Callable, Iterable, Sequence

from fastapi.responses import Response

from shared.config.calendar import utc
from shared.config.i18n import N_
from shared.web.http.csv_sheet import Cell, csv_file

HEADINGS = (
    N_("quarter"), N_("first_responder_type"), N_("first_responder"), N_("exploitation_type"), N_("age_at_exploitation"), N_("gender"),
    N_("nationality"), N_("people"), N_("simulated"),
    N_("from"), N_("to"), N_("stage"), N_("time_of"), N_("n"), N_("open"), N_("median_ms"), N_("p95_ms"), N_("late_share"),
    N_("office_median_ms"), N_("office_p95_ms"),
    N_("promised_hours"), N_("promised_percent"), N_("late"), N_("allowed"), N_("left"), N_("burn_rate"), N_("spent_share"),
    N_("release"), N_("late_percent"), N_("note"), N_("pack"), N_("year"), N_("table"), N_("values"),
    N_("body"), N_("people_theirs"), N_("suppressed_at_source"), N_("people_ours"), N_("source"), N_("restated_from"),
    N_("period"), N_("standing"), N_("counted_as"), N_("answer"), N_("need"), N_("client"), N_("basis"), N_("outcome"), N_("field"),
    N_("record"), N_("revision"), N_("receiver"), N_("measure"), N_("times"), N_("interviews"), N_("agencies"), N_("clock"), N_("about"),
    N_("stall"), N_("bodies"), N_("place"), N_("region"), N_("dependants"), N_("granted"), N_("compensation"), N_("way"), N_("milestone"),
    N_("offence"), N_("whole"), N_("p90_ms"), N_("in_words"), N_("at_work"), N_("identified_by"), N_("first_help"), N_("topic"),
    N_("month"), N_("came_back"), N_("asked_times"), N_("agreed"),
    N_("agency"), N_("silent_from"), N_("silent_until"), N_("ran_on"), N_("records"), N_("came"), N_("overdue"),
    N_("unanswered"), N_("caught_up_ms"), N_("answered_ms"), N_("silence_simulated"),
    N_("trace"), N_("mover"), N_("asked_at"), N_("answer_by"), N_("state"), N_("took_ms"), N_("late_ms"),
)  # fmt: skip
"""What columns are called."""


def iso(moment: int | None) -> str:
    """A moment (ms UTC) as a file has it; empty where there is none."""
    return "" if moment is None else utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], translate: Callable[[str], str]) -> Response:
    """The file as an answer. Names of columns are those of HEADINGS."""
    said = ((code, translate(code)) for code in head)
    return csv_file(name, [code if words == code else f"{words} ({code})" for code, words in said], rows, translate)
