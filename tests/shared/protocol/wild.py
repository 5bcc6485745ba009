"""Any well-formed event of any type, its ids drawn from a small pool so that they meet."""

import types
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from shared.protocol.case_file import FIELDS, Group
from shared.protocol.classes import EVENTS
from shared.protocol.facts import Event, Names
from shared.protocol.lead_record import LeadRecord
from shared.protocol.messages import HandoffMessage, SpokenSection
from shared.protocol.naming import check
from shared.protocol.rights import AnsweredAsker, AskedOfOthers, AskingEnded, RefusalReason
from tests.shared.protocol.cases import START
from tests.shared.protocol.plays import AGENCIES

IDS = st.sampled_from([*AGENCIES, "rs-azil", "h0", *(f"h{n}" for n in range(1, 8)), *(f"t{n}" for n in range(1, 8))])
CHECKS = st.sampled_from([check("case-1", "rs-azil"), check("case-1", AGENCIES[-1]), "0" * 16])
SPELT: dict[str, st.SearchStrategy[Any]] = {
    "CaseReported.together": st.none() | st.integers(2, 500),
    "Statement.field": st.sampled_from([*FIELDS, "of_a_newer_release"]),
    "Statement.about": st.sampled_from(["person", "dependant:1", "suspect:99"]),
    "HandoffMessage.about": st.lists(st.sampled_from(Group), min_size=1, max_size=3).map(tuple),
    "Member.without": st.lists(st.sampled_from([*Group, "of_a_newer_release"]), max_size=2).map(tuple),
    "AskedOfOthers.about": st.lists(st.sampled_from(Group), min_size=1, max_size=3).map(tuple),
    "SpokenSection.messages": st.deferred(lambda: st.lists(made(HandoffMessage), max_size=1).map(tuple)),
    "SpokenSection.asked": st.deferred(lambda: st.lists(made(AskedOfOthers), max_size=1).map(tuple)),
    "SpokenSection.answered": st.deferred(lambda: st.lists(ANSWERS, max_size=1).map(tuple)),
    "SpokenSection.led": st.deferred(lambda: st.lists(made(LeadRecord), max_size=1).map(tuple)),
    "LeadRecord.part": st.integers(1, 3), "LeadRecord.parts": st.integers(1, 3),
    "SpokenSection.ended": st.deferred(lambda: st.lists(made(AskingEnded), max_size=1).map(tuple)),
    **{f"MessageSent.d{n}": st.deferred(lambda: st.none() | spoken()) for n in range(1, 9)},
}  # fmt: skip
"""Fields whose texts are no ids, or that hold a number of things that is bounded more closely."""
MOMENTS = st.integers(2, 20) | st.integers(START - 50, START + 500)


ANSWERS = st.one_of(
    st.builds(AnsweredAsker, id=IDS, at=MOMENTS),
    st.builds(AnsweredAsker, id=IDS, at=MOMENTS, reason=st.sampled_from(RefusalReason), law=st.just("Act, art. 1")),
)


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
        name: SPELT[spelt] if (spelt := f"{kind.__name__}.{name}") in SPELT else values(field.annotation)
        for name, field in kind.model_fields.items()
        if name != "pingpong" or field.is_required()
    }
    needed = {name: strategy for name, strategy in fields.items() if kind.model_fields[name].is_required()}
    optional = {name: strategy for name, strategy in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional).map(kind.model_validate)


SPOKEN = made(SpokenSection)


@st.composite
def spoken(draw: st.DrawFn) -> SpokenSection:
    """A section of messages, under a short name: eight of them in one event would else be described in more words than Hypothesis takes."""
    return draw(SPOKEN)


EVENT: st.SearchStrategy[Event] = st.one_of(*(made(EVENTS[name]) for name in sorted(EVENTS)))
"""Any event."""
