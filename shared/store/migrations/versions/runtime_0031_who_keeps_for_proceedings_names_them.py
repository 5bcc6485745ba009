"""Who keeps something for proceedings after its ground has gone names them."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0031"
down_revision = "runtime_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "keptforproceedings",
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("named_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("answers"),
    )
    op.create_index("keptforproceedings_case", "keptforproceedings", ["case"])
    op.create_index("keptforproceedings_open", "keptforproceedings", ["ended_at", "named_at", "due"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("keptforproceedings")
