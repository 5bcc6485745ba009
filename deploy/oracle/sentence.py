"""One thing that is wrong: a sentence, and the values in it, so that whoever shows it can say it in another language."""

from collections.abc import Callable
from typing import Any, Self


class Sentence(str):
    """A sentence as it is kept, counted and compared: in English. `Sentence("%(instance)s has no picture.", instance=name)`.

    The catalogues have its words without a further mark (`deploy.dev.languages.terminal`). A value may be a sentence, or a part of one,
    too. Codes and names (verdicts, types of events, instances) stay what they are on the log.
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
            self.words, **{name: one.said(translate) if isinstance(one, Sentence) else one for name, one in self.values.items()}
        )


def decision(author: str, type: str, key: str) -> Sentence:
    """What a decision is called in a sentence."""
    return Sentence("%(author)s's %(type)s (%(key)s)", author=author, type=type, key=key[:8])
