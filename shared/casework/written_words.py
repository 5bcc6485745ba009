"""What somebody wrote of the person of a case, beside statements and notes: accounts of the exploitation, messages."""

from dataclasses import dataclass
from enum import StrEnum

from shared.casework.account_file import account_of
from shared.casework.messages import messages_of
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case_file import Group
from shared.protocol.messages import MessageWords


class WrittenKind(StrEnum):
    """What it is."""

    ACCOUNT = "account"
    """What the person told, word for word."""
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """One text: who wrote it (the agency), and when (ms UTC)."""

    id: str
    kind: WrittenKind
    by: str
    at: int
    words: str
    said: MessageWords | None = None
    """Of a message all that it says: an arrangement and a request for support say most of it in fields."""
    about: frozenset[Group] = frozenset()
    """Of a message the groups of a case file of which it speaks."""


def written_words(work: UnitOfWork, case: str) -> list[WrittenWords]:
    """All that can be read here, the oldest first."""
    file = account_of(work, case)
    told = [(f"account{one.number}", work.agency, one.at, one.told) for one in file.versions]
    told += [(f"given{n}", one.by, one.at, one.told) for n, one in enumerate(file.received)]
    accounts = [WrittenWords(id, WrittenKind.ACCOUNT, by, at, said.get("words", "")) for id, by, at, said in told]
    sent = [
        WrittenWords(one.id, WrittenKind.MESSAGE, one.by, one.said_at, one.said.words, one.said, frozenset(one.about))
        for one in messages_of(work, case)
    ]  # fmt: skip
    return sorted((one for one in (*accounts, *sent) if one.words or one.said not in (None, MessageWords())), key=lambda one: one.at)
