"""A journal of every statistical record that came, filled with what the facts say that are there; and the pseudonyms of cases."""

import json
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "reporting_0003"
down_revision = "reporting_0002"
branch_labels = None
depends_on = None

FACTS = ("fact_referral", "fact_stage", "fact_happening")
REFERRAL = (
    "quarter", "basis", "first_responder", "first_responder_type", "exploitation_type", "age_at_exploitation", "gender", "nationality",
    "simulated",
)  # fmt: skip
STAGE = ("giver", "receiver", "need", "stage", "ms", "machine", "outcome", "late", "month", "simulated")


def upgrade() -> None:
    """Make the table and fill it."""
    journal = op.create_table(
        "fact_journal",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    for table in FACTS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("case", sa.String(), nullable=False, server_default=sa.text("''")))
            batch_op.create_index(f"ix_{table}_case", ["case"], unique=False)
    now = time.time_ns() // 1_000_000
    rows = [
        {"record": said["id"], "logged_at": now, "said": json.dumps(said), "personal": said["kind"] in ("referral", "decision")}
        for said in (*_known("fact_referral", REFERRAL, "referral"), *_known("fact_stage", STAGE, "stage"), *_happened())
    ]
    if rows:
        op.bulk_insert(journal, rows)


def _known(table: str, fields: tuple[str, ...], kind: str) -> Iterator[dict[str, Any]]:
    for row in _rows(table, fields):
        yield {"id": row["record"], "kind": kind, **{field: row[field] for field in fields}, "simulated": bool(row["simulated"])}


def _happened() -> Iterator[dict[str, Any]]:
    for row in _rows("fact_happening", ("kind", "month", "simulated", "body")):
        same = {"id": row["record"], "kind": row["kind"], "month": row["month"], "simulated": bool(row["simulated"])}
        yield {**json.loads(row["body"]), **same}


def _rows(table: str, fields: tuple[str, ...]) -> list[Any]:
    bind: Any = op.get_bind()
    asked: list[Any] = [sa.column(name) for name in ("record", *fields)]
    return list(bind.execute(sa.select(*asked).select_from(sa.table(table))).mappings())


def downgrade() -> None:
    """Drop the table; the facts have what it says, but for pseudonyms."""
    for table in FACTS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_case")
            batch_op.drop_column("case")
    op.drop_table("fact_journal")
