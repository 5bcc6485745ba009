"""Addresses within our own pages."""


def local(address: str) -> str:
    """The address where it is one of ours, else the start page: nobody is led to another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"
