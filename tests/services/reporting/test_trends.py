"""The trend beside a line: of the numbers that the page may show and of no other, with its table."""

from services.reporting.pages import trends
from services.reporting.pages.comparing import ComparedWords
from services.reporting.rules.gate.released_tables import ReleasedLine
from services.reporting.rules.shown.comparing import quarters_in
from services.reporting.rules.tables.definitions import TableShape
from services.reporting.rules.tables.table_rows import TableLine

SAID = ComparedWords(lambda n: f"{n:g}", lambda ms: f"{ms} ms", "*")
QUARTERS = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


def test_periods_of_one_length_stand_beside_each_other() -> None:
    assert [quarters_in(one) for one in ("2025", "2025-Q1", "2025-Q4/2026-Q1")] == [4, 1, 2]
    assert trends.alike(["2025", *QUARTERS, "2026-Q1/2026-Q2"], "2025-Q4") == QUARTERS
    assert trends.alike(QUARTERS, "") == []


def test_what_is_suppressed_is_a_gap_and_no_number() -> None:
    lines = [ReleasedLine(period, ("RS",), n) for period, n in zip(QUARTERS, (9, None, 14, 8), strict=True)]
    rare = [ReleasedLine(period, ("XX",), None) for period in QUARTERS]
    made = trends.of_lines([(lines[-1], "Serbia"), (rare[-1], "Rare")], [*lines, *rare], QUARTERS, TableShape.COUNT, SAID, str)
    assert made.head == ["Trend of the number"]
    assert made.rows == [["Serbia", "9", "*", "14", "8"], ["Rare", "*", "*", "*", "*"]]
    assert "2025-Q2: *" in made.pictures[0]
    assert made.pictures[1] == "–", "nothing of it is known, so nothing is drawn"
    assert trends.beside([["Serbia", "8"], ["Rare", "*"]], made) == [["Serbia", "8", made.pictures[0]], ["Rare", "*", "–"]]
    few = trends.of_lines([(lines[-1], "Serbia")], lines[2:], QUARTERS[2:], TableShape.COUNT, SAID, str)
    assert few == trends.NONE
    assert trends.beside([["Serbia", "8"]], few) == [["Serbia", "8"]]


def test_before_disclosure_control_a_line_that_a_quarter_has_not_got_is_of_nobody() -> None:
    lines = [TableLine("2025-Q1", ("RS",), 2), TableLine("2025-Q4", ("RS",), 1)]
    made = trends.of_lines([(lines[1], "Serbia")], lines, QUARTERS, TableShape.COUNT, SAID, str, whole=True)
    assert made.rows == [["Serbia", "2", "0", "0", "1"]]


def test_a_share_and_a_time_have_theirs() -> None:
    shares = [ReleasedLine(period, ("all",), n, 20) for period, n in zip(QUARTERS, (5, 10, None, 20), strict=True)]
    assert trends.of_lines([(shares[0], "")], shares, QUARTERS, TableShape.SHARE, SAID, str).rows[0][-1].startswith("100")
    times = [ReleasedLine(period, (), 9, None, 0, ms) for period, ms in zip(QUARTERS, (1, 2, 3, None), strict=True)]
    assert trends.of_lines([(times[0], "")], times, QUARTERS, TableShape.TIME, SAID, str).rows == [["", "1 ms", "2 ms", "3 ms", "*"]]
