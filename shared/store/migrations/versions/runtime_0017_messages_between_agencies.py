"""What agencies said to each other, and what they have read of it. There is none in the records of before."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0017"
down_revision = "runtime_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "message",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("handoff", sa.String(), nullable=False),
        sa.Column("data_class", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=True),
        sa.Column("awaits", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case", "id"),
    )
    op.create_index("message_awaits", "message", ["awaits", "answered_by"], unique=False)
    op.create_table(
        "messageread",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case", "message", "agency"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("messageread")
    op.drop_index("message_awaits", "message")
    op.drop_table("message")
