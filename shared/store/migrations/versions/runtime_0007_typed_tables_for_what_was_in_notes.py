"""Typed tables for what lay in `note` as names and strings: requests, legal holds, what was erased, the log's state, reports."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "runtime_0007"
down_revision = "runtime_0006"
branch_labels = None
depends_on = None

Rows = dict[str, list[dict[str, Any]]]
"""Table → its rows."""
NOTE = sa.table("note", sa.column("name", sa.String), sa.column("value", sa.String))
ALL = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")
"""The classes that have keys, as they were when an erasure named none."""


def upgrade() -> None:
    """Make the tables, take over every note, drop the table of notes. Raises RuntimeError at one that nobody knows."""
    made = _make()
    rows: Rows = {name: [] for name in made}
    notes = {row.name: row.value for row in op.get_bind().execute(sa.select(NOTE.c.name, NOTE.c.value))}
    _single(notes, rows)
    for name in sorted(notes):
        kind, colon, rest = name.partition(":")
        if (take := TAKEN.get(kind + colon)) is None:
            raise RuntimeError(f"The database holds a note of a kind that no release has written: {kind}. Nothing was changed.")
        take(rest, notes[name], rows)
    for name, table in made.items():
        if rows[name]:
            op.bulk_insert(table, rows[name])
    op.drop_table("note")


def downgrade() -> None:
    """Put the notes back, and drop the tables."""
    op.create_table("note", sa.Column("name", sa.String(), nullable=False), sa.Column("value", sa.String(), nullable=False),
                    sa.PrimaryKeyConstraint("name"))  # fmt: skip
    notes = dict(_notes(lambda table: [dict(row) for row in op.get_bind().execute(sa.text(f'SELECT * FROM "{table}"')).mappings()]))  # noqa: S608
    if notes:
        op.bulk_insert(NOTE, [{"name": name, "value": value} for name, value in notes.items()])
    for index, table in (("ix_lostdecision_report", "lostdecision"), ("ix_pendingreceipt_case", "pendingreceipt")):
        op.drop_index(index, table)
    for table in TABLES:
        op.drop_table(table)


# --- the tables -------------------------------------------------------------------------------------------------------------------


def _string(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, **more)


def _moment(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _number(name: str, **more: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, **more)


def _of_case() -> list[sa.Column[Any]]:
    return [_string("case", primary_key=True), _string("by"), sa.Column("reason", sa.Text(), nullable=False), _moment("at")]


def _of_class() -> list[sa.Column[Any]]:
    return [_string("case", primary_key=True), _string("data_class", primary_key=True)]


def _one() -> sa.Column[int]:
    return _number("id", primary_key=True, autoincrement=False)


EMPTY = sa.text("''")
TABLES: dict[str, Callable[[], list[sa.Column[Any]]]] = {
    "pendingerasure": lambda: [*_of_case(), _string("classes")],
    "pendingreceipt": lambda: [
        _number("seq", primary_key=True), _string("case"), _string("to"), _string("answers"), _string("dropped"), _string("kept"),
        sa.Column("ground", sa.String(), nullable=True),
    ],
    "legalhold": lambda: [*_of_case(), sa.Column("audited", sa.Boolean(), nullable=False, server_default=sa.false())],
    "holdrelease": _of_case,
    "erasedclass": lambda: [*_of_class(), _moment("at")],
    "renewedkey": lambda: [*_of_class(), _string("proof")],
    "retentionprogress": lambda: [_string("data_class", primary_key=True), _moment("changed_at"), _string("case")],
    "instancemetadata": lambda: [
        _one(), _string("secret", server_default=EMPTY), sa.Column("keystore", sa.String(), nullable=True),
        sa.Column("keeps_left_cases", sa.Boolean(), nullable=False, server_default=sa.false()),
    ],
    "logstate": lambda: [
        _one(), _number("generation", server_default="1"), sa.Column("fence", sa.Text(), nullable=False, server_default=EMPTY),
    ],
    "logrequest": lambda: [_string("kind", primary_key=True)],
    "redelivery": lambda: [_string("agency", primary_key=True), _string("occasion"), _string("after", server_default=EMPTY)],
    "agencyreturn": lambda: [_string("agency", primary_key=True), _number("directory")],
    "recoveryreport": lambda: [_one(), _moment("at"), _number("found"), _number("uncounted"), _string("seen_by", server_default=EMPTY)],
    "lostdecision": lambda: [
        _number("seq", primary_key=True), _number("report"), _string("key"), _string("case"), _string("type"), _string("officer"),
        _moment("at"),
    ],
    "auditend": lambda: [_one(), _string("digest")],
    "spandelivery": lambda: [_string("address", primary_key=True), _number("seq")],
    "trialwrite": lambda: [_one(), _moment("at")],
}  # fmt: skip


def _make() -> dict[str, sa.Table]:
    made = {name: op.create_table(name, *columns()) for name, columns in TABLES.items()}
    op.create_index("ix_pendingreceipt_case", "pendingreceipt", ["case"])
    op.create_index("ix_lostdecision_report", "lostdecision", ["report"])
    return made


# --- from notes -------------------------------------------------------------------------------------------------------------------


def _single(notes: dict[str, str], rows: Rows) -> None:
    """The notes that are columns of one row."""
    secret, keystore, keeps = notes.pop("secret", ""), notes.pop("keystore", None), notes.pop("keeps", None)
    if secret or keystore or keeps:
        rows["instancemetadata"].append({"id": 1, "secret": secret, "keystore": keystore, "keeps_left_cases": keeps is not None})
    generation, fence = notes.pop("generation", None), notes.pop("fence", "")
    if generation or fence:
        rows["logstate"].append({"id": 1, "generation": int(generation or 1), "fence": fence})


def _asked(rest: str, value: str, rows: Rows) -> None:
    what, _, case = rest.partition(":")
    wish = json.loads(value)
    order = {"case": case, "by": wish["by"], "reason": wish["reason"], "at": wish["at"]}
    if what == "erase":
        rows["pendingerasure"].append({**order, "classes": json.dumps(wish.get("classes", list(ALL)))})
        rows["pendingreceipt"] += [
            {"case": case, "to": one["to"], "answers": one["answers"], "dropped": json.dumps(one["dropped"]),
             "kept": json.dumps(one["kept"]), "ground": one["ground"]}
            for one in wish.get("answers", [])
        ]  # fmt: skip
    elif what == "lift":
        rows["holdrelease"].append(order)
    else:  # a hold that the audit does not name yet: it is beside its note `hold:CASE`, which comes later
        rows["legalhold"].append({**order, "audited": False})


def _held(case: str, value: str, rows: Rows) -> None:
    wish = json.loads(value)
    if all(row["case"] != case for row in rows["legalhold"]):
        rows["legalhold"].append({"case": case, "by": wish["by"], "reason": wish["reason"], "at": wish["at"], "audited": True})


def _erased(case: str, value: str, rows: Rows) -> None:
    said = json.loads(value)
    at, classes = (said, ALL) if isinstance(said, int) else (said["at"], said["classes"])
    rows["erasedclass"] += [{"case": case, "data_class": name, "at": at} for name in classes]


def _renewed(case: str, value: str, rows: Rows) -> None:
    rows["renewedkey"] += [{"case": case, "data_class": name, "proof": proof} for name, proof in json.loads(value).items()]


def _aged(data_class: str, value: str, rows: Rows) -> None:
    at, _, case = value.partition(" ")
    rows["retentionprogress"].append({"data_class": data_class, "changed_at": int(at), "case": case})


def _anew(_: str, value: str, rows: Rows) -> None:
    whom, _, after = value.partition(" ")
    agency, _, occasion = whom.partition("@")
    rows["redelivery"].append({"agency": agency, "occasion": occasion, "after": after})


def _recovered(_: str, value: str, rows: Rows) -> None:
    for said in json.loads(value):
        report = {"id": said["id"], "at": said["at"], "found": said["found"], "uncounted": said["uncounted"], "seen_by": said["seen"]}
        rows["recoveryreport"].append(report)
        rows["lostdecision"] += [{**lost, "report": said["id"]} for lost in said["lost"]]


TAKEN: dict[str, Callable[[str, str, Rows], None]] = {
    "ask:": _asked,
    "hold:": _held,
    "erased:": _erased,
    "rekeyed:": _renewed,
    "aged:": _aged,
    "admit": lambda _, __, rows: rows["logrequest"].append({"kind": "admit"}),
    "same": lambda _, __, rows: rows["logrequest"].append({"kind": "same"}),
    "anew": _anew,
    "returned:": lambda agency, value, rows: rows["agencyreturn"].append({"agency": agency, "directory": int(value)}),
    "recovery": _recovered,
    "audit": lambda _, value, rows: rows["auditend"].append({"id": 1, "digest": value}),
    "spans:": lambda address, value, rows: rows["spandelivery"].append({"address": address, "seq": int(value)}),
    "trial": lambda _, value, rows: rows["trialwrite"].append({"id": 1, "at": int(value)}),
}
"""What becomes of a note by the beginning of its name, up to the first colon. In the order of names `ask:hold:` comes before `hold:`."""


# --- back to notes ----------------------------------------------------------------------------------------------------------------


def _notes(read: Callable[[str], list[dict[str, Any]]]) -> Iterable[tuple[str, str]]:
    for row in read("instancemetadata"):
        said = {"secret": row["secret"], "keystore": row["keystore"], "keeps": "1" if row["keeps_left_cases"] else None}
        yield from ((name, value) for name, value in said.items() if value)
    for row in read("logstate"):
        yield "generation", str(row["generation"])
        if row["fence"]:
            yield "fence", row["fence"]
    yield from _requests(read)
    yield from _by_class(read)
    lost = sorted(read("lostdecision"), key=lambda row: row["seq"])
    reports = [
        {"id": row["id"], "at": row["at"], "found": row["found"], "uncounted": row["uncounted"], "seen": row["seen_by"],
         "lost": [{n: one[n] for n in ("key", "case", "type", "officer", "at")} for one in lost if one["report"] == row["id"]]}
        for row in sorted(read("recoveryreport"), key=lambda row: row["id"])
    ]  # fmt: skip
    if reports:
        yield "recovery", json.dumps(reports)
    yield from (("audit", row["digest"]) for row in read("auditend"))
    yield from ((f"spans:{row['address']}", str(row["seq"])) for row in read("spandelivery"))


def _requests(read: Callable[[str], list[dict[str, Any]]]) -> Iterable[tuple[str, str]]:
    receipts = sorted(read("pendingreceipt"), key=lambda row: row["seq"])
    for row in read("pendingerasure"):
        answers = [
            {"to": one["to"], "answers": one["answers"], "dropped": json.loads(one["dropped"]), "kept": json.loads(one["kept"]),
             "ground": one["ground"]}
            for one in receipts if one["case"] == row["case"]
        ]  # fmt: skip
        yield f"ask:erase:{row['case']}", _wish(row, json.loads(row["classes"]), answers)
    for row in read("legalhold"):
        yield f"hold:{row['case']}", _wish(row, list(ALL), [])
        if not row["audited"]:
            yield f"ask:hold:{row['case']}", _wish(row, list(ALL), [])
    yield from ((f"ask:lift:{row['case']}", _wish(row, list(ALL), [])) for row in read("holdrelease"))
    yield from ((row["kind"], "1") for row in read("logrequest"))
    for row in sorted(read("redelivery"), key=lambda row: row["agency"], reverse=True):  # one note: of several the first stays
        whom = "@".join(filter(None, (row["agency"], row["occasion"])))
        yield "anew", f"{whom} {row['after']}".rstrip()
    yield from ((f"returned:{row['agency']}", str(row["directory"])) for row in read("agencyreturn"))


def _by_class(read: Callable[[str], list[dict[str, Any]]]) -> Iterable[tuple[str, str]]:
    erased, renewed = read("erasedclass"), read("renewedkey")
    for case in {row["case"] for row in erased}:
        own = [row for row in erased if row["case"] == case]
        said = {"at": max(row["at"] for row in own), "classes": sorted(row["data_class"] for row in own)}
        yield f"erased:{case}", json.dumps(said)
    for case in {row["case"] for row in renewed}:
        yield f"rekeyed:{case}", json.dumps({row["data_class"]: row["proof"] for row in renewed if row["case"] == case})
    yield from ((f"aged:{row['data_class']}", f"{row['changed_at']} {row['case']}") for row in read("retentionprogress"))


def _wish(row: dict[str, Any], classes: list[str], answers: list[dict[str, Any]]) -> str:
    return json.dumps({"by": row["by"], "reason": row["reason"], "at": row["at"], "classes": classes, "answers": answers})
