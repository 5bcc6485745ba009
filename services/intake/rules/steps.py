"""The steps of a report: danger first, then only what must be known to send it. Pure functions over a table.

Twelve questions at most, whatever is answered (docs/domain.md, section 1.5: S0 to S4); in danger fewer, and the rest can be told later.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from shared.protocol.vocabulary import AgeBand, Form, Indicator

Values = Mapping[str, Any]
"""The answers of a draft as a form sends them: a text, or several of a kind."""
YES, NO = "true", "false"


class IntakeStep(StrEnum):
    """A page of the way to a report, as its address calls it."""

    DANGER = "danger"
    HELP = "help"
    """Somebody is in danger: whom to call now, and what goes out at once."""
    PERSON = "person"
    RIGHTS = "rights"
    """What the person was told before anybody asked them (docs/domain.md, sections 1.2, art. 15, and 1.5, S3)."""
    CONSENT = "consent"
    PLACE = "place"
    HAPPENED = "happened"
    SIGNS = "signs"
    NEEDS = "needs"
    WORDS = "words"
    """On nobody's way: for who has something to add."""
    SEND = "send"


S = IntakeStep
QUESTIONS: dict[IntakeStep, tuple[str, ...]] = {
    S.DANGER: ("danger",),
    S.HELP: ("called_at",),
    S.PERSON: ("age", "sex"),
    S.RIGHTS: ("told", "told_format", "language"),
    S.CONSENT: ("consent", "ground", "withheld"),
    S.PLACE: ("place",),
    S.HAPPENED: ("forms",),
    S.SIGNS: ("indicators",),
    S.NEEDS: ("needs",),
    S.SEND: (),
}
"""Step → what it asks."""
BESIDE: dict[IntakeStep, tuple[str, ...]] = {
    S.RIGHTS: ("interpreter",),
    S.CONSENT: ("agreed", "months", "consent_language", "ground_words", "conflict"),
    S.WORDS: ("account", "nobody", "note"),
}
"""Step → what may be said there besides, and need not be read."""
CALM = (S.DANGER, S.PERSON, S.RIGHTS, S.CONSENT, S.PLACE, S.HAPPENED, S.SIGNS, S.NEEDS, S.SEND)
AT_ONCE = (S.DANGER, S.HELP, S.PERSON, S.CONSENT, S.SEND)
"""The way where somebody is in danger: what the country's rule needs, and no question more."""
MUST = frozenset({"danger", "age", "consent", "ground"})
"""Without an answer to these, where they are asked, nothing can be sent."""


def in_danger(values: Values) -> bool:
    """Whether somebody is in danger now."""
    return values.get("danger") == YES


def is_child(values: Values) -> bool:
    """Whether the person is treated as a child: an unsure age is (CETS 197 art. 10(3))."""
    return values.get("age") in (AgeBand.CHILD.value, AgeBand.UNSURE.value)


def path(values: Values) -> tuple[IntakeStep, ...]:
    """The steps to a report that is sent, after these answers."""
    return AT_ONCE if in_danger(values) else CALM


def asked(step: IntakeStep, values: Values) -> tuple[str, ...]:
    """What a step asks after these answers: of a child no consent, and a ground only in danger."""
    adult = not is_child(values)
    unasked = {"consent": not adult, "ground": not (adult and in_danger(values)), "called_at": not in_danger(values)}
    return tuple(name for name in QUESTIONS.get(step, ()) if not unasked.get(name, False))


def fields(step: IntakeStep) -> tuple[str, ...]:
    """All that the page of a step may say."""
    return (*QUESTIONS.get(step, ()), *BESIDE.get(step, ()))


def after(step: IntakeStep, values: Values) -> IntakeStep:
    """Where one goes on; from a step that lies on nobody's way to the end."""
    way = path(values)
    return way[way.index(step) + 1] if step in way[:-1] else S.SEND


def before(step: IntakeStep, values: Values) -> IntakeStep | None:
    """Where one came from; None at the first step."""
    way = path(values)
    if step not in way:
        return S.SEND
    return way[way.index(step) - 1] if step is not way[0] else None


def unsaid(values: Values) -> tuple[IntakeStep, ...]:
    """The steps on the way where an answer is missing without which nothing can be sent."""
    gives_ground = values.get("consent") == YES
    missing = {name for name in MUST if not values.get(name) and not (name == "ground" and gives_ground)}
    return tuple(step for step in path(values) if missing.intersection(asked(step, values)))


def first_open(values: Values) -> IntakeStep:
    """Where somebody goes on: at the first step of which nothing is known, or where something that must be said is missing."""
    missing = unsaid(values)
    silent = (step for step in path(values) if step is not S.SEND and (step in missing or not any(map(values.get, asked(step, values)))))
    return next(silent, S.SEND)


def applying(values: Values) -> dict[str, Any]:
    """The answers that hold after the others: what was answered before somebody changed the age, or said that danger is over, stays in the
    draft and is not sent."""
    left_out = {name for step in S for name in QUESTIONS.get(step, ()) if name not in asked(step, values)}
    consents = values.get("consent") == YES and not is_child(values)
    if not consents:
        left_out |= {"agreed", "months", "consent_language"}
    if consents or not in_danger(values) or is_child(values):
        left_out |= {"ground", "ground_words"}
    return {name: said for name, said in values.items() if name not in left_out}


L, I = Form, Indicator  # noqa: E741  (columns of the table)
HELD = (I.LI05, I.LI07, I.LI08, I.LI09, I.LI12)
"""Papers, confinement, debt, fear, injuries: strong or usual whatever the form (docs/domain.md, section 4.2, coercion)."""
WORK = tuple(one for one in I if one.value.startswith("LI"))
OF_CHILDREN = tuple(one for one in I if one.value.startswith("CH"))
SIGNS_OF: dict[Form, tuple[Indicator, ...]] = {
    L.LABOUR: WORK,
    L.DOMESTIC: (I.LI01, I.LI02, I.LI03, I.LI04, I.LI06, I.LI11, *HELD),
    L.SEXUAL: (I.LI02, I.LI03, I.LI06, *HELD),
    L.CRIMINAL: (I.LI11, I.CH08, *HELD),
    L.BEGGING: (I.LI06, I.CH04, *HELD),
    L.ORGAN: (I.LI11, *HELD),
    L.MARRIAGE: (I.LI11, I.CH06, *HELD),
}
"""Form → the signs that belong to it (docs/domain.md, sections 4.4, 4.5). Which sign belongs where is a proposal of this project."""


def signs(forms: Collection[Form], *, child: bool, ticked: Collection[str] = ()) -> tuple[Indicator, ...]:
    """The signs to ask about: those of the chosen forms, of a child those of children too, and what was ticked before. All where no form
    was chosen, or one that has no list."""
    listed = [SIGNS_OF.get(form) for form in forms]
    known = {sign for found in listed for sign in found or ()} if listed and all(listed) else set(I)
    offered = known | {I(code) for code in ticked if code in set(I)}
    return tuple(sign for sign in I if sign in offered and (child or sign not in OF_CHILDREN or sign.value in ticked))


def called_at(typed: str, now: int, zone: str) -> int | None:
    """The moment of a call (ms UTC), from the time of day that somebody typed: the last one that has been; now where nothing was typed.

    None where it is no time of day.
    """
    if not typed:
        return now
    hours, _, minutes = typed.replace(".", ":").partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        return None
    at = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    on_that_day = at.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
    been = on_that_day if on_that_day <= at else on_that_day - timedelta(days=1)
    return int(been.timestamp() * 1000)
