"""Danger without consent: who was told until when, and that an officer has looked at it again."""

import sqlalchemy as sa
from alembic import op

revision = "referral_0009"
down_revision = "referral_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dangerreview",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("dangerreview_open", "dangerreview", ["looked_at", "due"])
    op.create_index("dangerreview_case", "dangerreview", ["case"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("dangerreview")
