"""Reports that an officer has begun and not sent, and when the emergency number was called."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0005"
down_revision = "intake_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and add the column."""
    op.create_table(
        "reportdraft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reportdraft_officer", "reportdraft", ["officer"])
    op.create_index("ix_reportdraft_ended", "reportdraft", ["ended"])
    op.add_column("report", sa.Column("called_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("report", "called_at")
    op.drop_table("reportdraft")
