"""The mark of a text that is translated."""


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text
