"""The rapporteur's pictures, each with its twin: the same whichever view its figures come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.reporting.pages.comparing import ComparedWords
from services.reporting.pages.table_words import in_words
from services.reporting.rules.gate.protected import ALL, Figure
from services.reporting.rules.shown import picture_lines
from services.reporting.rules.shown.picture_lines import FLOW, NEGATIVE, PINGPONG, TIMES, BreakOff, Line, Lines
from services.reporting.rules.tables.catalogue import BY_ID
from shared.config.i18n import N_
from shared.web.drawing.charts import Bar, bars
from shared.web.drawing.flows import Flow, FlowNode, TimeSpan, spans, ways

TITLES = {
    FLOW: N_("Who meets people, who identifies them, and what help comes first"), TIMES: N_("Time in each step"),
    PINGPONG: N_("Cases passed round, over time"), NEGATIVE: N_("Where people’s way breaks off"),
}  # fmt: skip
HEADS = (N_("Met by"), N_("Identified by"), N_("First help"))
NEGATIVES = {
    "M21": N_("Identified and referred to nobody"), "M22": N_("Sent back, and taken on by nobody"), "T13": N_("Consent refused"),
    "M14": N_("Clock ran out: %(clock)s"),
}  # fmt: skip


@dataclass(frozen=True)
class DrawnPicture:
    """A picture with its twin."""

    id: str
    title: str
    svg: Markup
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class PictureWords:
    """How one reader is told."""

    translate: Callable[[str], str]
    said: ComparedWords
    labels: dict[str, str]
    simulated: bool

    def value(self, name: str, value: str) -> str:
        """A value of a table."""
        return in_words(name, value, self.translate, str)

    def part(self, n: Figure, whole: Figure) -> str:
        """So many of so many."""
        text = self.translate("%(part)s of %(whole)s") % {"part": self.said.shown(n), "whole": self.said.shown(whole)}
        return f"{text} ({n * 100 / whole:.0f}\u00a0%)" if n is not None and whole else text


def drawn(lines: Lines, period: str, words: PictureWords) -> list[DrawnPicture]:
    """Those of which there is something to show, in one order."""
    found = (_flow(lines, period, words), _times(lines, period, words), _pingpong(lines, words), _negative(lines, period, words))
    return [one for one in found if one.rows]


def _picture(id: str, svg: Markup, head: Sequence[str], rows: list[list[str]], words: PictureWords) -> DrawnPicture:
    return DrawnPicture(id, words.translate(TITLES[id]), svg, [words.translate(one) for one in head], rows)


def _flow(lines: Lines, period: str, words: PictureWords) -> DrawnPicture:
    names = BY_ID["M20"].dimensions
    rows, flows, nodes = list[list[str]](), list[Flow](), [dict[str, FlowNode]() for _ in names]
    for step in (0, 1):
        for one in picture_lines.flows(lines, period, step):
            for n in (step, step + 1):
                nodes[n].setdefault(one.values[n], _node(lines, period, n, one.values[n], words))
            source, target = (nodes[n][one.values[n]] for n in (step, step + 1))
            rows.append([source.label, target.label, words.said.shown(one.n)])
            flows.append(Flow(source.key, target.key, one.n, f"{source.label} → {target.label}: {words.said.shown(one.n)}"))
    title, heads = words.translate(TITLES[FLOW]), [words.translate(head) for head in HEADS]
    svg = ways(heads, [list(column.values()) for column in nodes], flows, title, words.labels, words.simulated, key=FLOW)
    return _picture(FLOW, svg, (N_("From"), N_("To"), N_("People")), rows, words)


def _node(lines: Lines, period: str, n: int, value: str, words: PictureWords) -> FlowNode:
    names = BY_ID["M20"].dimensions
    everybody = picture_lines.total(lines, "M20", period, tuple(value if m == n else ALL for m in range(len(names))))
    return FlowNode(f"{n} {value}", words.value(names[n], value), words.said.shown(everybody))


def _times(lines: Lines, period: str, words: PictureWords) -> DrawnPicture:
    items, rows = list[TimeSpan](), list[list[str]]()
    for id, one in picture_lines.times(lines, period):
        step = words.translate(BY_ID[id].title)
        label = f"{step}: {words.value('stage', one.values[0])}" if id == "M12" else step
        median, most = (words.said.shown(ms, words.said.duration) for ms in (one.median_ms, one.p90_ms))
        numbers = [words.said.shown(one.n), words.said.shown(one.open)]
        said = words.translate("half within %(median)s, 90 of 100 within %(most)s; %(ended)s ended, %(open)s open")
        text = said % {"median": median, "most": most, "ended": numbers[0], "open": numbers[1]}
        items.append(TimeSpan(label, _seconds(one.median_ms), _seconds(one.p90_ms), text))
        rows.append([label, *numbers, median, most])
    svg = spans(items, words.translate(TITLES[TIMES]), words.labels, words.simulated, key=TIMES)
    return _picture(TIMES, svg, (N_("Stage"), N_("Ended"), N_("Open"), N_("Median"), N_("90 of 100 within")), rows, words)


def _seconds(ms: Figure) -> float | None:
    return None if ms is None else ms / 1000


def _pingpong(lines: Lines, words: PictureWords) -> DrawnPicture:
    some = picture_lines.over_time(lines)
    svg = bars([_bar(one.period, one, words) for one in some], words.translate(TITLES[PINGPONG]), words.labels, words.simulated, PINGPONG)
    rows = [[one.period, words.said.shown(one.n), words.said.shown(one.whole), words.said.share(one)] for one in some]
    return _picture(PINGPONG, svg, (N_("Period"), N_("Number"), N_("Of"), N_("Share")), rows, words)


def _negative(lines: Lines, period: str, words: PictureWords) -> DrawnPicture:
    some = [(_named(one, words), one) for one in picture_lines.negative(lines, period)]
    svg = bars([_bar(name, one, words) for name, one in some], words.translate(TITLES[NEGATIVE]), words.labels, words.simulated, NEGATIVE)
    rows = [[name, words.said.shown(one.n), words.said.shown(one.whole)] for name, one in some]
    return _picture(NEGATIVE, svg, (N_("What"), N_("Number"), N_("Of")), rows, words)


def _bar(label: str, one: Line | BreakOff, words: PictureWords) -> Bar:
    share = one.n * 100 / one.whole if one.n is not None and one.whole else 0
    return Bar(label, share, words.part(one.n, one.whole))


def _named(one: BreakOff, words: PictureWords) -> str:
    clock: Any = {"clock": words.value("clock", one.values[0])} if one.table == "M14" else {}
    return words.translate(NEGATIVES[one.table]) % clock if clock else words.translate(NEGATIVES[one.table])
