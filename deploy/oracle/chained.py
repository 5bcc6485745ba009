"""What the audit's chain holds of an instance's tables, as the oracle reads it: the columns of each digest, and what a row is in words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.oracle.rows import Row
from deploy.oracle.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are chained."""

    columns: tuple[str, ...]
    """In the order of the digest."""
    id: tuple[str, ...]
    """The columns by which the chain calls a row."""
    what: str
    """A row of it."""
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    """The same for rows that the chain says to be of a kind."""
    later: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Columns of later releases: they are in the digest where they do not say this."""

    def id_of(self, row: Row) -> str:
        """What the chain calls this row."""
        return " ".join(str(row[name]) for name in self.id)

    def digest(self, row: Row) -> str:
        """What the chain must hold of this row. A column that is not there counts as another value."""
        values = [_value(row.get(name, "?")) for name in self.columns]
        values += [[name, _value(row[name])] for name, usual in self.later.items() if row.get(name, usual) != usual]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{row.get('salt', '')}\n{text}".encode()).hexdigest()[:32]


def _value(value: Any) -> Any:
    """As every database has it: truths as numbers."""
    return int(value) if isinstance(value, bool) else value


def _table(what: str, id: str, columns: str, **more: Any) -> Table:
    return Table(tuple(columns.split()), tuple(id.split()), what, **more)


TABLES: Mapping[str, Table] = {
    "legal_basis": _table(
        Sentence("legal basis"), "seq", "seq id case recipient purpose classes basis given_at until officer told ended_at",
        kinds={"withdrawal": Sentence("withdrawal"), "refusal": Sentence("refusal"), "ended": Sentence("end of a legal basis")},
    ),
    "report": _table(Sentence("report"), "case", "case filed_at officer note", later={"called_at": None}),
    "legalhold": _table(Sentence("legal hold"), "case", "case by reason at audited"),
    "holdrelease": _table(Sentence("request to end a legal hold"), "case", "case by reason at"),
    "pendingerasure": _table(Sentence("request to erase"), "case", "case by reason at classes"),
    "erasureproposal": _table(
        Sentence("erasure that a second officer confirms"), "seq", "seq case by reason at classes second outcome audited",
    ),
    "pendingreceipt": _table(Sentence("receipt that is owed"), "seq", "seq case to answers dropped kept ground"),
    "erasedclass": _table(Sentence("erasure"), "case data_class", "case data_class at"),
    "renewedkey": _table(Sentence("key after an erasure"), "case data_class", "case data_class proof"),
    "receiptkept": _table(Sentence("what a receipt said is kept"), "answers", "answers case to kept ground"),
    "keptforproceedings": _table(
        Sentence("what is kept for proceedings"), "answers", "answers case to classes at due told officer named_at ended_at ended_by gone",
    ),
    "retentionprogress": _table(Sentence("mark of retention"), "data_class", "data_class changed_at case"),
    "owed": _table(Sentence("receipt that is waited for"), "answers agency", "answers agency case classes at due erasure expects settled"),
    "answer": _table(Sentence("receipt"), "answers instance", "answers instance at dropped kept ground"),
    "proposal": _table(
        Sentence("act that a second officer confirms"), "id", "id case act classes reason officer at second decided_at outcome",
    ),
    "conflictcheck": _table(Sentence("invitations that wait for an officer"), "id", "id case at looked_at looked_by"),
    "dangerreview": _table(
        Sentence("look at danger without consent"), "id", "id case agency need at until due officer looked_at looked_by",
    ),
    "side": _table(Sentence("link to a side case"), "side", "side case handoff"),
    "assignment": _table(Sentence("assignment"), "case officer", "case officer by at"),
    "breakglass": _table(
        Sentence("breaking of the glass"), "seq", "seq case officer reason at until reviewed_by reviewed_at in_order",
    ),
    "seenverdict": _table(Sentence("note that somebody saw what did not count"), "key officer", "key officer at"),
    "ownrecord": _table(Sentence("note of the agency's own"), "seq", "seq id case kind officer at words corrects"),
    "account": _table(Sentence("entry of an account of the exploitation"), "seq", "seq id case kind number officer at told erased_at gone"),
    "officialletter": _table(Sentence("official letter"), "id", "id case year number officer at told"),
    "searchmade": _table(Sentence("note of a search"), "id", "id officer at kind words reason found opened_at"),
    "personrequest": _table(
        Sentence("request of the person"), "seq",
        "seq id case kind officer at due told state second decided_at answer reply taken unaudited",
        later={"asker": "", "ended_at": None},
    ),
    "askedagency": _table(
        Sentence("question to another agency"), "seq", "seq request case agency at due told answered_at answer noted_by reply ended_at",
    ),
    "restrictedcase": _table(Sentence("restriction of a case"), "id case", "id case by at reason words ended_at ended_by"),
    "restrictedofficer": _table(
        Sentence("name of who may see a restricted case"), "id case officer", "id case officer by at waits second ended_at ended_by",
    ),
    "mandate": _table(Sentence("granted role"), "officer role", "officer role by at"),
    "meetingpoint": _table(Sentence("place where a shelter meets people"), "id", "id told by at ended_at ended_by"),
    "house": _table(Sentence("shelter's address"), "name", "name told by at"),
    "parked": _table(
        Sentence("parked record"), "seq",
        "seq case partition place logged_at value code reason type author parked_at retry aside asked_by asked_reason asked_at",
    ),
    "recoveryreport": _table(Sentence("report of a recovery"), "id", "id at found uncounted seen_by"),
    "lostdecision": _table(Sentence("lost decision"), "seq", "seq report key case type officer at"),
    "instancemetadata": _table(Sentence("instance's own row"), "id", "id secret keystore keeps_left_cases"),
    "statement": _table(
        Sentence("statement"), "seq",
        "seq id case data_class group field about value source said_at by author key supersedes superseded_by withdrawn erased_at",
    ),
    "message": _table(
        Sentence("message"), "seq",
        "seq id case handoff data_class classes kind purpose about said said_at author to key answers awaits answered_by erased_at",
    ),
    "messageread": _table(Sentence("note that a message is read"), "seq", "seq case message agency at"),
    "outbox": _table(
        Sentence("decision"), "seq", "seq key case type cause ordinal at decided_at simulated officer turn parts state verdict",
    ),
    "journal": _table(
        Sentence("record"), "seq",
        "seq event key case partition place type author cause roster at logged_at applied_at verdict simulated differs body",
    ),
}  # fmt: skip
"""Those that concern a person's rights first: they are told of first."""
