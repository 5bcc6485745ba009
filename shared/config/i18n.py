"""The mark of a text that is translated, and an error that whoever shows it can say in another language."""


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


class WordedError(Exception):
    """What is wrong, in one sentence: in English as it stands, with its words and what stands in them beside it."""

    def __init__(self, words: str, /, **values: object) -> None:
        """`words`: marked for translation where they are written, with named placeholders."""
        super().__init__(words % values if values else words)
        self.words, self.values = words, values
