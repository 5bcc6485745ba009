"""What the adversary learns with: scikit-learn's random forest, behind the few types that it lacks."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

TREES, LEAF = 100, 2
"""Trees, and how few records a leaf may stand for: chosen beside boosted trees and tables, which guessed less (docs/adr/0024)."""

Features = Mapping[str, Hashable]


@dataclass(frozen=True)
class Example:
    """One thing to be guessed, with what is seen of it."""

    family: str
    """The case that it belongs to: whole cases are learned from or guessed, and drawn anew for the interval."""
    answer: str
    seen: Features


def exchanged(examples: Sequence[Example], names: Iterable[str]) -> list[Example]:
    """The same, each with another's features of these names: they say as little as chance, and there are as many."""
    others, away = list(examples), set(names)
    Random(2).shuffle(others)  # noqa: S311  a figure, not a secret
    return [
        Example(e.family, e.answer, {name: (other if name in away else e).seen[name] for name in e.seen})
        for e, other in zip(examples, others, strict=True)
    ]


class Forest:
    """A forest that has learned from examples by some of their features."""

    def __init__(self, names: Sequence[str], examples: Sequence[Example]) -> None:
        """Learn. Words become numbers, in the order in which they were first seen; a word that was never seen becomes -1."""
        from sklearn import config_context  # pyright: ignore[reportUnknownVariableType]
        from sklearn.ensemble import RandomForestClassifier  # two seconds, for whoever learns

        self.names, self.words = tuple(names), dict[tuple[str, Hashable], int]()
        for e in examples:
            for name in self.names:
                if not isinstance(e.seen[name], int):
                    self.words.setdefault((name, e.seen[name]), len(self.words))
        learner: Any = RandomForestClassifier(TREES, min_samples_leaf=LEAF, random_state=1, n_jobs=1)
        with config_context(assume_finite=True, skip_parameter_validation=True):  # whole numbers, and the same parameters each time
            self.trees: Any = learner.fit(self._columns(examples), [e.answer for e in examples])

    def guesses(self, examples: Sequence[Example]) -> list[str]:
        """The likeliest answer for each."""
        return [str(answer) for answer in self.trees.predict(self._columns(examples))]

    def odds(self, examples: Sequence[Example], answer: str) -> list[float]:
        """How likely this answer is for each."""
        column = list(self.trees.classes_).index(answer)
        return [float(row[column]) for row in self.trees.predict_proba(self._columns(examples))]

    def _columns(self, examples: Sequence[Example]) -> list[list[int]]:
        return [[self._number(name, e.seen[name]) for name in self.names] for e in examples]

    def _number(self, name: str, value: Hashable) -> int:
        return value if isinstance(value, int) else self.words.get((name, value), -1)
