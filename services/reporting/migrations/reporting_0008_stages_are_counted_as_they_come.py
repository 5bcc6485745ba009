"""Stages of hand-offs, counted by how long they took; filled from the spans and facts that are there.

Months of spans that are there already are those of UTC: a migration knows no country.
"""

from collections import Counter
from datetime import UTC, datetime
from itertools import product
from math import ceil, log2
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "reporting_0008"
down_revision = "reporting_0007"
branch_labels = None
depends_on = None

KEYS = ("source", "simulated", "month", "need", "stage", "giver", "receiver", "end", "bucket")
SPANS = (
    'select simulated, start, "end" - start, need, stage, giver, receiver, outcome, late from finished_span '
    "where stage not in ('', 'requested')"
)
FACTS = "select simulated, month, ms, need, stage, giver, receiver, outcome, late from fact_stage where stage <> 'requested'"
LONGEST = 3 * 366 * 86_400_000
PORTION = 5_000


def upgrade() -> None:
    """One table, filled."""
    tally = op.create_table(
        "stage_tally",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("simulated", sa.Boolean(), primary_key=True),
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("month", "need", "stage", "giver", "receiver", "end")),
        sa.Column("bucket", sa.Integer(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_index("stage_tally_pair", "stage_tally", ["source", "simulated", "giver", "receiver", "month", "need"])
    op.create_index("finished_span_pair", "finished_span", ["giver", "receiver", "stage"])
    found = Counter[tuple[Any, ...]]()
    for source, said in (("span", SPANS), ("fact", FACTS)):
        for simulated, began, took, need, stage, giver, receiver, outcome, late in op.get_bind().execute(sa.text(said)):
            month = began if source == "fact" else datetime.fromtimestamp(began / 1000, UTC).strftime("%Y-%m")
            if end := _end(stage, outcome, late):
                for months, needs in set(product((month, ""), (need, ""))):
                    found[source, bool(simulated), months, needs, stage, giver, receiver, end, _bucket(took)] += 1
    rows = [dict(zip(KEYS, key, strict=True)) | {"n": n} for key, n in found.items()]
    for n in range(0, len(rows), PORTION):
        op.bulk_insert(tally, rows[n : n + PORTION])


def downgrade() -> None:
    """Spans and facts stay."""
    op.drop_index("finished_span_pair", "finished_span")
    op.drop_table("stage_tally")


def _end(stage: str, outcome: str, late: bool) -> str:
    """`rules.timings.end_of`, as it is at this revision."""
    if stage == "answered" and outcome in ("completed", "called"):
        return ""
    if stage == "answered" and outcome in ("revoked", "ended"):
        return "withdrawn"
    return "late" if late else "in_time"


def _bucket(ms: int) -> int:
    """`rules.time_buckets.bucket`, as it is at this revision."""
    return ceil(16 * log2(min(ms, LONGEST))) if ms > 1 else 0
