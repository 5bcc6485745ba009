"""Positions know the directory in force."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0004"
down_revision = "runtime_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no marker has been read yet."""
    op.add_column("position", sa.Column("directory", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("position") as batch_op:
        batch_op.drop_column("directory")
