"""The words of the codes in the language of a request.

say = Words(pages.gettext(request))
say.need(handoff.need), say.state(handoff.state), say.of(words.BASIS, case.basis)      # an unknown code is shown as it is
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.config.country import Agency, Country
from shared.config.legal_clocks import ClockRule, PauseRule
from shared.web.text.durations import lasted
from shared.web.text.labels import AGENCY_KINDS, DECLINES, EVENTS, LANGUAGES, MOVES, NEEDS, STATES
from shared.web.text.languages import ENGLISH, Language
from shared.web.text.message_words import PAYERS


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    translate: Callable[[str], str] = str
    country: Callable[[str], str] = str
    """A country's name, from its code."""
    tongue: Callable[[str], str] = str
    """A language's name, from its tag."""
    order: Callable[[str], Any] = str.casefold
    """By what words are sorted."""

    def of(self, words: Mapping[str, str], code: object) -> str:
        """A code in words; an unknown one as it is."""
        known = words.get(str(code))
        return self.translate(known) if known else str(code)

    def language(self, tag: str) -> str:
        """A language: as the catalogue calls it, else as Unicode does; one that nobody has a name for as it is."""
        return self.of(LANGUAGES, tag) if tag in LANGUAGES else self.tongue(tag)

    def need(self, code: object) -> str:
        """A need."""
        return self.of(NEEDS, code)

    def state(self, code: object) -> str:
        """The state of a hand-off, task or joint action."""
        return self.of(STATES, code)

    def event(self, type: object) -> str:
        """What an event says happened, as a verb."""
        return self.of(EVENTS, type)

    def decline(self, code: object) -> str:
        """Why an agency declined."""
        return self.of(DECLINES, code)

    def must(self, what: object, need: object) -> str:
        """What an agency must do next, in words that follow its name."""
        return self.of(MOVES, what) % {"need": self.need(need) if need else ""}

    def languages(self) -> list[dict[str, object]]:
        """The languages as GOV.UK's choices, in the order of the reader's alphabet, in which they are looked for."""
        return sorted(self.items(LANGUAGES), key=lambda one: self.order(str(one["text"])))

    def items(
        self, words: Mapping[str, str], hints: Mapping[str, str] | None = None, without: Iterable[object] = ()
    ) -> list[dict[str, object]]:
        """The codes as GOV.UK's choices."""
        left_out = {str(code) for code in without}
        found = hints or {}
        return [
            {"value": code, "text": self.translate(text), **({"hint": {"text": self.translate(found[code])}} if code in found else {})}
            for code, text in words.items()
            if code not in left_out
        ]


@dataclass(frozen=True)
class AgencyNames:
    """What a page calls agencies: in its language where the country's file has that name, else by the name that they have there."""

    country: Country
    language: Language = ENGLISH

    def __call__(self, id: str) -> str:
        """The name of an agency; its id where the directory does not list it."""
        return self.language.name_in(self.country.names_of(id), self.country.name_of(id))

    def choices(self, agencies: Iterable[Agency]) -> list[dict[str, str]]:
        """Agencies as GOV.UK's choices."""
        return [{"value": one.id, "text": self(one.id)} for one in agencies]


@dataclass(frozen=True)
class Speaker:
    """Names, words and times as one page says them."""

    say: Words
    country: Country
    now: int
    when: Callable[[int | None], str]
    day: Callable[[str], str] = str
    """A day as exactly as it is known."""
    language: Language = ENGLISH

    def name(self, agency: str) -> str:
        """An agency's name; a confidential member is its kind."""
        kind = agency.partition("confidential:")[2]
        if not kind:
            return AgencyNames(self.country, self.language)(agency)
        return self.say.translate("A confidential %(kind)s") % {"kind": self.say.of(AGENCY_KINDS, kind)}

    def phone(self, agency: str) -> str:
        """The telephone of an agency's desk; empty where none is known, and of a confidential one."""
        return self.country.phone_of(agency)

    def payers(self) -> dict[str, str]:
        """Who may pay for what agencies ask each other for: code → words."""
        own = {code: self.say.translate(words) for code, words in PAYERS.items()}
        return own | {one.code: self.language.name_in(one.names, one.name) for one in self.country.payers}

    def source(self, rule: ClockRule | PauseRule) -> str:
        """Where a rule of the country is written, in the page's language where the country's file has it."""
        return self.language.name_in(rule.sources, rule.source)

    def lasted(self, milliseconds: int | None) -> str:
        """How long. By two agencies' clocks something can end before it began: then it took no time, and never less than none."""
        return lasted(None if milliseconds is None else max(0, milliseconds) / 1000, self.say.translate)

    def late(self, by: int | None, ended: int | None = None) -> str:
        """Late by so much; empty while in time."""
        over = (self.now if ended is None else ended) - by if by is not None else 0
        return self.say.translate("late by %(time)s") % {"time": self.lasted(over)} if over > 0 else ""

    def due(self, by: int | None) -> str:
        """Due in so much; empty once it is late."""
        ahead = by - self.now if by is not None else -1
        return self.say.translate("due in %(time)s") % {"time": self.lasted(ahead)} if ahead >= 0 else ""
