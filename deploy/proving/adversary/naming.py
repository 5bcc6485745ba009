"""Questions about one record, or one case: who wrote it, what it is, what is in it, whether a confidential agency has to do with it.

The cases are halved. From each half the adversary learns, and guesses the other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

from deploy.proving.adversary.evidence import NO, PERSONAL, REAL, YES, Evidence, GameRules
from deploy.proving.adversary.features import CASE_GROUPS, CASE_TIME, CHANNEL_GROUPS, GROUPS, TIME
from deploy.proving.adversary.forest import Example, Forest, exchanged
from deploy.proving.adversary.scoring import Guessed, GuessFinding, found

PAIRS = 9
"""With how many cases that are not so each one that is so is put to the adversary: which of the two is it?"""
TELLING = 0.005
"""A group of features is named where so many of the guesses go wrong without it."""
Groups = Mapping[str, tuple[str, ...]]


def findings(evidence: Evidence, asked: GameRules) -> Iterator[GuessFinding]:
    """The finding of each question that is asked."""
    lessons = asked.lessons
    for question, examples in evidence.records.items():
        if asked.wants(question):
            groups = CHANNEL_GROUPS if question == REAL else GROUPS
            more = lessons.records[question] if lessons else ()
            learning = Learning(evidence, examples, more, *_split(TIME, groups, asked))
            pairs = question in (PERSONAL, REAL)
            yield _found(question, "pairs" if pairs else "records", learning, _pairs if pairs else _each, why=asked.why)
    for question, examples in evidence.cases.items():
        if asked.wants(question):
            more = lessons.cases[question] if lessons else ()
            learning = Learning(evidence, examples, more, *_split(CASE_TIME, CASE_GROUPS, asked))
            yield _found(question, "pairs", learning, _pairs, why=asked.why)


def _split(time: tuple[str, ...], groups: Groups, asked: GameRules) -> tuple[tuple[str, ...], Groups]:
    """What the baseline has, and what he has beyond it."""
    allowed = groups if asked.only is None else {name: groups[name] for name in asked.only if name in groups}
    baseline = [*time, *chain.from_iterable(groups[name] for name in asked.given if name in groups)]
    return tuple(baseline), {name: group for name, group in allowed.items() if name not in asked.given}


@dataclass(frozen=True)
class Learning:
    """What one question is learned from."""

    evidence: Evidence
    examples: Sequence[Example]
    lessons: Sequence[Example]
    baseline: tuple[str, ...]
    groups: Groups

    def halves(self) -> Iterator[tuple[list[Example], list[Example]]]:
        """What is known, and what is to be guessed; then the other way round."""
        for half in (0, 1):
            known = [e for e in self.examples if self.evidence.half(e.family) == half]
            others = [e for e in self.examples if self.evidence.half(e.family) != half]
            known += self.lessons
            if len({e.answer for e in known}) > 1 and others:
                yield known, others


Scored = Callable[[Forest, Sequence[Example]], list[Guessed]]
"""A forest, what it is to guess → how right it is, guess by guess."""


def _found(question: str, what: str, learning: Learning, scored: Scored, *, why: bool) -> GuessFinding:
    """What a group of features was worth shows when its features are exchanged among what is guessed."""
    guesses, worth = list[Guessed](), dict[str, float].fromkeys(learning.groups, 0.0)
    more = list(chain.from_iterable(learning.groups.values()))
    for known, others in learning.halves():
        forest = Forest([*learning.baseline, *more], known)
        full = scored(forest, others)
        base = _baseline(learning.baseline, more, known, others, scored)
        guesses += [Guessed(b.family, b.features, f.features) for b, f in zip(base, full, strict=True)]
        for name, group in learning.groups.items() if why else ():
            worth[name] += _right(full) - _right(scored(forest, exchanged(others, group)))
    telling = [name for name in sorted(worth, key=worth.__getitem__, reverse=True) if worth[name] > TELLING * len(guesses)]
    return found(question, what, guesses, telling)


def _baseline(
    names: Sequence[str], more: Sequence[str], known: Sequence[Example], others: Sequence[Example], scored: Scored
) -> list[Guessed]:
    """What place and time alone guess: with no other features, or with as many that say nothing, whichever is right more often.

    Features that say nothing keep a forest from believing too much in the others: alone, that would look like a gain.
    """
    alone = scored(Forest(names, known), others)
    beside = scored(Forest([*names, *more], exchanged(known, more)), exchanged(others, more))
    return max(alone, beside, key=_right)


def _right(guesses: Iterable[Guessed]) -> float:
    return sum(guess.features for guess in guesses)


def _each(forest: Forest, others: Sequence[Example]) -> list[Guessed]:
    return [Guessed(e.family, 0, guess == e.answer) for e, guess in zip(others, forest.guesses(others), strict=True)]


def _pairs(forest: Forest, others: Sequence[Example]) -> list[Guessed]:
    odds, draw = forest.odds(others, YES), Random(3)  # noqa: S311  a figure, not a secret
    so, not_so = ([n for n, e in enumerate(others) if e.answer == answer] for answer in (YES, NO))
    pairs = [(a, b) for a in so for b in draw.sample(not_so, min(PAIRS, len(not_so)))]
    return [Guessed(others[a].family, 0, 0.5 if odds[a] == odds[b] else odds[a] > odds[b]) for a, b in pairs]
