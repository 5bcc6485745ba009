"""How people call a case."""

from shared.protocol.channel import own_digits


def reference(case: str) -> str:
    """The short name of a case on pages: digits of its random id that are its own, also where it lies in a channel."""
    digits = own_digits(case)
    return f"{digits[:4]}-{digits[4:]}".upper()
