"""What was stated of a person: a row for each statement. There are none in the records of before."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0014"
down_revision = "runtime_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "statement",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("data_class", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case", "id"),
    )
    op.create_index("statement_field", "statement", ["case", "about", "field"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("statement_field", "statement")
    op.drop_table("statement")
