"""The pictures of the pages: SVG made by pure functions, printable, without script, each with a twin that is a table.

    case_path(lanes, passes, tasks, now, title, labels, joint, simulated, key)    a case's path across its agencies  case_path_rows
    latency_matrix(agencies, cells, title, labels, simulated, key)                who answers whom, how fast        matrix_rows
    bars(items, title, labels, simulated, key)                                    plain figures                     bars_rows
    sparkline(points, title, key)                                                 a trend beside its number         the table beside it

Moments are milliseconds UTC, as in the case's own picture. `labels` maps WORDS to their translations: `pages.words(request)`.
`key` keeps the ids of several pictures on one page apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.config.calendar import utc
from shared.config.i18n import N_
from shared.web.drawing.case_path import Layout, Stretch, draw
from shared.web.drawing.charts import Bar, Cell, bars, bars_rows, latency_matrix, matrix_rows
from shared.web.drawing.sparkline import TrendPoint, on_axis, sparkline
from shared.web.drawing.svg import NO_LABELS, Labels
from shared.web.text.durations import lasted

__all__ = [
    "WORDS", "Bar", "Cell", "Lane", "Pass", "DrawnTask", "TrendPoint",
    "bars", "bars_rows", "case_path", "case_path_head", "case_path_rows", "lasted",
    "latency_matrix", "matrix_rows", "on_axis", "sparkline",
]  # fmt: skip

WORDS = (
    N_("waiting"), N_("requested"), N_("acknowledged"), N_("info requested"), N_("accepted"), N_("acting"), N_("completed"),
    N_("something else offered"), N_("sent on"), N_("declined"), N_("returned"), N_("expired"), N_("revoked"), N_("called to joint action"),
    N_("planned"), N_("begun"),
    N_("dropped"), N_("ended"), N_("task"), N_("joint action"), N_("simulated data"), N_("since the start"), N_("now"), N_("after"),
    N_("open"), N_("late"), N_("late by"), N_("due in"), N_("deadline"), N_("gives"), N_("takes"), N_("d"), N_("h"), N_("min"), N_("s"),
    N_("What"), N_("From"), N_("To"), N_("Asked"), N_("Answer by"), N_("State"), N_("Took"), N_("Late by"),
)  # fmt: skip
"""Each is translated once, for all pictures of a page."""
NAMED = {"called": "called to joint action", "forwarded": "sent on", "offered": "something else offered"}
"""State → its word, where that is another than the protocol's."""
HELD = ("accepted", "acting", "completed")


@dataclass(frozen=True)
class Lane:
    """An agency's lane."""

    key: str
    label: str


@dataclass(frozen=True)
class Pass:
    """A hand-off: asked, perhaps answered, perhaps ended. `state` is the protocol's word; `label` says what was asked for."""

    giver: str
    taker: str
    label: str
    state: str
    asked: int
    deadline: int | None = None
    answered: int | None = None
    ended: int | None = None
    advice: bool = False
    """Advice alone is asked: nobody holds it, whatever comes of it."""

    @property
    def waiting(self) -> bool:
        """Nobody has answered yet."""
        return self.answered is None and self.ended is None

    def turn(self, now: int) -> int:
        """When waiting ended, or now."""
        return max(self.asked, next((at for at in (self.answered, self.ended) if at is not None), now))  # clocks of two agencies differ

    def end(self, now: int) -> int:
        """When the taker no longer held it, or now."""
        held = not self.advice and (self.state in HELD or (self.answered is not None and self.ended is not None))
        return max(self.turn(now), now if self.ended is None else self.ended) if held else self.turn(now)


@dataclass(frozen=True)
class DrawnTask:
    """One agency's piece of the joint action."""

    owner: str
    label: str
    state: str
    start: int
    deadline: int | None = None
    ended: int | None = None

    def end(self, now: int) -> int:
        """When it was done, or now."""
        return max(self.start, now if self.ended is None else self.ended)


def _state(state: str, labels: Labels) -> str:
    word = NAMED.get(state, state.replace("_", " "))
    return labels.get(word, word)


def _long(milliseconds: int, labels: Labels) -> str:
    return lasted(milliseconds / 1000, lambda unit: labels.get(unit, unit))


def _tail(late: int, deadline: int | None, now: int, unfinished: bool, labels: Labels) -> str:
    """The deadline in words: late by so much, or due in so much."""
    if late:
        return f", {labels.get('late by', 'late by')} {_long(late, labels)}"
    return f", {labels.get('due in', 'due in')} {_long(deadline - now, labels)}" if unfinished and deadline is not None else ""


def _late(deadline: int | None, end: int) -> int:
    return max(0, end - deadline) if deadline is not None else 0


def _of_pass(number: int, one: Pass, now: int, labels: Labels) -> Stretch:
    turn = one.turn(now)
    late, took = _late(one.deadline, turn), _long(turn - one.asked, labels)
    said = f"{_state('waiting', labels)} {took}" if one.waiting else f"{_state(one.state, labels)} {labels.get('after', 'after')} {took}"
    text = f"{number} {one.label}: {said}"
    return Stretch(
        one.taker, one.asked, turn, one.end(now), one.deadline, bool(late), "waiting" if one.waiting else one.state, text,
        _tail(late, one.deadline, now, one.waiting, labels), one.ended is None, one.giver,
    )  # fmt: skip


def _of_task(one: DrawnTask, now: int, labels: Labels) -> Stretch:
    end, unfinished = one.end(now), one.ended is None
    late = _late(one.deadline, end)
    text = f"{one.label}: {_state(one.state, labels)} {_long(end - one.start, labels)}"
    tail = _tail(late, one.deadline, now, unfinished, labels)
    return Stretch(one.owner, one.start, end, end, one.deadline, bool(late), one.state, text, tail, unfinished, task=True)


def _in_order(passes: Sequence[Pass]) -> list[Pass]:
    return sorted(passes, key=lambda one: one.asked)


def layout(
    lanes: Sequence[Lane], passes: Sequence[Pass], tasks: Sequence[DrawnTask], now: int, labels: Labels = NO_LABELS,
    joint: tuple[int, int | None] | None = None,
) -> Layout:  # fmt: skip
    """Where a case path puts what. Agencies that have no lane get one."""
    stretches = [_of_pass(number, one, now, labels) for number, one in enumerate(_in_order(passes), 1)]
    stretches += [_of_task(one, now, labels) for one in tasks]
    if joint is None and tasks:
        joint = min(one.start for one in tasks), max(one.end(now) for one in tasks)
    band = (joint[0], now if joint[1] is None else joint[1]) if joint else None
    names = {lane.key: lane.label for lane in lanes}
    for stretch in stretches:
        names.setdefault(stretch.lane, stretch.lane)
    return Layout(names, stretches, now, band)


def case_path(
    lanes: Sequence[Lane], passes: Sequence[Pass], tasks: Sequence[DrawnTask], now: int, title: str, labels: Labels = NO_LABELS,
    joint: tuple[int, int | None] | None = None, simulated: bool = False, key: str = "case-path",
) -> Markup:  # fmt: skip
    """The way of a case across its agencies. `joint`: when the joint action began and ended; without it, the time its tasks cover."""
    return draw(layout(lanes, passes, tasks, now, labels, joint), title, labels, simulated, key)


def case_path_head(labels: Labels = NO_LABELS) -> list[str]:
    """The head of the twin."""
    return [labels.get(word, word) for word in ("What", "From", "To", "Asked", "Answer by", "State", "Took", "Late by")]


def _iso(moment: int) -> str:
    return utc(moment).isoformat(timespec="minutes")


def case_path_rows(
    lanes: Sequence[Lane], passes: Sequence[Pass], tasks: Sequence[DrawnTask], now: int, labels: Labels = NO_LABELS,
    when: Callable[[int], str] = _iso,
) -> list[list[str]]:  # fmt: skip
    """The same in words, a row for each hand-off and task, as `macros.html` takes it. `when` writes a moment."""
    names = {lane.key: lane.label for lane in lanes}

    def row(what: str, giver: str, taker: str, start: int, deadline: int | None, state: str, end: int) -> list[str]:
        late = _late(deadline, end)
        return [
            what, names.get(giver, giver), names.get(taker, taker), when(start), "–" if deadline is None else when(deadline),
            _state(state, labels), _long(end - start, labels), _long(late, labels) if late else "–",
        ]  # fmt: skip

    handed = [
        row(f"{number} {one.label}", one.giver, one.taker, one.asked, one.deadline, "waiting" if one.waiting else one.state, one.turn(now))
        for number, one in enumerate(_in_order(passes), 1)
    ]
    return handed + [row(one.label, "–", one.owner, one.start, one.deadline, one.state, one.end(now)) for one in tasks]
