"""How often the adversary is right, what he gains over the baseline, and how sure that is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

DRAWS = 1_000
FEWEST = 8
"""Cases below which no interval is worth anything."""
SURE = 0.95


@dataclass(frozen=True)
class Guessed:
    """One guess, scored: 1 where it was right, 0 where not, in between where several answers were as likely."""

    family: str
    baseline: float
    features: float


@dataclass(frozen=True)
class GuessFinding:
    """What came out of one question."""

    question: str
    what: str
    """What is guessed, one after the other: records, cases, pairs."""
    guessed: int
    baseline: float
    features: float
    low: float
    high: float
    """The gain lies between these, with 95 % confidence: whole cases were drawn anew, with what belongs to them."""
    by: tuple[str, ...] = ()
    """The features that told it, the most telling first."""

    @property
    def gains(self) -> bool:
        """Whether he learns something: the whole interval is above nothing."""
        return self.low > 0

    @property
    def enough(self) -> bool:
        """Whether there was enough to guess for an interval."""
        return self.high < 1 or self.low > -1


CHANCE = {"pairs": 0.5}
"""How often somebody is right who knows nothing: of two, one is it. A baseline that guesses worse than a coin says nothing, and who is no
better than a coin has learned nothing from what he sees."""


def found(question: str, what: str, guesses: Iterable[Guessed], by: Iterable[str] = (), seed: int = 1) -> GuessFinding:
    """Baseline, features, and the interval of the gain beyond the baseline and beyond chance."""
    families: dict[str, tuple[float, float, int]] = defaultdict(lambda: (0.0, 0.0, 0))
    for one in guesses:
        base, full, n = families[one.family]
        families[one.family] = base + one.baseline, full + one.features, n + 1
    whole = list(families.values())
    total = sum(n for *_, n in whole)
    if len(whole) < FEWEST:
        right, better = (sum(one[n] for one in whole) / max(total, 1) for n in (0, 1))
        return GuessFinding(question, what, total, right, better, -1.0, 1.0, tuple(dict.fromkeys(by)))
    draw, gains, chance = Random(seed), list[float](), CHANCE.get(what, 0.0)  # noqa: S311  a figure, not a secret
    for _ in range(DRAWS):
        drawn = draw.choices(whole, k=len(whole))
        base, full, n = (sum(one[i] for one in drawn) for i in range(3))
        gains.append(full / n - max(base / n, chance))
    gains.sort()
    edge = int(DRAWS * (1 - SURE) / 2)
    return GuessFinding(
        question, what, total, sum(b for b, *_ in whole) / total, sum(f for _, f, _ in whole) / total, gains[edge], gains[-1 - edge],
        tuple(dict.fromkeys(by)),
    )  # fmt: skip
