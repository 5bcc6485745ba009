"""The tables of reporting."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0001"
down_revision = None
branch_labels = None
depends_on = "runtime_0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "fact_happening",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    with op.batch_alter_table("fact_happening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_happening_kind"), ["kind"], unique=False)

    op.create_table(
        "fact_referral",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("first_responder_type", sa.String(), nullable=False),
        sa.Column("first_responder", sa.String(), nullable=False),
        sa.Column("exploitation_type", sa.String(), nullable=False),
        sa.Column("age_at_exploitation", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    with op.batch_alter_table("fact_referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_referral_quarter"), ["quarter"], unique=False)

    op.create_table(
        "fact_stage",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    with op.batch_alter_table("fact_stage", schema=None) as batch_op:
        batch_op.create_index("fact_stage_pair", ["giver", "receiver", "stage"], unique=False)

    op.create_table(
        "fact_unreadable",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "finished_span",
        sa.Column("span_id", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("handoff", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("span_id"),
    )
    with op.batch_alter_table("finished_span", schema=None) as batch_op:
        batch_op.create_index("finished_span_handoff", ["handoff", "stage"], unique=False)
        batch_op.create_index("finished_span_trace", ["trace_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("finished_span", schema=None) as batch_op:
        batch_op.drop_index("finished_span_trace")
        batch_op.drop_index("finished_span_handoff")

    op.drop_table("finished_span")
    op.drop_table("fact_unreadable")
    with op.batch_alter_table("fact_stage", schema=None) as batch_op:
        batch_op.drop_index("fact_stage_pair")

    op.drop_table("fact_stage")
    with op.batch_alter_table("fact_referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_referral_quarter"))

    op.drop_table("fact_referral")
    with op.batch_alter_table("fact_happening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_happening_kind"))

    op.drop_table("fact_happening")
