"""The search index: by which digests a case is found, and which cases a word finds.

A digest is made under the key of its case in the keystore, so the database alone tells nothing: neither what words are there, nor that two
cases share one. Erasing the case destroys the key, and with it all that old copies of the index could tell. Whoever searches makes the
digests of the words for each case that may be found, and asks which are there.

A kind of thing becomes searchable by a line in SEARCHED and a call of `index` wherever it is written. That is right for what lies under the
case's key of class D8, as an agency's own record does. What has a key of its own, so that it can be erased alone, as a statement of the
person has, needs its digests under that key: else they would outlive it.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from shared.casework.search_terms import sought, terms, whole
from shared.config.i18n import N_
from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.channel import own_digits
from shared.store import at_rest
from shared.store.database import insert_new, table
from shared.store.own_tables import SearchTerm

AT_ONCE = 500
"""Digests that one statement asks for."""
PADDED_TO = 32
"""Rows of a kind are so many, or twice so many, and so on: their number does not tell how long a word is."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A kind of thing by which a case is found."""

    label: str
    """What pages call it."""
    words: bool = True
    """Whether its words find a case; what is not found by words can still be held against a value that is known exactly."""


SEARCHED = {
    "reference": Searchable(N_("Reference of your own agency")), "label": Searchable(N_("Label")),
    "opened": Searchable(N_("Day on which the case was opened"), words=False),
}  # fmt: skip
"""Kind → what it is."""


def index(work: UnitOfWork, case: str, kind: str, value: str) -> None:
    """From now on a case is found by this, and not by what stood there before. `keys.settle` goes before the commit."""
    key = _key_to_write(work.instance, case)
    connection, rows = work.session.connection(), table(SearchTerm)
    connection.execute(delete(rows).where(rows.c.case == case, rows.c.kind == kind))
    named = terms(kind, value) if SEARCHED[kind].words else {whole(kind, value)} if value else set[str]()
    if key is None or not named:
        return
    digests = {_digest(key, term) for term in named}
    digests |= {secrets.token_hex(16) for _ in range(-len(digests) % PADDED_TO)}
    insert_new(connection, SearchTerm, [{"digest": digest, "case": case, "kind": kind} for digest in sorted(digests)])


def by_words(
    instance: State, session: Session, cases: Sequence[str], typed: Sequence[str], beside: Mapping[str, Set[str]] = {}
) -> list[str]:  # fmt: skip
    """Those of these cases that all of these words find, made alike (`search_terms.words`): in what is indexed, in their number, or in the
    terms that stand beside that for a case."""
    left = list(cases)
    for word in typed:
        wanted = sought(word)
        found = _with_any(instance, session, left, wanted)
        found |= {case for case in left if not wanted.isdisjoint(beside.get(case, ()))}
        left = [case for case in left if case in found or (len(word) > 2 and own_digits(case).startswith(word))]
    return left


def by_exact(instance: State, session: Session, cases: Sequence[str], values: Iterable[tuple[str, str]]) -> list[str]:
    """Those of these cases that have each of these values exactly: (kind, value)."""
    left = list(cases)
    for kind, value in values:
        found = _with_any(instance, session, left, {whole(kind, value)})
        left = [case for case in left if case in found]
    return left


def _with_any(instance: State, session: Session, cases: Sequence[str], wanted: Iterable[str]) -> set[str]:
    asked = {_digest(key, term): case for case in cases if (key := _key(instance, case)) for term in wanted}
    found: set[str] = set()
    for some in _in_parts(list(asked)):
        rows = session.exec(select(SearchTerm.digest, SearchTerm.case).where(col(SearchTerm.digest).in_(some)))
        found |= {case for digest, case in rows if asked[digest] == case}
    return found


def _in_parts(digests: list[str]) -> Iterator[list[str]]:
    yield from (digests[n : n + AT_ONCE] for n in range(0, len(digests), AT_ONCE))


def _key_to_write(instance: State, case: str) -> bytes | None:
    if instance.keystore is None:
        return _key(instance, case)
    key = instance.keystore.key_to_write(case, at_rest.WHOLE)
    return _apart(key) if key else None


def _key(instance: State, case: str) -> bytes | None:
    """The case's key for the index; None where it was destroyed. Without a keystore nothing is closed, and nothing is erased."""
    if instance.keystore is None:
        return _apart(instance.secret + case.encode())
    key = instance.keystore.key(case, at_rest.WHOLE)
    return _apart(key) if key else None


def _apart(key: bytes) -> bytes:
    return hmac.digest(key, b"nrm search 1", "sha256")


def _digest(key: bytes, term: str) -> str:
    return hmac.digest(key, term.encode(), "sha256").hex()[:32]
