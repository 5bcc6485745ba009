"""Which cases are of people who were found together, and which drafts."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0006"
down_revision = "intake_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and add the column."""
    op.create_table(
        "raidcase",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("raid", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_raidcase_raid", "raidcase", ["raid"])
    op.add_column("reportdraft", sa.Column("raid", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("reportdraft", "raid")
    op.drop_table("raidcase")
