"""An agency's own reference, label and notes of a case."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0015"
down_revision = "runtime_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "ownrecord",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("corrects", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ownrecord_case", "ownrecord", ["case", "kind", "seq"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("ownrecord")
