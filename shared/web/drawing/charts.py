"""Pictures for operators and the rapporteur: plain bars, and the matrix of hand-offs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.web.drawing import svg
from shared.web.drawing.svg import BLUE, FAINT, GREY, INK, NO_LABELS, RED, Labels, el, line, text_width, words, wrap
from shared.web.text.durations import lasted

SHADES = ((0.0, "#ffffff"), (0.1, "#fbeaea"), (0.25, "#f4cccc"), (0.5, "#e9a3a3"), (1.01, "#dd7f7f"))
"""Share of late answers, up to which, and its shade; ink keeps more than 4.5:1 on all of them."""


@dataclass(frozen=True)
class Bar:
    """One bar: `text` is its value in words."""

    label: str
    value: float
    text: str
    late: bool = False


@dataclass(frozen=True)
class Cell:
    """What one agency's hand-offs to another come to. `median` in seconds, None where too many are open for it to be known; `open`: how
    many have not ended; `late`: the share past its deadline."""

    giver: str
    taker: str
    median: float | None
    n: int
    late: float = 0.0
    open: int = 0


def _made_up(simulated: bool, labels: Labels, y: float) -> list[str]:
    return [words(4, y, labels.get("simulated data", "simulated data"), 13, fill=GREY, weight=700)] if simulated else []


def bars(items: Sequence[Bar], title: str, labels: Labels = NO_LABELS, simulated: bool = False, key: str = "bars") -> Markup:
    """Horizontal bars with their values written out; a late one is red, hatched by dashes and marked."""
    width, gutter, y = 720.0, 220.0, 24.0 if simulated else 4.0
    top = y
    texts = max((text_width(one.text, 14) for one in items), default=0) + 30
    most = max((one.value for one in items), default=0) or 1
    parts = _made_up(simulated, labels, 15)
    for one in items:
        end, lines = gutter + (width - gutter - texts) * max(0.0, one.value) / most, wrap(one.label, 14, gutter - 14)
        row = max(34.0, 16.0 * len(lines) + 2)
        y += row / 2
        said = f"▲ {one.text}" if one.late else one.text
        parts += [words(gutter - 10, y + 5 - 8 * (len(lines) - 1) + 16 * n, text, 14, "end") for n, text in enumerate(lines)]
        parts += [
            line(gutter, y, max(end, gutter + 1), y, RED if one.late else BLUE, 18, "6 3" if one.late else None),
            words(max(end, gutter) + 8, y + 5, said, 14, fill=RED if one.late else INK, weight=700 if one.late else None),
        ]
        y += row / 2
    parts.append(line(gutter, top, gutter, y, INK, 1))
    description = "; ".join(f"{one.label}: {one.text}" for one in items)
    return svg.picture(width, y + 6, key, title, description, parts, size="slim")


def bars_rows(items: Sequence[Bar]) -> list[list[str]]:
    """The twin: label and value."""
    return [[one.label, one.text] for one in items]


def shade(late: float) -> str:
    """The shade of a share."""
    return next(colour for limit, colour in SHADES if late <= limit)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _cell(x: float, y: float, wide: float, tall: float, one: Cell | None, same: bool, labels: Labels) -> str:
    """Median large, number and share late small; nothing but a dash where there was no hand-off."""
    fill = "#eeefef" if same else shade(one.late) if one else "#ffffff"
    box = el("rect", x=x, y=y, width=wide, height=tall, fill=fill, stroke=FAINT, stroke_width=1)
    middle = x + wide / 2
    if one is None:
        return box + ("" if same else words(middle, y + tall / 2 + 5, "–", 16, "middle", GREY))
    late = f"▲ {_percent(one.late)} {labels.get('late', 'late')}" if one.late else ""
    number = f"n = {one.n}" + (f" + {one.open} {labels.get('open', 'open')}" if one.open else "")
    return (
        box
        + words(middle, y + 21, _median(one, labels), 18, "middle", INK, 700)
        + words(middle, y + 37, number, 12, "middle")
        + (words(middle, y + 51, late, 12, "middle", INK, 600) if late else "")
    )


def _row_height(known: Mapping[tuple[str, str], Cell], giver: str) -> float:
    """As high as what its cells say: a row of dashes need not take the place of one with figures."""
    cells = [one for (who, _), one in known.items() if who == giver]
    return 28.0 if not cells else 58.0 if any(one.late for one in cells) else 44.0


def _median(one: Cell, labels: Labels) -> str:
    return "?" if one.median is None else lasted(one.median, lambda unit: labels.get(unit, unit))


def latency_matrix(
    agencies: Mapping[str, str], cells: Sequence[Cell], title: str, labels: Labels = NO_LABELS, simulated: bool = False, key: str = "matrix"
) -> Markup:
    """Rows give, columns take; who never did has none. `agencies`: key to name, in order of rows and columns."""
    gutter, known = 190.0, {(one.giver, one.taker): one for one in cells}
    takers, givers = ([key for key in agencies if key in {pair[end] for pair in known}] for end in (1, 0))
    wide = max(96.0, min(150.0, (960 - gutter) / max(1, len(takers))))
    columns = [wrap(agencies[key], 13, wide - 8) for key in takers]
    top = (24.0 if simulated else 4.0) + 16.0 * max(map(len, columns), default=1) + 6.0
    rows = {giver: wrap(agencies[giver], 14, gutter - 16) for giver in givers}
    tall = {giver: max(_row_height(known, giver), 17.0 * len(lines) + 6) for giver, lines in rows.items()}
    corner = f"{labels.get('gives', 'gives')} ↓  {labels.get('takes', 'takes')} →"
    parts = [*_made_up(simulated, labels, 15), words(gutter - 10, top - 8, corner, 13, "end", GREY)]
    for column, lines in enumerate(columns):
        middle, last = gutter + wide * (column + 0.5), top - 8
        parts += [words(middle, last - 16 * n, text, 13, "middle", weight=600) for n, text in enumerate(reversed(lines))]
    y = top
    for giver, lines in rows.items():
        high = tall[giver]
        first = y + high / 2 + 5 - 17 * (len(lines) - 1) / 2
        parts += [words(gutter - 10, first + 17 * n, text, 14, "end", weight=600) for n, text in enumerate(lines)]
        parts += [
            _cell(gutter + wide * n, y, wide, high, known.get((giver, taker)), giver == taker and (giver, taker) not in known, labels)
            for n, taker in enumerate(takers)
        ]
        y += high
    description = "; ".join(" ".join(row) for row in matrix_rows(agencies, cells, labels))
    return svg.picture(gutter + wide * len(takers) + 2, y + 2, key, title, description, parts)


def matrix_rows(agencies: Mapping[str, str], cells: Sequence[Cell], labels: Labels = NO_LABELS) -> list[list[str]]:
    """The twin: from, to, number, open, median, share late; in the order of the agencies."""
    order = {key: number for number, key in enumerate(agencies)}
    ranked = sorted(cells, key=lambda one: (order.get(one.giver, len(order)), order.get(one.taker, len(order))))

    def row(one: Cell) -> list[str]:
        ends = [agencies.get(end, end) for end in (one.giver, one.taker)]
        return [*ends, str(one.n), str(one.open), _median(one, labels), _percent(one.late)]

    return [row(one) for one in ranked]
