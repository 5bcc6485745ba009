"""Receipts that agencies owe the lead, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "referral_0003"
down_revision = "referral_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "owed",
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("erasure", sa.Boolean(), nullable=False),
        sa.Column("expects", sa.String(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("answers", "agency"),
    )
    op.create_index("owed_case", "owed", ["case"])
    op.create_index("owed_open", "owed", ["settled", "due"])
    op.create_table(
        "answer",
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("dropped", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("answers", "instance"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("answer")
    op.drop_table("owed")
