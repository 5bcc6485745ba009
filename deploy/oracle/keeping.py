"""Who keeps what: sections with those, and all those, entitled to them at the record's place; cases only with their readers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from deploy.oracle.law import CaseLaw
from deploy.oracle.records import CHECKPOINT
from deploy.oracle.rows import Row, Rows, agency_of

Laws = Mapping[str, CaseLaw]
NO_PROFILE = frozenset({"coordinator", "rapporteur"})
TOLD_THE_SIGNS = frozenset({"identifier", "police", "labour_inspectorate", "social_services", "ngo", "local_authority", "government"})
"""Kinds that may see D2; migration authorities only with consent or for a child. All but the kinds above may see D1.

Source: docs/domain.md, section 2.2.
"""


def may_have(member: Row | None, section: str, type: str, author: str, at: int) -> bool:
    """Whether a roster entry and the policy both allow a section of what this agency says at this moment (ms UTC)."""
    if member is None or section not in member["classes"]:
        return False
    if member.get("until") is not None and member["until"] <= at and member["agency"] != author:
        return False
    if member["basis"] == "consultation":  # advice without identity: the band, once, with the state of the case
        return section == "D1" and type == CHECKPOINT and member["kind"] not in NO_PROFILE
    if section == "D1":
        return member["kind"] not in NO_PROFILE
    told = member["kind"] in TOLD_THE_SIGNS or (member["kind"] == "migration" and member["basis"] in ("consent", "child"))
    return section == "D2" and told


def misplaced(there: Iterable[Rows], found: Laws) -> Iterator[str]:
    """Sections kept by somebody who was not in the roster at the record's place, or not entitled by it; cases that are not intake's."""
    for rows in there:
        for row in rows.journal:
            law = found.get(row["case"])
            for section in set(json.loads(row["body"])) - {"D0", "reason"}:
                member = law.after(row["place"]).get(rows.agency) if law else None
                at, author = max(row["at"], row["logged_at"]), agency_of(row["author"])
                if not may_have(member, section, row["type"], author, at) or _beyond_the_band(member, row, section):
                    yield f"{rows.name} keeps {section} of a {row['type']} at place {row['place']} of case {row['case'][:8]}"
        if rows.service == "intake":
            others = {c for c in (*rows.views, *(r["case"] for r in rows.journal if r["case"])) if c in found}
            yield from (f"{rows.name} keeps case {c[:8]}, which it did not open" for c in others if found[c].opening.author != rows.name)


def _beyond_the_band(member: Row | None, row: Row, section: str) -> bool:
    """Whether somebody who was merely consulted keeps more than age band and sex; what is encrypted at rest nobody can check."""
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
                        yield f"{rows.name} lacks {sorted(lacking)} of a {said.type} at place {said.place} of case {said.case[:8]}"
