"""Who keeps what: sections with those, and all those, entitled to them at the record's place; cases only with their readers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from deploy.oracle.law import CaseLaw
from deploy.oracle.records import CHECKPOINT, MESSAGE, SAYS_NOTHING, STATEMENT
from deploy.oracle.rows import Row, Rows, agency_of
from deploy.oracle.sentence import Sentence

Laws = Mapping[str, CaseLaw]
CEILING = {
    "identifier": ("123456", "78"), "police": ("1257", "38"), "labour_inspectorate": ("12", "3"), "social_services": ("12346", "5"),
    "health": ("16", "3"), "ngo": ("124", "36"), "shelter": ("13456", ""), "legal_aid": ("13", "47"), "migration": ("18", "2"),
    "prosecution": ("17", "3"), "local_authority": ("12", "35"), "government": ("128", "3"), "coordinator": ("", ""),
    "rapporteur": ("", ""),
}  # fmt: skip
"""Kind → the classes that it may be told of at all, and those only with consent or for a child: docs/domain.md, sections 2.2 and 2.6.

Of what was stated it is told less, by its task; which fields that are, what is encrypted at rest does not show.
"""


def may_have(member: Row | None, section: str, type: str, author: str, at: int) -> bool:
    """Whether a roster entry and the policy both allow a section of what this agency says at this moment (ms UTC)."""
    if member is not None and type in SAYS_NOTHING and member["agency"] == author:
        return True  # its own words
    purposes = [member, *({**member, **one} for one in member.get("besides", ()))] if member else []
    return any(_for_this(one, section, type, author, at) for one in purposes)


def _for_this(member: Row, section: str, type: str, author: str, at: int) -> bool:
    if section not in member["classes"]:
        return False
    if member.get("until") is not None and member["until"] <= at and member["agency"] != author:
        return False
    always, grounded = CEILING[member["kind"]]
    if type in SAYS_NOTHING and member["basis"] in ("none", "consultation"):
        return False
    if member["basis"] == "consultation":  # advice without identity: the band, once, with the state of the case
        return section == "D1" and type == CHECKPOINT and "1" in always
    told = always + grounded if member["basis"] in ("consent", "child") else always
    return section[1:] in told and (member["basis"] != "none" or section in ("D1", "D2"))


def misplaced(there: Iterable[Rows], found: Laws) -> Iterator[str]:
    """Sections kept by somebody who was not in the roster at the record's place, or not entitled by it; cases that are not intake's."""
    for rows in there:
        for row in rows.journal:
            law = found.get(row["case"])
            for section in set(json.loads(row["body"])) - {"D0", "reason"}:
                member = law.after(row["place"]).get(rows.agency) if law else None
                at, author = max(row["at"], row["logged_at"]), agency_of(row["author"])
                if not may_have(member, section, row["type"], author, at) or _beyond_the_band(member, row, section):
                    yield Sentence(
                        "%(instance)s keeps %(section)s of a %(type)s at place %(place)s of case %(case)s",
                        instance=rows.name, section=section, type=row["type"], place=row["place"], case=row["case"][:8],
                    )  # fmt: skip
        if rows.service == "intake":
            others = {c for c in (*rows.views, *(r["case"] for r in rows.journal if r["case"])) if c in found}
            for case in (one for one in others if found[one].opening.author != rows.name):
                yield Sentence("%(instance)s keeps case %(case)s, which it did not open", instance=rows.name, case=case[:8])


def _beyond_the_band(member: Row | None, row: Row, section: str) -> bool:
    """Whether somebody who was merely consulted keeps more than age band and sex, beside its own words; what is encrypted at rest nobody
    can check."""
    if row["type"] in SAYS_NOTHING and agency_of(row["author"]) == (member or {}).get("agency"):
        return False
    told: Any = json.loads(row["body"])[section]
    consulted = member is not None and member["basis"] == "consultation" and isinstance(told, dict)
    return consulted and not set(cast(Row, told).get("profile", told)) <= {"age", "sex"}


def missing(there: Iterable[Rows], found: Laws) -> Iterator[str]:
    """Sections of a settled record that were addressed to a member entitled to them, and that it does not keep."""
    by_agency: dict[str, list[Rows]] = {}
    for rows in there:
        by_agency.setdefault(rows.agency, []).append(rows)
    for law in found.values():
        for said in law.settled.values():
            for agency, sections in said.readers.items():
                member = law.after(said.place).get(agency)
                for rows in by_agency.get(agency, ()) if sections else ():
                    row = rows.by_event.get(said.event)
                    if row is None or row["verdict"] == "refused":
                        continue
                    wanted = {s for s in sections if may_have(member, s, said.type, said.agency, max(said.at, row["logged_at"]))}
                    if lacking := wanted - set(json.loads(row["body"])):
                        yield Sentence(
                            "%(instance)s lacks %(sections)s of a %(type)s at place %(place)s of case %(case)s",
                            instance=rows.name, sections=sorted(lacking), type=said.type, place=said.place, case=said.case[:8],
                        )  # fmt: skip


def unfiled(there: Iterable[Rows]) -> Iterator[str]:
    """Statements and messages of a record that counted, as far as they can be read here, of which no row is on file."""
    for rows in there:
        filed = {name: {(row["case"], row["id"]) for row in rows.chained.get(name, ())} for name, _ in FILED.values()}
        for row in rows.journal:
            if row["type"] in FILED and row["verdict"] == "counted":
                yield from _unfiled_requests(rows, row)
                name, ones = FILED[row["type"]]
                told: Row = json.loads(row["body"])
                sections = {name: cast(Row, said) for name, said in told.items() if name != "D0" and isinstance(said, dict)}
                ids = {one["id"] for section, said in sections.items() for one in said[section.lower()][ones]}
                if lacking := {id for id in ids if (row["case"], id) not in filed[name]}:
                    yield Sentence(
                        "%(instance)s has %(n)s entries of %(table)s, case %(case)s, in no row",
                        instance=rows.name, n=len(lacking), table=name, case=row["case"][:8],
                    )  # fmt: skip


def _unfiled_requests(rows: Rows, row: Row) -> Iterator[str]:
    """What another agency asks for the person, and that is for this one, stands among its requests."""
    told: Row = json.loads(row["body"])
    sections = {name: cast(Row, said) for name, said in told.items() if name != "D0" and isinstance(said, dict)}
    asked = {one["id"] for name, said in sections.items() for one in said[name.lower()].get("asked", ()) if row["author"] != rows.name}
    if asked - {one["id"] for one in rows.chained.get("personrequest", ())}:
        yield Sentence(
            "%(instance)s has what another agency asks for the person of case %(case)s in no row", instance=rows.name, case=row["case"][:8]
        )


FILED = {STATEMENT: ("statement", "statements"), MESSAGE: ("message", "messages")}
"""Type → the table in which what it says has a row, and where it stands in a section."""
