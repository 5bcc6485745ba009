"""Acts that cannot be undone, as they were asked for, and what a second officer said."""

import sqlalchemy as sa
from alembic import op

revision = "referral_0008"
down_revision = "referral_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposal_open", "proposal", ["outcome", "at"])
    op.create_index("proposal_case", "proposal", ["case"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("proposal")
