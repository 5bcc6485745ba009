"""What an event names, and whether it may, under protocol 2: one check for every field that names an agency.

Which field names what stands in the event dictionary, as a mark of the field's type; a text without one is an error of the dictionary.
The fold knows no directory. It knows how an id is written, the kinds on the roster, and the **checks** that opening and roster carry:
digests of the ids that no main case may name, because whoever reads that a person is with this very agency knows where the person is.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel

from shared.protocol.case import Case, agency_of
from shared.protocol.events import CaseReported, RosterSet
from shared.protocol.facts import HIDDEN, Event, Member, Names, Written, hidden
from shared.protocol.vocabulary import AgencyKind

AGENCY = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
Mark = Names | Written


def check(case: str, agency: str) -> str:
    """By what a case knows an agency that it must not name: another in each case, so that no two cases can be linked by it."""
    return sha256(f"apart\n{case}\n{agency}".encode()).hexdigest()[:16]


def well_formed(agency: str) -> bool:
    """Whether this is the id of an agency, or stands for a confidential one of a kind that there is."""
    return agency.removeprefix(HIDDEN) in set(AgencyKind) if hidden(agency) else AGENCY.fullmatch(agency) is not None


def may_open(case: str, event: CaseReported) -> bool:
    """Whether an opening names nobody that it may not: reporter and lead by their ids, which it does not forbid to name."""
    named = {agency for mark, agency in marked(event) if mark is Names.AGENCY}
    return all(well_formed(a) and not hidden(a) and check(case, a) not in event.apart for a in named)


def may_name(case: Case, event: Event) -> bool:
    """Whether all agencies that an event names are named as they may be in this case."""
    if isinstance(event, RosterSet) and case.opened_by != f"referral.{case.lead}" and any(_shelter(case, m) for m in event.members):
        return False
    apart = event.apart if isinstance(event, RosterSet) and "apart" in event.model_fields_set else case.apart
    named = (agency for mark, agency in marked(event) if mark is Names.AGENCY)
    return all(well_formed(agency) and (not apart or check(case.id, agency) not in apart) for agency in named)


def _shelter(case: Case, member: Member) -> bool:
    """Whether a roster of a main case would bring a shelter in by its own name; one that met the person itself is there already."""
    return member.kind is AgencyKind.SHELTER and not hidden(member.agency) and member.agency != agency_of(case.opened_by)


def well_written(event: Event) -> bool:
    """Whether every text of an event that is no id is one line, and a language's a tag. Which codes there are the fold does not know: the
    lists grow, and members would differ."""
    return all(
        TAG.fullmatch(text) if mark is Written.LANGUAGE else text.isprintable() for mark, text in marked(event) if isinstance(mark, Written)
    )


def marked(value: BaseModel) -> Iterator[tuple[Mark, str]]:
    """Every text in an event with what it names or is; empty ones say nothing."""
    for field, what in texts_of(type(value)):
        for one in _each(getattr(value, field)):
            if isinstance(what, type):
                yield from marked(one)
            elif one:
                yield what, one


@cache
def texts_of(kind: type[BaseModel]) -> tuple[tuple[str, Mark | type[BaseModel]], ...]:
    """The fields of a model that hold texts, with their mark, or the model in which they lie. Raises KeyError for one without a mark."""
    found: list[tuple[str, Mark | type[BaseModel]]] = []
    for name, info in kind.model_fields.items():
        try:
            what = _what(info.annotation, info.metadata)
        except LookupError:
            raise KeyError(f"{kind.__name__}.{name} holds a text and has no mark that says what it names") from None
        found += [(name, what)] if what is not None else []
    return tuple(found)


def _what(annotation: Any, marks: list[Any]) -> Mark | type[BaseModel] | None:
    if annotation is str:
        return next((mark for mark in marks if isinstance(mark, (Names, Written))), None) or _unmarked()
    if get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        return _what(inner, [*own, *marks])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if texts_of(annotation) else None
    if get_origin(annotation) is dict:
        return None  # a checkpoint's picture and what it tells of the person: whoever takes them reads them by their own models
    inner = (_what(one, marks) for one in get_args(annotation) if one is not Ellipsis)
    return next((what for what in inner if what is not None), None)


def _unmarked() -> Mark:
    raise LookupError


def _each(value: Any) -> tuple[Any, ...]:
    return () if value is None else cast(tuple[Any, ...], value) if isinstance(value, tuple) else (value,)
