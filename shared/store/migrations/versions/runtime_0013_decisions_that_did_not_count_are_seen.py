"""Decisions that did not count wait until somebody has seen it, and who has is written down."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0013"
down_revision = "runtime_0012"
branch_labels = None
depends_on = None

UNCOUNTED = sa.text("verdict IN ('superseded', 'refused') OR state = 'removed'")


def upgrade() -> None:
    """Add the table, and an index of the rare rows that it is about. What did not count before is told now, too."""
    op.create_table(
        "seenverdict",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("key", "officer"),
    )
    op.create_index("outbox_uncounted", "outbox", ["seq"], unique=False, sqlite_where=UNCOUNTED, postgresql_where=UNCOUNTED)


def downgrade() -> None:
    """Drop both."""
    op.drop_index("outbox_uncounted", "outbox")
    op.drop_table("seenverdict")
