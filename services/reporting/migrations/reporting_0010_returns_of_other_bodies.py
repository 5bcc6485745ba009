"""What other bodies count is kept beside our own figures, never among them."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0010"
down_revision = "reporting_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of returns, and one of what they count."""
    op.create_table(
        "other_return",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
    )
    op.create_table(
        "other_return_cell",
        sa.Column("of", sa.Integer(), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("forms", sa.String(), nullable=False),
        sa.Column("age", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
    )
    op.create_index("other_return_body", "other_return", ["body"])


def downgrade() -> None:
    """Our own figures alone."""
    op.drop_table("other_return_cell")
    op.drop_table("other_return")
