"""How much a process took in while the operators did not hear it: it alone knows, and says it until it has read all that lay there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from shared.observability.open_statement import SILENT
from shared.store.tables import Journal

if TYPE_CHECKING:
    from shared.processing.instance import Instance


@dataclass
class Unheard:
    """How far the journal had come when the operators last heard that all was read, and when that was (ms); before the first time, how
    far it had come when this process began."""

    number: int | None = None
    at: int | None = None

    def reached(self, instance: "Instance") -> int:
        """How far the journal has come now."""
        with Session(instance.reader) as session:
            if self.number is None:
                before = select(Journal.seq).where(col(Journal.applied_at) < instance.began).order_by(col(Journal.seq).desc()).limit(1)
                self.number = session.exec(before).first() or 0
            return session.exec(select(func.max(Journal.seq))).one() or 0

    def since(self, now: int) -> int | None:
        """From where on what was taken in is to be told; None while the operators hear this process: how much it takes in from one
        statement to the next is nobody's concern."""
        return None if self.at is not None and now - self.at <= SILENT else self.number

    def heard(self, number: int, now: int) -> None:
        """The operators have heard that all is read."""
        self.number, self.at = number, now
