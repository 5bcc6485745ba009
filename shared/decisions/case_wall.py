"""The one wall around restricted cases: who may see them, and how whatever a page or a program reads is kept behind it.

What is read for somebody is read in a session that leaves out every row of the cases that they may not see, of every table that has a
column `case`: lists, counts, a row by its key, and what stands inside a condition. So no list has to think of it. What lies in memory
(`shared/casework/case_reader.py`) asks `may_see`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, SQLModel
from sqlmodel.main import default_registry

from shared.store.database import table
from shared.store.restricted_tables import RestrictedCase, RestrictedOfficer

EVERYTHING: None = None
"""In whose eyes the instance itself reads: it sees every case."""
NOBODY = ""
"""Somebody of whom nothing is known: no restricted case is theirs to see."""
CASES, OFFICERS = table(RestrictedCase).c, table(RestrictedOfficer).c
RESTRICTED = select(CASES.case).where(CASES.ended_at.is_(None))
NAMED = (
    select(OFFICERS.case, OFFICERS.officer)
    .join(table(RestrictedCase), (CASES.id == OFFICERS.id) & (CASES.case == OFFICERS.case))
    .where(CASES.ended_at.is_(None), OFFICERS.ended_at.is_(None), OFFICERS.waits.is_(False))
)
"""Made once, and asked without objects: whatever is read for somebody is preceded by the first of them."""
Restrictions = Mapping[str, frozenset[str]]
"""Case → the officers who may see it, of the cases that are restricted."""


def may_see(restrictions: Restrictions, officer: str, case: str) -> bool:
    """Whether an officer may learn that a case exists. Whose it is, and what their role allows, is asked besides."""
    return case not in restrictions or (officer != NOBODY and officer in restrictions[case])


def hidden_from(restrictions: Restrictions, officer: str) -> frozenset[str]:
    """The cases that do not exist for this officer."""
    return frozenset(case for case in restrictions if not may_see(restrictions, officer, case))


def in_force(session: Session) -> dict[str, frozenset[str]]:
    """The restrictions that hold now. Whom the head names, and nobody has confirmed, is not named yet."""
    session.flush()  # what this session has changed counts, as in whatever is asked by objects
    found: dict[str, set[str]] = {case: set() for case in session.connection().scalars(RESTRICTED)}
    for case, officer in session.connection().execute(NAMED) if found else ():
        found[case].add(officer)
    return {case: frozenset(officers) for case, officers in found.items()}


def stand_before(session: Session, officer: str) -> frozenset[str]:
    """From now on this session reads what this officer may see; gives the cases that it leaves out."""
    hidden = hidden_from(in_force(session), officer)
    if hidden:
        options = _without(walled(), tuple(sorted(hidden)))

        def leave_out(asked: ORMExecuteState) -> None:
            if asked.is_select:
                asked.statement = asked.statement.options(*options)

        event.listen(session, "do_orm_execute", leave_out)
    return hidden


@lru_cache(200)
def _without(models: tuple[type[SQLModel], ...], hidden: tuple[str, ...]) -> Sequence[ORMOption]:
    """What a statement gets, made once for each set of hidden cases: a page asks several times."""

    def of_others(model: Any) -> Any:
        return model.case.not_in(hidden)

    return [with_loader_criteria(model, of_others, include_aliases=True) for model in models]


def walled() -> tuple[type[SQLModel], ...]:
    """The tables that say something of a case: all with a column of that name."""
    mapped: list[type[SQLModel]] = [mapper.class_ for mapper in default_registry.mappers]
    return tuple(sorted((model for model in mapped if hasattr(model, "case")), key=lambda model: model.__name__))
