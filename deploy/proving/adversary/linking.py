"""Questions about two things: which main case a side case belongs to, and which case a statistical record counts.

The baseline knows the day of each, no more: to the millisecond, time is the very thing that gives a link away.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deploy.proving.adversary.evidence import Evidence, GameRules
from deploy.proving.adversary.scoring import Guessed, GuessFinding, found

HOUR = 3_600_000
DAY = 24 * HOUR
WINDOWS = (5, 20, 60, 150, 400, 1_000, 5_000, 60_000, HOUR, 6 * HOUR, DAY, 2 * DAY)
"""Milliseconds within which two things happen together."""
LAGS = (0, 10, 25, 60, 200, 1_000)
"""Milliseconds by which what is counted lies before its count."""
LINK_SIDE, LINK_STATISTIC = "which main case a side case belongs to", "which case a statistical record counts"

Times = Sequence[int]
Score = Mapping[str, float]


@dataclass
class Crowd:
    """The cases among which the one that is meant is looked for, and when each had records."""

    times: Mapping[str, Times]
    events: list[tuple[int, str]] = field(init=False)
    days: dict[int, Counter[str]] = field(init=False)

    def __post_init__(self) -> None:
        """One order of all."""
        self.events = sorted((at, case) for case, times in self.times.items() for at in times)
        self.days = defaultdict(Counter[str])
        for at, case in self.events:
            self.days[at // DAY][case] += 1

    def within(self, start: int, end: int) -> Counter[str]:
        """How many records each case has from start to end."""
        return Counter(case for _, case in self.events[bisect_left(self.events, (start, "")) : bisect_right(self.events, (end + 1, ""))])


Linker = Callable[[Times, Crowd], Score]
"""Times of the thing, crowd → how much speaks for each case."""


def on_days(*before: int) -> Linker:
    """The baseline: who had most records on the same days, or so many days before."""

    def score(times: Times, crowd: Crowd) -> Score:
        said = Counter[str]()
        for day in {at // DAY - n for at in times for n in before}:
            said.update(crowd.days.get(day, ()))
        return {case: float(n) for case, n in said.items()}

    return score


def together(window: int) -> Linker:
    """Who had records at the same moments, as nearly alone as possible."""

    def score(times: Times, crowd: Crowd) -> Score:
        said: dict[str, float] = defaultdict(float)
        for at in times:
            here = crowd.within(at - window, at + window)
            for case in here:
                said[case] += 1 / len(here)
        return said

    return score


def just_before(lag: int) -> Linker:
    """Who had the record that lies nearest to so long before."""

    def score(times: Times, crowd: Crowd) -> Score:
        at = times[0] - lag
        n = bisect_left(crowd.events, (at, ""))
        near = crowd.events[max(0, n - 3) : n + 3]
        return {case: 1 / (1 + abs(time - at)) for time, case in sorted(near, key=lambda e: -abs(e[0] - at))}

    return score


def most_before(window: int) -> Linker:
    """Who had most records in the time before."""
    return lambda times, crowd: {case: float(n) for case, n in crowd.within(times[0] - window, times[0]).items()}


BY_DAY: dict[str, Linker] = {"same day": on_days(0), "day before": on_days(1), "both days": on_days(0, 1)}
ALIKE: dict[str, Linker] = {f"within {w} ms": together(w) for w in WINDOWS}
COUNTING: dict[str, Linker] = (
    {f"{lag} ms after" if lag else "nearest": just_before(lag) for lag in LAGS}
    | {f"within {w} ms": together(w) for w in WINDOWS}
    | {f"most within {w} ms": most_before(w) for w in WINDOWS[-4:]}
)  # fmt: skip


@dataclass(frozen=True)
class ToLink:
    """One thing to be linked."""

    name: str
    times: Times
    meant: frozenset[str]


def findings(evidence: Evidence, asked: GameRules) -> Iterator[GuessFinding]:
    """The findings of the questions about links that are asked."""
    if asked.wants(LINK_SIDE):
        yield found(LINK_SIDE, "side cases", *_linked(evidence, asked.lessons, _sides, ALIKE))
    if asked.wants(LINK_STATISTIC):
        yield found(LINK_STATISTIC, "statistical records", *_linked(evidence, asked.lessons, _statistics, COUNTING))


def _sides(evidence: Evidence) -> list[ToLink]:
    """Which main case each side case belongs to, once it is known to be one."""
    times, sides = evidence.times, evidence.truth.sides
    return [ToLink(side, times[side], frozenset({main})) for side, main in sides.items() if side in times and main in times]


def _statistics(evidence: Evidence) -> list[ToLink]:
    """Which case each statistical record counts."""
    names, counts = [(r.key.decode(errors="replace"), r.at) for r in evidence.view.statistics], evidence.truth.statistics
    return [ToLink(name, [at], counts[name]) for name, at in names if name in counts]


def _linked(
    evidence: Evidence, lessons: Evidence | None, things: Callable[[Evidence], list[ToLink]], linkers: dict[str, Linker]
) -> tuple[list[Guessed], list[str]]:
    """What links best in one half of the cases, and in the lessons, is tried on the other half, among the cases of that half."""
    guesses, by, all_things = list[Guessed](), list[str](), things(evidence)
    for half in (0, 1):
        known, asked = ([t for t in all_things if (evidence.half(min(t.meant)) == half) is same] for same in (True, False))
        here, there = (
            Crowd({case: at for case, at in evidence.times.items() if (evidence.half(case) == half) is same}) for same in (True, False)
        )
        taught = [(t, here) for t in known]
        if lessons:
            crowd = Crowd(lessons.times)
            taught += [(t, crowd) for t in things(lessons)]
        if not taught or not asked:
            continue
        base, best = _best(BY_DAY, taught), _best(linkers | BY_DAY, taught)
        by.append(best)
        guesses += [Guessed(min(t.meant), _right(t, there, BY_DAY[base]), _right(t, there, (linkers | BY_DAY)[best])) for t in asked]
    return guesses, by


def _best(linkers: Mapping[str, Linker], taught: Sequence[tuple[ToLink, Crowd]]) -> str:
    return max(linkers, key=lambda name: sum(_right(t, crowd, linkers[name]) for t, crowd in taught))


def _right(thing: ToLink, crowd: Crowd, linker: Linker) -> float:
    """Whether what speaks loudest is meant; a share of it where several speak as loudly; chance where nothing speaks."""
    score = {case: n for case, n in linker(thing.times, crowd).items() if case != thing.name}
    if not score:
        return len(thing.meant & crowd.times.keys()) / max(1, len(crowd.times))
    most = max(score.values())
    loudest = [case for case, n in score.items() if n == most]
    return sum(case in thing.meant for case in loudest) / len(loudest)
