"""Invitations of the policy wait for an officer where a suspect may be close to staff of an agency."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0030"
down_revision = "runtime_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "conflictcheck",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("conflictcheck_open", "conflictcheck", ["looked_at", "at"])
    op.create_index("conflictcheck_case", "conflictcheck", ["case"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("conflictcheck")
