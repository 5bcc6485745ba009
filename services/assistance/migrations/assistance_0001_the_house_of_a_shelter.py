"""The address of a confidential agency's shelter."""

import sqlalchemy as sa
from alembic import op

revision = "assistance_0001"
down_revision = None
branch_labels = None
depends_on = "runtime_0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "house",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("house")
