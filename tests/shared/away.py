"""A database that goes away in the middle of something."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError

from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance


class AwayAfter:
    """Transactions of an instance, so many of which its database still takes; what comes then finds it away."""

    def __init__(self, instance: Instance, takes: int) -> None:
        self.instance, self.takes = instance, takes

    def __call__(self, job: Callable[[UnitOfWork], Any]) -> Any:
        self.takes -= 1
        if self.takes < 0:
            raise OperationalError("BEGIN", None, Exception("the database is away"))
        return self.instance.transact(job)
