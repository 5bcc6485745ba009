"""What stops a command and a person can mend."""

from typing import Self

from deploy.language_choice import translate
from deploy.saying import keeps_words, said


class Trouble(Exception):
    """One sentence that says what is missing and what to do; `./nrm` shows it without a traceback, in the language of the terminal.

    It is written in English, with named placeholders: `Trouble("%(file)s is no request.", file=file)`. The catalogues have it without
    a further mark (`deploy.dev.languages.terminal`).
    """

    def __init__(self, words: str, /, **values: object) -> None:
        super().__init__(words)
        self.values = values

    @classmethod
    def of(cls, error: Exception) -> Self:
        """What an error of the system says, for who is at the terminal: in their language where it keeps its words and values
        (`shared.config.i18n.WordedError`)."""
        return cls(getattr(error, "words", str(error)), **getattr(error, "values", {}))

    def __str__(self) -> str:
        words = self.args[0]
        try:
            if keeps_words(words):
                return said(words, translate)
            return translate(words, **{n: said(one, translate) if keeps_words(one) else one for n, one in self.values.items()})
        except Trouble:  # it is the language that there is not
            return words % self.values if self.values else words


def in_one_line(error: BaseException) -> str:
    """What a driver says of a server that it does not reach, for the middle of a sentence; the kind of error where it is silent."""
    return " ".join(str(error).partition("\n")[0].split()).rstrip(".") or type(error).__name__
