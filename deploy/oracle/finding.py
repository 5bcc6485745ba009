"""One thing that is wrong: a sentence, and the values in it, so that whoever shows it can say it in another language."""

from collections.abc import Callable
from typing import Any, Self


class Finding(str):
    """A sentence as it is kept, counted and compared: in English. `Finding("%(instance)s has no picture.", instance=name)`.

    The catalogues have its words without a further mark (`deploy.dev.languages.terminal`); what a value says may be a finding too. Codes
    and names (verdicts, types of events, instances) stay what they are on the log.
    """

    words: str
    values: dict[str, Any]

    def __new__(cls, words: str, /, **values: object) -> Self:
        """From words with named placeholders."""
        made = super().__new__(cls, words % values if values else words)
        made.words, made.values = words, values
        return made

    def said(self, translate: Callable[..., str]) -> str:
        """The sentence in the words of `translate(words, **values)`."""
        return translate(
            self.words, **{name: one.said(translate) if isinstance(one, Finding) else one for name, one in self.values.items()}
        )


def decision(author: str, type: str, key: str) -> Finding:
    """What a decision is called in a sentence."""
    return Finding("%(author)s's %(type)s (%(key)s)", author=author, type=type, key=key[:8])
