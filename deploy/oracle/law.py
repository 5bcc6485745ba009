"""Who was in a case when, and which record settled what: the oracle's own reading, from the records alone.

The rules it needs are few. The opening names reporter and lead; only the lead's roster made under the version in force makes the
next one; any other record made under another version is *stale*; the first that is not stale settles its decision; later ones *repeat* it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deploy.oracle.leads import counted, names_a_lead
from deploy.oracle.records import CHECKPOINT, OPENING, ROSTER, Said
from deploy.oracle.rows import Row, Rows

PROTOCOLS = (1, 2)
"""Under which a case may be opened."""
SETTLES = "settles"
"""Expected of a record: counted, superseded or refused; which of them the states say."""


@dataclass(frozen=True, slots=True)
class Version:
    """A roster from a place of the log on."""

    place: int
    members: dict[str, Row]
    """Agency → its roster entry."""
    lead: str
    """Who leads from there on."""


@dataclass
class CaseLaw:
    """One case according to the log."""

    case: str
    opening: Said
    versions: list[Version] = field(default_factory=list[Version])
    expected: dict[str, str] = field(default_factory=dict[str, str])
    """Event → settles, stale or repeated; nothing of what lies before the opening."""
    settled: dict[str, Said] = field(default_factory=dict[str, Said])
    """Decision key → the record that settles it, in the order of the log."""
    records: list[Said] = field(default_factory=list[Said])

    @property
    def lead(self) -> str:
        """The competent authority, at the end."""
        return self.versions[-1].lead if self.versions else self.opening.facts["lead"]

    @property
    def leads(self) -> list[str]:
        """Who ever led, the first one first."""
        return list(dict.fromkeys(v.lead for v in self.versions))

    def led(self, place: int) -> str:
        """Who leads just before a place."""
        known = [v for v in self.versions if v.place < place]
        return (known or self.versions)[-1 if known else 0].lead

    @property
    def now(self) -> dict[str, Row]:
        """The members in force at the end."""
        return self.versions[-1].members

    def before(self, place: int) -> dict[str, Row]:
        """The members just before a place; the opening's own where nobody was in it yet."""
        known = [v for v in self.versions if v.place < place]
        return known[-1].members if known else self.versions[0].members

    def after(self, place: int) -> dict[str, Row]:
        """The members once the record at this place has been read."""
        known = [v for v in self.versions if v.place <= place]
        return known[-1].members if known else {}

    def given_anew(self, rows: Rows, place: int) -> bool:
        """Whether an instance took the case anew behind a place: what it could not read there, the checkpoint contained."""
        return any(
            said.type == ROSTER and said.place > place and rows.agency in said.facts.get("anew", ())
            and rows.by_event.get(said.event, {}).get("verdict") == "in checkpoint"
            for said in self.records
        )  # fmt: skip

    def reads(self, instance: str) -> bool:
        """Whether an instance of a member follows this case: intake only if it opened it."""
        service = instance.partition(".")[0]
        return service in ("assistance", "referral") or instance == self.opening.author


def laws(cases: dict[str, list[Said]], journals: Mapping[str, Rows] | None = None) -> Iterator[CaseLaw]:
    """The rules' outcome for each case that was ever opened. Whether a roster that names another lead counted, its `journals` say."""
    for case, records in cases.items():
        start = next((n for n, said in enumerate(records) if _opens(said)), None)
        if start is not None:
            law = CaseLaw(case, records[start])
            for said in records[start:]:
                _read(law, said, journals)
            yield law


def _opens(said: Said) -> bool:
    f = said.facts
    known = said.type == OPENING and said.roster == 0 and f.get("protocol") in PROTOCOLS
    if not known or said.author.partition(".")[0] not in ("intake", "referral"):
        return False
    named, asked = [m["agency"] for m in f["roster"]], f.get("to")
    if asked is not None and (f["protocol"] < 2 or said.author != f"referral.{f['lead']}" or asked == f["lead"]):
        return False
    return sorted(named) == sorted({asked or said.agency, f["lead"]}) and f["lapse_at"] >= f["answer_by"]


def _read(law: CaseLaw, said: Said, journals: Mapping[str, Rows] | None) -> None:
    law.records.append(said)
    if said.key in law.settled:
        law.expected[said.event] = "repeated"
    elif law.versions and said.type != CHECKPOINT and said.roster != len(law.versions):
        law.expected[said.event] = "stale"
    else:
        law.expected[said.event] = SETTLES
        law.settled[said.key] = said
        _enter(law, said, journals)


def _enter(law: CaseLaw, said: Said, journals: Mapping[str, Rows] | None) -> None:
    if not law.versions:
        law.versions.append(Version(said.place, {m["agency"]: m for m in said.facts["roster"]}, said.facts["lead"]))
    elif said.type == ROSTER and said.author == f"referral.{law.lead}" and _sound(law, said.facts):
        lead = law.lead
        if names_a_lead(said):
            if not counted(said, lead, journals):
                return
            lead = said.facts["lead"]
        law.versions.append(Version(said.place, {m["agency"]: m for m in said.facts["members"]}, lead))


def _sound(law: CaseLaw, facts: Row) -> bool:
    """A roster holds the lead, nobody twice, and a shelter beside nobody but the lead."""
    named = [m["agency"] for m in facts["members"]]
    shelter = any(m["kind"] == "shelter" and not m["agency"].startswith("confidential:") for m in facts["members"])
    return law.lead in named and len(set(named)) == len(named) and not (shelter and len(named) > 2)
