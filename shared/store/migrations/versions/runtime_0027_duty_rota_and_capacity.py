"""Who of an agency is on duty, where and when, for itself; and what it last said it can take."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0027"
down_revision = "runtime_0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "dutyturn",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("byday", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "owncapacity",
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("need"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("owncapacity", "dutyturn"):
        op.drop_table(table)
