"""Figures are kept up to date: their table, filled from the facts that are there."""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "reporting_0002"
down_revision = "reporting_0001"
branch_labels = None
depends_on = None

DIMENSIONS = (
    "quarter", "first_responder_type", "first_responder", "exploitation_type", "age_at_exploitation", "gender", "nationality",
)  # fmt: skip


def upgrade() -> None:
    """Make the table and fill it."""
    cells = op.create_table(
        "figure_cell",
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("by", "cell", "simulated"),
    )
    if rows := [*_referrals(), *_happenings()]:
        op.bulk_insert(cells, rows)


def _referrals() -> Iterator[dict[str, Any]]:
    for by in (by for size in range(3) for by in combinations(DIMENSIONS, size)):
        asked: list[Any] = [sa.column(name) for name in (*by, "simulated")]
        counted = sa.select(*asked, sa.func.sum(sa.column("people"))).select_from(sa.table("fact_referral")).group_by(*asked)
        yield from _rows(",".join(by), counted)


def _happenings() -> Iterator[dict[str, Any]]:
    asked: list[Any] = [sa.column("kind"), sa.column("simulated")]
    yield from _rows("happened", sa.select(*asked, sa.func.count()).select_from(sa.table("fact_happening")).group_by(*asked))


def _rows(by: str, counted: Any) -> Iterator[dict[str, Any]]:
    bind: Any = op.get_bind()
    found: list[Any] = list(bind.execute(counted))
    for *values, simulated, number in found:
        cell = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
        yield {"by": by, "cell": cell, "simulated": bool(simulated), "n": int(number)}


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("figure_cell")
