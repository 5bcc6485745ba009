"""Which side case stands behind a hand-off to a confidential agency."""

import sqlalchemy as sa
from alembic import op

revision = "referral_0001"
down_revision = None
branch_labels = None
depends_on = "runtime_0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "side",
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("handoff", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("side"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("side")
