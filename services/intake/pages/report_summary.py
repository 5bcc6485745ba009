"""All answers of a draft in words, step by step, with what was not answered: what an officer looks through before sending."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.pages.report_form import LABELS
from services.intake.rules.steps import BESIDE, QUESTIONS, IntakeStep, asked
from services.intake.text import AGREED, STEPS, YES_NO
from shared.web.text import file_words
from shared.web.text import labels as words
from shared.web.text.phrases import Speaker

WORDS: dict[str, Mapping[str, str]] = {
    "danger": YES_NO, "consent": YES_NO, "interpreter": YES_NO, "conflict": YES_NO,
    "age": words.AGES, "sex": words.SEXES, "language": words.LANGUAGES,
    "consent_language": words.LANGUAGES, "told": file_words.RIGHTS_TOLD, "told_format": file_words.TOLD_FORMATS, "ground": words.GROUNDS,
    "withheld": words.AGENCY_KINDS, "agreed": AGREED, "months": words.MONTHS, "forms": words.FORMS, "indicators": words.INDICATORS,
    "needs": words.NEEDS,
}  # fmt: skip
"""Field → the words of its codes."""
NO_CODES: Mapping[str, str] = {}
UNSHOWN = frozenset({"nobody"})
WRITTEN = frozenset({"language"})
"""Of these the answers are too many for paper."""
UNASKED = frozenset({"identification", "unknown"})
"""Answers that nobody needs to tick on paper."""


@dataclass(frozen=True)
class AnswerRow:
    """One question, and what was answered."""

    step: IntakeStep
    label: str
    answers: tuple[str, ...]
    """Empty where nothing was."""


def summary(values: Mapping[str, Any], to: Speaker) -> list[AnswerRow]:
    """A row for each question that is asked after these answers, and for what was said besides."""
    rows: list[AnswerRow] = []
    for step in IntakeStep:
        besides = tuple(name for name in BESIDE.get(step, ()) if values.get(name) or step is IntakeStep.WORDS)
        named = [name for name in (*asked(step, values), *besides) if name not in UNSHOWN]
        rows += [AnswerRow(step, to.say.translate(LABELS[name]), _said(name, values.get(name, ()), to)) for name in named]
    return rows


def sheet(to: Speaker, unnamed: Collection[str]) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """The questions of all steps with the answers that are offered, for paper: (title, questions); languages and free words are written in.

    `unnamed`: the kinds of agencies that nobody can object to.
    """
    left_out = UNASKED.union(unnamed)
    pages = ((STEPS[step], QUESTIONS[step]) for step in IntakeStep if QUESTIONS.get(step))
    return [(title, [(to.say.translate(LABELS[name]), _offered(name, left_out, to)) for name in names]) for title, names in pages]


def _offered(name: str, left_out: Collection[str], to: Speaker) -> tuple[str, ...]:
    codes = WORDS[name] if name in WORDS and name not in WRITTEN else NO_CODES
    return tuple(to.say.of(codes, code) for code in codes if code not in left_out)


def _said(name: str, value: Any, to: Speaker) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else [str(one) for one in value]
    if name == "called_at":
        return tuple(to.when(int(one)) for one in listed if one.isdecimal())
    say: Callable[[str], str] = (lambda code: to.say.of(WORDS[name], code)) if name in WORDS else str
    return tuple(say(one) for one in listed if one)
