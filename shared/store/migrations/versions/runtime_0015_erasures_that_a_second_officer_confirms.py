"""An erasure that is asked for by command waits for a second officer, where the country asks for one."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0015"
down_revision = "runtime_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erasureproposal",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_erasureproposal_case", "erasureproposal", ["case"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("erasureproposal")
