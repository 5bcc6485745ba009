"""What of an instance's database the law, or somebody's rights, rest on: each row of these tables is in the audit's chain (`chain`).

And what is not, with the reason. A table or a column that is in neither list fails `tests/shared/store/test_chained_tables.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

SALT = "salt"
"""The column that makes a row's digest one that nobody can guess. It goes with the row: what is left in the chain then tells nothing."""


@dataclass(frozen=True, slots=True)
class Chained:
    """How the rows of a table are chained."""

    key: tuple[str, ...]
    """By what a row is known before it has a number."""
    columns: tuple[str, ...]
    """What its digest covers, in this order, which never changes."""
    later: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Columns that a later release added, and their defaults: a digest covers them where they say something else, so that those of before
    still hold."""
    unique: bool = True
    """Whether the database itself sees to it that a key is there once."""
    kind: Callable[[Mapping[str, Any]], str] | None = None
    """What the chain says a row is, in a code, should the row be taken away; most tables hold one kind of thing."""

    @property
    def id(self) -> tuple[str, ...]:
        """What the chain calls a row: its number, where it has one."""
        return ("seq",) if "seq" in self.columns else self.key


def _basis(row: Mapping[str, Any]) -> str:
    if row["basis"] == "none":
        return "refusal" if row["purpose"] else "withdrawal"
    return "ended" if row["ended_at"] is not None else ""


def _chained(key: str, columns: str, **more: Any) -> Chained:
    return Chained(tuple(key.split()), tuple(columns.split()), **more)


CHAINED: Mapping[str, Chained] = {
    "legal_basis": _chained(
        "id", "seq id case recipient purpose classes basis given_at until officer told ended_at", kind=_basis,
    ),
    "report": _chained("case", "case filed_at officer note", later={"called_at": None}),
    "legalhold": _chained("case", "case by reason at audited"),
    "holdrelease": _chained("case", "case by reason at"),
    "pendingerasure": _chained("case", "case by reason at classes"),
    "erasureproposal": _chained("case by at", "seq case by reason at classes second outcome audited", unique=False),
    "pendingreceipt": _chained("case to answers", "seq case to answers dropped kept ground", unique=False),
    "erasedclass": _chained("case data_class", "case data_class at"),
    "renewedkey": _chained("case data_class", "case data_class proof"),
    "receiptkept": _chained("answers", "answers case to kept ground"),
    "keptforproceedings": _chained("answers", "answers case to classes at due told officer named_at ended_at ended_by gone"),
    "retentionprogress": _chained("data_class", "data_class changed_at case"),
    "owed": _chained("answers agency", "answers agency case classes at due erasure expects settled"),
    "answer": _chained("answers instance", "answers instance at dropped kept ground"),
    "proposal": _chained("id", "id case act classes reason officer at second decided_at outcome"),
    "dangerreview": _chained("id", "id case agency need at until due officer looked_at looked_by"),
    "conflictcheck": _chained("id", "id case at looked_at looked_by"),
    "side": _chained("side", "side case handoff"),
    "assignment": _chained("case officer", "case officer by at"),
    "breakglass": _chained(
        "case officer at", "seq case officer reason at until reviewed_by reviewed_at in_order", unique=False,
    ),
    "seenverdict": _chained("key officer", "key officer at"),
    "ownrecord": _chained("id", "seq id case kind officer at words corrects"),
    "account": _chained("id", "seq id case kind number officer at told erased_at gone"),
    "officialletter": _chained("id", "id case year number officer at told"),
    "searchmade": _chained("id", "id officer at kind words reason found opened_at"),
    "personrequest": _chained(
        "id", "seq id case kind officer at due told state second decided_at answer reply taken unaudited",
        later={"asker": "", "ended_at": None},
    ),
    "askedagency": _chained("request agency", "seq request case agency at due told answered_at answer noted_by reply ended_at"),
    "restrictedcase": _chained("id case", "id case by at reason words ended_at ended_by"),
    "restrictedofficer": _chained("id case officer", "id case officer by at waits second ended_at ended_by"),
    "mandate": _chained("officer role", "officer role by at"),
    "house": _chained("name", "name told by at"),
    "meetingpoint": _chained("id", "id told by at ended_at ended_by"),
    "parked": _chained(
        "partition place",
        "seq case partition place logged_at value code reason type author parked_at retry aside asked_by asked_reason asked_at",
    ),
    "recoveryreport": _chained("id", "id at found uncounted seen_by"),
    "lostdecision": _chained("report key", "seq report key case type officer at", unique=False),
    "instancemetadata": _chained("id", "id secret keystore keeps_left_cases"),
    "statement": _chained(
        "case id",
        "seq id case data_class group field about value source said_at by author key supersedes superseded_by withdrawn erased_at",
    ),
    "message": _chained(
        "case id",
        "seq id case handoff data_class classes kind purpose about said said_at author to key answers awaits answered_by erased_at",
    ),
    "messageread": _chained("case message agency", "seq case message agency at"),
    "outbox": _chained(
        "key", "seq key case type cause ordinal at decided_at simulated officer turn parts state verdict",
    ),
    "journal": _chained(
        "event",
        "seq event key case partition place type author cause roster at logged_at applied_at verdict simulated differs body",
    ),
}  # fmt: skip
"""Table → how it is chained. All but a salt's column of each of them is in the digest."""

UNSALTED: Mapping[str, str] = {
    "journal": "what its rows disclose of a person is encrypted under a nonce of its own, and the rest is never erased",
    "outbox": "what its rows disclose of a person is encrypted under a nonce of its own, and the rest stands in the journal",
    "instancemetadata": "it holds the instance's secret, which nobody guesses",
}
"""Chained tables whose rows need no salt, and why."""

NOT_CHAINED: Mapping[str, str] = {
    "audit": "it is the chain",
    "auditend": "it is the chain's end",
    "formreceipt": "what was decided under a form is in the audit and the outbox; its receipt only answers who sends the form again",
    "picture": "it follows from the journal, and verify follows it anew",
    "searchterm": "it follows from what is searched for, which is in the chain; it finds less where a row is missing, and shows nothing",
    "duty": "it follows from the picture, and verify compares the two",
    "job": "it follows from the picture, and a start makes it anew where it is missing",
    "reportdraft": "a report that nobody has sent: no right rests on it; what is sent is in the journal, and who was given it in the audit",
    "partnerreport": "what a partner said and nobody has looked at: no right rests on it; who took it up or set it aside is in the audit",
    "raidcase": "which reports were sent by one form: a way to find them, and no right rests on it; each report is in the chain itself",
    "leadrecordpart": "which parts of a former lead's record came: it follows from the journal; where one is missing nobody is told",
    "looked": "when an officer last looked at what is new: it shows more where a row is missing, and nothing of a case",
    "notice": "who is to be told of a job, which follows from it; it is gone once they are told",
    "noticemessage": "what is sent says the same of every case; who must do what is in the table of jobs",
    "noticeaddress": "where an officer is told, which gives no case away; who changed it is in the audit",
    "noticechoice": "when an officer is told; who changed it is in the audit",
    "owncapacity": "what the agency itself last said it can take; who said it is in the audit, and it was signed on the bus",
    "dutyturn": "whose turn it is at the desk; who wrote it down or struck it out is in the audit",
    "statistic": "figures name no person; verify counts them against the rapporteur's",
    "batchschedule": "when batches were last looked at; who asks to send again is in the audit",
    "position": "what was read is in the journal with its place; a position that is moved is met by the digest of the last record there",
    "logstate": "whether this is the known log; what is read from it is in the journal",
    "logrequest": "what an operator asks about the log, gone once it is done; what is read then is in the journal",
    "redelivery": "what is put on the log once more, which the journal shows",
    "agencyreturn": "what was put on the log once more, which the journal shows",
    "span": "for operators: it follows from what counted",
    "spandelivery": "for operators: how far spans were sent",
    "trialwrite": "when a write was last tried",
    "fact_referral": "figures name no person; verify counts them against what the leads sent",
    "fact_stage": "figures name no person; verify counts them against what the leads sent",
    "fact_happening": "figures name no person; verify counts them against what the leads sent",
    "fact_journal": "statistical records as they came, without case and name; verify counts the facts made of them",
    "fact_unreadable": "a statistical record that was none; it names no person",
    "figure_cell": "it follows from the facts",
    "line_times": "it follows from the facts",
    "stage_tally": "it follows from spans and facts",
    "came_back_tally": "it follows from spans",
    "asked_tally": "it follows from spans",
    "other_return": "what another body counts names no person; the body has it",
    "other_return_cell": "what another body counts names no person; the body has it",
    "figures_release": "it is published: whoever has it sees that it was changed",
    "finished_span": "for operators: it follows from what counted",
    "said_open": "for operators: agencies say it anew every few seconds",
    "said_stalled": "for operators: agencies say it anew every few seconds",
    "heard_from": "for operators: agencies say it anew every few seconds",
    "absence": "for operators: from when to when an agency was not heard",
    "missed_handoff": "for operators: what agencies said was open when one was heard again",
    "alembic_version": "which release's schema it is; a wrong one does not start",
}
"""Tables that are not in the chain, and why."""
