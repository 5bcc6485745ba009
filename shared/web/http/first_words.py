"""Routers that are asked only for addresses that begin as theirs do.

An application has some sixty routers with 400 routes. FastAPI asks each route of each router in turn, twice for the one that answers, which
was a third of the processor time of a short answer.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.routing import _IncludedRouter  # pyright: ignore[reportPrivateUsage]  (what FastAPI tells an included router by)
from starlette.routing import BaseRoute, Match
from starlette.types import Scope


@dataclass
class ByFirstWord(_IncludedRouter):
    """One router, complete when it is included, that looks at the first word of an address before its routes do."""

    def __post_init__(self) -> None:
        """See what its addresses begin with."""
        self.first_words = {_first_word(getattr(route, "path", "/{")) for route in self.original_router.routes}
        self.may_be_any = any("{" in word for word in self.first_words)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the router says where it may have the address; no match elsewhere. An application that is mounted is always asked."""
        if self.may_be_any or scope.get("root_path") or _first_word(scope["path"]) in self.first_words:
            return super().matches(scope)
        return Match.NONE, {}


def by_first_word(behind: APIRouter) -> list[BaseRoute]:
    """The routes of a router, the routers that it includes by first word."""
    return [_told_apart(route) if isinstance(route, _IncludedRouter) else route for route in behind.routes]


def _told_apart(included: Any) -> ByFirstWord:
    return ByFirstWord(included.original_router, included.include_context)


def _first_word(path: str) -> str:
    return path[1:].partition("/")[0]
