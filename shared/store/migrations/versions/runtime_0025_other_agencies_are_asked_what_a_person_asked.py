"""Other agencies are asked what a person asked of their data at one of them."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0025"
down_revision = "runtime_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who asked to a request, and a table of who was asked."""
    op.add_column("personrequest", sa.Column("asker", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("personrequest", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "askedagency",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("request", "agency"),
    )
    op.create_index("askedagency_open", "askedagency", ["answered_at", "due"], unique=False)


def downgrade() -> None:
    """Take both away."""
    op.drop_table("askedagency")
    op.drop_column("personrequest", "ended_at")
    op.drop_column("personrequest", "asker")
