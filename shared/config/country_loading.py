"""Reading a country file: what does not fit together is said in one line before anything runs on it."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from shared.config.country import DEFAULT, LINES, Country
from shared.config.i18n import N_, Clause, in_a_row
from shared.config.service_directory import MemberListed
from shared.config.unfit import clauses, not_toml
from shared.protocol.file_readers import ever_needed
from shared.protocol.vocabulary import AgencyKind


class UnfitCountry(ValueError):
    """What is wrong with a country file, in one line: a clause for each, with its place."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.why = in_a_row(clauses)
        super().__init__(self.why)


def load(path: Path) -> Country:
    """Read a country file. Raises UnfitCountry that says in one line what is wrong with it, and where."""
    return _read(path.read_text(encoding="utf-8"))


@lru_cache(16)
def _read(text: str) -> Country:
    """A country is never changed, and a process that opens many offices asks for the same one again and again."""
    try:
        country = Country.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnfitCountry([not_toml(error)]) from None
    except ValidationError as error:
        raise UnfitCountry(clauses(error)) from None
    if wrong := mistakes(country):
        raise UnfitCountry(wrong)
    return country


def _of_promises(country: Country) -> Iterator[Clause]:
    told = {country.watched_as(one.id) for one in country.agencies}
    for line in country.promises:
        for agency in {line.giver, line.receiver} - {"", *told}:
            words = N_("a promise of %(stage)s names %(agency)s, which operators are told of no agency")
            yield Clause(words, stage=line.stage, agency=agency)
    named = Counter((line.stage, line.giver, line.receiver) for line in country.promises)
    words = N_("%(stage)s is promised %(n)s times of the same agencies")
    yield from (Clause(words, stage=stage, n=n) for (stage, *_), n in named.items() if n > 1)


def mistakes(country: Country) -> list[Clause]:
    """What does not fit together: a clause for each; none in a country that can be served."""
    parts = _of_agencies, _of_invitations, _of_deadlines, _of_clocks, _of_release, _of_promises, _of_directory
    return [clause for part in parts for clause in part(country)]


def _of_agencies(country: Country) -> Iterator[Clause]:
    listed = Counter(a.id for a in country.agencies)
    yield from (Clause(N_("agency %(id)s is listed %(n)s times"), id=id, n=n) for id, n in listed.items() if n > 1)
    if country.lead not in listed:
        yield Clause(N_("the lead %(id)s is not among the agencies"), id=country.lead)
    elif "referral" not in country.agency(country.lead).services:
        yield Clause(N_("the lead %(id)s needs the service referral"), id=country.lead)
    for agency in country.agencies:
        names = Counter(officer.id for officer in agency.officers)
        words = N_("agency %(agency)s lists officer %(id)s %(n)s times")
        yield from (Clause(words, agency=agency.id, id=id, n=n) for id, n in names.items() if n > 1)


def _of_invitations(country: Country) -> Iterator[Clause]:
    for line in country.invitations:
        if words := _wrong_about(country, line.agency):
            yield Clause(words, need=line.need.value, agency=line.agency)


def _wrong_about(country: Country, agency: str) -> str:
    """Why an invitation cannot name this agency; empty where it can."""
    if not country.knows(agency):
        return N_("the invitation for %(need)s names %(agency)s, which is not among the agencies")
    if agency == country.lead:
        return N_("the invitation for %(need)s names %(agency)s, which is the lead: it invites others")
    if "assistance" not in country.agency(agency).services:
        return N_("the invitation for %(need)s names %(agency)s, which does not run assistance and could not answer")
    if country.agency(agency).apart:
        return N_("the invitation for %(need)s names %(agency)s, which is confidential and must not be named in a case")
    return ""


def _of_deadlines(country: Country) -> Iterator[Clause]:
    if DEFAULT not in country.deadlines:
        yield Clause(N_("the deadlines have no line default"))
    words = N_("deadlines.%(line)s is neither default, danger nor a need")
    yield from (Clause(words, line=line) for line in country.deadlines if line not in LINES)


def _of_clocks(country: Country) -> Iterator[Clause]:
    """Two of one name would be one job of a case, one pause and one reason: the second would hide the first."""
    named = Counter(rule.name for rule in country.clocks)
    words = N_("clock %(name)s is listed %(n)s times: each needs a name of its own")
    yield from (Clause(words, name=name.value, n=n) for name, n in named.items() if n > 1)


def _of_release(country: Country) -> Iterator[Clause]:
    for group, kinds in country.release.items():
        wider = sorted(kind.value for kind in kinds if group not in ever_needed(kind))
        words = N_("release.%(group)s names %(kind)s, which may not read it: a country names fewer, never more")
        yield from (Clause(words, group=group.value, kind=kind) for kind in wider)
        if AgencyKind.IDENTIFIER not in kinds:
            yield Clause(N_("release.%(group)s leaves out identifier, which leads cases and passes on what is stated"), group=group.value)


def _of_directory(country: Country) -> Iterator[Clause]:
    named = {a.id: frozenset(line.need for line in country.invitations if line.agency == a.id) for a in country.agencies}
    return country.directory.mistakes({a.id: MemberListed(a.kind, a.apart, named[a.id]) for a in country.agencies})
