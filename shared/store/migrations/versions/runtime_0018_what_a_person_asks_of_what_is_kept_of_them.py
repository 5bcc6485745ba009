"""What a person asks of what is kept of them, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0018"
down_revision = "runtime_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "personrequest",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("taken", sa.String(), nullable=False),
        sa.Column("unaudited", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("personrequest_case", "personrequest", ["case", "seq"], unique=False)
    op.create_index("personrequest_open", "personrequest", ["state", "due"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("personrequest")
