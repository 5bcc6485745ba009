"""Reading a country file: what does not fit together is said in one line before anything runs on it."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from shared.config.country import DEFAULT, LINES, Country
from shared.config.service_directory import MemberListed
from shared.protocol.file_readers import ever_needed
from shared.protocol.vocabulary import AgencyKind


def load(path: Path) -> Country:
    """Read a country file. Raises ValueError that says in one line what is wrong with it, and where."""
    return _read(path.read_text(encoding="utf-8"))


@lru_cache(16)
def _read(text: str) -> Country:
    """A country is never changed, and a process that opens many offices asks for the same one again and again."""
    try:
        country = Country.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise ValueError("; ".join(_said(one["loc"], one["msg"]) for one in error.errors(include_url=False))) from None
    if wrong := mistakes(country):
        raise ValueError("; ".join(wrong))
    return country


def _of_promises(country: Country) -> Iterator[str]:
    told = {country.watched_as(one.id) for one in country.agencies}
    for line in country.promises:
        for agency in {line.giver, line.receiver} - {"", *told}:
            yield f"a promise of {line.stage} names {agency}, which operators are told of no agency"
    named = Counter((line.stage, line.giver, line.receiver) for line in country.promises)
    yield from (f"{stage} is promised {n} times of the same agencies" for (stage, *_), n in named.items() if n > 1)


def _said(place: tuple[int | str, ...], words: str) -> str:
    """Where in the file (agencies counted from one), and what is wrong there."""
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    said = words.removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def mistakes(country: Country) -> list[str]:
    """What does not fit together: a clause for each; none in a country that can be served."""
    parts = _of_agencies, _of_invitations, _of_deadlines, _of_clocks, _of_release, _of_promises, _of_directory
    return [clause for part in parts for clause in part(country)]


def _of_agencies(country: Country) -> Iterator[str]:
    listed = Counter(a.id for a in country.agencies)
    yield from (f"agency {id} is listed {n} times" for id, n in listed.items() if n > 1)
    if country.lead not in listed:
        yield f"the lead {country.lead} is not among the agencies"
    elif "referral" not in country.agency(country.lead).services:
        yield f"the lead {country.lead} needs the service referral"
    for agency in country.agencies:
        names = Counter(officer.id for officer in agency.officers)
        yield from (f"agency {agency.id} lists officer {id} {n} times" for id, n in names.items() if n > 1)


def _of_invitations(country: Country) -> Iterator[str]:
    for line in country.invitations:
        where = f"the invitation for {line.need.value} names {line.agency}, which"
        if not country.knows(line.agency):
            yield f"{where} is not among the agencies"
        elif line.agency == country.lead:
            yield f"{where} is the lead: it invites others"
        elif "assistance" not in country.agency(line.agency).services:
            yield f"{where} does not run assistance and could not answer"
        elif country.agency(line.agency).apart:
            yield f"{where} is confidential and must not be named in a case"


def _of_deadlines(country: Country) -> Iterator[str]:
    if DEFAULT not in country.deadlines:
        yield "the deadlines have no line default"
    yield from (f"deadlines.{line} is neither default, danger nor a need" for line in country.deadlines if line not in LINES)


def _of_clocks(country: Country) -> Iterator[str]:
    """Two of one name would be one job of a case, one pause and one reason: the second would hide the first."""
    named = Counter(rule.name for rule in country.clocks)
    yield from (f"clock {name.value} is listed {n} times: each needs a name of its own" for name, n in named.items() if n > 1)


def _of_release(country: Country) -> Iterator[str]:
    for group, kinds in country.release.items():
        wider = sorted(kind.value for kind in kinds if group not in ever_needed(kind))
        yield from (f"release.{group.value} names {kind}, which may not read it: a country names fewer, never more" for kind in wider)
        if AgencyKind.IDENTIFIER not in kinds:
            yield f"release.{group.value} leaves out identifier, which leads cases and passes on what is stated"


def _of_directory(country: Country) -> Iterator[str]:
    named = {a.id: frozenset(line.need for line in country.invitations if line.agency == a.id) for a in country.agencies}
    return country.directory.mistakes({a.id: MemberListed(a.kind, a.apart, named[a.id]) for a in country.agencies})
