"""What receipts said is kept is written down, so that whoever has them hears once it has gone."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0032"
down_revision = "runtime_0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "receiptkept",
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("answers"),
    )
    op.create_index("ix_receiptkept_case", "receiptkept", ["case"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("receiptkept")
