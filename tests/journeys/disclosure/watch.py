"""Whoever looks has the private keys of all, former ones too, and says of each record and each database what it tells to whom.

It reads rosters from the cores alone, as the oracle does, and raises AssertionError where somebody is told what is not for them.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from deploy.oracle.law import CaseLaw, laws
from deploy.oracle.records import CHECKPOINT, MESSAGE, OPENING, ROSTER, SAYS_NOTHING, STATEMENT, Said
from shared.crypto import envelope2, envelopes
from shared.processing.instance import Instance
from shared.protocol.channel import record_key
from shared.protocol.letters import CoverSent
from shared.records.codec import Decided
from tests.journeys.disclosure.land import HOUSES, INSTANCES, LEADING, Land, databases
from tests.journeys.disclosure.mandates import ACCOUNT, BAND, entitled, may_have_account, may_hear, may_know, purposes
from tests.journeys.disclosure.papers import PlantedPaper, kept_by, nothing_is_shown
from tests.journeys.disclosure.pressure import Mark, in_force, lifted_behind, paused
from tests.journeys.disclosure.whereabouts import PLACE, waits_for_the_picture, with_a_shelter

ALL = frozenset(f"D{n}" for n in range(9))
LEAD = LEADING.partition(".")[2]


def agency(instance: str) -> str:
    """`assistance.rs-pol` → `rs-pol`."""
    return instance.partition(".")[2]


@dataclass(frozen=True)
class Found:
    """What the keys of all find in one record."""

    said: Said
    told: dict[str, dict[str, Any]]
    """Instance → its sections."""
    plain: str
    """Core and sections, to look for words."""


@dataclass(frozen=True)
class Withdrawal:
    """What an officer of the lead was told by the person."""

    at: int
    classes: frozenset[str]
    """Empty where it is for all of the agency's part."""


@dataclass
class Watch:
    """The independent reading of one land."""

    land: Land
    words: dict[str, tuple[str, str]] = field(default_factory=dict[str, "tuple[str, str]"])
    """Case → what was planted in its D1 and in its D2."""
    sides: dict[str, str] = field(default_factory=dict[str, str])
    """Side case → the shelter that is asked there."""
    withdrawn: dict[tuple[str, str], Withdrawal] = field(default_factory=dict[tuple[str, str], Withdrawal])
    asked: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """When an officer of the lead last brought an agency into a case in which it was not."""
    sealed: dict[bytes, Found] = field(default_factory=dict[bytes, Found])
    said: dict[str, list[Said]] = field(default_factory=dict[str, list[Said]])
    law: dict[str, CaseLaw] = field(default_factory=dict[str, CaseLaw])
    readers: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict[tuple[str, int], frozenset[str]])
    """Case and place → the instances whose keys open the record there."""
    looked: dict[str, int] = field(default_factory=dict[str, int])
    opened_files: dict[str, sqlite3.Connection] = field(default_factory=dict[str, sqlite3.Connection])
    """Instance → its database, which is looked at after each poll: to open it each time took a tenth of a story."""
    revoked: dict[str, int] = field(default_factory=dict[str, int])
    """Instance → the version of the directory that revokes it."""
    stated: dict[str, tuple[str, str, str]] = field(default_factory=dict[str, "tuple[str, str, str]"])
    """What was stated → case, agency and field."""
    released: set[tuple[str, str, str, str]] = field(default_factory=set[tuple[str, str, str, str]])
    """Case, who released an account, to whom, for what."""
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict[str, "tuple[str, str]"])
    """What was written down of the exploitation → case and owner."""
    conflicts: set[str] = field(default_factory=set[str])
    """Cases reported with a suspect close to staff of an agency, in which no officer of the lead has said yet whom to invite."""
    marks: list[Mark] = field(default_factory=list[Mark])
    papers: list[PlantedPaper] = field(default_factory=list[PlantedPaper])
    told: int = 0
    """How many sections were sealed for somebody: a story in which nobody is told anything shows nothing."""

    # --- records ------------------------------------------------------------------------------------------------------------------

    def look(self, me: str, row: Decided, value: bytes) -> None:
        """A record has been sealed: each part is for somebody who may read it, as far as its sender could know."""
        found = self.opened(record_key(row.case), value)
        self.sealed[value] = found
        if found.said.type == CoverSent.TYPE:
            assert {*found.told} == {me}, "cover is its author's alone"
            return
        members = self.known(me, found.said)
        assert found.told, "nobody can read it"
        for instance, sections in found.told.items():
            self._core(me, found.said, members, instance)
            allowed = self._sections(found.said, members, agency(instance))
            if found.said.type not in SAYS_NOTHING and members.get(agency(instance), {}).get("basis") == "consultation":
                told = {name for section in sections.values() for name in section["values"].get("profile", section["values"])}
                assert told <= BAND, f"{instance} is consulted, and told {sorted(told)}"
            if found.said.type == STATEMENT:
                alone = not sections or agency(instance) in (LEAD, found.said.agency) or not self.held_back(me, found.said)
                assert alone, f"{instance} is told under pressure what is for the lead alone"
                self._stated(found.said, members, instance, sections)
                self.told += len(sections)
                continue
            if found.said.type == MESSAGE:
                self._spoken(found.said, members, instance, sections)
                self.told += len(sections)
                continue
            assert set(sections) <= allowed, f"{instance} is told {sorted(sections)} of a {found.said.type}, and may be told {allowed}"
            self.told += len(sections)
        self._hidden(found)
        if me == LEADING:
            self._nobody_by_itself(found.said)
            self._withdrawn(found)

    def _stated(self, said: Said, members: dict[str, Any], instance: str, sections: dict[str, Any]) -> None:
        """What is stated is for who needs it, for whom the record names, and for its author."""
        who, at = agency(instance), max(said.at, self.land.clock.at)
        for name, section in sections.items():
            told = section["values"][name.lower()]
            assert who == said.agency or told.get("to") in (None, who), f"{instance} is told what is for {told.get('to')} alone"
            for one in told["statements"]:
                known = who == said.agency or self._may_know(said, members, who, one["field"], told, at)
                assert known, f"{instance} is told of {one['field']}, which it does not need or may not know"
                if one["field"] == PLACE and who not in (LEAD, said.agency):
                    read, passed_on = self.land.instance(said.author).positions.next(0), told.get("to") is not None
                    blank = with_a_shelter(self.law[said.case], read, ever=passed_on)
                    assert not blank, f"{instance} is told where somebody is who is with a shelter, or was"

    def _may_know(self, said: Said, members: dict[str, Any], who: str, field: str, told: dict[str, Any], at: int) -> bool:
        """Whether somebody else may be told this: of an account, whom its owner released it to, for what that is in the case for."""
        if not field.startswith(ACCOUNT):
            return may_know(members, who, field, at)
        released = (said.case, said.agency, who, told["purpose"]) in self.released
        return released and may_have_account(members, who, told["purpose"], at)

    def held_back(self, me: str, said: Said) -> bool:
        """Whether what an instance states now is for the lead alone: the case is paused as far as it has read, or it set a mark before it
        decided this, and has not read since that the lead has looked."""
        law, read = self.law[said.case], self.land.instance(me).positions.next(0)
        known = [one for one in in_force(law) if one.place < read and me in self.readers[said.case, one.place]]
        mine = [mark for mark in self.marks if (mark.case, mark.me) == (said.case, me) and mark.at <= said.at]
        return paused(known) or any(not lifted_behind(mark, law.records, known) for mark in mine)

    def _spoken(self, said: Said, members: dict[str, Any], instance: str, sections: dict[str, Any]) -> None:
        """What one agency says to another is for whom the record names, and for its author; without consent for nobody else."""
        who = agency(instance)
        for name, section in sections.items():
            to = section["values"][name.lower()]["to"]
            known = who in to and may_hear(members, who, name, max(said.at, self.land.clock.at))
            assert who == said.agency or known, f"{instance} is told in {name} what is for {to}"

    def opened(self, case: str, value: bytes) -> Found:
        """What all keys there are find in a record; no part of it is for somebody unknown."""
        told, core = dict[str, dict[str, Any]](), b""
        for name, ring in self.land.rings.items():
            inside = envelopes.open_for(value, case, ring.openers)
            if inside is not None:
                told[name], core = inside.sections, inside.core
        parts = len(json.loads(value)["parts"])
        decoys = parts - len(told) if value.startswith(envelope2.START) else 0
        assert parts == len(told) + decoys, "a part is sealed for nobody of this land, or twice for somebody"
        read: dict[str, Any] = json.loads(core)
        names = ("case", "key", "type", "author", "roster", "at", "facts")
        said = Said(event=hashlib.sha256(core).hexdigest()[:32], place=-1, **{name: read[name] for name in names})
        return Found(said, told, core.decode() + json.dumps(list(told.values())))

    def known(self, me: str, said: Said) -> dict[str, Any]:
        """The roster in force as far as an instance could read it when it sealed."""
        if said.type == OPENING:
            return {m["agency"]: m for m in said.facts["roster"]}
        law, read = self.law[said.case], self.land.instance(me).positions.next(0)
        known = [v for v in law.versions if v.place < read and me in self.readers[said.case, v.place]]
        return known[-1].members

    def _core(self, me: str, said: Said, members: dict[str, Any], instance: str) -> None:
        joining = {m["agency"] for m in said.facts["members"]} if said.type == ROSTER else set[str]()
        joining |= set(said.facts["joiners"]) if said.type == CHECKPOINT else set()
        assert agency(instance) in {*members, LEAD, *joining}, f"{instance} reads a {said.type} of {me} and is not in the case"
        opener = said.author if said.type == OPENING else self.law[said.case].opening.author
        assert not instance.startswith("intake") or instance == opener, f"{instance} reads a {said.type} of a case that it did not open"
        ended = self.revoked.get(instance, self.land.newest.version + 1)
        assert self.land.listings[me].version < ended, f"{instance} reads a {said.type}, and {me} knows that its keys are revoked"

    def _sections(self, said: Said, members: dict[str, Any], reader: str) -> set[str]:
        joins = said.type != CHECKPOINT or reader in said.facts["joiners"]
        return entitled(members, reader, said.type, said.agency, max(said.at, self.land.clock.at)) if joins else set()

    def _hidden(self, found: Found) -> None:
        """Which shelter it is, and that a side case belongs to this one, is said to lead and shelter alone."""
        readers = {agency(instance) for instance in found.told}
        for house in HOUSES:
            assert house not in found.plain or readers <= {LEAD, house}, f"a {found.said.type} names {house} to {sorted(readers)}"
        for side in self.sides:
            assert side == found.said.case or side not in found.plain, f"a {found.said.type} of another case names a side case"

    def _nobody_by_itself(self, said: Said) -> None:
        """Where a suspect may be close to staff, whoever an officer has not named with a reason is not in the case."""
        if said.case in self.conflicts and said.type == ROSTER:
            there = {m["agency"] for m in said.facts["members"]} - {LEAD, self.law[said.case].opening.agency}
            unasked = {who for who in there if (said.case, who) not in self.asked}
            assert not unasked, f"{sorted(unasked)} is invited before an officer has looked at a conflict"

    def _withdrawn(self, found: Found) -> None:
        """What the lead seals after a withdrawal leaves that out, whatever was decided before. Its officer may bring somebody back."""
        said = found.said
        for (case, who), taken in [*self.withdrawn.items()]:
            if case != said.case:
                continue
            named = next((m for m in said.facts["members"] if m["agency"] == who), None) if said.type == ROSTER else None
            if named and said.at > taken.at and self.asked.get((case, who), 0) > taken.at:
                del self.withdrawn[case, who]
                continue
            gone = taken.classes or ALL
            back = {c for one in purposes(named) for c in one["classes"]} if named else set[str]()
            assert gone.isdisjoint(back), f"a roster gives {who} back what was withdrawn"
            for instance, sections in found.told.items():
                if agency(instance) == who != said.agency:
                    told = f"after the withdrawal {instance} is told of a {said.type}"
                    assert gone.isdisjoint(sections), told
                    assert taken.classes or said.type in (ROSTER, CHECKPOINT), told

    def landed(self, value: bytes, place: int) -> None:
        """A record lies on the log; what nobody counts, because its author's keys are revoked there, changes no roster."""
        found = self.sealed[value]
        said = Said(**{**{name: getattr(found.said, name) for name in Said.__slots__}, "place": place})
        self.readers[said.case, place] = frozenset(found.told)
        if self.land.laid >= self.revoked.get(said.author, self.land.laid + 1):
            return
        so_far = self.said.setdefault(said.case, [])
        if all(said.event != other.event for other in so_far):
            so_far.append(said)
            self.law |= {law.case: law for law in laws({said.case: so_far})}

    # --- databases ----------------------------------------------------------------------------------------------------------------

    def kept(self, instance: Instance) -> None:
        """An instance has read on: it keeps sections that its agency was entitled to where their record lies, and no others."""
        if instance.me not in self.opened_files:
            self.opened_files[instance.me] = sqlite3.connect(str(instance.engine.url.database))
        read = 'select seq, "case", place, type, body, author, at, logged_at from journal where seq > ?'
        rows = list(self.opened_files[instance.me].execute(read, (self.looked.get(instance.me, 0),)))
        for seq, case, place, kind, body, author, *moments in rows:
            self.looked[instance.me] = seq
            kept: dict[str, Any] = {name: said for name, said in json.loads(body).items() if name in ALL - {"D0"}}
            members, sections = self.law[case].after(place) if kept else {}, {*kept}
            if kind == STATEMENT:
                self._on_file(instance, members, author, max(moments), kept, place, self.law[case]) if kept else None
                quiet = kept and paused([one for one in in_force(self.law[case]) if one.place <= place])
                assert not quiet or instance.agency in (LEAD, agency(author)), f"{instance.me} keeps what is for the lead alone"
                continue
            if kind == MESSAGE:
                for name, said in kept.items():
                    known = instance.agency in said[name.lower()]["to"] and may_hear(members, instance.agency, name, max(moments))
                    assert agency(author) == instance.agency or known, f"{instance.me} keeps {name} of a message"
                continue
            may = entitled(members, instance.agency, kind, agency(author), max(moments)) if sections else set[str]()
            assert sections <= may, f"{instance.me} keeps {sorted(sections - may)} of a {kind}"

    def close(self) -> None:
        """Let go of the databases."""
        for raw in self.opened_files.values():
            raw.close()

    def _on_file(
        self, instance: Instance, members: dict[str, Any], author: str, at: int, kept: dict[str, Any], place: int, law: CaseLaw
    ) -> None:  # fmt: skip
        for name, said in kept.items():
            told, who = said[name.lower()], instance.agency
            for one in told["statements"]:
                of_account = one["field"].startswith(ACCOUNT) and who == told["to"] and may_have_account(members, who, told["purpose"], at)
                known = agency(author) == who or of_account or may_know(members, who, one["field"], at)
                assert known, f"{instance.me} keeps {one['field']} of a statement"
                if one["field"] == PLACE and who not in (LEAD, agency(author)) and not waits_for_the_picture(law, who, place):
                    assert not with_a_shelter(law, place), f"{instance.me} keeps where somebody is who is with a shelter"

    def disks(self) -> None:
        """No database holds a planted word that its agency was never entitled to, a shelter that it does not know, or its side case."""
        for name in INSTANCES:
            for data in databases(self.land.folder, name):
                for case, planted in self.words.items():
                    for section, word in zip(("D1", "D2"), planted, strict=True):
                        assert word.encode() not in data or self._ever(case, agency(name), section), f"{name} has {section} on its disk"
                for value, (case, by, what) in self.stated.items():
                    known = agency(name) == by or self._ever_needed(case, agency(name), what)
                    assert value.encode() not in data or known, f"{name} has {what} on its disk"
                for word, (case, owner) in self.accounts.items():
                    known = agency(name) == owner or any(one[:3] == (case, owner, agency(name)) for one in self.released)
                    assert word.encode() not in data or known, f"{name} has an account on its disk"
                for house in HOUSES:
                    assert house.encode() not in data or agency(name) in (LEAD, house), f"{name} has {house} on its disk"
                for side, house in self.sides.items():
                    assert side.encode() not in data or agency(name) in (LEAD, house), f"{name} has a side case on its disk"

    def folders(self) -> None:
        """No instance keeps a piece of a document that its agency was never entitled to, nor its key; and the topic shows nothing."""
        nothing_is_shown(self.land.pieces, self.papers)
        for name, instance in self.land.instances.items():
            kept, data = kept_by(instance), b"".join(databases(self.land.folder, name))
            for one in self.papers:
                known = agency(name) == agency(one.by) or self._ever_needed(one.case, agency(name), one.field)
                assert one.ref.id not in kept or known, f"{name} keeps pieces of a {one.field}"
                assert one.ref.key.encode() not in data or known, f"{name} has the key of a {one.field}"

    def _ever_needed(self, case: str, who: str, field: str) -> bool:
        versions = self.law[case].versions if case in self.law else ()
        return any(may_know(v.members, who, field, 0) for v in versions)

    def _ever(self, case: str, who: str, section: str) -> bool:
        versions = self.law[case].versions if case in self.law else ()
        return who == "rs-insp" or any(section in entitled(v.members, who, CHECKPOINT, who, 0) for v in versions)
