"""One verdict for each record, one picture for each case, at every member; duties that are what the picture says."""

import json
from collections.abc import Iterable, Iterator, Mapping

from deploy.oracle.law import SETTLES, CaseLaw
from deploy.oracle.leads import names_a_lead
from deploy.oracle.moves import ASKED, HELD, MOVES, OPEN
from deploy.oracle.records import Said
from deploy.oracle.rows import SETTLING, Row, Rows
from deploy.oracle.sentence import Sentence
from deploy.oracle.states import Walk

Laws = Mapping[str, CaseLaw]
SETTLED_BEFORE = {"in checkpoint", "waiting", "outside"}


def members(there: Mapping[str, Rows], law: CaseLaw, agencies: Iterable[str]) -> Iterator[Rows]:
    """The instances of these agencies that read the case."""
    among = set(agencies)
    yield from (rows for rows in there.values() if rows.agency in among and law.reads(rows.name))


def verdicts(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Records that a member judges otherwise than the log says, or than the lead does."""
    for law in found.values():
        for said in law.records:
            lead = there.get(f"referral.{law.led(said.place)}")
            if lead is None:
                continue
            theirs = lead.by_event.get(said.event, {}).get("verdict", "unseen")
            expected = law.expected[said.event]
            if theirs not in (SETTLING if expected == SETTLES else {expected}):
                yield Sentence(
                    "%(record)s is %(theirs)s at the lead, and %(law)s by the log", record=_name(said), theirs=theirs, law=expected
                )
            for rows in members(there, law, law.before(said.place)):
                if fault := _otherwise(rows, law, said, theirs):
                    yield fault


def heads(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Counted records whose author had seen a decision that a member does not know."""
    for rows in there.values():
        for row in rows.journal:
            law = found.get(row["case"])
            counted = row["differs"] and row["verdict"] == "counted"
            if counted and law and rows.agency in law.before(row["place"]) and not law.given_anew(rows, row["place"]):
                yield Sentence(
                    "%(instance)s does not know what the author of place %(place)s of case %(case)s had seen",
                    instance=rows.name, place=row["place"], case=row["case"][:8],
                )  # fmt: skip


def _otherwise(rows: Rows, law: CaseLaw, said: Said, theirs: str) -> str:
    verdict, expected = rows.by_event.get(said.event, {}).get("verdict", "unseen"), law.expected[said.event]
    if verdict == theirs or (expected != SETTLES and verdict in {"unseen", *SETTLED_BEFORE}):
        return ""
    if verdict == "unseen" and said.type == "checkpoint.set.v1":  # Addressed under the roster that the lead knew when it sent.
        return ""
    by_checkpoint = verdict == "in checkpoint" or (verdict == "unseen" and law.given_anew(rows, said.place))
    told = rows.told(said.case, law.leads).get(said.key) if by_checkpoint else None
    if told == theirs:
        return ""
    return Sentence(
        "%(record)s is %(verdict)s at %(instance)s and %(theirs)s at the lead",
        record=_name(said), verdict=verdict, instance=rows.name, theirs=theirs,
    )  # fmt: skip


def differing(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Cases whose members have no picture, another than the lead's, or one that does not follow from the log."""
    for case, law in found.items():
        lead = there.get(f"referral.{law.lead}")
        picture = lead.in_force(case) if lead else None
        if lead is None or picture is None:
            yield Sentence("the lead %(agency)s has no picture of case %(case)s", agency=law.lead, case=case)
            continue
        for fault in walked(law, there).differs(picture):
            yield Sentence("the picture of case %(case)s at the lead is not what the log tells: %(part)s", case=case, part=fault)
        for rows in members(there, law, law.now):
            mine = rows.in_force(case)
            if mine is None:
                yield Sentence("%(instance)s is a member of case %(case)s and has no picture of it", instance=rows.name, case=case)
            elif json.dumps(mine) != json.dumps(picture):  # Orders count too: hand-offs and settled decisions lie as on the log.
                yield Sentence(
                    "%(instance)s and %(lead)s differ in case %(case)s: %(parts)s",
                    instance=rows.name, lead=lead.name, case=case, parts=", ".join(_where(mine, picture)),
                )  # fmt: skip


def _where(one: Row, other: Row) -> list[str]:
    return [name for name in one if json.dumps(one[name]) != json.dumps(other.get(name))]


def walked(law: CaseLaw, there: Mapping[str, Rows]) -> Walk:
    """The case walked through what counted by the word of who led."""
    walk = Walk(law)
    for said in law.settled.values():
        if by_lead(there, law, said) == "counted" and (said is law.opening or not walk.forbids(said)):
            walk.count(said)
    return walk


def by_lead(there: Mapping[str, Rows], law: CaseLaw, said: Said) -> str:
    """What the lead at this place says of a record."""
    lead = there.get(f"referral.{law.led(said.place)}")
    return lead.by_event.get(said.event, {}).get("verdict", "unseen") if lead else "unseen"


def illegal(there: Mapping[str, Rows], found: Laws) -> Iterator[str]:
    """Records that counted though something forbids it; moves of a hand-off that did not though nothing does."""
    for law in found.values():
        walk = Walk(law)
        for said in law.settled.values():
            verdict = by_lead(there, law, said)
            against = "" if said is law.opening else walk.forbids(said)
            if verdict == "counted" and against:
                yield Sentence("%(record)s counted, and this stands against it: %(why)s", record=_name(said), why=against)
            elif verdict == "counted":
                walk.count(said)
            elif verdict == "superseded" and (said.type in MOVES or names_a_lead(said)) and not against:
                yield Sentence("%(record)s is superseded, and nothing stands against it", record=_name(said))


def duties(there: Iterable[Rows]) -> Iterator[str]:
    """Rows of the work list that are not what the picture says."""
    for rows in there:
        kept: dict[str, dict[str, tuple[object, ...]]] = {}
        for row in rows.duties:
            brief = (row["kind"], row["holder"], row["state"], bool(row["open"]), row["due"])
            kept.setdefault(row["case"], {})[row["id"]] = brief
        for case, view in rows.views.items():
            picture = view["case"]
            if picture and view["since"] is None and kept.get(case, {}) != _due(picture, closed=view["left"] or bool(picture["closed_at"])):
                yield Sentence("%(instance)s's duties of case %(case)s are not what its picture says", instance=rows.name, case=case)


def _due(picture: Row, *, closed: bool) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for h in picture["handoffs"].values():
        kind = h["kind"] if picture["protocol"] >= 2 and h["kind"] in ("consultation", "transfer") else "handoff"
        found[h["id"]] = (kind, h["to"], h["state"], not closed and h["state"] in (*ASKED, *HELD), _deadline(h))
    for t in picture["tasks"].values():
        found[t["id"]] = ("task", t["owner"], t["state"], not closed and t["state"] in OPEN, t["due"])
    return found


def _deadline(handoff: Row) -> int:
    """Until when somebody must answer: who was asked, or to an offer who asked."""
    return (handoff["offer"] if handoff["state"] == "offered" else handoff)["answer_by"]


def _name(said: Said) -> Sentence:
    return Sentence(
        "%(author)s's %(type)s (%(key)s) at place %(place)s of case %(case)s",
        author=said.author, type=said.type, key=said.key[:8], place=said.place, case=said.case[:8],
    )  # fmt: skip
