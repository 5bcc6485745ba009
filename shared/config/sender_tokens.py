"""Sender tokens, by which the operators' process knows who sends it spans: its own in a file at each agency, all in one at the operators.

A line holds a token and, if one likes, whose it is: one agency's can be revoked alone. While a token is replaced, both stand there.
"""

from hmac import compare_digest
from pathlib import Path

from shared.config.i18n import N_, WordedError

SHORTEST_TOKEN = 32
"""Characters of a token: 64 hex digits are 256 random bits; what somebody thought up is seldom so long."""


class Unknown(WordedError):
    """A file that holds no usable tokens: one sentence that says why and what to do."""


def words(file: Path) -> list[str]:
    """The tokens of a file, each line's first word. Raises Unknown where there are none, one is too short, or others may read them."""
    try:
        mode, lines = file.stat().st_mode, file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise Unknown(
            N_("%(file)s (NRM_OPERATORS_TOKEN) cannot be read; `(umask 077; openssl rand -hex 32 >FILE)` makes one."), file=file
        ) from None
    found = [line.split()[0] for line in lines if line.strip()]
    if mode & 0o077:
        others = N_("%(file)s (%(setting)s) can be read by others than its owner; `chmod 600` it, and replace it if others had access.")
        raise Unknown(others, file=file, setting="NRM_OPERATORS_TOKEN")
    if not found or not all(len(word) >= SHORTEST_TOKEN and word.isascii() and word.isprintable() for word in found):
        short = N_("%(file)s (NRM_OPERATORS_TOKEN) needs tokens of at least %(n)s characters; `openssl rand -hex 32` makes one.")
        raise Unknown(short, file=file, n=SHORTEST_TOKEN)
    return found


def shown(file: Path | None) -> dict[str, str]:
    """The header by which an agency shows its token; nothing where it has none. Raises Unknown."""
    return {"authorization": f"Bearer {words(file)[0]}"} if file else {}


def known(header: str, file: Path | None, *, open_to_all: bool) -> bool:
    """Whether a batch comes from an agency. The file is read each time, so that a token counts, or no more, without a restart."""
    if file is None:
        return open_to_all
    try:
        wanted = words(file)
    except Unknown:
        return False
    scheme, _, word = header.partition(" ")
    # All are compared, whichever is right: the time that it takes says nothing.
    right = [compare_digest(word.encode(), each.encode()) for each in wanted]
    return scheme.lower() == "bearer" and any(right)
