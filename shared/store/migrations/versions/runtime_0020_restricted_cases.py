"""Restricted cases, and the officers who alone may see them."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0020"
down_revision = "runtime_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "restrictedcase",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("id", "case"),
    )
    op.create_index("restrictedcase_case", "restrictedcase", ["case"], unique=False)
    op.create_table(
        "restrictedofficer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("second", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("id", "case", "officer"),
    )
    op.create_index("restrictedofficer_case", "restrictedofficer", ["case"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("restrictedofficer", "restrictedcase"):
        op.drop_table(table)
