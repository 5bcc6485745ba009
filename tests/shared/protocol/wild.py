"""Any well-formed event of any type, its ids drawn from a small pool so that they meet."""

import types
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from shared.protocol.case_file import FIELDS
from shared.protocol.classes import EVENTS
from shared.protocol.facts import Event, Names
from shared.protocol.naming import check
from tests.shared.protocol.cases import START
from tests.shared.protocol.plays import AGENCIES

IDS = st.sampled_from([*AGENCIES, "rs-azil", "h0", *(f"h{n}" for n in range(1, 8)), *(f"t{n}" for n in range(1, 8))])
CHECKS = st.sampled_from([check("case-1", "rs-azil"), check("case-1", AGENCIES[-1]), "0" * 16])
SPELT: dict[str, st.SearchStrategy[Any]] = {
    "field": st.sampled_from([*FIELDS, "of_a_newer_release"]), "about": st.sampled_from(["person", "dependant:1", "suspect:99"]),
}  # fmt: skip
"""Fields of any model whose texts are no ids."""
MOMENTS = st.integers(2, 20) | st.integers(START - 50, START + 500)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of one field's type."""
    origin, args = get_origin(annotation), get_args(annotation)
    if Names.CHECK in args:
        return CHECKS
    if origin is Annotated:
        return values(args[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, args))
    if origin is tuple:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if origin is dict and args[1] is not Any:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=4)
    if origin is dict:
        return st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=2)
    if annotation is types.NoneType:
        return st.none()
    if issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    if issubclass(annotation, BaseModel):
        return made(annotation)
    return {bool: st.booleans(), int: MOMENTS, str: IDS}[annotation]


def made(kind: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Well-formed values of a model; what has a default is sometimes left out."""
    fields = {
        name: SPELT[name] if name in SPELT else values(field.annotation)
        for name, field in kind.model_fields.items()
        if name != "pingpong" or field.is_required()
    }
    needed = {name: strategy for name, strategy in fields.items() if kind.model_fields[name].is_required()}
    optional = {name: strategy for name, strategy in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional).map(kind.model_validate)


EVENT: st.SearchStrategy[Event] = st.one_of(*(made(EVENTS[name]) for name in sorted(EVENTS)))
"""Any event."""
