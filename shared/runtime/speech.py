"""The words of the codes in the language of a request.

    say = Words(pages.gettext(request))
    say.need(handoff.need), say.state(handoff.state), say.of(words.BASIS, case.basis)      # an unknown code is shown as it is
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shared.runtime.words import DECLINES, NEEDS, STATES


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    translate: Callable[[str], str] = str

    def of(self, words: Mapping[str, str], code: object) -> str:
        """A code in words; an unknown one as it is."""
        known = words.get(str(code))
        return self.translate(known) if known else str(code)

    def need(self, code: object) -> str:
        """A need."""
        return self.of(NEEDS, code)

    def state(self, code: object) -> str:
        """The state of a hand-off, task or joint action."""
        return self.of(STATES, code)

    def decline(self, code: object) -> str:
        """Why an agency said no."""
        return self.of(DECLINES, code)

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
