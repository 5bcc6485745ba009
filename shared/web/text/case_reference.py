"""How people call a case."""


def reference(case: str) -> str:
    """The short name of a case on pages: the first digits of its random id."""
    return f"{case[:4]}-{case[4:8]}".upper()
